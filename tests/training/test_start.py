"""Training goes on from what an earlier run wrote, and reports can be given another share."""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from scripts.training import span_data, train_adapter
from scripts.training.contexts import TrainingContext
from scripts.training.drawing import proportion
from scripts.training.export import read_adapter, write_adapter
from scripts.training.span_data import Example


def test_an_adapter_is_read_as_it_was_written(tmp_path: Path) -> None:
    matrices = {
        "blk.0.attn_q.weight.lora_a": torch.arange(6).reshape(2, 3) / 4,
        "blk.0.attn_q.weight.lora_b": torch.arange(8).reshape(4, 2) / 8,
    }
    path = tmp_path / "adapter.gguf"
    write_adapter(path, matrices.items(), 32.0, "hash")
    read = read_adapter(path)
    assert read.keys() == matrices.keys()
    assert all(torch.equal(read[name], matrix) for name, matrix in matrices.items())


def shared(kind: str, _: int) -> Iterator[TrainingContext]:
    return itertools.repeat(TrainingContext((), (), kind))


def test_reports_get_the_share_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(train_adapter, "FILES", ())
    monkeypatch.setattr(train_adapter, "synthetic_stream", shared)
    drawn = list(itertools.islice(train_adapter.training_stream(tmp_path, 1, 0.4), 2000))
    assert 0.37 < sum(context.source == "reports" for context in drawn) / len(drawn) < 0.43


def test_pairs_of_reports_get_the_share_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(span_data, "FILES", ())
    monkeypatch.setattr(span_data, "synthetic_examples", lambda _, seed: itertools.repeat(Example("news", "", "")))
    monkeypatch.setattr(span_data, "mostly_clauses", lambda _, seed: itertools.repeat(Example("reports", "", "")))
    drawn = list(itertools.islice(span_data.training_examples(tmp_path, 1, 0.4), 2000))
    assert 0.37 < sum(example.question == "reports" for example in drawn) / len(drawn) < 0.43


def test_pairs_of_short_news_get_the_share_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(span_data, "FILES", ())
    monkeypatch.setattr(span_data, "synthetic_examples", lambda _, seed: itertools.repeat(Example("news", "", "")))
    drawn = list(itertools.islice(span_data.training_examples(tmp_path, 1, 0.0, 0.3), 2000))
    assert 0.27 < sum(example.question != "news" for example in drawn) / len(drawn) < 0.33


def test_reports_can_be_all_there_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(train_adapter, "FILES", ())
    monkeypatch.setattr(train_adapter, "synthetic_stream", shared)
    drawn = itertools.islice(train_adapter.training_stream(tmp_path, 1, 1.0), 50)
    assert {context.source for context in drawn} == {"reports"}


@pytest.mark.parametrize("text", ["1.2", "-0.1", "half", "nan"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=f"{text} is not a share; give a number from 0 to 1"):
        proportion(text)
