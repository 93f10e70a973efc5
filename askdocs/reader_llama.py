"""A GGUF model reads the passages: prompt, prefill, and decoding under the span constraint."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from askdocs.cite import preferred_by
from askdocs.passages import pack
from askdocs.prompts import Turn, load_prompt
from askdocs.spans import SpanDecoder
from askdocs.types import Decoding, Generator, Hit, Opinion, Passage, Reading, Timings, Usage

SecondOpinion = Callable[[str, Sequence[Passage], Decoding], Opinion]


class LlamaReader:
    """Reads with a generator; keeps the decoder's vocabulary from one question to the next.

    ``prompt`` names the template the model was trained with, or the one for ordinary instruct models.
    ``second_opinion`` judges the decoded answers, where there is one for the model.
    """

    def __init__(
        self, generator: Generator, prompt: str | None = None, second_opinion: SecondOpinion | None = None
    ) -> None:
        self.second_opinion = second_opinion
        self.generator = generator
        self.prompt = prompt or "instruct"
        self._decoder: SpanDecoder | None = None

    def read(
        self,
        question: str,
        hits: Sequence[Hit],
        *,
        history: Sequence[Turn] = (),
        prompt: str | None = None,
        progress: Callable[[str], None] | None = None,
    ) -> Reading:
        """Answer from the hits that fit, best first."""
        if self._decoder is None:
            self._decoder = SpanDecoder(self.generator)
        began = time.perf_counter()
        template = load_prompt(prompt or self.prompt)
        packed = pack(question, hits, self.generator, template, history)
        prompted = time.perf_counter()
        sequence, reused = self.generator.prefill(packed.tokens)
        filled = time.perf_counter()
        first: list[float] = []

        def report(text: str) -> None:
            first.append(time.perf_counter()) if not first else None
            if progress:
                progress(text)

        try:
            lead = " " if not template.framed else "" if self.generator.frame()[1] else "\n"
            decoding = self._decoder.decode(
                sequence, packed.passages, lead=lead, prefer=preferred_by(question, packed.passages), progress=report
            )
        finally:
            self.generator.retire(sequence)
        opinion = None
        if self.second_opinion and decoding.answers:
            opinion = self.second_opinion(question, packed.passages, decoding)
        done = time.perf_counter()
        best = decoding.answers[0].tokens if decoding.answers else ()
        return Reading(
            passages=packed.passages,
            omitted=packed.omitted,
            decoding=decoding,
            opinion=opinion,
            prompt=packed.text,
            token_texts=tuple(self._decoder.vocabulary.bytes[t].decode(errors="replace") for t in best),
            usage=Usage(prompt_tokens=len(packed.tokens), reused_tokens=reused, output_tokens=decoding.output_tokens),
            timings=Timings(
                prompt=prompted - began,
                prefill=filled - prompted,
                decode=done - filled,
                first_token=(first[0] if first else done) - began,
            ),
        )
