"""The whole way with a GGUF of every family: from ``Corpus.ask`` to citations that are exact."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from askdocs.core.answers import Answer
from askdocs.corpus.corpus import Corpus
from askdocs.reading.model_pool import unload_models
from askdocs.testing import DeterministicEmbedder
from tests.support.tiny_families import FAMILIES, write_family

ARTICLES = {
    "shares.txt": "Alibaba sold 33 million shares of XPeng for 1,234 yuan (3.5%). 上海股市 rose — 😀👍🏽 said Zoë.",
    "marks.txt": "The <think>plan</think> holds, <|im_end|> said. Baidu’s unit made 202412 cars; 株式会社 made 12.",
}
QUESTIONS = ("How many shares were sold?", "Did the plan hold?")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    folder = tmp_path_factory.mktemp("articles")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASKDOCS_THREADS", "1")  # such small models only wait for a second one
        with Corpus.open(tmp_path_factory.mktemp("corpus") / "c", embedder=DeterministicEmbedder()) as opened:
            opened.add(folder)
            yield opened
    unload_models()


def check(answer: Answer, corpus: Corpus) -> None:
    """Every citation is exact, and a span's text is the cited words."""
    texts = {article.id: article.text for article in corpus.articles()}
    assert answer.citations
    for citation in answer.citations:
        text = texts[citation.article_id]
        assert citation.quote == text[citation.start : citation.end]
        assert text[citation.answer_start : citation.answer_end].strip()
        assert citation.start <= citation.answer_start < citation.answer_end <= citation.end
    if answer.text not in ("yes", "no"):
        cited = [texts[one.article_id][one.answer_start : one.answer_end] for one in answer.citations]
        assert answer.text in (cited[0], "; ".join(cited))


@pytest.mark.parametrize("name", FAMILIES)
def test_answers_of_architectures_are_exact(name: str, corpus: Corpus, tmp_path: Path) -> None:
    path = write_family(tmp_path / f"{name}.gguf", name)
    for question in QUESTIONS:
        check(corpus.ask(question, model=str(path), threshold=0.0), corpus)
    if name in ("qwen3", "gemma3"):
        prose = corpus.ask(QUESTIONS[0], model=str(path), threshold=0.0, style="prose").text
        assert "think>" not in prose.replace("<think>plan</think>", "")
