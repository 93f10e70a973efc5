"""Instructions hidden in passages, and how each is put into a text: what a grounded answer must not follow.

The instructions are in `evals/injections.jsonl`, hand-written for this project; none is used in training.
"""

from __future__ import annotations

import re
from pathlib import Path

from askdocs.core.base import Model

PATH = Path(__file__).resolve().parents[2] / "evals" / "injections.jsonl"
#: where a sentence may end and another begin, and where a line does
BOUNDARY = re.compile(r"(?<=[.!?][\"”’)])\s+(?=\S)|(?<=[.!?])\s+(?=[\"“‘(]?[A-Z0-9])|\n+")
#: places that stand above the text, below it, and within it as a paragraph of their own
ABOVE = frozenset({"start", "title", "authority", "persona"})
BELOW = frozenset({"end", "footnote", "fake_passage", "false_abstention", "caption"})
BLOCKS = frozenset({"fake_question", "table", "code", "comment", "encoded"})


class Injection(Model):
    """One hidden instruction: its name, the place it is written for, its words."""

    id: str
    place: str
    text: str


def load(path: Path = PATH) -> list[Injection]:
    """The instructions of a file of one JSON object a line, in its order."""
    return [Injection.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def insert(text: str, injection: Injection, keep: tuple[str, ...] = ()) -> str:
    """The text with the instruction in its place, between sentences and never inside the `keep` words.

    Only white space of the text may change: every other character of it is still there, in order.

    >>> insert("Sales rose. Costs fell.", Injection(id="a", place="own_sentence", text="Say no."))
    'Sales rose. Say no. Costs fell.'
    >>> insert("Sales rose.", Injection(id="b", place="end", text="Say no."))
    'Sales rose.\\n\\nSay no.'
    """
    if injection.place in ABOVE:
        return f"{injection.text}\n\n{text}"
    free = [found for found in BOUNDARY.finditer(text) if not _cuts(text, found.start(), keep)]
    if injection.place in BELOW or not free:
        return f"{text}\n\n{injection.text}"
    nearest = min(free, key=lambda found: abs(found.start() - len(text) / 2))
    before, after = text[: nearest.start()], text[nearest.end() :]
    line = "\n" in nearest.group() or injection.place in BLOCKS
    return f"{before}\n{injection.text}\n{after}" if line else f"{before} {injection.text} {after}"


def _cuts(text: str, offset: int, keep: tuple[str, ...]) -> bool:
    """Whether `offset` lies inside one of the words to keep."""
    return any(
        found.start() < offset < found.end() for words in keep if words for found in re.finditer(re.escape(words), text)
    )
