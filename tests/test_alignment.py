"""What a sentence covers of a question, by the states of a small embedder with random weights."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from askdocs.alignment import Aligner
from askdocs.bert_numpy import Weights, load_tokenizer
from askdocs.embedder_folder import WEIGHTS
from askdocs.models import bundled_embedder_path, scorer_path
from askdocs.span_scorer import SpanScorer
from tests.tiny_bert import write_model


@pytest.fixture
def aligner(tmp_path: Path) -> Aligner:
    write_model(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    return Aligner(config, Weights(tmp_path / WEIGHTS), load_tokenizer(tmp_path))


def test_a_sentence_covers_itself(aligner: Aligner) -> None:
    assert aligner.least("company sell shares", "company sell shares") == pytest.approx(1.0, abs=1e-5)


def test_the_least_covered_word_counts(aligner: Aligner) -> None:
    asked, said = (aligner._encoded(text) for text in ("company sell", "shares a b"))
    likeness = asked.states[1:-1] @ said.states[1:-1].T
    assert aligner.least("company sell", "shares a b") == pytest.approx(float(likeness.max(axis=1).min()), abs=1e-6)
    assert aligner.least("company sell", "shares a b") < 1


def test_small_words_and_empty_sentences_leave_nothing_to_cover(aligner: Aligner) -> None:
    assert aligner.least("how many did the?", "shares") == 1.0
    assert aligner.least("company", "") == 1.0


def test_texts_longer_than_the_model_are_cut(aligner: Aligner) -> None:
    assert np.isfinite(aligner.least("company " * 40, "shares " * 40))


@pytest.mark.model
def test_what_tempts_is_covered_worse_than_what_answers() -> None:
    scorer = SpanScorer.load(bundled_embedder_path(), scorer_path())
    sentence = "Brellon sold 4 million of its shares in the ferry line on Friday."
    right = scorer.aligned("How many shares of the ferry line did Brellon sell?", sentence)
    assert right > scorer.aligned("How many shares of the airline did Quillmere buy?", sentence) + 0.1
