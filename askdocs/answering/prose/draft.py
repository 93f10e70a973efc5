"""Prose under way: what of it holds, what is to be written once more, and what is left at the end."""

from __future__ import annotations

from collections.abc import Sequence

from askdocs.answering.prose.check import CheckedSentence
from askdocs.core.answers import Citation, Unsupported
from askdocs.core.base import Model

_ONCE_MORE = "Write only this once more, with words copied exactly from a passage, in double quotes, with its [number]."


class Draft(Model):
    """The sentences that hold, in order, and what was dropped, with the reason."""

    kept: tuple[CheckedSentence, ...] = ()
    dropped: tuple[Unsupported, ...] = ()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Each place that is quoted, once, in the order of the text."""
        return tuple(dict.fromkeys(cited for one in self.kept for cited in one.citations))

    @property
    def text(self) -> str:
        """The sentences, each quote marked with the number of its citation."""
        numbers = {cited: number for number, cited in enumerate(self.citations, start=1)}
        return " ".join(one.sentence.with_marks([numbers[cited] for cited in one.citations]) for one in self.kept)


def note_on(checked: Sequence[CheckedSentence]) -> str:
    """What a model is told of the sentences that fail, so that it writes them once more; empty where all hold.

    >>> from askdocs.answering.prose.sentences import ProseSentence
    >>> bad = CheckedSentence(sentence=ProseSentence(text="It grew."), reasons=("it quotes no passage",))
    >>> print(note_on([bad]))
    You wrote before: It grew.
    That is not held by the passages: it quotes no passage.
    Write only this once more, with words copied exactly from a passage, in double quotes, with its [number].
    """
    failed = [one for one in checked if not one.holds]
    if not failed:
        return ""
    lines = []
    for one in failed:
        lines += [f"You wrote before: {one.sentence.text}", f"That is not held by the passages: {_why(one)}."]
    return "\n".join([*lines, _ONCE_MORE])


def drafted(first: Sequence[CheckedSentence], again: Sequence[CheckedSentence] = ()) -> Draft:
    """The first sentences that hold, those of the second try in the place of the first that failed."""
    repaired = [one for one in again if one.holds and all(one.sentence.text != other.sentence.text for other in first)]
    failed, count = [one for one in first if not one.holds], len(repaired)
    kept: list[CheckedSentence] = []
    for one in first:
        if one.holds:
            kept.append(one)
        elif repaired:
            kept += repaired
            repaired = []
    lost = failed[count:]  # as many as were not written anew
    return Draft(kept=tuple(kept), dropped=tuple(Unsupported(text=one.sentence.text, reason=_why(one)) for one in lost))


def _why(checked: CheckedSentence) -> str:
    return "; ".join(checked.reasons)
