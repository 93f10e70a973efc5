"""What the commands share: options, opening the corpus, and where their output goes."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from askdocs.text.sanitize import json_text, one_line

if TYPE_CHECKING:
    from rich.console import Console

    from askdocs.core.reports import FilterCounts
    from askdocs.corpus.corpus import Corpus

Function = TypeVar("Function", bound=Callable[..., Any])
DEFAULT_CORPUS = ".askdocs"
_CONDITION = re.compile(r"([^<>=!\s]+)\s*(<=|>=|!=|<|>|=)\s*(.*\S)", re.DOTALL)


class PlaceType(click.ParamType["Path | str"]):
    """A folder, or the address of a database."""

    name = "place"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path | str:
        """A path, unless it is an address."""
        from askdocs.core.places import place_of

        return place_of(str(value))


def corpus_option(function: Function) -> Function:
    """``--corpus DIR``; else ``$ASKDOCS_CORPUS``; else ``.askdocs`` in the current folder."""
    return click.option(
        "--corpus",
        "corpus_path",
        type=PlaceType(),
        metavar="DIR",
        envvar="ASKDOCS_CORPUS",
        show_envvar=True,
        help=f"The folder of the corpus, or its postgresql:// address; {DEFAULT_CORPUS} if not given.",
    )(function)


def json_option(function: Function) -> Function:
    """``--json``: one JSON document on stdout and nothing else there."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout, nothing else.")(function)


def model_option(function: Function) -> Function:
    """``--model``: any of the strings that name a model."""
    return click.option(
        "--model",
        metavar="NAME",
        help="smollm2, smollm2+base, extractive, FILE.gguf[+LORA.gguf], hf:OWNER/REPO/FILE.gguf or openai:MODEL@URL.",
    )(function)


def answer_options(function: Function) -> Function:
    """The options of a question: ``--model -k --threshold --where --timeout``."""
    options = (
        model_option,
        click.option("-k", type=click.IntRange(1, 100), metavar="N", help="How many passages to find; 4 if not given."),
        click.option(
            "--threshold",
            type=click.FloatRange(0, 1),
            metavar="P",
            help="Abstain under this confidence; 0 always answers.",
        ),
        click.option("--where", "conditions", multiple=True, metavar="FILTER", help='As "published>=2023-01-01".'),
        click.option("--timeout", type=click.FloatRange(0, min_open=True), metavar="SECONDS", help="The time limit."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def style_option(function: Function) -> Function:
    """``--style``: words, sentences, or what the model is capable of."""
    return click.option(
        "--style",
        type=click.Choice(["auto", "span", "prose"]),
        help="Words of the articles (span), sentences that quote them (prose), or by the model (auto).",
    )(function)


def corpus_place(given: Path | str | None) -> Path | str:
    """The place to use when ``--corpus`` may not have been given."""
    if given is not None:
        return given
    from askdocs.core.settings import load_settings

    return load_settings().corpus


def open_corpus(given: Path | str | None, *, create: bool = False) -> Corpus:
    """Open the corpus that the options name; unless ``create``, one that is not there is an error."""
    from askdocs.corpus.corpus import Corpus

    return Corpus.open(corpus_place(given), create=create)


def check_paths_or_corpus(paths: tuple[str, ...], corpus_path: Path | str | None) -> None:
    """Refuse PATHS beside ``--corpus``; one that only the environment names gives way to them."""
    source = click.get_current_context().get_parameter_source("corpus_path")
    if paths and corpus_path is not None and source is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("give either PATHS or --corpus, not both")


def corpus_of(paths: tuple[str, ...], corpus_path: Path | str | None) -> Corpus:
    """The corpus of PATHS, indexed once by their content in the user's cache; without any, the one that is named."""
    if not paths:
        return open_corpus(corpus_path)
    from askdocs.corpus.quick_ask import cached_corpus

    return cached_corpus(paths, progress=sys.stderr.isatty())


def parse_conditions(conditions: Iterable[str]) -> dict[str, list[str]] | None:
    """Filters as typed, ``FIELD=VALUE`` or ``FIELD>=VALUE``, as the library takes them; ``None`` without any.

    >>> parse_conditions(["published>=2023-01-01", "published<2024", "source=*.md"])
    {'published': ['>=2023-01-01', '<2024'], 'source': ['*.md']}
    """
    where: dict[str, list[str]] = {}
    for condition in conditions:
        match = _CONDITION.fullmatch(condition.strip())
        if match is None:
            raise click.UsageError(f"filter {condition!r}: write FIELD=VALUE or FIELD>=VALUE, as published>=2023-01-01")
        name, operator, value = match.groups()
        where.setdefault(name, []).append(operator.removeprefix("=") + value)
    return where or None


def conditions_text(where: Mapping[str, Iterable[str]] | None) -> str:
    """Filters as they would be typed; the reverse of :func:`parse_conditions`.

    >>> conditions_text({"published": [">=2023-01-01", "<2024"], "source": ["*.md"]})
    'published>=2023-01-01 published<2024 source=*.md'
    """
    typed = ((name, value) for name, values in (where or {}).items() for value in values)
    return " ".join(f"{name}{'' if value[:1] in ('<', '>', '!') else '='}{value}" for name, value in typed)


def report_filter_counts(corpus: Corpus, where: Mapping[str, list[str]] | None) -> FilterCounts | None:
    """What a filter keeps; that it leaves out articles for want of a date is said on stderr."""
    if not where:
        return None
    from askdocs.terminal.render import undated

    kept = corpus.kept(where)
    if note := undated(kept):
        say(f"askdocs: {note}")
    return kept


def emit_json(document: Any, indent: int | None = 2) -> None:
    """Write one JSON document on stdout; pydantic models anywhere in it are written as their fields."""
    text = json_text(_plain(document), indent)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:  # what this encoding lacks can still be said in JSON's own way
        text = json.dumps(json.loads(text), indent=indent)
    sys.stdout.write(text + "\n")


def _plain(document: Any) -> Any:
    if hasattr(document, "model_dump"):
        return _plain(document.model_dump(mode="json"))
    if isinstance(document, dict):
        return {str(key): _plain(value) for key, value in document.items()}
    if isinstance(document, list | tuple):
        return [_plain(value) for value in document]
    return str(document) if isinstance(document, Path) else document


def say(message: str) -> None:
    """Tell the user something on stderr, on one harmless line, behind what was printed before it."""
    with contextlib.suppress(OSError, ValueError):  # a reader that went away is told of where it is printed to
        sys.stdout.flush()
    click.echo(one_line(message), err=True)


def terminal(file: Any = None) -> Console:
    """A console on stdout that interprets nothing of what it is given but its styles.

    Without a terminal it is 80 columns wide and plain; ``NO_COLOR`` and ``TERM=dumb`` are obeyed (by rich).
    """
    from rich.console import Console

    target = file or sys.stdout
    width = None if target.isatty() or os.environ.get("COLUMNS") else 80
    return Console(file=file, width=width, markup=False, emoji=False, highlight=False, soft_wrap=False)
