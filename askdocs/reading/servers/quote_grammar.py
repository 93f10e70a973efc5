"""Passages -> a GBNF grammar under which a server's model can quote nothing but their words.

::

    answer := item ("; " item)*  |  ("yes" | "no") " " item  |  "unanswerable"
    item   := "[n] " words       words: a run of words within one sentence of passage n
    prose  := (free | '"' words '" [n]')*  |  "unanswerable"

GBNF is read by llama.cpp (``grammar``) and by vLLM's xgrammar. The runs of a passage are those that its suffix
automaton over words accepts (Blumer et al. 1985, "The smallest automaton recognizing the subwords of a text"): its
rules are at most about twice as many as its words, and after any word only one of them goes on, so that the server
has few places to look at for each token.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from askdocs.core.decoding import Passage
from askdocs.decoding.form_grammar import FormGroup, FormLeaf, FormList, FormNode
from askdocs.text.sentences import sentence_spans
from askdocs.text.span_boundaries import can_end, can_start, is_cut

MOST_ITEMS = 12
_MOST_PIECES = 6_000  # of all passages; beyond it, whole sentences are quoted
_PROSE_MARKS = '"“”„‟«»″[]'
_FORM_MARKS = '"\\'  # which JSON writes in another way
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class _State(NamedTuple):
    """A state of a suffix automaton: the longest run that leads to it, its suffix link, and what follows."""

    length: int
    link: int
    following: dict[str, int]


def answer_grammar(passages: Sequence[Passage], yes_or_no: bool | None) -> str:
    """The grammar of an answer in the form of the prompt ``instruct``.

    ``yes_or_no`` admits answers with yes or no only (True), none of them (False), or any (None).

    >>> from askdocs.reading.prompt_packing import number
    >>> from askdocs import Chunk, Hit
    >>> chunk = Chunk(article_id="a", start=0, end=10, text="Profit up.")
    >>> print(answer_grammar([number(Hit(chunk=chunk, source="s", title="t", score=1.0), 1)], True))
    root ::= "unanswerable" | ("yes " | "no ") item
    item ::= "[1] " p1
    p1 ::= "P" "rofit" p1s1 | "u" "p" p1s2
    p1s1 ::= (" up" p1s2)?
    p1s2 ::= (".")?
    """
    rules = _Runs(passages).rules()
    heads = [f'"[{passage.number}] " p{passage.number}' for passage in passages if f"p{passage.number}" in rules]
    if not heads:
        return 'root ::= "unanswerable"\n'
    answers = {True: ['("yes " | "no ") item'], False: ["items1"], None: ["items1", '("yes " | "no ") item']}[yes_or_no]
    lines = {"root": " | ".join(['"unanswerable"', *answers]), "item": " | ".join(heads)}
    if yes_or_no is not True:
        for place in range(1, MOST_ITEMS):
            lines[f"items{place}"] = f'item ("; " items{place + 1})?'
        lines[f"items{MOST_ITEMS}"] = "item"
    return _text(lines | rules)


def prose_grammar(passages: Sequence[Passage]) -> str:
    """The grammar of sentences whose quotes are runs of the passages, each with the number of its passage."""
    rules = _Runs(passages, _PROSE_MARKS).rules()
    quotes = [f'p{passage.number} "\\" [{passage.number}]"' for passage in passages if f"p{passage.number}" in rules]
    free = r'[^"“”„‟«»″\[\]\n]'
    lines = {"root": '"unanswerable" | part+', "part": "free | quote" if quotes else "free", "free": free}
    if quotes:
        lines["quote"] = f'"\\"" ({" | ".join(quotes)})'
    return _text(lines | rules)


def filled_grammar(passages: Sequence[Passage], form: FormGroup) -> str:
    """The grammar of a filled form (``askdocs.decoding.form_grammar``), on one line."""
    rules = _Runs(passages, _FORM_MARKS).rules()
    numbers = [passage.number for passage in passages if f"p{passage.number}" in rules]
    words = [f'"[{number}] " p{number}' for number in numbers]
    quoted = f' | "\\"" ({" | ".join(words)}) "\\""' if words else ""
    said = f' | "\\"" ("yes " | "no ") ({" | ".join(words)}) "\\""' if words else ""
    leaves = {"leaf": f'"null"{quoted}', "polar": f'"null"{said}'}
    return _text({"root": _filled(form)} | leaves | rules)


def _filled(node: FormNode) -> str:
    if isinstance(node, FormLeaf):
        return "polar" if node.polar else "leaf"
    if isinstance(node, FormList):
        item = _filled(node.item)
        return f'"[" ({item} (", " {item})*)? "]"'
    fields = ' ", " '.join(f"{_literal(json.dumps(key) + ': ')} {_filled(value)}" for key, value in node.fields)
    return f'("null" | "{{" {fields} "}}")' if node.optional else f'"{{" {fields} "}}"'


class _Runs:
    """The rules of the runs of words of some passages; ``breaks`` are characters that no run may hold."""

    def __init__(self, passages: Sequence[Passage], breaks: str = "") -> None:
        self._passages = passages
        self._breaks = re.compile(f"[{re.escape(breaks)}]") if breaks else None

    def rules(self) -> dict[str, str]:
        """Their bodies by name; ``p3`` is a run of passage 3, and is not there where the passage has no words."""
        stretches = {passage.number: list(self._stretches(passage.text)) for passage in self._passages}
        if sum(len(pieces) for lists in stretches.values() for pieces in lists) > _MOST_PIECES:
            stretches = {number: [["".join(pieces)] for pieces in lists] for number, lists in stretches.items()}
        return {
            name: body
            for number, lists in stretches.items()
            if lists
            for name, body in _rules(f"p{number}", lists).items()
        }

    def _stretches(self, text: str) -> Iterator[list[str]]:
        """The sentences in pieces, parted where no run may go on; each begins and ends as a run may."""
        for start, end in sentence_spans(text):
            at = start
            broken = [found.start() for found in self._breaks.finditer(text, start, end)] if self._breaks else []
            for stop in [*broken, end]:
                pieces = _pieces(text, at, stop)
                while pieces and not _may_end(pieces[-1]):
                    pieces.pop()
                if pieces:
                    yield pieces
                at = stop + 1


def _pieces(text: str, start: int, end: int) -> list[str]:
    """A stretch cut wherever a run may be cut, each blank with what follows it."""
    cuts = [i for i in range(start + 1, end) if is_cut(text, i) and not text[i - 1].isspace()]
    bounds = [start, *cuts, end]
    pieces = (text[a:b].replace("\n", " ") for a, b in itertools.pairwise(bounds))
    return [piece for piece in pieces if piece.strip()]


def _may_start(piece: str) -> bool:
    return can_start(piece.lstrip(), 0)


def _may_end(piece: str) -> bool:
    return can_end(piece, len(piece))


def _automaton(stretches: Sequence[Sequence[str]]) -> list[_State]:
    """The suffix automaton of several lists of pieces; state 0 is the beginning."""
    states = [_State(0, -1, {})]
    for pieces in stretches:
        last = 0
        for piece in pieces:
            last = _extended(states, last, piece)
    return states


def _extended(states: list[_State], last: int, piece: str) -> int:
    """The state of all that was read with one more piece."""
    known = states[last].following.get(piece)
    if known is not None:
        return _exactly(states, last, piece, known)
    new = len(states)
    states.append(_State(states[last].length + 1, 0, {}))
    at = last
    while at != -1 and piece not in states[at].following:
        states[at].following[piece] = new
        at = states[at].link
    if at != -1:
        link = _exactly(states, at, piece, states[at].following[piece])
        states[new] = states[new]._replace(link=link)
    return new


def _exactly(states: list[_State], before: int, piece: str, after: int) -> int:
    """The state that ``before`` and a piece lead to and longer runs do not: ``after`` itself, or a copy of it."""
    length = states[before].length + 1
    if states[after].length == length:
        return after
    copy = len(states)
    states.append(_State(length, states[after].link, dict(states[after].following)))
    states[after] = states[after]._replace(link=copy)
    at = before
    while at != -1 and states[at].following.get(piece) == after:
        states[at].following[piece] = copy
        at = states[at].link
    return copy


def _rules(name: str, stretches: Sequence[Sequence[str]]) -> dict[str, str]:
    """The rule ``name`` of a run, and one for each state of the automaton that more may follow."""
    states = _automaton(stretches)

    def then(state: int) -> str:
        return f" {name}s{state}" if states[state].following else ""

    starts: dict[str, list[str]] = {}
    for piece, state in states[0].following.items():
        if _may_start(piece):
            shown = piece.lstrip()
            if _may_end(piece) or states[state].following:
                starts.setdefault(shown[0], []).append(f"{_literal(shown[1:])}{then(state)}".strip() or '""')
    if not starts:
        return {}
    # What begins with the same character is tried together: a server looks at every beginning for every token.
    rules = {name: " | ".join(f"{_literal(first)} {_choice(rests)}" for first, rests in starts.items())}
    endings = {state: _may_end(piece) for one in states for piece, state in one.following.items()}
    for number, one in enumerate(states):
        if number and one.following:
            choice = " | ".join(f"{_literal(piece)}{then(after)}" for piece, after in one.following.items())
            rules[f"{name}s{number}"] = f"({choice})?" if endings[number] else choice
    return rules


def _choice(rests: Sequence[str]) -> str:
    return rests[0] if len(rests) == 1 else f"({' | '.join(rests)})"


def _literal(text: str) -> str:
    """A text in the quotation marks of GBNF; nothing for no text."""
    if not text:
        return ""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _CONTROL.sub(lambda found: f"\\x{ord(found.group()):02x}", escaped) + '"'


def _text(rules: dict[str, str]) -> str:
    return "".join(f"{name} ::= {body}\n" for name, body in rules.items())
