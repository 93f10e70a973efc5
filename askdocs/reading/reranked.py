"""A model's reader beside the span scorer, which selects what is read, scores the answers and proposes others.

The scorer reads every passage first, which costs little; the model reads those that may hold the answer. The model's
answers keep their probabilities, and it is asked for those of the proposals (``askdocs.decoding.forced_scoring``);
the scorer's log-odds count beside them (``Calibration.opinion_weight``). See
``docs/decisions/2026-11-20-second-opinion.md``. Of yes and no ``askdocs.yesno.classifier`` decides; the scorer only
points to sentences.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from askdocs.core.answers import Timings, Turn
from askdocs.core.articles import Hit
from askdocs.core.decoding import DecodedAnswer, Decoding, Passage, Reading, SpanItem, SpanScores
from askdocs.core.protocols import Generator
from askdocs.decoding.form_decoder import FilledForm
from askdocs.decoding.form_grammar import FormGroup
from askdocs.decoding.prose_decoder import Written
from askdocs.reading.dates_in_questions import asked_times, standing, tells_of
from askdocs.reading.llama import LlamaReader
from askdocs.reading.prompt_packing import number
from askdocs.reading.span_scorer import NOWHERE, SpanScorer, score_answers
from askdocs.values.question_analysis import QuestionAnalysis
from askdocs.yesno.classifier import classify_reading

NEAR = 5.0  # nats behind the best passage at which a passage is not read
# Nats under "no answer here" of the best run of all at which the model is not asked: there are 9 of 10 questions of the
# suite `news` when they are put to another article, and 1 of 16 put to their own.
HOPELESS = -12.0
NEAR_OF_TIME = 15.0  # the same for a passage that tells something of the time that the question names
PROPOSALS = 4
OF_TIME = 2  # further proposals, of the time that the question names
LOOKED_AT = 60  # runs of words among which those of a time are looked for
POINTERS = 12


class RerankedReader:
    """Wraps a reader; ``load`` reads the scorer's weights when the first question is read."""

    def __init__(self, reader: LlamaReader, load: Callable[[], SpanScorer]) -> None:
        self.reader = reader
        self.prompt: str = reader.prompt
        self._load = load
        self._scorer: SpanScorer | None = None

    @property
    def generator(self) -> Generator:
        """The generator of the reader within."""
        return self.reader.generator

    @property
    def scorer(self) -> SpanScorer:
        """The span scorer."""
        if self._scorer is None:
            self._scorer = self._load()
        return self._scorer

    def read(
        self,
        question: QuestionAnalysis,
        hits: Sequence[Hit],
        *,
        history: Sequence[Turn] = (),
        prompt: str | None = None,
        progress: Callable[[str], None] | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Reading:
        """Select what may hold the answer, read it with the model, then score the answers."""
        shown = None if question.yes_or_no else progress  # the verdict may be another than the model's
        chosen, seconds = self.select_passages(question, hits)
        reading = self.reader.read(
            question,
            chosen,
            history=history,
            prompt=prompt,
            progress=shown,
            stopped=stopped,
            suggest=self.proposals,
        )
        return self._scored(question, reading, seconds)

    def read_many(
        self,
        questions: Sequence[tuple[QuestionAnalysis, Sequence[Hit]]],
        *,
        prompt: str | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> list[Reading]:
        """``read`` for several questions."""
        chosen = [self.select_passages(question, hits) for question, hits in questions]
        narrowed = [(question, hits) for (question, _), (hits, _) in zip(questions, chosen, strict=True)]
        readings = self.reader.read_many(narrowed, prompt=prompt, stopped=stopped, suggest=self.proposals)
        return [
            self._scored(question, reading, seconds)
            for (question, _), reading, (_, seconds) in zip(questions, readings, chosen, strict=True)
        ]

    def read_promising(
        self,
        questions: Sequence[tuple[QuestionAnalysis, Sequence[Hit]]],
        *,
        prompt: str | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> list[Reading]:
        """``read_many`` for questions that most passages do not answer: where the scorer sees no hope, it reads alone.

        Such a reading holds the scorer's best run, as unlikely as can be, and no other.
        """
        hopeless = [self._hopeless(question, hits) for question, hits in questions]
        rest = [pair for pair, reading in zip(questions, hopeless, strict=True) if reading is None]
        readings = iter(self.read_many(rest, prompt=prompt, stopped=stopped))
        return [next(readings) if reading is None else reading for reading in hopeless]

    def _hopeless(self, question: QuestionAnalysis, hits: Sequence[Hit]) -> Reading | None:
        """The reading of passages without hope; ``None`` where there is some."""
        if question.yes_or_no:
            return None
        began = time.perf_counter()
        passages = tuple(number(hit, place) for place, hit in enumerate(hits, start=1))
        best = self._best(question, passages, 1)
        odds = max(best.values(), default=NOWHERE)
        if odds > HOPELESS:
            return None
        answers = tuple(
            DecodedAnswer(items=(item,), boolean=None, log_probability=HOPELESS, tokens=(), probabilities=())
            for item in best
        )
        likely = tuple(float(passage.number == item.number) for item in best for passage in passages)
        decoding = Decoding(
            answers=answers, unanswerable=1.0, yes=0.0, no=0.0, passage_probabilities=likely, output_tokens=0
        )
        return Reading(
            passages=passages,
            decoding=decoding,
            span_scores=SpanScores(log_odds=tuple(best.values()), best=odds),
            timings=Timings(prompt=time.perf_counter() - began),
        )

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
        """Write as the reader within does."""
        return self.reader.write(question, hits, prompt=prompt, note=note, progress=progress, stopped=stopped)

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
        """Fill as the reader within does."""
        return self.reader.fill(question, hits, form, prompt=prompt, note=note, stopped=stopped)

    def close(self) -> None:
        """Free the reader within."""
        self.reader.close()
        self._scorer = None

    def select_passages(self, question: QuestionAnalysis, hits: Sequence[Hit]) -> tuple[Sequence[Hit], float]:
        """The hits whose best run is nearly as likely as the best of all, in their order; and the seconds it took.

        For a yes or no, what is weighed is not only runs of words, so all of them are read.
        """
        began = time.perf_counter()
        if len(hits) < 2 or question.yes_or_no:
            return hits, 0.0
        texts = [number(hit, place).text for place, hit in enumerate(hits, start=1)]
        best = [passage.best for passage in self.scorer.score(question.text, texts, [()] * len(texts)).passages]
        near = [self._behind(question, hit) for hit in hits]
        chosen = [hit for hit, odds, behind in zip(hits, best, near, strict=True) if odds >= max(best) - behind]
        return chosen, time.perf_counter() - began

    def _behind(self, question: QuestionAnalysis, hit: Hit) -> float:
        """How many nats behind the best passage this one may be."""
        asked = asked_times(question.text, hit.published)
        return NEAR_OF_TIME if asked and tells_of(asked, hit.chunk.text, hit.published) else NEAR

    def _scored(self, question: QuestionAnalysis, reading: Reading, before: float) -> Reading:
        """The reading with the scores of its answers; ``before`` are the seconds spent on choosing what was read."""
        began = time.perf_counter()
        if question.yes_or_no:
            reading = classify_reading(question.text, reading, self.pointers(question, reading.passages))
        decoding = reading.decoding
        scores = score_answers(self.scorer, question.text, reading.passages, decoding) if decoding.answers else None
        timings = reading.timings
        timings = timings.model_copy(
            update={
                "prompt": timings.prompt + before,
                "first_token": timings.first_token + before,
                "decode": timings.decode + time.perf_counter() - began,
            }
        )
        return reading.model_copy(update={"span_scores": scores, "timings": timings})

    def proposals(self, question: QuestionAnalysis, passages: Sequence[Passage]) -> list[SpanItem]:
        """The runs of words that the scorer would answer with; none where yes or no is asked for."""
        if question.yes_or_no:
            return []
        found = list(self._best(question, passages, PROPOSALS))
        if not any(asked_times(question.text, passage.hit.published) for passage in passages):
            return found
        return found + [item for item in self._of_time(question, passages) if item not in found]

    def _of_time(self, question: QuestionAnalysis, passages: Sequence[Passage]) -> list[SpanItem]:
        """The likeliest runs of words, of one line, that are told of the time which the question names."""
        by_number = {passage.number: passage for passage in passages}
        found = []
        for item in self._best(question, passages, LOOKED_AT):
            passage = by_number[item.number]
            inside = "\n" not in passage.text[item.start : item.end]
            if inside and standing(question.text, item, passage) == "agrees":
                found.append(item)
        return found[:OF_TIME]

    def pointers(self, question: QuestionAnalysis, passages: Sequence[Passage]) -> dict[SpanItem, float]:
        """The runs of words that the scorer finds telling, with their log-odds."""
        return self._best(question, passages, POINTERS)

    def _best(self, question: QuestionAnalysis, passages: Sequence[Passage], count: int) -> dict[SpanItem, float]:
        found = self.scorer.best(question.text, [passage.text for passage in passages], count)
        return {
            SpanItem(number=passages[span.index].number, start=span.start, end=span.end): span.odds for span in found
        }
