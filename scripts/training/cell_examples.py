"""Made-up tables with their questions to examples for the scorer of cells: features, and which cell is right."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from askdocs.core.articles import Article, Chunk, Hit
from askdocs.core.base import FloatArray
from askdocs.embedding.embedder import SentenceTransformerEmbedder, chunk_text
from askdocs.ingest.chunk import chunk
from askdocs.reading.cells.cell_candidates import (
    ConsideredTable,
    FoundTable,
    column_labels,
    considered,
    found_table,
    row_labels,
)
from askdocs.reading.cells.cell_features import candidates
from askdocs.reading.cells.cell_reader import asked_words
from askdocs.reading.cells.label_matching import matches, rests, without_unit
from askdocs.reading.cells.label_vectors import LabelVectors
from askdocs.reading.cells.question_words import QuestionWords
from askdocs.reading.span_scorer import SpanScorer
from askdocs.tables.layout import lay_out
from askdocs.values.question_analysis import analyse_question
from scripts.training.made_tables import MadeTable
from scripts.training.table_questions import MadeQuestion

HITS = 8
CODED = 0.2  # of the tables: rows named by codes, and asked for by another column
TOGETHER = 20  # tables whose labels are embedded at once
SCORED = 0.9  # of the examples: the scorer of cells must do without the span scorer too
LOOKED_UP = ("lookup", "reverse", "unanswerable")


class Example(NamedTuple):
    """The features of all cells of a question, (cells, features), and the place of the right one; -1 for none."""

    question: str
    kind: str
    features: FloatArray
    right: int


class KnownVectors(LabelVectors):
    """Label vectors of which many are embedded at once beforehand."""

    def __init__(self, embedder: SentenceTransformerEmbedder) -> None:
        super().__init__(embedder)
        self._ready: dict[str, FloatArray] = {}

    def prepare(self, texts: Iterable[str]) -> None:
        """Embed what is not known yet."""
        new = [text for text in dict.fromkeys(texts) if text not in self._ready]
        if new:
            vectors = self._embedder.embed_texts(new)
            self._ready.update(zip(new, vectors, strict=True))

    def vector(self, text: str) -> FloatArray:
        """The vector of a text, prepared or not."""
        return self._ready[text] if text in self._ready else super()._vector(text)

    _vector = vector


class Laid(NamedTuple):
    """A made table as an article with its chunks, embedded."""

    made: MadeTable
    article: Article
    chunks: tuple[Chunk, ...]
    vectors: FloatArray


def with_codes(made: MadeTable, draw: random.Random) -> MadeTable:
    """The table with a column of codes before all others, which name the rows then in place of the first column."""
    grid, codes = made.grid, set[str]()
    letters = "".join(draw.choices("ABCDEFGHKLMNPRSTVW", k=draw.choice((1, 2))))
    if not grid.header_rows or not grid.label_columns or grid.indents or len(grid.rows) > 60:
        return made
    while len(codes) < len(grid.rows):
        codes.add(f"{letters}-{draw.randint(100, 9999)}")
    body = sorted(codes)[: len(grid.rows) - grid.header_rows]
    names = [draw.choice(("Code", "No.", "Ref", "ID", "SKU", "Item no."))] + [""] * (grid.header_rows - 1)
    rows = tuple((name, *row) for name, row in zip([*names, *body], grid.rows, strict=True))
    merges = tuple(merge.model_copy(update={"column": merge.column + 1}) for merge in grid.merges)
    questions = tuple(
        question._replace(cells=tuple((row, column + 1) for row, column in question.cells))
        for question in made.questions
    )
    moved = grid.model_copy(update={"rows": rows, "merges": merges, "label_columns": 1})
    return made._replace(grid=moved, questions=questions)


def laid_out(made: Sequence[MadeTable], embedder: SentenceTransformerEmbedder, seed: int) -> list[Laid]:
    """The articles that hold the tables; some have a column of codes, of some the header is left to be found."""
    draw = random.Random(seed)
    made = [with_codes(one, draw) if draw.random() < CODED else one for one in made]
    articles = []
    for number, one in enumerate(made):
        before = "\n\n".join(part for part in (f"# {one.heading}" if one.heading else "", one.before) if part)
        start = len(before) + 2 if before else 0
        grid = one.grid
        if draw.random() < 0.3:
            grid = grid.model_copy(update={"header_rows": None, "label_columns": None})
        laid = lay_out(grid, start)
        assert laid is not None
        text = f"{before}\n\n{laid[0]}" if before else laid[0]
        articles.append(
            Article(id=f"made{number}", source=f"made{number}.html", title=one.title, text=text, tables=(laid[1],))
        )
    chunks = [tuple(chunk(article, embedder.count_tokens)) for article in articles]
    texts = [chunk_text(one, article.title) for article, of_it in zip(articles, chunks, strict=True) for one in of_it]
    vectors = embedder.embed_texts(texts)
    found, place = [], 0
    for one, article, of_it in zip(made, articles, chunks, strict=True):
        found.append(Laid(one, article, of_it, vectors[place : place + len(of_it)]))
        place += len(of_it)
    return found


class _Asked(NamedTuple):
    """A question with the tables found for it, before its features are computed."""

    question: MadeQuestion
    one: Laid
    tables: list[FoundTable]
    looked_at: list[ConsideredTable]
    asked: QuestionWords
    spans: SpanScorer | None


def examples(laid: Sequence[Laid], vectors: KnownVectors, spans: SpanScorer, seed: int) -> list[Example]:
    """The examples of every question that asks for one cell; beside some tables another one is found."""
    draw = random.Random(seed)
    vectors.prepare(question.text for one in laid for question in one.made.questions if _is_looked_up(question))
    found: list[Example] = []
    for start in range(0, len(laid), TOGETHER):
        group = []
        for number, one in enumerate(laid[start : start + TOGETHER], start):
            places = {place for place in (draw.randrange(len(laid)), number - 1) if draw.random() < 0.3}
            others = [laid[place] for place in sorted(places - {number})]
            group += [
                _asked(question, one, others, vectors, spans if draw.random() < SCORED else None)
                for question in one.made.questions
                if _is_looked_up(question)
            ]
        vectors.prepare(text for one in group for text in _phrases_and_labels(one))
        found += [example for one in group if (example := _example(one, vectors)) is not None]
    return found


def _is_looked_up(question: MadeQuestion) -> bool:
    return question.kind.split(":")[0] in LOOKED_UP


def tables_for(question: str, laid: Sequence[Laid], vectors: KnownVectors) -> list[FoundTable]:
    """The tables as retrieval would give them: their best chunks, the best table first."""
    vector = vectors.vector(question)
    found = []
    for one in laid:
        scored = sorted(zip((one.vectors @ vector).tolist(), range(len(one.chunks)), strict=True), reverse=True)
        table = one.article.tables[0]
        hits = [
            Hit(chunk=one.chunks[n], source=one.article.source, title=one.article.title, score=score, dense_score=score)
            for score, n in scored[:HITS]
            if one.chunks[n].end > table.start
        ]
        if hits:
            found.append(found_table(table, hits, one.article))
    return sorted(found, key=lambda table: -table.hit.score)


def _asked(
    question: MadeQuestion, one: Laid, others: Sequence[Laid], vectors: KnownVectors, spans: SpanScorer | None
) -> _Asked:
    tables = tables_for(question.text, [one, *others], vectors)
    looked_at = [considered(asked_words(question.text, [found]), found) for found in tables]
    return _Asked(question, one, tables, looked_at, asked_words(question.text, tables), spans)


def _example(one: _Asked, vectors: KnownVectors) -> Example | None:
    found = candidates(analyse_question(one.question.text), one.asked, one.looked_at, vectors, one.spans)
    right = -1
    if one.question.cells:
        own = next(n for n, table in enumerate(one.tables) if table.article.id == one.one.article.id)
        wanted = one.tables[own].view.cell(*_place(one.one, one.question.cells[0]))
        places = [n for n, candidate in enumerate(found) if candidate.table == own and candidate.cell == wanted]
        if not places:
            return None
        right = places[0]
    features = np.stack([candidate.features for candidate in found])
    return Example(one.question.text, one.question.kind, features, right)


def _place(one: Laid, cell: tuple[int, int]) -> tuple[int, int]:
    """Where a cell of the grid stands in the table, from which empty rows and columns were left out."""
    rows = one.made.grid.rows
    kept_rows = [n for n, row in enumerate(rows) if any(row)]
    kept_columns = [n for n in range(len(rows[0])) if any(row[n] for row in rows)]
    return kept_rows.index(cell[0]), kept_columns.index(cell[1])


def _phrases_and_labels(one: _Asked) -> list[str]:
    texts = [phrase for phrase, _ in one.asked.phrases()]
    for table in one.looked_at:
        view = table.found.view
        for labels in (
            [row_labels(view, row) for row in table.rows],
            [column_labels(view, column) for column in table.columns],
        ):
            texts += [without_unit(label.own) for label in labels]
            texts += rests(one.asked, matches(one.asked, labels, None))
    return texts
