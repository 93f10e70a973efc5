"""A GGUF model reads the passages: prompt, prefill, and decoding under the span constraint."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from askdocs.core.answers import Timings, Turn, Usage
from askdocs.core.articles import Hit
from askdocs.core.decoding import Decoding, Passage, Reading, SpanItem
from askdocs.core.errors import PromptTooLong
from askdocs.core.protocols import Generator
from askdocs.decoding.forced_scoring import score_suggestions
from askdocs.decoding.form_decoder import LONGEST_FORM, FilledForm, FormDecoder
from askdocs.decoding.form_grammar import FormGroup
from askdocs.decoding.prose_decoder import LONGEST_PROSE, ProseDecoder, Written
from askdocs.decoding.span_decoder import Decoder, SpanDecoder
from askdocs.models.memory import TOGETHER
from askdocs.prompts.templates import Prompt, load_prompt
from askdocs.reading.citations import preferred_by
from askdocs.reading.prompt_packing import ANSWER_TOKENS, PackedPrompt, pack
from askdocs.text.span_boundaries import end_closed
from askdocs.values.question_analysis import QuestionAnalysis

QuestionHits = tuple[QuestionAnalysis, Sequence[Hit]]
Suggest = Callable[[QuestionAnalysis, Sequence[Passage]], Sequence[SpanItem]]


def _nothing(question: QuestionAnalysis, passages: Sequence[Passage]) -> Sequence[SpanItem]:
    return ()


class _Packed(NamedTuple):
    """A question with its prompt; ``began`` is when it was begun, ``seconds`` what building the prompt took."""

    question: QuestionAnalysis
    prompt: PackedPrompt
    began: float
    seconds: float


class _Filled(NamedTuple):
    """A question whose prompt was evaluated, in ``sequence``, and the seconds that took."""

    packed: _Packed
    sequence: int
    reused: int
    seconds: float


class LlamaReader:
    """Reads with a generator; keeps the decoder's vocabulary from one question to the next.

    ``prompt`` names the template the model was trained with, or the one for ordinary instruct models.
    """

    def __init__(self, generator: Generator, prompt: str | None = None) -> None:
        self.generator = generator
        self.prompt = prompt or "instruct"
        self._decoder: SpanDecoder | None = None

    @property
    def decoder(self) -> SpanDecoder:
        """The decoder over the generator's vocabulary, made when it is first used."""
        if self._decoder is None:
            self._decoder = SpanDecoder(self.generator)
        return self._decoder

    def close(self) -> None:
        """Free the generator, if it can be."""
        close = getattr(self.generator, "close", None)
        if close is not None:
            close()

    def read(
        self,
        question: QuestionAnalysis,
        hits: Sequence[Hit],
        *,
        history: Sequence[Turn] = (),
        prompt: str | None = None,
        progress: Callable[[str], None] | None = None,
        stopped: Callable[[], bool] = lambda: False,
        suggest: Suggest = _nothing,
    ) -> Reading:
        """Answer from the hits that fit, best first; ``suggest`` names runs of words to weigh beside the decoded ones.

        Raises PromptTooLong when not even one does, AnswerTimeout when ``stopped`` says so.
        """
        self._watch(stopped)
        template = load_prompt(prompt or self.prompt)
        filled = self._filled(self._packed(question, hits, template, history))
        began = time.perf_counter()
        first: list[float] = []

        def report(text: str) -> None:
            first.append(time.perf_counter())
            if progress:
                progress(text)

        try:
            decoding = self.decoder.decode_all([self._steps(filled, template, suggest, report)], stopped)[0]
        finally:
            self.generator.retire(filled.sequence)
        return self._reading(filled, decoding, began, time.perf_counter(), first)

    def read_many(
        self,
        questions: Sequence[QuestionHits],
        *,
        prompt: str | None = None,
        stopped: Callable[[], bool] = lambda: False,
        suggest: Suggest = _nothing,
    ) -> list[Reading]:
        """``read`` for several questions, a few of them decoded at once, as many as fit the context together."""
        self._watch(stopped)
        readings: list[Reading] = []
        while len(readings) < len(questions):
            together = getattr(self.generator, "together", TOGETHER)
            readings += self._read_together(questions[len(readings) :][:together], prompt, stopped, suggest)
        return readings

    def _read_together(
        self, questions: Sequence[QuestionHits], prompt: str | None, stopped: Callable[[], bool], suggest: Suggest
    ) -> list[Reading]:
        """The readings of the first of these questions, of as many as fit the context together, at least one."""
        template = load_prompt(prompt or self.prompt)
        packed = [self._packed(question, hits, template, ()) for question, hits in questions]
        sizes = itertools.accumulate(len(one.prompt.tokens) for one in packed)
        fitting = max(1, sum(size <= self.generator.context_length for size in sizes))
        try:
            return self._decoded_together(packed[:fitting], template, stopped, suggest)
        except PromptTooLong:
            if fitting == 1:
                raise
        return [self.read(*questions[0], prompt=prompt, stopped=stopped, suggest=suggest)]

    def _decoded_together(
        self, packed: Sequence[_Packed], template: Prompt, stopped: Callable[[], bool], suggest: Suggest
    ) -> list[Reading]:
        group: list[_Filled] = []
        try:
            for question in packed:
                group.append(self._filled(question))
            began = time.perf_counter()
            decodings = self.decoder.decode_all([self._steps(one, template, suggest) for one in group], stopped)
        finally:
            for one in group:
                self.generator.retire(one.sequence)
        done = began + (time.perf_counter() - began) / len(group)
        return [self._reading(one, decoding, began, done, []) for one, decoding in zip(group, decodings, strict=True)]

    def write(
        self,
        question: QuestionAnalysis,
        hits: Sequence[Hit],
        *,
        prompt: str,
        note: str = "",
        progress: Callable[[str], None] | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Written:
        """Answer in sentences with quotes. Errors as for ``read``."""
        self._watch(stopped)
        template = load_prompt(prompt)
        filled = self._filled(self._packed(question, hits, template, (), note, LONGEST_PROSE))
        passages, began = filled.packed.prompt.passages, time.perf_counter()
        try:
            prose = ProseDecoder(self.generator, self.decoder.vocabulary).write(
                filled.sequence,
                passages,
                lead=self._lead(template).strip(" "),  # free text may begin with a blank of its own
                prefer=preferred_by(question.text, passages),
                progress=progress,
                stopped=stopped,
            )
        finally:
            self.generator.retire(filled.sequence)
        tokens = len(filled.packed.prompt.tokens)
        usage = Usage(prompt_tokens=tokens, reused_tokens=filled.reused, output_tokens=prose.output_tokens)
        seconds = filled.packed.seconds + filled.seconds + time.perf_counter() - began
        return Written(prose=prose, passages=passages, usage=usage, seconds=seconds)

    def fill(
        self,
        question: QuestionAnalysis,
        hits: Sequence[Hit],
        form: FormGroup,
        *,
        prompt: str,
        note: str = "",
        stopped: Callable[[], bool] = lambda: False,
    ) -> FilledForm | None:
        """Fill a form in one decoding, its leaves words of the hits that fit. Errors as for ``read``."""
        self._watch(stopped)
        template = load_prompt(prompt)
        filled = self._filled(self._packed(question, hits, template, (), note, LONGEST_FORM))
        passages = filled.packed.prompt.passages
        try:
            return FormDecoder(self.generator, self.decoder.vocabulary).fill(
                filled.sequence,
                passages,
                form,
                lead=self._lead(template).strip(" "),
                prefer=preferred_by(question.text, passages),
                stopped=stopped,
            )
        finally:
            self.generator.retire(filled.sequence)

    def _packed(
        self,
        question: QuestionAnalysis,
        hits: Sequence[Hit],
        template: Prompt,
        history: Sequence[Turn],
        note: str = "",
        answer_tokens: int = ANSWER_TOKENS,
    ) -> _Packed:
        began = time.perf_counter()
        prompt = pack(question.text, hits, self.generator, template, history, note, answer_tokens)
        return _Packed(question, prompt, began, time.perf_counter() - began)

    def _filled(self, packed: _Packed) -> _Filled:
        began = time.perf_counter()
        sequence, reused = self.generator.prefill(packed.prompt.tokens)
        return _Filled(packed, sequence, reused, time.perf_counter() - began)

    def _steps(
        self, filled: _Filled, template: Prompt, suggest: Suggest, progress: Callable[[str], None] | None = None
    ) -> Decoder:
        """Decode, then weigh what is suggested beside it."""
        question, passages = filled.packed.question, filled.packed.prompt.passages
        prefer = preferred_by(question.text, passages)
        lead = self._lead(template)
        polar = question.yes_or_no
        decoding = yield from self.decoder.steps(
            filled.sequence, passages, lead=lead, prefer=prefer, progress=progress, polar=polar
        )
        suggested = suggest(question, passages)
        return (
            yield from score_suggestions(
                self.decoder, filled.sequence, passages, _closed(decoding, passages), suggested, lead
            )
        )

    def _lead(self, template: Prompt) -> str:
        """What stands between the prompt and the answer: nothing behind the opening of a turn, or the model's blank."""
        if not template.framed:
            return " "
        return getattr(self.generator, "lead", "") if self.generator.frame()[1] else "\n"

    def _watch(self, stopped: Callable[[], bool]) -> None:
        """Let a generator that can be interrupted within an evaluation know when."""
        if hasattr(self.generator, "check"):
            self.generator.check = stopped

    def _reading(
        self, filled: _Filled, decoding: Decoding, began: float, done: float, first: Sequence[float]
    ) -> Reading:
        """The reading with its costs; ``began`` and ``done`` are those of decoding, ``first`` of its first word."""
        packed, seconds, pieces = filled.packed.prompt, filled.packed.seconds, self.decoder.vocabulary.bytes
        best = decoding.answers[0].tokens if decoding.answers else ()
        return Reading(
            passages=packed.passages,
            omitted=packed.omitted,
            decoding=decoding,
            prompt=packed.text,
            token_texts=tuple(pieces[token].decode(errors="replace") for token in best),
            usage=Usage(
                prompt_tokens=len(packed.tokens), reused_tokens=filled.reused, output_tokens=decoding.output_tokens
            ),
            timings=Timings(
                prompt=seconds,
                prefill=filled.seconds,
                decode=done - began,
                first_token=seconds + filled.seconds + (first[0] if first else done) - began,
            ),
        )


def _closed(decoding: Decoding, passages: Sequence[Passage]) -> Decoding:
    """The decoding, its words with the bracket that closes one among them, and without one that closes none."""
    texts = {passage.number: passage.text for passage in passages}

    def closed(item: SpanItem) -> SpanItem:
        end = end_closed(texts[item.number], item.start, item.end)
        return item if end == item.end else item.model_copy(update={"end": end})

    answers = tuple(
        answer.model_copy(update={"items": tuple(map(closed, answer.items))}) for answer in decoding.answers
    )
    return decoding.model_copy(update={"answers": answers})
