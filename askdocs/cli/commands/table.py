"""``askdocs table``: the same questions asked of every article, as a table in the terminal or in a file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from askdocs.cli.common import (
    answer_options,
    check_paths_or_corpus,
    conditions_text,
    corpus_of,
    corpus_option,
    emit_json,
    json_option,
    parse_conditions,
    report_filter_counts,
    say,
    terminal,
)


@click.command("table")
@click.argument("paths", nargs=-1, metavar="[PATHS...]")
@click.option(
    "--column", "columns", multiple=True, required=True, metavar="NAME=QUESTION", help="A column; may be repeated."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write it to FILE: .csv, .tsv, .xlsx, .html, .parquet, .json or .md.",
)
@click.option("--again", is_flag=True, help="Ask also what is known from an earlier table.")
@answer_options
@corpus_option
@json_option
def table_command(
    paths: tuple[str, ...],
    columns: tuple[str, ...],
    out: Path | None,
    again: bool,
    model: str | None,
    k: int | None,
    threshold: float | None,
    conditions: tuple[str, ...],
    timeout: float | None,
    corpus_path: Path | str | None,
    as_json: bool,
) -> int:
    """Ask the same questions of every article of the corpus, or of PATHS: a row an article, a column a question.

    What was answered is kept: after Ctrl-C the same command goes on, and later only what changed is asked.

    \b
    askdocs table --column shares="How many shares were sold?" --column price="At what price?" --out sales.xlsx
    """
    check_paths_or_corpus(paths, corpus_path)
    questions = parse_columns(columns)
    where = parse_conditions(conditions)
    if out is not None:
        from askdocs.corpus.article_table.files import check_writable

        check_writable(out)
    with corpus_of(paths, corpus_path) as corpus:
        kept = report_filter_counts(corpus, where)
        try:
            table = corpus.table(
                questions, progress=sys.stderr.isatty(), again=again,
                model=model, k=k, where=where, threshold=threshold, timeout=timeout,
            )  # fmt: skip
        except KeyboardInterrupt:
            say("askdocs: what was answered is kept; the same command goes on from there")
            raise
    from askdocs.terminal.article_table import print_table, table_note
    from askdocs.terminal.render import nothing_kept

    if not table.rows:
        say(f"askdocs: {nothing_kept(kept, conditions_text(where))}")
    if out is not None:
        table.write(out)
    if as_json:
        emit_json(table)
    elif out is None:
        print_table(terminal(), list(questions), list(table.rows))
    note = table_note(list(table.rows), table.asked, table.kept)
    say(f"{out}: {note}" if out is not None else note)
    cells = len(table.rows) * len(table.columns)
    return 1 if cells and table.failed == cells else 0


def parse_columns(columns: tuple[str, ...]) -> dict[str, str]:
    """Columns as typed, ``NAME=QUESTION``.

    >>> parse_columns(("shares=How many shares were sold?", "due = When?"))
    {'shares': 'How many shares were sold?', 'due': 'When?'}
    """
    questions: dict[str, str] = {}
    for column in columns:
        name, mark, question = (part.strip() for part in column.partition("="))
        if not (name and mark and question):
            raise click.UsageError(
                f'column {column!r}: write NAME="QUESTION", as --column shares="How many shares were sold?"'
            )
        if name in questions:
            raise click.UsageError(f"there are two columns {name!r}; give one of them another name")
        questions[name] = question
    return questions
