"""The regression over marks and an embedding, with weights by hand, and a file that is damaged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from askdocs.core.errors import ModelUnusable
from askdocs.questions.form_classifier import EMBEDDING, FormClassifier
from askdocs.questions.form_features import form_marks

FORMS = 8


def saved(path: Path, marks: list[str], weights: np.ndarray, bias: np.ndarray) -> Path:
    np.savez_compressed(path, marks=np.frombuffer("\n".join(marks).encode(), np.uint8), weights=weights, bias=bias)
    return path


def test_probabilities_by_hand(tmp_path: Path) -> None:
    weights = np.zeros((3, FORMS), dtype=np.float16)
    weights[0, 3] = 2.0  # "w list" speaks for a list
    weights[2, 0] = 0.5  # the second number of the embedding for a span
    path = saved(tmp_path / "forms.npz", ["w list"], weights, np.zeros(FORMS, dtype=np.float32))
    likely = FormClassifier.load(path).probabilities("List banks", "list", np.array([0.0, 1.0], dtype=np.float32))
    odds = np.exp([EMBEDDING * 0.5, 0, 0, 0.5 * 2.0, 0, 0, 0, 0])
    assert list(likely.values()) == pytest.approx((odds / odds.sum()).tolist())
    assert list(likely) == ["span", "value", "yes_or_no", "list", "summary", "comparison", "count", "parts"]


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    damaged = tmp_path / "forms.npz"
    for content in (b"", b"no zip", b"PK\x03\x04" + b"\0" * 40):
        damaged.write_bytes(content)
        with pytest.raises(ModelUnusable, match="install askdocs again"):
            FormClassifier.load(damaged)
    np.savez(damaged, marks=np.zeros(1, np.uint8))
    with pytest.raises(ModelUnusable, match="install askdocs again"):
        FormClassifier.load(damaged)
    with pytest.raises(ModelUnusable, match="install askdocs again"):
        FormClassifier.load(tmp_path / "none.npz")


def test_the_shipped_weights_fit_the_embedder() -> None:
    likely = FormClassifier.load().probabilities("List banks", "list", np.zeros(384, dtype=np.float32))
    assert sum(likely.values()) == pytest.approx(1.0)
    assert max(likely, key=lambda form: likely[form]) == "list"


def test_marks_of_odd_questions() -> None:
    assert form_marks("", "span") == {"told span": 2.0, "short 2": 1.0, "short 4": 1.0, "short 8": 1.0}
    marks = form_marks("Who? When?", "parts")
    assert (marks["asks"], marks["asks twice"], marks["^ who" if "^ who" in marks else "w ^ who"]) == (2.0, 1.0, 0.5)
    assert "long" in form_marks("word " * 16, "span")
    assert len(form_marks("word " * 10_000, "span")) < 300
