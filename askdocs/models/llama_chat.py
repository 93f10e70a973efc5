"""The chat format of a loaded GGUF file: the tokens around a user's turn, and those that end an answer."""

from __future__ import annotations

import ctypes
import functools
import hashlib
import logging

from askdocs.models.chat_template import MARK, ChatFrame, TemplateFailed, render_frame
from askdocs.models.llama_model import CONTROL, USER_DEFINED, LlamaFile
from askdocs.models.thoughts import closed

logger = logging.getLogger("askdocs.models.generator")

# Templates that are rendered by llama.cpp, by the hash of their text: SmolLM2's adds a system turn that the figures
# for smollm2+base were measured without.
_BY_LLAMA_CPP = frozenset({"872be49dbb638044ad01b60388f48d469ff2980e5f0dccdc22ec907db54d0788"})
# The formats of files without a template, by a token that only instruct models of that format were trained on.
_FORMAT_OF_TOKEN = {
    "<|start_header_id|>": "llama3",
    "<start_of_turn>": "gemma",
    "<|start_of_role|>": "granite",
    "<|im_sep|>": "phi4",
    "<|im_start|>": "chatml",
    "[/INST]": "mistral-v3",
}


class LlamaChat(LlamaFile):
    """The loaded file at ``path`` with its chat format, of its template where that can be used."""

    @functools.cached_property
    def end_tokens(self) -> frozenset[int]:
        """The tokens that end an answer: those of the end of a text, of a turn, and of a message."""
        vocabulary, library = self._vocabulary, self._library
        # llama.cpp also ends at the tokens for filling in code, which no answer ends with.
        code = {getattr(library, f"llama_vocab_fim_{part}")(vocabulary) for part in ("pad", "rep", "sep")}
        named = {library.llama_vocab_eos(vocabulary), library.llama_vocab_eot(vocabulary)}
        ends = {token for token in range(self._size) if library.llama_vocab_is_eog(vocabulary, token)}
        closing = self._tokenize(self._chat_frame.closing, special=True)[:1]
        return frozenset((ends - (code - named)) | {token for token in closing if self._is(token, CONTROL)})

    def frame(self) -> tuple[list[int], list[int]]:
        """The tokens before and after a user's turn in the model's chat format, behind which no thought is open.

        A file without a format gives nothing but its begin token, if texts are to have one.
        """
        before, after, _ = self._chat_frame
        return self._with_begin_token(self._tokenize_whole(before, special=True)), self._tokenize(after, special=True)

    @property
    def lead(self) -> str:
        """What an answer begins with behind the frame: a blank where SentencePiece puts one before every text."""
        after = self._chat_frame.after
        return " " if self._adds_blank and after and not after[-1].isspace() else ""

    @functools.cached_property
    def _chat_frame(self) -> ChatFrame:
        template = self.metadata("tokenizer.chat_template")
        if not template:
            return self._frame_by_tokens()
        if hashlib.sha256(template.encode()).hexdigest() in _BY_LLAMA_CPP:
            return self._frame_by_llama_cpp(template) or ChatFrame("", "")
        begin, end = self._library.llama_vocab_bos(self._vocabulary), self._library.llama_vocab_eos(self._vocabulary)
        try:
            return render_frame(template, self._text(begin), self._text(end))
        except TemplateFailed as error:
            reason = " ".join(str(error).split())[:200]
        known = self._frame_by_llama_cpp(template)
        if known is not None:
            self._remark(f"its chat template fails ({reason}); llama.cpp's own for this format is used")
            return known
        self._remark(f"its chat template fails ({reason}); the prompt is sent plain")
        return ChatFrame("", "")

    def _frame_by_tokens(self) -> ChatFrame:
        """The format that the vocabulary's own tokens belong to."""
        for token, known in _FORMAT_OF_TOKEN.items():
            found = self._tokenize_whole(token, special=True)
            if len(found) == 1 and self._is(found[0], CONTROL | USER_DEFINED):
                frame = self._frame_by_llama_cpp(known)
                if frame is not None:
                    self._remark(f"its file has no chat template; the format {known} is used, which its tokens are of")
                    return frame
        self._remark("its file has no chat template; the prompt is sent plain. Is it an instruct model?")
        return ChatFrame("", "")

    def _frame_by_llama_cpp(self, template: str) -> ChatFrame | None:
        """A user's turn as llama.cpp itself writes it, for a template or the name of one; None where it knows none."""
        message = self._library.llama_chat_message(b"user", MARK.encode())
        buffer = ctypes.create_string_buffer(4096)
        messages = (self._library.llama_chat_message * 1)(message)
        length = self._library.llama_chat_apply_template(template.encode(), messages, 1, True, buffer, 4096)
        if not 0 < length <= 4096:
            return None
        before, mark, after = buffer.raw[:length].decode("utf-8", errors="replace").partition(MARK)
        return ChatFrame(before, closed(after)) if mark else None

    def _remark(self, note: str) -> None:
        self.note = note
        logger.warning("model %s: %s", self.name, note)

    def _with_begin_token(self, tokens: list[int]) -> list[int]:
        begin = self._library.llama_vocab_bos(self._vocabulary)
        if begin < 0 or not self._library.llama_vocab_get_add_bos(self._vocabulary) or tokens[:1] == [begin]:
            return tokens
        return [begin, *tokens]
