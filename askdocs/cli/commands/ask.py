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
    conditions_text,
    corpus_option,
    emit_json,
    json_option,
    open_corpus,
    parse_conditions,
    report_filter_counts,
    terminal,
)

if TYPE_CHECKING:
    from askdocs.corpus.ask_options import Style
    from askdocs.corpus.corpus import Corpus


@click.command("ask")
@click.argument("question", metavar="QUESTION")
@click.argument("paths", nargs=-1, metavar="[PATHS...]")
@answer_options
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
    corpus_path: Path | None,
    as_json: bool,
) -> None:
    """Answer QUESTION from the corpus, or from PATHS.

    PATHS are indexed once by their content, in your cache; the corpus is not touched then.
    """
    if paths and corpus_path is not None and _given("corpus_path"):
        raise click.UsageError("give either PATHS or --corpus, not both")
    _check_quoted(question, paths)
    where = parse_conditions(conditions)
    with _corpus_of(paths, corpus_path) as corpus:
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


def _given(name: str) -> bool:
    """Whether an option stood on the command line, and not in the environment."""
    return click.get_current_context().get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE


def _corpus_of(paths: tuple[str, ...], corpus_path: Path | None) -> Corpus:
    if not paths:
        return open_corpus(corpus_path)
    from askdocs.corpus.quick_ask import cached_corpus

    return cached_corpus(paths)
