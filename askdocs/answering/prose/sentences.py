"""The sentences of prose, none of them cut inside a quote, each with its own quotes and marks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from askdocs.core.base import Model
from askdocs.decoding.prose_decoder import Prose, Quote
from askdocs.text.sentences import sentence_spans

_MARK = r"(?:[.,]?\s*\[\d+\])+"
_CLOSING = re.compile(rf"[\"”]?(?:{_MARK})?")
_QUOTED = re.compile(rf"[\"“«„](?P<words>[^\"“”«»„]*)[\"”»“](?:{_MARK})?")
_BARE_MARK = re.compile(r"\[\d+\]")
_POLAR = re.compile(r"(?:Yes|No)[.!]", re.IGNORECASE)  # which says nothing without the sentence behind it
_SENTENCE_END = re.compile(r"[.!?]$")


class ProseSentence(Model):
    """One sentence of prose; the places of its ``quotes`` count from its own beginning."""

    text: str
    quotes: tuple[Quote, ...] = ()

    @property
    def outside(self) -> str:
        """The sentence with its quotes, of passages or not, and its marks blanked out."""
        text = self.text
        for quote in self.quotes:
            text = _blanked(text, quote.start, quote.end)
        for pattern in (_QUOTED, _BARE_MARK):
            text = pattern.sub(lambda found: " " * len(found.group()), text)
        return text

    @property
    def unlocated(self) -> tuple[str, ...]:
        """The words in quotation marks that are no quote of a passage."""
        text = self.text
        for quote in self.quotes:
            text = _masked(text, quote)
        return tuple(found.group("words") for found in _QUOTED.finditer(text))

    def with_marks(self, numbers: Sequence[int]) -> str:
        """The sentence with the mark of each quote replaced by a number of the caller's; other marks go.

        >>> from askdocs.core.decoding import SpanItem
        >>> item = SpanItem(number=3, start=0, end=3)
        >>> ProseSentence(text='It "grew" [3] [9].', quotes=(Quote(item=item, start=4, end=8),)).with_marks([1])
        'It "grew" [1].'
        """
        parts: list[str] = []
        position = 0
        for quote, number in zip(self.quotes, numbers, strict=True):
            closing = _CLOSING.match(self.text, quote.end)
            end = closing.end() if closing else quote.end
            closing_mark = self.text[quote.end] if self.text[quote.end : quote.end + 1] in ('"', "”", "»") else '"'
            stop = "." if "." in self.text[quote.end : end] and self.text[end:].strip() == "" else ""
            parts += [_BARE_MARK.sub("", self.text[position : quote.start]), self.text[quote.start : quote.end]]
            parts.append(f"{closing_mark} [{number}]{stop}")
            position = end
        parts.append(_BARE_MARK.sub("", self.text[position:]))
        return re.sub(r" +(?=[.,;!?]|$)", "", "".join(parts)).strip()


def prose_sentences(prose: Prose) -> list[ProseSentence]:
    """The sentences of prose, in order.

    >>> [one.text for one in prose_sentences(Prose(text='It is "so. Very." [1] And on. "Why?" he said.'))]
    ['It is "so. Very." [1]', 'And on.', '"Why?" he said.']
    """
    shadow = prose.text
    for quote in prose.quotes:
        shadow = _masked(shadow, quote)
    shadow = _QUOTED.sub(lambda found: _word(found.group(), shadow, found.end()), shadow)
    spans = sentence_spans(shadow)
    begins = [spans[i - 1][0] if i and _POLAR.fullmatch(prose.text[slice(*spans[i - 1])]) else start
              for i, (start, _) in enumerate(spans)]  # fmt: skip
    last = len(spans) - 1
    return [
        _sentence(prose, begin, end)
        for i, (begin, (start, end)) in enumerate(zip(begins, spans, strict=True))
        if i == last or not _POLAR.fullmatch(prose.text[start:end])
    ]


def _sentence(prose: Prose, start: int, end: int) -> ProseSentence:
    quotes = (
        quote.model_copy(update={"start": quote.start - start, "end": quote.end - start})
        for quote in prose.quotes
        if start <= quote.start < end
    )
    return ProseSentence(text=prose.text[start:end], quotes=tuple(quotes))


def _masked(text: str, quote: Quote) -> str:
    """The text with a quote, its quotation marks and its mark made one word."""
    begin = max(quote.start - 1, 0)
    closing = _CLOSING.match(text, quote.end)
    end = closing.end() if closing else quote.end
    return text[:begin] + _word(text[begin:end], text, end) + text[end:]


def _word(quoted: str, text: str, end: int) -> str:
    """A word as long as the quoted ones; with a full stop where their sentence ends the sentence around them."""
    inner = re.sub(rf"{_MARK}$", "", quoted)
    stops = _SENTENCE_END.search(inner.strip('"“”«»„ ')) or re.search(r"^\.", quoted[len(inner) :])
    follows = text[end:].lstrip()
    ends = bool(stops) and text[end : end + 1] in ("", " ") and not follows[:1].islower()
    return "a" * (len(quoted) - ends) + "." * ends


def _blanked(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]
