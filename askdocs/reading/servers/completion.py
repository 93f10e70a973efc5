"""The document of a chat completion -> its text without thoughts, its tokens, whether it came to its end."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from askdocs.core.answers import Usage

UNKNOWN = 0.5  # the probability of a reply whose server does not tell
_THOUGHT_FIELDS = ("reasoning_content", "reasoning", "thinking", "thought")
_TAG = r"(?:think|thinking|thought|reasoning|seed:think)"
_OPENS = re.compile(rf"<{_TAG}>|\[THINK\]|<\|channel\|>analysis<\|message\|>|<\|START_THINKING\|>", re.IGNORECASE)
_CLOSES = re.compile(rf"</{_TAG}>|\[/THINK\]|<\|channel\|>final<\|message\|>|<\|END_THINKING\|>", re.IGNORECASE)


class Completion(NamedTuple):
    """A server's reply.

    ``tokens`` has the text and the log probability of each token, as far as the server tells. ``ended`` is whether it
    came to its end, ``thought`` whether the model thought aloud; no thought is part of ``text``.
    """

    text: str
    usage: Usage
    tokens: tuple[tuple[str, float], ...] = ()
    ended: bool = True
    thought: bool = False

    @property
    def probability(self) -> float:
        """The geometric mean of the probabilities of its tokens; 0.5 where they are not told."""
        return self.probability_of(())

    def probability_of(self, parts: Sequence[tuple[int, int]]) -> float:
        """``probability`` of the tokens that touch these stretches of ``text``; of all where they cannot be told."""
        rows, at = [], 0
        told = "".join(text for text, _ in self.tokens)
        shift = told.find(self.text) if self.text else -1
        for text, log_probability in self.tokens:
            start, end = at - shift, at - shift + len(text)
            if shift >= 0 and any(start < last and end > first for first, last in parts):
                rows.append(log_probability)
            at += len(text)
        rows = rows or [log_probability for _, log_probability in self.tokens]
        return math.exp(min(0.0, max(-20.0, sum(rows) / len(rows)))) if rows else UNKNOWN


def read_completion(document: dict[str, Any]) -> Completion:
    """Read the first choice. Raises KeyError, IndexError, TypeError where the document has another form."""
    choice = document["choices"][0]
    message = choice["message"]
    text, thought = without_thoughts(_plain(message.get("content")))
    return Completion(
        text=text,
        usage=_usage(document),
        tokens=_tokens(choice),
        ended=choice.get("finish_reason") not in ("length", "max_tokens"),
        thought=thought or any(message.get(field) for field in _THOUGHT_FIELDS),
    )


def without_thoughts(text: str) -> tuple[str, bool]:
    """A reply without what the model thought aloud, ended or not, and whether it did.

    >>> without_thoughts("<think>33? No: 34.</think>\\n\\n[1] 34 million")
    ('[1] 34 million', True)
    >>> without_thoughts("<think>33? Maybe"), without_thoughts("so 34.</think>[1] 34"), without_thoughts("[1] 34")
    (('', True), ('[1] 34', True), ('[1] 34', False))
    """
    thought = False
    ends = list(_CLOSES.finditer(text))
    if ends:  # whatever came before the last end is thought; some templates open it in the prompt
        text, thought = text[ends[-1].end() :], True
    if opened := _OPENS.search(text):
        text, thought = text[: opened.start()], True
    return text.strip(), thought


def _plain(content: object) -> str:
    """The text of a message, which may come in parts."""
    if isinstance(content, list):
        return "".join(str(part.get("text") or "") for part in content if part.get("type") in ("text", "output_text"))
    return str(content or "")


def _usage(document: dict[str, Any]) -> Usage:
    used = document.get("usage") or {}
    return Usage(prompt_tokens=used.get("prompt_tokens") or 0, output_tokens=used.get("completion_tokens") or 0)


def _tokens(choice: dict[str, Any]) -> tuple[tuple[str, float], ...]:
    """The tokens with their log probabilities; servers tell them in two forms, or not at all."""
    told = choice.get("logprobs") or {}
    rows = [(row.get("token"), row.get("logprob")) for row in told.get("content") or []]
    rows = rows or list(itertools.zip_longest(told.get("tokens") or [], told.get("token_logprobs") or []))
    return tuple((str(text or ""), float(value)) for text, value in rows if isinstance(value, int | float))
