"""What is worked out about the cells of a table goes with the question."""

from __future__ import annotations

import gc

from askdocs.core.articles import Article, Chunk, Hit
from askdocs.core.tables import Grid
from askdocs.reading.cells import cell_features
from askdocs.reading.cells.cell_candidates import considered, found_table
from askdocs.reading.cells.cell_features import candidates
from askdocs.reading.cells.cell_reader import asked_words
from askdocs.tables.layout import lay_out
from askdocs.values.question_analysis import analyse_question

QUESTION = "How many staff did Retail have in 2023?"
STAFF = Grid(rows=(("Segment", "2022", "2023"), ("Cloud", "380", "401"), ("Retail", "505", "511")), header_rows=1,
             label_columns=1)  # fmt: skip


def test_nothing_of_a_question_is_kept() -> None:
    laid = lay_out(STAFF)
    assert laid is not None
    article = Article(id="a1", source="a.html", title="Staff", text=laid[0], tables=(laid[1],))
    chunk = Chunk(article_id="a1", start=0, end=len(article.text), text=article.text)
    found = found_table(laid[1], [Hit(chunk=chunk, source="a.html", title="Staff", score=1)], article)
    asked = asked_words(QUESTION, [found])
    every = candidates(analyse_question(QUESTION), asked, [considered(asked, found)], None, None)
    assert "511" in {one.cell.text for one in every}
    gc.collect()
    assert [one for one in gc.get_objects() if type(one) is cell_features._TableFeatures] == []
