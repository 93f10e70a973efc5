"""A language model at the level of tokens: ``LlamaGenerator`` over llama.cpp, for any GGUF file.

Nothing here is safe to call from two threads at once; ``askdocs.reading.model_pool`` gives every loaded model one
owner thread.
"""

from __future__ import annotations

from pathlib import Path

from askdocs.models.sequences import LlamaSequences
from askdocs.models.thoughts import Marks, empty_thought, named_in


class LlamaGenerator(LlamaSequences):
    """A GGUF model in this process; implements ``askdocs.Generator``.

    ``lora`` is the path of a GGUF adapter applied while running, ``parameters`` how many weights the model has,
    ``together`` how many questions it can be read for at once.
    ``check`` is called between the pieces of a long evaluation; when it returns true the evaluation stops with
    AnswerTimeout.

    Raises ModelUnusable when llama.cpp cannot load the file.
    """

    def __init__(
        self,
        path: Path,
        *,
        name: str,
        lora: Path | None = None,
        context_length: int | None = None,
        threads: int | None = None,
    ) -> None:
        super().__init__(path, name=name, lora=lora, context_length=context_length, threads=threads)
        self._thought_closing = self._closing_of_thought()

    def frame(self) -> tuple[list[int], list[int]]:
        """The tokens before and after a user's turn; a model that would think first finds its thought ended."""
        before, after = super().frame()
        return before, [*after, *self._thought_closing] if after else after

    def _closing_of_thought(self) -> list[int]:
        """The empty thought of a model that begins to think unasked, which its template need not show.

        The same template may belong to a model that thinks and to one that does not, so the model is asked.
        """
        shown = self._chat_frame.after
        suspected = named_in(self.metadata("tokenizer.chat_template"))
        if not suspected or any(marks.closing in shown for marks in suspected):
            return []
        before, after = super().frame()
        for marks in suspected:
            if self._begins_with([*before, *self.tokenize("Hello"), *after], marks):
                return self._tokenize(empty_thought(marks), special=True)
        return []

    def _begins_with(self, prompt: list[int], marks: Marks) -> bool:
        """Whether the likeliest answer to a prompt begins with a thought."""
        opening = self._tokenize(marks.opening.rstrip(), special=True)
        if len(prompt) + len(opening) >= self.context_length:
            return False
        sequence, _ = self.prefill(prompt)
        try:
            for token in opening:
                if int(self.logits(sequence).argmax()) != token:
                    return False
                self.accept([(sequence, token)])
            return True
        finally:
            self.truncate(sequence, 0)
