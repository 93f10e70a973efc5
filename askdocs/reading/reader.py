"""The protocol of what reads passages and answers: a model in this process, one behind a server, or none at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from askdocs.core.answers import Turn
from askdocs.core.articles import Hit
from askdocs.core.decoding import Reading
from askdocs.decoding.form_decoder import FilledForm
from askdocs.decoding.form_grammar import FormGroup
from askdocs.decoding.prose_decoder import Written
from askdocs.values.question_analysis import QuestionAnalysis

Stopped = Callable[[], bool]


class Reader(Protocol):
    """What reads passages and answers. ``prompt`` names the template it uses."""

    prompt: str

    def read(
        self,
        question: QuestionAnalysis,
        hits: Sequence[Hit],
        *,
        history: Sequence[Turn] = (),
        prompt: str | None = None,
        progress: Callable[[str], None] | None = None,
        stopped: Stopped = lambda: False,
    ) -> Reading:
        """Answer a question from the hits, best first; ``progress`` is told the words that have become certain.

        Raises AnswerTimeout when ``stopped`` says so.
        """

    def read_many(
        self,
        questions: Sequence[tuple[QuestionAnalysis, Sequence[Hit]]],
        *,
        prompt: str | None = None,
        stopped: Stopped = lambda: False,
    ) -> list[Reading]:
        """``read`` for several questions, each with its hits."""

    def write(
        self,
        question: QuestionAnalysis,
        hits: Sequence[Hit],
        *,
        prompt: str,
        note: str = "",
        progress: Callable[[str], None] | None = None,
        stopped: Stopped = lambda: False,
    ) -> Written:
        """Answer in sentences with quotes; ``note`` stands under the question, ``progress`` is told the text so far.

        Raises ModelUnusable where the model cannot, AnswerTimeout when ``stopped`` says so.
        """

    def fill(
        self,
        question: QuestionAnalysis,
        hits: Sequence[Hit],
        form: FormGroup,
        *,
        prompt: str,
        note: str = "",
        stopped: Stopped = lambda: False,
    ) -> FilledForm | None:
        """Fill a form with words of the hits; ``note`` describes it. ``None`` where it cannot be held to one.

        Raises AnswerTimeout when ``stopped`` says so.
        """

    def close(self) -> None:
        """Free what it holds; it cannot be used afterwards."""
