"""The ``askdocs`` command: which commands there are, and how each of them ends.

Only ``click`` is imported here. A command's module is imported when that command runs, and the libraries that
answer questions only inside it, so that ``askdocs --help`` and shell completion are immediate.
"""

from __future__ import annotations

import difflib
import json
import logging
import os
import sys
from collections.abc import Sequence
from typing import TextIO

import click

from askdocs.core.errors import AskdocsError

# Name -> (one line for --help, grouped as listed there). The module is askdocs.cli.commands.NAME, its function NAME.
COMMANDS = {
    "add": "Add files, folders, globs or URLs to a corpus.",
    "ask": "Answer one question from the articles, with citations.",
    "table": "Ask the same questions of every article: a row an article.",
    "chat": "Ask questions one after another.",
    "serve": "Serve a corpus over HTTP, with a page in the browser.",
    "mcp": "Serve the articles to an assistant that speaks MCP.",
    "search": "Show the passages nearest to a query.",
    "list": "List the articles of a corpus.",
    "remove": "Remove articles from a corpus.",
    "status": "Say what a corpus holds; with --verify, check every byte of it.",
    "rebuild": "Make the vector index anew from the stored vectors.",
    "copy": "Copy a corpus to another folder or to a server.",
    "models": "List, download, locate or try models.",
    "eval": "Compare models and settings on a suite of questions.",
    "doctor": "Check the installation, the machine and the models.",
    "demo": "Answer five questions about the sample articles.",
    "completion": "Print the completion script of a shell.",
}

DONE, FAILED, WRONG_USAGE, GATE_FAILED = 0, 1, 2, 100
INTERRUPTED, PIPE_CLOSED = 130, 141  # what a shell reports for a program ended by SIGINT or SIGPIPE


class PipeClosed(Exception):
    """Whoever read our output has gone."""


class LazyCommands(click.Group):
    """A group whose commands are imported when they are run, not when they are listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of ``--help``."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of one command; ``None`` when there is no such command."""
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        command = getattr(import_module(f"askdocs.cli.commands.{cmd_name}"), f"{cmd_name}_command")
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the arguments name; an unknown one is answered with the nearest."""
        if args and args[0] not in COMMANDS:
            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"No such command {args[0]!r}.{hint}", ctx=ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a closed pipe is told apart before click makes it an exit status of its own."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise PipeClosed from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


class _ToStderr(logging.StreamHandler[TextIO]):
    """Writes to what ``sys.stderr`` is now: the chat exchanges it while its prompt waits."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        self.stream = sys.stderr
        super().emit(record)


class _OneLine(logging.Formatter):
    """A record on one harmless line; a traceback under it only when asked for."""

    def __init__(self, tracebacks: bool) -> None:
        super().__init__()
        self._tracebacks = tracebacks

    def format(self, record: logging.LogRecord) -> str:
        """The line, or lines."""
        from askdocs.text.sanitize import one_line, sanitize

        line = f"askdocs: {one_line(record.getMessage())}"
        if record.exc_info and self._tracebacks:
            line += "\n" + sanitize(self.formatException(record.exc_info))
        return line


def _print_version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from askdocs import __version__

        click.echo(f"askdocs {__version__}")
        ctx.exit()


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Show it.")
@click.option("-v", "--verbose", count=True, help="Show what the library logs; twice for everything.")
def cli(verbose: int) -> None:
    """Ask questions about your articles; a local model answers with the exact words each answer rests on.

    \b
    askdocs add articles/
    askdocs ask "How many shares did Alibaba sell?"
    askdocs chat
    """
    handler = _ToStderr()
    handler.setFormatter(_OneLine(tracebacks=verbose > 0))
    logging.basicConfig(level=(logging.ERROR, logging.WARNING, logging.INFO)[min(verbose, 2)], handlers=[handler])
    logging.getLogger("askdocs").setLevel((logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; gives the exit status.

    0 the work was done, 1 it failed, 2 it was called wrongly, 100 a gate of ``eval`` failed. An error of ours is one
    line on stderr, and with ``--json`` the document ``{"error": {"type": ..., "message": ...}}`` on stdout.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in given
    _accept_any_character()
    try:
        status = cli.main(args=given, prog_name="askdocs", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as raised:
        wrong = _with_near_options(raised) if isinstance(raised, click.NoSuchOption) else raised
        wrong.show()
        _report_json(as_json, wrong)
        return wrong.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("askdocs: stopped", err=True)
        return INTERRUPTED
    except (BrokenPipeError, PipeClosed):
        # What is still buffered must not fail once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except (AskdocsError, OSError) as error:
        from askdocs.text.sanitize import one_line

        click.echo(f"askdocs: {one_line(str(error))}", err=True)
        _report_json(as_json, error)
        return FAILED
    return status if isinstance(status, int) else DONE


def _with_near_options(error: click.NoSuchOption) -> click.NoSuchOption:
    near = _near(error.option_name, error.possibilities or ())
    return click.NoSuchOption(error.option_name, error.message, near, error.ctx)


def _near(option: str, possibilities: Sequence[str]) -> list[str]:
    """The options that resemble a mistyped one without their dashes, which all have.

    >>> _near("--where", ["--help"]), _near("--jsn", ["--json"])
    ([], ['--json'])
    """
    names = {possible.lstrip("-"): possible for possible in possibilities}
    return [names[name] for name in difflib.get_close_matches(option.lstrip("-"), names)]


def _report_json(wanted: bool, error: Exception) -> None:
    """With ``--json`` stdout always holds one document, an error's too."""
    if wanted:
        message = error.format_message() if isinstance(error, click.ClickException) else str(error)
        click.echo(json.dumps({"error": {"type": type(error).__name__, "message": message}}, indent=2))


def _accept_any_character() -> None:
    """A character that the terminal's encoding lacks is shown as ``?`` instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
