"""Sentences that a server's model wrote -> prose with its quotes located."""

from __future__ import annotations

import re
from collections.abc import Sequence

from askdocs.core.answers import Unsupported
from askdocs.core.decoding import Passage
from askdocs.decoding.prose_decoder import Prose, Quote
from askdocs.reading.citations import locate
from askdocs.text.sentences import sentence_spans

_QUOTED = re.compile(r"[\"“](?P<words>[^\"“”]+)[\"”](?:[.,]?\s*\[(?P<number>\d+)\])?")


def located_quotes(text: str, passages: Sequence[Passage]) -> tuple[Prose, list[Unsupported]]:
    """The quotes of written prose that stand in the passages, and those that do not."""
    text = " ".join(text.split())
    quotes, missing = [], []
    for found in _QUOTED.finditer(text):
        item = locate(found["words"].strip(" .,"), passages, int(found["number"] or 0))
        if item is None:
            missing.append(Unsupported(text=found["words"], reason="these quoted words stand in none of the passages"))
        else:
            quotes.append(Quote(item=item, start=found.start("words"), end=found.end("words")))
    return Prose(text=text, quotes=tuple(quotes)), missing


def whole_sentences(text: str) -> str:
    """Prose that was cut off, without the sentence that it was cut off in, unless that is all there is.

    >>> whole_sentences('Profit "rose" [1]. It was the fir'), whole_sentences("Profit ro")
    ('Profit "rose" [1].', 'Profit ro')
    """
    spans = sentence_spans(text)
    return text[: spans[-2][1]] if len(spans) > 1 else text
