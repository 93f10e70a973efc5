"""A conversation on the page: what was said, and the next question with its answer, which is stored."""

from __future__ import annotations

from typing import NamedTuple

from askdocs.core.answers import Answer, ChatTurn
from askdocs.core.errors import CorpusError
from askdocs.corpus.chat import Chat
from askdocs.corpus.corpus import Corpus
from askdocs.serving.access import Caller
from askdocs.serving.conversations import Conversations, UnknownConversation
from askdocs.serving.pages.asked import Asked
from askdocs.serving.pages.shown_answer import ShownAnswer, as_markdown, show_answer
from askdocs.terminal.answer_lines import NOTHING_NEAR, nothing_kept, undated
from askdocs.text.sanitize import one_line


class ShownTurn(NamedTuple):
    """A question with its answer as the template shows them; ``rewritten`` is empty where it is the question itself.

    ``remark`` is said under the answer: what a filter left out, or that the answer could not be stored.
    """

    number: int
    question: str
    rewritten: str
    answer: ShownAnswer
    markdown: str
    remark: str = ""

    @property
    def spoken(self) -> str:
        """The answer in one sentence, for those who hear the page."""
        sure = f", {self.answer.sure.words}" if self.answer.sure and not self.answer.abstained else ""
        parts = "; ".join(f"{question} {_words(part)}" for question, part in self.answer.parts)
        return one_line(_words(self.answer) or parts, 400) + sure


class Talk:
    """A conversation of one caller about one corpus; a new one where ``number`` is ``None``.

    Its methods use files and are for threads, not for an event loop. Raises UnknownConversation.
    """

    def __init__(self, kept: Conversations, caller: Caller, name: str, corpus: Corpus, number: int | None) -> None:
        self._kept = kept
        self._caller = caller
        self._name = name
        self._corpus = corpus
        self._chat = Chat(corpus, () if number is None else kept.turns(name, caller, number))
        self.number = number

    @property
    def history(self) -> tuple[tuple[str, str], ...]:
        """What later questions may lean on."""
        return self._chat.history

    @property
    def turns(self) -> list[ShownTurn]:
        """Everything that was asked so far."""
        return [self._shown(number, turn) for number, turn in enumerate(self._chat.turns, start=1)]

    def keep(self, asked: Asked, answer: Answer) -> ShownTurn:
        """Store a question with its answer, and show it; that it could not be stored is said under it."""
        turn = self._chat.add(asked.question, answer)
        remark, nothing = "", NOTHING_NEAR
        if asked.where:
            kept = self._corpus.kept(asked.where)
            remark, nothing = undated(kept), nothing_kept(kept, asked.conditions)
        try:
            self._store(turn)
        except (CorpusError, UnknownConversation) as error:
            remark = str(error)
        return self._shown(len(self._chat.turns), turn, remark, nothing)

    def _store(self, turn: ChatTurn) -> None:
        with self._kept.of(self._name, self._caller) as chats:
            if self.number is None:
                self.number = chats.begin()
            chats.append(self.number, turn)

    def _shown(self, number: int, turn: ChatTurn, remark: str = "", nothing: str = NOTHING_NEAR) -> ShownTurn:
        question = one_line(turn.question, 2000)
        return ShownTurn(
            number=number,
            question=question,
            rewritten="" if one_line(turn.rewritten) == question else one_line(turn.rewritten),
            answer=show_answer(turn.answer, self._name, nothing),
            markdown=as_markdown(turn.question, turn.answer),
            remark=remark,
        )


def _words(answer: ShownAnswer) -> str:
    return one_line("".join(piece.text for piece in answer.heading if piece.link is None))
