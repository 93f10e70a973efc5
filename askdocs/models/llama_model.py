"""A GGUF file as llama.cpp loads it, and its tokens: text to tokens and back."""

from __future__ import annotations

import ctypes
import functools
import itertools
import logging
import re
from pathlib import Path
from typing import Any

from askdocs.core.errors import ModelUnusable
from askdocs.models.thoughts import MARKUP

logger = logging.getLogger("askdocs.models.generator")

_SENTINEL = "\x01"  # a character that no tokenizer joins with the next
USER_DEFINED = 1 << 4  # of llama.cpp's llama_token_attr
CONTROL = 1 << 3


class LlamaFile:
    """The loaded file at ``path``; ``parameters`` is how many weights it holds.

    ``note`` is what the user should know about how the file is used. Raises ModelUnusable when llama.cpp cannot load
    it, and when it is a model of another kind.
    """

    def __init__(self, path: Path, name: str) -> None:
        from llama_cpp import llama_cpp as library

        self.name = name
        self.note = ""
        self._library: Any = library
        _quiet(library)
        self._model = _load_model(library, path)
        if library.llama_model_has_encoder(self._model) or not library.llama_model_has_decoder(self._model):
            library.llama_model_free(self._model)
            raise ModelUnusable(
                f"{path}: this model does not continue a text, so it cannot answer; use an instruct model"
            )
        self._vocabulary = library.llama_model_get_vocab(self._model)
        self._size: int = library.llama_vocab_n_tokens(self._vocabulary)
        self.parameters: int = library.llama_model_n_params(self._model)
        self._piece = ctypes.create_string_buffer(512)

    # --- tokens -----------------------------------------------------------------------------------------------------

    def tokenize(self, text: str) -> list[int]:
        """Tokens of ``text`` as plain text: special tokens written in it are not recognised."""
        if self._markup is None:
            return self._tokenize(text, special=False)
        # llama.cpp reads some markup (<think>, <tool_call>) as one token wherever it stands; cut, it is plain text.
        cuts = [0, *(match.start() + 1 for match in self._markup.finditer(text)), len(text)]
        parts = [text[start:end] for start, end in itertools.pairwise(cuts)]
        return [token for part in parts for token in self._tokenize(part, special=False)]

    def _tokenize(self, text: str, *, special: bool) -> list[int]:
        """Tokens of a part of a prompt, without the blank that SentencePiece puts before a text."""
        if not text or not self._adds_blank:
            return self._tokenize_whole(text, special=special)
        tokens = self._tokenize_whole(_SENTINEL + text, special=special)
        begun = b""
        for i, token in enumerate(tokens):
            begun += self.token_bytes(token)
            if begun == b" " + _SENTINEL.encode():
                return tokens[i + 1 :]
        return self._tokenize_whole(text, special=special)  # a vocabulary without bytes

    def _tokenize_whole(self, text: str, *, special: bool) -> list[int]:
        data = text.encode("utf-8", errors="replace")
        room = len(data) + 8
        tokens = (ctypes.c_int32 * room)()
        count = self._library.llama_tokenize(self._vocabulary, data, len(data), tokens, room, False, special)
        if count < 0:
            raise ModelUnusable(f"model {self.name!r}: its tokenizer failed on a text of {len(data)} bytes")
        return list(tokens[:count])

    @functools.cached_property
    def _adds_blank(self) -> bool:
        return b"".join(map(self.token_bytes, self._tokenize_whole("a", special=False))) == b" a"

    @functools.cached_property
    def _markup(self) -> re.Pattern[str] | None:
        """Finds the markup that the tokenizer reads as tokens in plain text too; None where there is none."""
        defined = (self._text(token) for token in range(self._size) if self._is(token, USER_DEFINED))
        markup = sorted((text for text in defined if MARKUP.fullmatch(text)), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, markup))) if markup else None

    def _is(self, token: int, attribute: int) -> bool:
        return bool(self._library.llama_vocab_get_attr(self._vocabulary, token) & attribute)

    def _text(self, token: int) -> str:
        """A token as the file names it; empty for none (-1)."""
        if token < 0:
            return ""
        text: bytes = self._library.llama_vocab_get_text(self._vocabulary, token) or b""
        return text.decode("utf-8", errors="replace")

    def token_bytes(self, token: int) -> bytes:
        """The bytes a token stands for, with its leading space; empty for special tokens and for markup."""
        # One buffer for all: a decoder reads every token of the vocabulary when it is made.
        length = self._library.llama_token_to_piece(self._vocabulary, token, self._piece, len(self._piece), 0, False)
        if length < 0:
            self._piece = ctypes.create_string_buffer(-length)
            length = self._library.llama_token_to_piece(self._vocabulary, token, self._piece, -length, 0, False)
        if length <= 0:
            return b""
        data = ctypes.string_at(self._piece, length)
        if data[-1:] in b">]" and self._is(token, USER_DEFINED) and MARKUP.fullmatch(self._text(token)):
            return b""
        return data

    def vocabulary_size(self) -> int:
        """How many tokens there are."""
        return self._size

    def metadata(self, key: str) -> str:
        """A value of the file's header as text; empty where there is none."""
        size = 1 << 14
        while True:
            buffer = ctypes.create_string_buffer(size)
            length = self._library.llama_model_meta_val_str(self._model, key.encode(), buffer, size)
            if length < size:
                return buffer.value.decode("utf-8", errors="replace") if length > 0 else ""
            size = length + 1


def _load_model(library: Any, path: Path) -> Any:
    global _last_message
    _last_message = ""
    parameters = library.llama_model_default_params()
    model = library.llama_model_load_from_file(str(path).encode(), parameters)
    if not model:
        raise ModelUnusable(
            f"{path}: llama.cpp cannot load this model ({_last_message or 'no reason given'}); "
            "is it a complete GGUF of an architecture that this build knows?"
        )
    return model


_last_message = ""
_log_callback: Any = None


def _quiet(library: Any) -> None:
    """Send llama.cpp's messages to ``logging``; the last error is kept for a message of ours."""
    global _log_callback
    if _log_callback is not None:
        return

    def take(level: int, text: bytes, _: Any) -> None:
        global _last_message
        message = text.decode("utf-8", errors="replace").strip()
        if level == 4 and message:  # GGML_LOG_LEVEL_ERROR
            _last_message = message
        if message:
            logger.debug("llama.cpp: %s", message)

    _log_callback = library.llama_log_callback(take)
    library.llama_log_set(_log_callback, ctypes.c_void_p(0))
    library.llama_backend_init()
