"""What the chat completes: commands and their arguments, and in questions the titles and sources of the corpus."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document

from askdocs.cli.chat.commands import commands
from askdocs.core.errors import AskdocsError
from askdocs.text.sanitize import one_line

if TYPE_CHECKING:
    from askdocs.cli.chat.session import Session
    from askdocs.core.articles import Article

_SHOWN = 40
_FIELDS = ("published>=", "published<", "source=", "title=")


class ChatCompleter(Completer):
    """Completes by the words already typed; titles and sources are read anew for each completion."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._paths = PathCompleter(expanduser=True)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """What may stand at the cursor."""
        text = document.text_before_cursor
        command, space, argument = text.partition(" ")
        if not text.startswith("/"):
            yield from self._in_question(text)
        elif not space:
            yield from _beginning(text[1:], ((name, known.help) for name, known in commands().items()))
        elif command in {"/add", "/save"}:
            yield from self._paths.get_completions(Document(argument, len(argument)), complete_event)
        else:
            yield from self._argument(command, argument)

    def _argument(self, command: str, argument: str) -> Iterator[Completion]:
        if command == "/remove":
            yield from _containing(argument, self._sources())
        elif command in {"/model", "/compare", "/retry"}:
            yield from _beginning(argument, self._models())
        elif command == "/where":
            yield from _beginning(argument.rpartition(" ")[2], ((field, "") for field in (*_FIELDS, "off")))
        elif command == "/history":
            yield from _beginning(argument, (("list", ""), ("open ", ""), ("delete ", "")))
        elif command in {"/open", "/sources"} and self._session.last is not None:
            from askdocs.terminal.render import numbered

            yield from _beginning(argument, ((str(note.number), note.place) for note in numbered(self._session.last)))

    def _in_question(self, text: str) -> Iterator[Completion]:
        """Titles and sources one of whose words begins as the word at the cursor does."""
        word = re.search(r"[\w./~-]{2,}$", text)
        if word is None:
            return
        begun = word.group().lower()
        shown = 0
        for article in self._articles():
            for whole in (article.title, article.source):
                line = one_line(whole)
                if any(part.startswith(begun) for part in re.split(r"[^\w]+", line.lower())):
                    shown += 1
                    yield Completion(line, start_position=-len(begun), display=one_line(whole, 70))
            if shown >= _SHOWN:
                return

    def _articles(self) -> list[Article]:
        try:
            return list(self._session.corpus.articles())
        except AskdocsError:
            return []

    def _sources(self) -> list[str]:
        return [article.source for article in self._articles()]

    def _models(self) -> list[tuple[str, str]]:
        from askdocs.models.listing import known_models

        return [(model.name, one_line(model.description, 60)) for model in known_models()]


def _beginning(begun: str, known: Iterable[tuple[str, str]]) -> Iterator[Completion]:
    for word, meaning in known:
        if word.lower().startswith(begun.lower()):
            yield Completion(word, start_position=-len(begun), display_meta=meaning)


def _containing(begun: str, known: Iterable[str]) -> Iterator[Completion]:
    for word in known:
        if begun.lower() in word.lower():
            yield Completion(word, start_position=-len(begun), display=one_line(word, 70))
