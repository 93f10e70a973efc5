"""The mechanics of prose and forms with a real tokenizer and real logits: the bundled model, which is too small for
either, held to the passages all the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from askdocs import Corpus
from askdocs.answering.prose import capability as module
from askdocs.answering.prose.capability import capability_of
from askdocs.core.settings import load_settings
from askdocs.models.registry import bundled_model_path
from askdocs.reading.model_pool import loaded_model
from tests.corpus.asking.scripted import ARTICLES, HOW_MANY

pytestmark = pytest.mark.model


class Seller(BaseModel):
    name: str


class Deal(BaseModel):
    seller: Seller
    shares: int | None = None
    companies: list[str]


def test_what_the_bundled_model_writes_is_held_to_the_passages(corpus: Corpus) -> None:
    answer = corpus.ask(HOW_MANY, model="smollm2+base", style="prose", threshold=0, timeout=300)
    known = {article.id: article.text for article in ARTICLES}
    for cited in answer.citations:
        assert known[cited.article_id][cited.start : cited.end] == cited.quote
    if answer.style == "prose":
        assert all(f"[{number}]" in answer.text for number in range(1, len(answer.citations) + 1))
    assert answer.candidate


def test_a_form_that_the_bundled_model_fills_quotes_the_passages(corpus: Corpus) -> None:
    filled = corpus.ask("the sale of XPeng shares", as_=Deal, model="smollm2+base", style="prose", threshold=0,
                        timeout=300)  # fmt: skip
    known = {article.id: article.text for article in ARTICLES}
    for answer in filled.answers.values():
        for cited in answer.citations:
            assert known[cited.article_id][cited.start : cited.end] == cited.quote
    assert isinstance(filled.value, Deal)
    assert "seller.name" in filled.answers


def test_a_file_is_tested_once_and_fails_with_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, name = load_settings(cache_dir=tmp_path), str(bundled_model_path())
    monkeypatch.setattr(module, "ENOUGH_PARAMETERS", 1)
    monkeypatch.setattr(module, "TEST_SECONDS", 300.0)
    model = loaded_model(name, settings)
    found = capability_of(name, model, settings)
    assert found.tested
    assert found.parameters == 134_515_008
    assert found.reason
    model.capability = None
    assert capability_of(name, model, settings) == found
    assert len(list((tmp_path / "capabilities").iterdir())) == 1
