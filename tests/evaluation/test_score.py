"""One outcome judged, every figure worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest

from askdocs.evaluation.cases import Case
from askdocs.evaluation.outcomes import Cited, Cost, Failure, Outcome, Place
from askdocs.evaluation.score import CaseScore, Scorer, score_run

TEXTS = {
    "one.md": "Larksea sold 14 million shares. It kept 3 million. Larksea sold 14 million shares.",
    "two.md": "Tidewell sold 9 million shares to nobody.",
}
QUOTE = "Larksea sold 14 million shares."
CASE = Case.model_validate(
    {"id": "a", "question": "How many?", "type": "number", "gold": {"value": 14e6, "unit": "shares"},
     "answer": "14 million", "article": "one.md", "quote": QUOTE}
)  # fmt: skip
NOTHING = Case(id="n", question="How many cherries?", type="unanswerable", article=("two.md",))


def cited(article: str, start: int, end: int, **more: Any) -> Cited:
    quote = TEXTS[article][start:end]
    fields = {"article": article, "chunk": 1, "start": start, "end": end, "quote": quote, "answer_start": start,
              "answer_end": end, "chunk_start": 0, "chunk_end": len(TEXTS[article])}  # fmt: skip
    return Cited.model_validate(fields | more)


def judge(case: Case = CASE, **fields: Any) -> CaseScore:
    outcome = Outcome.model_validate({"run": "r", "case": case.id, "question": case.question} | fields)
    return Scorer([CASE, NOTHING], TEXTS).score(outcome)


def hits(*places: tuple[str, int, int]) -> tuple[Place, ...]:
    return tuple(Place(article=name, chunk=i, start=start, end=end) for i, (name, start, end) in enumerate(places))


def test_a_right_answer() -> None:
    found = judge(
        text="14 million", candidate="14 million", confidence=0.9,
        citations=(cited("one.md", 0, len(QUOTE)),),
        hits=hits(("two.md", 0, 41), ("one.md", 0, 50)),
        cost=Cost(seconds=2.0, first_token=1.0, prompt_tokens=100, reused_tokens=50, output_tokens=10),
    )  # fmt: skip
    assert (found.verdict, found.candidate_right, found.quotes) == ("right", True, ("exact",))
    assert found.values["retrieval.mrr"] == 0.5
    assert found.values["retrieval.ndcg"] == pytest.approx(1 / math.log2(3))
    assert found.values["cost.tokens_per_second"] == 30.0
    for name in ("exact", "squad_em", "squad_f1", "citation.support", "citation.article_precision",
                 "citation.article_recall", "citation.chunk_precision", "citation.chunk_recall",
                 "citation.character_precision", "citation.character_recall", "abstention.accuracy"):  # fmt: skip
        assert found.values[name] == 1.0, name
    assert math.isnan(found.values["abstention.abstained"])


def test_the_quote_may_be_cited_where_it_stands_a_second_time() -> None:
    start = TEXTS["one.md"].rindex(QUOTE)
    found = judge(text="14 million", citations=(cited("one.md", start, start + len(QUOTE)),))
    assert found.values["citation.character_recall"] == 1.0


def test_a_second_citation_beside_the_point() -> None:
    citations = (cited("one.md", 0, len(QUOTE)), cited("two.md", 0, 41, chunk=2))
    found = judge(text="14 million", citations=citations)
    assert found.values["citation.article_precision"] == 0.5
    assert found.values["citation.chunk_precision"] == 0.5
    assert found.values["citation.support"] == 0.5
    assert found.values["citation.article_recall"] == 1.0
    assert found.values["citation.character_precision"] == pytest.approx(len(QUOTE) / (len(QUOTE) + 41))


def test_a_quote_beside_the_gold_one_in_its_chunk() -> None:
    start = TEXTS["one.md"].index("It kept")
    found = judge(text="3 million", citations=(cited("one.md", start, start + 18),), hits=hits(("one.md", 0, 50)))
    assert found.verdict == "retrieved but answered wrong"
    assert found.values["citation.chunk_recall"] == 1.0
    assert found.values["citation.character_recall"] == 0.0
    assert found.values["citation.support"] == 0.0


def test_wrong_and_not_retrieved() -> None:
    found = judge(text="9 million", citations=(cited("two.md", 0, 41),), hits=hits(("two.md", 0, 41)))
    assert found.verdict == "not retrieved and answered wrong"
    assert found.values["exact"] == found.values["citation.article_precision"] == 0.0
    assert found.values["squad_f1"] == 0.5


def test_an_answer_without_citations() -> None:
    found = judge(text="14 million")
    assert found.verdict == "right"
    assert found.values["citation.given"] == found.values["citation.character_precision"] == 0.0
    assert math.isnan(found.values["citation.exact"])


def test_abstaining() -> None:
    wrongly = judge(abstained=True, candidate="14 million", hits=hits(("one.md", 0, 50)))
    assert (wrongly.verdict, wrongly.candidate_right) == ("abstained though answerable", True)
    assert wrongly.values["abstention.answered"] == 0.0
    rightly = judge(NOTHING, abstained=True, candidate="9 million")
    assert (rightly.verdict, rightly.candidate_right) == ("rightly abstained", False)
    assert rightly.values["exact"] == rightly.values["squad_f1"] == rightly.values["abstention.abstained"] == 1.0
    tempted = judge(NOTHING, text="9 million", candidate="9 million")
    assert tempted.verdict == "answered though unanswerable"
    assert tempted.values["exact"] == tempted.values["squad_f1"] == 0.0
    assert math.isnan(tempted.values["retrieval.recall"])


def test_a_failure_is_never_right() -> None:
    for case in (CASE, NOTHING):
        found = judge(case, error=Failure(type="ModelError", message="gone"))
        assert found.verdict == "failed"
        assert found.values["exact"] == found.values["squad_em"] == found.values["abstention.accuracy"] == 0.0
        assert math.isnan(found.values["cost.first_token"])


@pytest.mark.parametrize(
    ("quote", "article", "kind"),
    [
        ("Larksea sold 14 million shares.", "one.md", "exact"),
        ("larksea sold 14 million  shares.", "one.md", "normalised"),
        ("Larksea sold 14 million shares.", "two.md", "misattributed"),
        ("Larksea sold 15 million shares.", "one.md", "fabricated"),
    ],
)
def test_quotes_are_compared_with_the_suites_articles(quote: str, article: str, kind: str) -> None:
    found = judge(text="14 million", citations=(cited(article, 0, 31, quote=quote),))
    assert found.quotes == (kind,)
    assert found.values[f"citation.{kind}"] == 1.0


def test_columns_keep_the_suites_order() -> None:
    scorer = Scorer([CASE, NOTHING], TEXTS)
    outcomes = {
        "n": Outcome(run="r", case="n", question="?", abstained=True, confidence=0.2),
        "a": Outcome(run="r", case="a", question="?", text="14 million", confidence=0.8),
    }
    scores = score_run("label", scorer, outcomes)
    assert scores.cases == ("a", "n")
    assert scores.confidence.tolist() == [0.8, 0.2]
    assert scores.column("exact").tolist() == [1.0, 1.0]
    assert scores.answerable.tolist() == [1.0, 0.0]
