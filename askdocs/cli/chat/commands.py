"""The commands of the chat: ``/help``, ``/sources`` and their like, by name.

A command is given the session, the words after its name, and the console; it raises one of our errors to say in
one line what did not work.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from askdocs.core.errors import AskdocsError, CorpusError
from askdocs.terminal.render import print_answer, print_plain
from askdocs.text.sanitize import one_line

if TYPE_CHECKING:
    from rich.console import Console

    from askdocs.cli.chat.session import Session


class UnknownCommand(AskdocsError):
    """No command of the chat has this name; the message suggests the nearest."""


@dataclass(frozen=True)
class Command:
    """A command: its usage, what it does in a line, and the function."""

    usage: str
    help: str
    run: Callable[[Session, str, Console], None]


def run_command(line: str, session: Session, console: Console) -> None:
    """Run a line that begins with a slash."""
    name, _, argument = line[1:].strip().partition(" ")
    known = commands()
    command = known.get(name.lower())
    if command is None:
        near = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.4)
        hint = f"did you mean /{near[0]}?" if near else "/help lists the commands"
        raise UnknownCommand(f"/{one_line(name, 40)}: no such command; {hint}")
    command.run(session, argument.strip(), console)


def commands() -> dict[str, Command]:
    """All commands in the order of ``/help``."""
    from askdocs.cli.chat import corpus_commands, inspect_commands, save_commands

    return {
        "help": Command("/help", "this list", _help),
        "sources": Command(
            "/sources [N]", "the sources of the last answer; N: passage N in its context", inspect_commands.sources
        ),
        "open": Command("/open N", "read the whole article of source N", inspect_commands.open_article),
        "why": Command("/why", "how the last answer came about: search, prompt, probabilities", inspect_commands.why),
        "model": Command("/model [NAME]", "answer with another model; without NAME, list them", _model),
        "k": Command("/k [N]", "how many passages to find", _k),
        "threshold": Command("/threshold [P|off]", "abstain under this confidence", _threshold),
        "where": Command("/where [FILTER|off]", "only these articles, as published>=2023-01-01 source=*.md", _where),
        "add": Command("/add PATH", "add a file, folder, glob or URL", corpus_commands.add),
        "remove": Command("/remove SOURCE", "remove an article", corpus_commands.remove),
        "list": Command("/list", "the articles of the corpus", corpus_commands.list_articles),
        "history": Command(
            "/history [list|open N|delete N]",
            "this conversation; the stored ones; take one up, delete one",
            save_commands.history,
        ),
        "save": Command("/save FILE.md|.json", "write this conversation to a file", save_commands.save),
        "retry": Command("/retry [MODEL]", "ask the last question again, of another model", _retry),
        "compare": Command("/compare MODEL", "the last question answered by two models, side by side", _compare),
        "clear": Command("/clear", "begin a new conversation", _clear),
        "quit": Command("/quit", "leave (or Ctrl-D)", _quit),
    }


def _help(session: Session, argument: str, console: Console) -> None:
    known = commands()
    width = max(len(command.usage) for command in known.values() if len(command.usage) < 24)
    for command in known.values():
        if len(command.usage) > width:
            print_plain(console, command.usage)
            print_plain(console, f"{'':{width}}  {command.help}", hang=width + 2)
        else:
            print_plain(console, f"{command.usage:{width}}  {command.help}", hang=width + 2)
    print_plain(
        console, "!multi ... !end, or Alt-Enter: a question of several lines. Ctrl-C stops an answer. Ctrl-R searches."
    )


def _model(session: Session, argument: str, console: Console) -> None:
    from askdocs.models.listing import known_models
    from askdocs.models.registry import resolve

    if argument:
        resolve(argument)
        session.set(model=argument)
        session.warm()
    chosen = session.options.model or _settings_model()
    if not argument:
        for model in known_models():
            name = one_line(model.name)
            if len(name) > 24:
                print_plain(console, name)
                name = ""
            print_plain(console, f"{name:24}  {one_line(model.description)}", hang=26)
    print_plain(console, f"model: {one_line(chosen)}")


def _settings_model() -> str:
    from askdocs.core.settings import load_settings

    return load_settings().model


def _k(session: Session, argument: str, console: Console) -> None:
    if argument:
        if not argument.isdecimal() or not 1 <= int(argument) <= 100:
            raise CorpusError(f"/k {argument}: give a number from 1 to 100")
        session.set(k=int(argument))
    print_plain(console, f"k: {session.options.k or 'as set (4 unless changed)'}")


def _threshold(session: Session, argument: str, console: Console) -> None:
    if argument:
        session.set(threshold=None if argument == "off" else _probability(argument))
    threshold = session.options.threshold
    print_plain(console, f"threshold: {'as calibrated' if threshold is None else threshold}")


def _probability(argument: str) -> float:
    try:
        value = float(argument)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise CorpusError(f"/threshold {argument}: give a probability from 0 to 1, or off")
    return value


def _where(session: Session, argument: str, console: Console) -> None:
    import click

    from askdocs.cli.common import conditions_text, parse_conditions
    from askdocs.terminal.render import counted, undated

    if argument:
        try:
            where = None if argument == "off" else parse_conditions(argument.split())
        except click.UsageError as error:
            raise CorpusError(error.format_message()) from error
        session.corpus.kept(where or {})  # which refuses a field that no article has
        session.set(where=where)
    kept = session.kept()
    shown = one_line(conditions_text(session.options.where)) or "all articles"
    if kept is not None:
        shown += f" · {kept.articles or 'keeps none'} of {counted(kept.total, 'article')}"
    print_plain(console, f"where: {shown}")
    if note := undated(kept):
        print_plain(console, note)


def _retry(session: Session, argument: str, console: Console) -> None:
    turn = session.last_turn()
    question = session.again()
    answer = None
    try:
        answer = session.show(question, argument or None)
    finally:
        if answer is None:
            session.put_back(turn)


def _compare(session: Session, argument: str, console: Console) -> None:
    if not argument:
        raise CorpusError("/compare: name a model, as /compare extractive")
    turn = session.last_turn()
    options = session.options.arguments() | {"model": argument}
    other = session.corpus.ask(turn.question, history=session.chat.history[:-1], **options)
    if not console.is_terminal:
        for answer in (turn.answer, other):
            print_plain(console, f"--- {one_line(answer.model)}")
            print_answer(console, answer)
        return
    from askdocs.terminal.render import colourless, side_by_side

    marks = colourless(console)
    console.print(side_by_side(turn.answer, other, marks=marks, columns=console.width))


def _clear(session: Session, argument: str, console: Console) -> None:
    session.begin()
    if console.is_terminal:
        console.clear()


def _quit(session: Session, argument: str, console: Console) -> None:
    session.finished = True
