"""``askdocs ask``: one question, one answer with its citations."""

from __future__ import annotations

import itertools
import os
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

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
    style_option,
    terminal,
)

if TYPE_CHECKING:
    from askdocs.corpus.ask_options import Style


@click.command("ask")
@click.argument("question", metavar="QUESTION")
@click.argument("paths", nargs=-1, metavar="[PATHS...]")
@answer_options
@style_option
@corpus_option
@json_option
def ask_command(
    question: str,
    paths: tuple[str, ...],
    model: str | None,
    k: int | None,
    threshold: float | None,
    conditions: tuple[str, ...],
    timeout: float | None,
    style: Style | None,
    corpus_path: Path | str | None,
    as_json: bool,
) -> None:
    """Answer QUESTION from the corpus, or from PATHS.

    PATHS are indexed once by their content, in your cache; the corpus is not touched then.
    """
    check_paths_or_corpus(paths, corpus_path)
    _check_quoted(question, paths)
    where = parse_conditions(conditions)
    with corpus_of(paths, corpus_path) as corpus:
        kept = report_filter_counts(corpus, where)
        answer = corpus.ask(question, model=model, k=k, where=where, threshold=threshold, timeout=timeout, style=style)
    if as_json:
        emit_json(answer)
        return
    from askdocs.terminal.render import nothing_kept, print_answer

    print_answer(terminal(), answer, nothing_kept(kept, conditions_text(where)))


def _check_quoted(question: str, paths: tuple[str, ...]) -> None:
    """A question without quotes reaches us as one word and paths that are none: say what to type."""
    words = list(itertools.takewhile(_is_plain_word, paths))
    if words and len(question.split()) == 1:
        typed = shlex.join(["askdocs", "ask", " ".join([question, *words]), *paths[len(words) :]])
        raise click.UsageError(f"{words[0]!r} is no file or folder; put the question in quotes: {typed}")


def _is_plain_word(path: str) -> bool:
    return not (os.path.lexists(path) or any(mark in path for mark in "/\\*") or re.search(r"\.\w+$", path))
