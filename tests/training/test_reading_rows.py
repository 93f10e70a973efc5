"""Rows are read as a corpus reads: the hits carry the nearness that a search would have found."""

from __future__ import annotations

from pathlib import Path

import pytest

from askdocs.corpus.corpus import Corpus
from scripts.training.reading_rows import NO_ANSWER, NOTHING, Row, RowAnswer, with_nearness


def row_of(*answers: tuple[str, float, float]) -> Row:
    """A row with answers given as words, score and nearness."""
    plain = {"exact": 1.0, "f1": 1.0, "holds": True, "right_passage": True, "quoted_exactly": True, "log_odds": 0.0}
    return Row(
        id="1",
        question="?",
        gold=("x",),
        seconds=0.0,
        answers=tuple(
            RowAnswer(words=words, score=score, features={"nearness": near}, **plain) for words, score, near in answers
        ),
    )


def test_nearness_counts_in_choosing_by_the_calibration() -> None:
    row = row_of(("far", -1.0, 0.2), ("near", -3.0, 0.5))
    assert row.chosen(NOTHING).words == "far"
    assert row.chosen(NOTHING.model_copy(update={"nearness": 6.0})).words == "far"
    assert row.chosen(NOTHING.model_copy(update={"nearness": 7.0})).words == "near"
    assert row_of().chosen(NOTHING) == NO_ANSWER


def test_rows_that_were_read_without_nearness_are_refused_by_a_calibration_that_counts_it() -> None:
    (answer,) = row_of(("old", -1.0, 0.2)).answers
    row = row_of().model_copy(update={"answers": (answer.model_copy(update={"features": {"length": 1.0}}),)})
    assert row.chosen(NOTHING).words == "old"
    with pytest.raises(KeyError, match="nearness"):
        row.chosen(NOTHING.model_copy(update={"nearness": 1.0}))


@pytest.mark.model
def test_the_nearness_is_what_a_search_in_a_corpus_finds(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    for name, text in {"a": "The mill sold 40 looms to a dealer in Ghent.", "b": "Rain fell on the coast."}.items():
        (tmp_path / "articles" / f"{name}.txt").write_text(text)
    with Corpus.open(tmp_path / "corpus") as corpus:
        corpus.add(tmp_path / "articles")
        hits = corpus.search("How many looms did the mill sell?")
    assert len(hits) == 2
    alone = [hit.model_copy(update={"dense_score": None}) for hit in hits]
    found = with_nearness("How many looms did the mill sell?", alone)
    for ours, theirs in zip(found, hits, strict=True):
        assert theirs.dense_score == pytest.approx(ours.dense_score, abs=0.02)
    assert found[0].dense_score is not None
    assert found[1].dense_score is not None
    assert found[0].dense_score > 0.5 > found[1].dense_score
