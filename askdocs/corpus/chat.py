"""A conversation about a corpus: each question is asked with what was asked and answered before it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Unpack

from askdocs.conversation.rewriter import rewrite
from askdocs.core.answers import Answer, Answered, ChatTurn, Event
from askdocs.corpus.ask_options import ChatKeywords

if TYPE_CHECKING:
    from askdocs.corpus.corpus import Corpus


class Chat:
    """A conversation; ``Corpus.chat()`` begins one.

    A later question may lean on earlier ones ("And for how much?"). It is made self-contained by the rules of
    :mod:`askdocs.conversation.rewriter` before it is searched for; ``turns[-1].rewritten`` says what it became. A
    question that fails or is stopped leaves the conversation as it was.
    """

    def __init__(self, corpus: Corpus, turns: Iterable[ChatTurn] = ()) -> None:
        self._corpus = corpus
        self._turns = list(turns)

    @property
    def turns(self) -> tuple[ChatTurn, ...]:
        """What was asked and answered so far, oldest first."""
        return tuple(self._turns)

    @property
    def history(self) -> tuple[tuple[str, str], ...]:
        """The questions so far, self-contained, each with the words it was answered with."""
        return tuple((turn.rewritten, turn.words) for turn in self._turns)

    def rewritten(self, question: str) -> str:
        """The question as it would be searched for now."""
        return rewrite(question, self.history)

    def ask(self, question: str, **options: Unpack[ChatKeywords]) -> Answer:
        """Ask the next question; options and errors as for :meth:`Corpus.ask`, but for ``as_``."""
        if "as_" in options:
            raise TypeError("a conversation is made of Answers; ask the corpus itself for a typed answer (as_=)")
        answer = self._corpus.ask(question, history=self.history, **options)
        self.add(question, answer)
        return answer

    def stream(self, question: str, **options: Unpack[ChatKeywords]) -> Iterator[Event]:
        """Ask the next question; events and options as for :meth:`Corpus.stream`."""
        for event in self._corpus.stream(question, history=self.history, **options):
            if isinstance(event, Answered):
                self.add(question, event.answer)
            yield event

    def add(self, question: str, answer: Answer) -> ChatTurn:
        """Put a question that was answered elsewhere into the conversation."""
        now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        turn = ChatTurn(asked=now, question=question, rewritten=self.rewritten(question), answer=answer)
        self._turns.append(turn)
        return turn

    def drop_last(self) -> ChatTurn | None:
        """Take the last question back, to ask it again; ``None`` when there is none."""
        return self._turns.pop() if self._turns else None

    def clear(self) -> None:
        """Forget everything that was asked."""
        self._turns.clear()
