"""A GGUF file as llama.cpp loads it, and its tokens: text to tokens and back, and the chat format."""

from __future__ import annotations

import ctypes
import logging
from pathlib import Path
from typing import Any

from askdocs.core.errors import ModelUnusable

logger = logging.getLogger("askdocs.models.generator")
_MARK = "\x01content\x01"


class LlamaFile:
    """The loaded file at ``path``; ``parameters`` is how many weights it holds.

    Raises ModelUnusable when llama.cpp cannot load it.
    """

    def __init__(self, path: Path, name: str) -> None:
        from llama_cpp import llama_cpp as library

        self.name = name
        self._library: Any = library
        _quiet(library)
        self._model = _load_model(library, path)
        self._vocabulary = library.llama_model_get_vocab(self._model)
        self._size: int = library.llama_vocab_n_tokens(self._vocabulary)
        self.parameters: int = library.llama_model_n_params(self._model)
        self._piece = ctypes.create_string_buffer(512)

    @property
    def end_tokens(self) -> frozenset[int]:
        """The tokens that end an answer: those of the end of a text and of a turn."""
        is_end = self._library.llama_vocab_is_eog
        special = [self._library.llama_vocab_eos(self._vocabulary), self._library.llama_vocab_eot(self._vocabulary)]
        return frozenset(token for token in special if token >= 0 and is_end(self._vocabulary, token))

    def tokenize(self, text: str) -> list[int]:
        """Tokens of ``text`` as plain text: special tokens written in it are not recognised."""
        return self._tokenize(text, special=False)

    def _tokenize(self, text: str, *, special: bool) -> list[int]:
        data = text.encode("utf-8", errors="replace")
        room = len(data) + 8
        tokens = (ctypes.c_int32 * room)()
        count = self._library.llama_tokenize(self._vocabulary, data, len(data), tokens, room, False, special)
        if count < 0:
            raise ModelUnusable(f"model {self.name!r}: its tokenizer failed on a text of {len(data)} bytes")
        return list(tokens[:count])

    def token_bytes(self, token: int) -> bytes:
        """The bytes a token stands for, with its leading space; empty for special tokens."""
        # One buffer for all: a decoder reads every token of the vocabulary when it is made.
        length = self._library.llama_token_to_piece(self._vocabulary, token, self._piece, 512, 0, False)
        return ctypes.string_at(self._piece, length) if length > 0 else b""

    def vocabulary_size(self) -> int:
        """How many tokens there are."""
        return self._size

    def frame(self) -> tuple[list[int], list[int]]:
        """The tokens before and after a user's turn in the model's chat format.

        A file without a format that llama.cpp knows gives nothing but its begin token, if texts are to have one.
        """
        before, mark, after = self._chat_format().partition(_MARK)
        if not mark:
            return self._with_begin_token([]), []
        return self._with_begin_token(self._tokenize(before, special=True)), self._tokenize(after, special=True)

    def _chat_format(self) -> str:
        """A user's turn and the beginning of the answer to it; empty where the format is not known."""
        template = self.metadata("tokenizer.chat_template")
        if not template:
            return ""
        message = self._library.llama_chat_message(b"user", _MARK.encode())
        buffer = ctypes.create_string_buffer(4096)
        messages = (self._library.llama_chat_message * 1)(message)
        length = self._library.llama_chat_apply_template(template.encode(), messages, 1, True, buffer, 4096)
        if not 0 < length <= 4096:
            logger.warning("model %s: llama.cpp does not know its chat template; the prompt is sent plain", self.name)
            return ""
        return buffer.raw[:length].decode("utf-8", errors="replace")

    def _with_begin_token(self, tokens: list[int]) -> list[int]:
        begin = self._library.llama_vocab_bos(self._vocabulary)
        if begin < 0 or not self._library.llama_vocab_get_add_bos(self._vocabulary) or tokens[:1] == [begin]:
            return tokens
        return [begin, *tokens]

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
