"""``Corpus.table``: the questions of its columns, the run over the articles, and the rows made of the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from askdocs.core.answers import Answer
from askdocs.core.articles import Article
from askdocs.core.errors import AskdocsError, QuestionError
from askdocs.corpus.article_table.asking import AskedArticle, AskedTable, TableRun, Tick
from askdocs.corpus.article_table.cells import cell_of
from askdocs.corpus.article_table.table import ArticleTable, TableCell, TableColumn, TableRow, TypedRow, TypedTable

if TYPE_CHECKING:
    from askdocs.corpus.answerer import Answerer
    from askdocs.corpus.ask_options import AskOptions

Filled = TypeVar("Filled", bound=BaseModel)


def article_table(
    folder: Path, answerer: Answerer, questions: Mapping[str, str], options: AskOptions, tick: Tick, again: bool
) -> ArticleTable:
    """The table of these questions by the names of their columns. Errors as for ``Corpus.table``."""
    columns = table_columns(questions)
    asked = _asked(folder, answerer, columns, options, tick, again)
    return ArticleTable(
        columns=columns,
        rows=tuple(TableRow(**_of_article(one.article), cells=_cells(one, columns)) for one in asked.articles),
        model=options.model_name,
        asked=asked.asked,
        kept=asked.kept,
        usage=asked.usage,
    )


def typed_table(
    folder: Path, answerer: Answerer, as_: type[Filled], options: AskOptions, tick: Tick, again: bool
) -> TypedTable[Filled]:
    """The table of a model's fields, its rows filled models. Errors as for ``Corpus.table``."""
    from askdocs.corpus.typed import check_fillable, field_question

    check_fillable(as_)
    columns = table_columns({name: field_question("", name, field) for name, field in as_.model_fields.items()})
    asked = _asked(folder, answerer, columns, options, tick, again)
    return TypedTable(
        columns=columns,
        rows=tuple(_typed_row(one, columns, as_) for one in asked.articles),
        model=options.model_name,
        asked=asked.asked,
        kept=asked.kept,
        usage=asked.usage,
    )


def table_columns(questions: object) -> tuple[TableColumn, ...]:
    """The columns that a caller asks for.

    >>> table_columns({"shares": "How many shares were sold?"})
    (TableColumn(name='shares', question='How many shares were sold?'),)
    >>> table_columns(["How many shares were sold?"])
    Traceback (most recent call last):
    askdocs.core.errors.QuestionError: columns: questions by the names of their columns are wanted, ...
    """
    if not isinstance(questions, Mapping) or not questions:
        raise QuestionError(
            'columns: questions by the names of their columns are wanted, as {"shares": "How many shares were sold?"}, '
            "or a class of your own derived from pydantic's BaseModel"
        )
    for name, question in questions.items():
        if not isinstance(name, str) or not name.strip():
            raise QuestionError(f"columns: {name!r} is no name; give each question a word or two to stand above it")
        if not isinstance(question, str) or not any(character.isalnum() for character in question):
            raise QuestionError(f"column {name!r}: {question!r} is no question; ask something in words")
    columns = tuple(
        TableColumn(name=" ".join(name.split()), question=asked.strip()) for name, asked in questions.items()
    )
    if len({column.name for column in columns}) < len(columns):
        raise QuestionError("columns: two names differ in blanks only; give one of them another name")
    return columns


def _asked(
    folder: Path, answerer: Answerer, columns: Sequence[TableColumn], options: AskOptions, tick: Tick, again: bool
) -> AskedTable:
    if options.history:
        raise AskdocsError("a table takes no history; ask such questions with ask()")
    words = options.model_copy(update={"style": "span"})  # a cell holds no sentences
    return TableRun(folder, answerer, [column.question for column in columns], words, tick, again).run()


def _of_article(article: Article) -> dict[str, object]:
    return {
        "article_id": article.id,
        "source": article.source,
        "title": article.title,
        "published": article.published,
    }


def _cells(asked: AskedArticle, columns: Sequence[TableColumn]) -> dict[str, TableCell]:
    return {column.name: _cell(asked.answers[column.question]) for column in columns}


def _cell(answer: Answer | str) -> TableCell:
    return TableCell(error=answer) if isinstance(answer, str) else cell_of(answer)


def _typed_row(asked: AskedArticle, columns: Sequence[TableColumn], as_: type[Filled]) -> TypedRow[Filled]:
    from askdocs.corpus.typed import fill

    failed = {column.name: answer for column in columns if isinstance(answer := asked.answers[column.question], str)}

    def answer_to(question: str) -> Answer:
        answer = asked.answers[question]
        return answer if isinstance(answer, Answer) else _no_answer(question)

    filled = fill(answer_to, "", as_)
    return TypedRow(
        **_of_article(asked.article),
        cells=_cells(asked, columns),
        value=filled.value,
        missing=filled.missing,
        reasons=filled.reasons | {name: f"it could not be asked: {error}" for name, error in failed.items()},
    )


def _no_answer(question: str) -> Answer:
    return Answer(question=question, text="", abstained=True, confidence=0.0, candidate="", model="")
