"""No language model: the sentence that shares most with the question and is of the kind it asks for."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Sequence

from askdocs.core.answers import Timings, Turn
from askdocs.core.articles import Hit
from askdocs.core.decoding import DecodedAnswer, Decoding, Passage, Reading, SpanItem
from askdocs.core.errors import ModelUnusable
from askdocs.decoding.form_decoder import FilledForm
from askdocs.decoding.form_grammar import FormGroup
from askdocs.decoding.prose_decoder import Written
from askdocs.reading.prompt_packing import number
from askdocs.text.english import CALIBRATION_WORDS
from askdocs.text.script_terms import script_terms, without_script_words
from askdocs.text.sentences import sentence_spans
from askdocs.values.question_analysis import QuestionAnalysis
from askdocs.values.question_types import matches_kind

_KEPT = 8


class ExtractiveReader:
    """Answers with whole sentences."""

    prompt = "none"

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
        """Score every sentence of every hit; the scores become probabilities by a softmax."""
        began = time.perf_counter()
        passages = tuple(number(hit, i) for i, hit in enumerate(hits, start=1))
        scored = sorted(_scored(question, passages), key=lambda pair: -pair[0])
        total = sum(math.exp(score) for score, _ in scored) or 1.0
        answers = tuple(
            DecodedAnswer(items=(item,), boolean=None, log_probability=score - math.log(total), tokens=(),
                          probabilities=(math.exp(score) / total,))
            for score, item in scored[:_KEPT]
        )  # fmt: skip
        mass = [sum(math.exp(s) for s, item in scored if item.number == p.number) / total for p in passages]
        if answers and progress:
            item = answers[0].items[0]
            progress(passages[item.number - 1].text[item.start : item.end].replace("\n", " "))
        decoding = Decoding(
            answers=answers, unanswerable=0.0, yes=0.0, no=0.0, passage_probabilities=tuple(mass), output_tokens=0
        )
        seconds = time.perf_counter() - began
        return Reading(passages=passages, decoding=decoding, timings=Timings(decode=seconds, first_token=seconds))

    def read_many(
        self,
        questions: Sequence[tuple[QuestionAnalysis, Sequence[Hit]]],
        *,
        prompt: str | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> list[Reading]:
        """``read`` for several questions."""
        return [self.read(question, hits) for question, hits in questions]

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
        """Raises ModelUnusable: there is no model that could write."""
        raise ModelUnusable("model 'extractive': it writes no prose, having no language model; name one with model=")

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
        """``None``: there is no model that could."""
        return None

    def close(self) -> None:
        """Nothing is held."""


def _scored(question: QuestionAnalysis, passages: Sequence[Passage]) -> list[tuple[float, SpanItem]]:
    """Each sentence with its score: the rarity of the question's words in it, its passage's rank, its kind."""
    sentences = [
        (passage, start, end) for passage in passages for start, end in sentence_spans(passage.text) if end - start > 3
    ]
    stems = [_stems(passage.text[start:end]) for passage, start, end in sentences]
    wanted = _stems(question.text)
    weight = {stem: math.log(1 + len(stems) / (1 + sum(stem in other for other in stems))) for stem in wanted}
    whole = sum(weight.values()) or 1.0
    kind = question.kind
    result = []
    for (passage, start, end), held in zip(sentences, stems, strict=True):
        share = sum(weight[stem] for stem in wanted & held) / whole
        fits = kind in (None, "boolean", "list", "reason") or matches_kind(passage.text[start:end], kind)
        score = (
            6.0 * share + 0.8 * fits + 0.5 * passage.hit.score / (1 + abs(passage.hit.score)) - 0.15 * passage.number
        )
        result.append((score, SpanItem(number=passage.number, start=start, end=end)))
    return result


def _stems(text: str) -> set[str]:
    """Content words cut to six letters, a stemmer good enough for comparing sentences of one corpus.

    Of words in other scripts than the Latin one, the terms that they are searched by.
    """
    of_scripts = {found.term for found in script_terms(text) if not found.single}
    latin = without_script_words(text) if of_scripts else text
    return of_scripts | {word[:6] for word in re.findall(r"\w+", latin.lower()) if word not in CALIBRATION_WORDS}
