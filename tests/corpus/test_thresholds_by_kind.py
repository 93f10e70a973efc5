"""The threshold that a question is judged by goes by its kind, wherever it is asked, unless the caller gives one."""

from __future__ import annotations

from askdocs.answering.calibration import Calibration
from askdocs.corpus.ask_options import AskOptions
from askdocs.values.question_analysis import analyse_question

CALIBRATION = Calibration(
    features=(), means=(), scales=(), weights=(), bias=0, threshold=0.4, thresholds={"person": 0.2}
)


def test_the_kind_decides_where_nothing_is_given() -> None:
    options = AskOptions.of(model="extractive")
    asked = [options.threshold(CALIBRATION, analyse_question(text)) for text in ("Who sold?", "How many were sold?")]
    assert asked == [0.2, 0.4]


def test_what_the_caller_gives_holds_for_every_kind() -> None:
    options = AskOptions.of(model="extractive", threshold=0.3)
    asked = [options.threshold(CALIBRATION, analyse_question(text)) for text in ("Who sold?", "How many were sold?")]
    assert asked == [0.3, 0.3]
