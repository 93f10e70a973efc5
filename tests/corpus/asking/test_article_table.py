"""The same questions asked of every article: rows, empty cells, failed ones, and what is asked again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel, Field

from askdocs import Corpus
from askdocs.core.answers import Usage
from askdocs.core.errors import AnswerTimeout, AskdocsError, CorpusError, PromptTooLong, QuestionError
from askdocs.corpus.article_table.passages import ArticlePassages
from askdocs.reading.model_pool import unload_models
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator
from tests.corpus.asking.scripted import ARTICLES, Slow, reply, scripted, when_begun
from tests.support.made import article

COLUMNS = {"shares": "How many XPeng shares were sold?", "paid": "For how much were they sold?"}


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Corpus]:
    """A corpus that may be changed."""
    with Corpus.open(tmp_path / "own", embedder=DeterministicEmbedder()) as corpus:
        corpus.add(ARTICLES)
        yield corpus
    unload_models()


def test_a_row_an_article_in_the_order_they_were_added(corpus: Corpus) -> None:
    table = corpus.table(COLUMNS, model=scripted())
    assert [row.title for row in table] == ["Sale", "Cloud", "Chips"]
    assert table.rows[0].values == {"shares": 33000000, "paid": 317000000}
    assert table.rows[1].values == {"shares": None, "paid": None}
    cell = table.rows[0]["paid"]
    assert (cell.text, cell.unit, cell.kind) == ("$317 million", "USD", "money")
    assert cell.citation is not None
    text = corpus.article(table.rows[0].article_id).text
    assert text[cell.citation.answer_start : cell.citation.answer_end] == "$317 million"
    assert (table.asked, table.kept, table.answered, table.failed) == (6, 0, 2, 0)


def test_a_cell_under_the_threshold_is_empty_and_keeps_its_nearest_words(corpus: Corpus) -> None:
    cell = corpus.table(COLUMNS, model=scripted(), threshold=1).rows[0]["paid"]
    assert (cell.text, cell.value, cell.unit) == ("", None, None)
    assert cell.nearest == "$317 million"
    assert cell.citation is not None


def test_where_limits_the_articles(corpus: Corpus) -> None:
    table = corpus.table(COLUMNS, model=scripted(), where={"published": ">=2024"})
    assert [row.title for row in table] == ["Sale"]
    with pytest.raises(CorpusError):
        corpus.table(COLUMNS, model=scripted(), where={"nothing": "x"})


def test_progress_is_told_every_cell(corpus: Corpus) -> None:
    told: list[tuple[int, int]] = []
    corpus.table(COLUMNS, model=scripted(), progress=lambda done, total: told.append((done, total)))
    assert told[0] == (0, 6)
    assert told[-1] == (6, 6)
    assert told == sorted(told)


def test_questions_that_are_none_are_named(corpus: Corpus) -> None:
    for wrong in ({}, {"": "How many?"}, {"a": ""}, {"a": "?!"}, ["How many?"], "How many?"):
        with pytest.raises(QuestionError):
            corpus.table(wrong, model=scripted())  # type: ignore[arg-type]
    with pytest.raises(AskdocsError, match="history"):
        corpus.table(COLUMNS, model=scripted(), history=[("a", "b")])


def test_two_columns_may_ask_the_same(corpus: Corpus) -> None:
    asked = COLUMNS["shares"]
    table = corpus.table({"one": asked, "other": asked}, model=scripted())
    assert table.rows[0].values == {"one": 33000000, "other": 33000000}


class Sale(BaseModel):
    shares: int | None = Field(None, description="How many XPeng shares were sold?")
    paid: float | None = Field(None, description="For how much were they sold?")


def test_a_model_gives_rows_of_that_model(corpus: Corpus) -> None:
    table = corpus.table(Sale, model=scripted())
    first, second, _ = table
    assert first.value == Sale(shares=33000000, paid=317000000)
    assert first.missing == ()
    assert second.value == Sale()
    assert set(second.reasons) == {"shares", "paid"}
    assert first["paid"].text == "$317 million"
    assert table.model_dump(mode="json")["rows"][0]["value"] == {"shares": 33000000, "paid": 317000000.0}


def test_a_model_that_words_cannot_fill_is_refused_before_anything_is_asked(corpus: Corpus) -> None:
    class Nested(BaseModel):
        terms: dict[str, str]

    model = scripted()
    with pytest.raises(AskdocsError, match="cannot fill a dict"):
        corpus.table(Nested, model=model)
    assert model.calls == []


class Choking(ScriptedGenerator):
    """Cannot take a prompt that holds some words."""

    def prefill(self, tokens: object) -> tuple[int, int]:
        if "27.65" in self.text(tokens) and "For how much" in self.text(tokens):  # type: ignore[arg-type]
            raise PromptTooLong("its context is full")
        if "Huawei" in self.text(tokens):  # type: ignore[arg-type]
            raise ZeroDivisionError("no reason")
        return super().prefill(tokens)  # type: ignore[arg-type]


def test_a_cell_that_fails_is_a_cell_with_its_error(corpus: Corpus) -> None:
    model = Choking(reply, context_length=8192)
    table = corpus.table(COLUMNS, model=model, threshold=0)
    sale, cloud, chips = table
    assert sale["shares"].text == "33 million"
    assert cloud["shares"].error is None
    assert cloud["paid"].error == "its context is full"
    assert (cloud["paid"].value, cloud["paid"].confidence) == (None, 0)
    assert chips["paid"].error == "ZeroDivisionError: no reason"
    assert table.failed == 3
    assert model.live_sequences == ()
    typed = corpus.table(Sale, model=model, threshold=0).rows[2]
    assert typed.reasons["shares"] == "it could not be asked: ZeroDivisionError: no reason"


def test_time_that_ran_out_is_an_error_of_its_cells(corpus: Corpus) -> None:
    table = corpus.table({"shares": COLUMNS["shares"]}, model=Slow(0.05), timeout=0.01)
    assert "time limit" in str(table.rows[0]["shares"].error)


def test_a_cancelled_table_stops(corpus: Corpus) -> None:
    model, cancel = Slow(0.02), threading.Event()
    when_begun(model, cancel.set)
    with pytest.raises(AnswerTimeout, match="it was cancelled"):
        corpus.table(COLUMNS, model=model, cancel=cancel)


def test_prompts_of_an_article_begin_alike(own: Corpus) -> None:
    own.add(
        article(" ".join(f"Paragraph {n} tells of {n} million things.\n\n" * 8 for n in range(1, 33)), title="Long")
    )
    with own.searcher.snapshot() as store:
        passages = ArticlePassages(own.searcher, store, k=3)
        number = store.article_numbers()[-1]
        chunks = passages.chunks(number, store.article_numbered(number))
        assert len(chunks.prose) > 3
        for question in ("How many things are in paragraph 7?", "What does paragraph 2 tell of?"):
            found = passages.retrieve(question, chunks)
            starts = [hit.chunk.start for hit in found.prose]
            assert len(starts) == 3
            assert starts == sorted(starts)
            assert {hit.chunk.article_id for hit in found.hits} == {chunks.article.id}
    table = own.table(COLUMNS, model=scripted())
    assert table.usage.reused_tokens > 0.3 * table.usage.prompt_tokens


# -- what is kept: of models that have a name


def values(corpus: Corpus, columns: dict[str, str] = COLUMNS, **options: object) -> tuple[int, int, list[object]]:
    table = corpus.table(columns, model="extractive", **options)  # type: ignore[call-overload]
    return table.asked, table.kept, [row.model_dump() for row in table]


def test_what_was_answered_is_not_asked_again(own: Corpus) -> None:
    asked, kept, rows = values(own)
    assert (asked, kept) == (6, 0)
    assert values(own) == (0, 6, rows)
    assert values(own, again=True) == (6, 0, rows)


def test_another_threshold_asks_nothing_again(own: Corpus) -> None:
    values(own)
    strict, lax = values(own, threshold=1), values(own, threshold=0)
    assert strict[:2] == lax[:2] == (0, 6)
    assert strict == (0, 6, values(own, threshold=1, again=True)[2])
    assert lax == (0, 6, values(own, threshold=0, again=True)[2])


def test_only_new_columns_and_changed_articles_are_asked(own: Corpus) -> None:
    values(own)
    assert values(own, COLUMNS | {"who": "Who bought chips?"})[:2] == (3, 6)
    changed = ARTICLES[0].model_copy(update={"text": "Alibaba sold 34 million XPeng shares."})
    own.add(changed)
    asked, kept, rows = values(own)
    assert (asked, kept) == (2, 4)
    assert "34 million" in str(rows)
    assert values(own, k=2)[:2] == (6, 0)


def test_an_article_that_moved_is_cited_where_it_is_now(own: Corpus) -> None:
    values(own, threshold=0)
    own.remove(article_id=ARTICLES[0].id)
    own.add(ARTICLES[0].model_copy(update={"id": "elsewhere", "source": "elsewhere.md"}))
    table = own.table(COLUMNS, model="extractive", threshold=0)
    assert (table.asked, table.kept) == (0, 6)
    row = next(row for row in table if row.source == "elsewhere.md")
    cited = row["shares"].citation
    assert cited is not None
    assert (cited.article_id, cited.source) == ("elsewhere", "elsewhere.md")
    with own.searcher.snapshot() as store:
        chunk = store.chunks([cited.chunk_id])[cited.chunk_id].chunk
    assert chunk.start <= cited.answer_start < chunk.end


def test_an_interrupted_table_goes_on_where_it_was(own: Corpus) -> None:
    def interrupt(done: int, total: int) -> None:
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        own.table(COLUMNS, model="extractive", progress=interrupt)
    table = own.table(COLUMNS, model="extractive")
    assert (table.asked, table.kept) == (2, 4)


def test_an_article_removed_meanwhile_is_still_of_the_table(own: Corpus) -> None:
    with Corpus.open(own.path, embedder=DeterministicEmbedder()) as other:

        def remove(done: int, total: int) -> None:
            if done == 2:
                other.remove(article_id=ARTICLES[2].id)

        table = own.table(COLUMNS, model=scripted(), threshold=0, progress=remove)
    assert [row.title for row in table] == ["Sale", "Cloud", "Chips"]
    assert table.failed == 0
    assert len(own.table(COLUMNS, model=scripted())) == 2


def test_an_article_that_is_lost_is_a_row_that_says_so(own: Corpus) -> None:
    import sqlite3

    with sqlite3.connect(own.path / "corpus.db") as database:
        database.execute("UPDATE texts SET text = 'other words' WHERE article = (SELECT min(article) FROM texts)")
    table = own.table(COLUMNS, model=scripted(), threshold=0)
    assert "was lost or changed" in str(table.rows[0]["shares"].error)
    assert table.rows[0].source == ARTICLES[0].source
    assert table.rows[1]["shares"].error is None


def test_a_model_of_ones_own_is_asked_each_time(own: Corpus) -> None:
    model = scripted()
    own.table(COLUMNS, model=model)
    assert own.table(COLUMNS, model=model).kept == 0


def test_an_empty_corpus_is_an_empty_table(tmp_path: Path) -> None:
    with Corpus.open(tmp_path / "empty", embedder=DeterministicEmbedder()) as corpus:
        table = corpus.table(COLUMNS, model="extractive")
    assert (table.rows, table.asked, table.usage) == ((), 0, Usage())
