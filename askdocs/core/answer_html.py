"""An answer as HTML for a notebook: what is said, how sure it is, and each quote with its words marked in place.

No script, no style sheet and nothing from elsewhere: notebooks drop the first two where they do not trust an output.
Whatever an article or a model wrote is text: made harmless here, escaped by the template.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from askdocs.core.answer_text import CONFIDENCE_WORDS, confidence_words, detail_lines, trouble_lines, words_with_unit
from askdocs.core.quote_html import Quote, hit_quote, places_of_articles, quote_of
from askdocs.core.whole_answers import is_cited, listed_items, marks, part_labels
from askdocs.text.sanitize import one_line

if TYPE_CHECKING:
    from jinja2 import Template

    from askdocs.core.answers import Answer

_NEAREST = 3  # hits of an abstention
_WORTH_SHOWING = 0.1  # the confidence of another answer
_UNSURE_SHARE = 0.5  # of the threshold: a candidate this likely does not mean that there is no answer
_LONG = 120  # characters of an answer that is a paragraph
_MODEL = 60
Pieces = tuple[tuple[str, str], ...]  # words, and the marks behind them


class Said(NamedTuple):
    """The words of an answer, and how sure they are: ``level`` is 3 for very likely right, 0 for doubtful.

    ``near`` says what came nearest to answering.
    """

    pieces: Pieces
    answered: bool
    confidence: str = ""
    level: int = 0
    near: str = ""

    @property
    def long(self) -> bool:
        """Whether it is a paragraph."""
        return len(self.pieces) > 1 or sum(len(words) for words, _ in self.pieces) > _LONG


class Item(NamedTuple):
    """A line of a list, with where it is from, and its quote."""

    words: str
    place: str
    quote: Quote


class View(NamedTuple):
    """What is shown of an answer, in this order. ``items`` have their quote behind them, closed."""

    said: Said | None
    lines: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    sides: tuple[tuple[str, Said], ...] = ()
    quotes: tuple[Quote, ...] = ()
    sources: tuple[str, ...] = ()
    parts: tuple[tuple[str, View], ...] = ()
    others: tuple[tuple[str, tuple[Quote, ...]], ...] = ()
    nearest: tuple[Quote, ...] = ()
    trouble: tuple[str, ...] = ()


def answer_html(answer: Answer) -> str:
    """The answer as HTML that notebooks show in light and dark."""
    model = one_line(answer.model)
    model = model if len(model) <= _MODEL else "…" + model[1 - _MODEL :]
    seconds = f"{answer.timings.total:.1f} s" if answer.timings.total else ""
    return _template().render(
        question=one_line(answer.question),
        view=_whole(answer),
        cost=" · ".join(part for part in (model, seconds) if part),
    )


@functools.lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("answer.html.j2")


def _whole(answer: Answer) -> View:
    if answer.form == "comparison" and answer.parts:
        view = _comparison(answer)
    elif answer.parts:
        labels = (one_line(label) for label in part_labels(answer))
        view = View(None, parts=tuple(zip(labels, map(_single, answer.parts), strict=True)))
    else:
        view = _single(answer)
    if answer.parts or not answer.abstained:
        return view._replace(trouble=(*view.trouble, *_left_out(answer)))
    shown = {citation.chunk_id for citation in answer.citations}
    hits = [hit for hit in answer.hits if hit.chunk.id not in shown][:_NEAREST]
    return view._replace(nearest=tuple(map(hit_quote, hits)), trouble=_left_out(answer))


def _single(answer: Answer) -> View:
    """What an answer without parts says, with its quotes."""
    several = len(answer.citations) > 1
    whole = answer.form != "span" and answer.style == "span"
    quotes = tuple(
        quote_of(one, number if several else 0, whole=whole) for number, one in enumerate(answer.citations, start=1)
    )
    lines = tuple(line.strip() for line in detail_lines(answer))
    others = tuple(
        (f'another passage says "{one_line(other.text)}": {confidence_words(other.confidence)}',
         tuple(quote_of(one) for one in other.citations))
        for other in answer.alternatives
        if other.confidence >= _WORTH_SHOWING
    )  # fmt: skip
    if answer.abstained:
        return View(_said(answer), lines=lines, quotes=quotes, others=others)
    items = listed_items(answer)
    if answer.form == "count":
        unlisted = answer.text.isdecimal() and int(answer.text) > len(quotes) > 0
        more = (f"the first {len(quotes)} are listed",) if unlisted else ()
        return View(_said(answer), lines=(*lines, *more), items=tuple(map(_counted, quotes)))
    if items and answer.form == "list":
        apart = len({citation.article_id for citation in answer.citations}) > 1
        listed = (
            Item(item, quote.title if apart else "", quote._replace(number=0))
            for item, quote in zip(items, quotes, strict=True)
        )
        sources = () if apart else places_of_articles(answer.citations, first=0)
        return View(_said(answer), lines=lines, items=tuple(listed), sources=sources)
    if items:  # sentences that are their own quotes
        return View(_said(answer), lines=lines, sources=places_of_articles(answer.citations))
    return View(_said(answer), lines=lines, quotes=quotes, others=others)


def _counted(quote: Quote) -> Item:
    """An article that is counted: its title, with a sentence of it."""
    return Item(quote.title, "", quote._replace(title="", number=0))


def _comparison(answer: Answer) -> View:
    """The sides in a table, what they amount to above, their quotes below."""
    first = 1
    sides: list[tuple[str, Said]] = []
    quotes: list[Quote] = []
    sources: list[str] = []
    for label, part in zip(part_labels(answer), answer.parts, strict=True):
        cited = part.citations if is_cited(part, answer) else ()
        said = _said(part, first, len(cited))
        if part.abstained:
            said = said._replace(pieces=(("no answer", ""),))
        sides.append((one_line(label), said))
        if listed_items(part) and part.form == "summary":
            sources += places_of_articles(cited, first)
        else:
            quotes += [quote_of(one, number) for number, one in enumerate(cited, start=first)]
        first += len(cited)
    heading = one_line(answer.note) or " and ".join(label for label, _ in sides)
    said = Said(((heading, ""),), not answer.abstained)
    return View(said, sides=tuple(sides), quotes=tuple(quotes), sources=tuple(sources))


def _said(answer: Answer, first: int = 1, cited: int | None = None) -> Said:
    """The words of an answer, with marks where it has several citations or is one of several (``cited`` of them)."""
    if answer.abstained:
        return Said(((_no_answer(answer), ""),), answered=False, near=_nearest_words(answer))
    items = listed_items(answer)
    numbers = range(first, first + (len(answer.citations) if cited is None else cited))
    if items and answer.form == "summary":
        pieces: Pieces = tuple((item, f"[{number}]") for number, item in enumerate(items, start=first))
    elif items and cited is None:
        pieces = ((f"{len(items)} item" + "s" * (len(items) != 1), ""),)
    elif answer.form == "count" and answer.text.isdecimal() and cited is None:
        pieces = ((f"{answer.text} article" + "s" * (answer.text != "1"), ""),)
    else:
        marked = answer.style != "prose" and (cited is not None or len(numbers) > 1)
        pieces = ((one_line(words_with_unit(answer)), marks(numbers) if marked else ""),)
    level = sum(round(answer.confidence, 2) >= least for least, _ in CONFIDENCE_WORDS[:-1])
    return Said(pieces, answered=True, confidence=confidence_words(answer.confidence), level=level)


def _no_answer(answer: Answer) -> str:
    if not answer.hits and not answer.citations and not answer.note:
        return "Nothing in the articles is near this question."
    if answer.note and not answer.candidate and not answer.citations:
        return "Not answered."  # the note says why
    unsure = bool(answer.candidate) and answer.confidence >= _UNSURE_SHARE * answer.threshold > 0
    return "Not sure enough to answer." if unsure else "The articles do not answer this."


def _nearest_words(answer: Answer) -> str:
    if not answer.candidate:
        return ""
    sure = f"{confidence_words(answer.confidence)}; asked for {answer.threshold:.2f}"
    return f'nearest: "{one_line(answer.candidate)}", {sure}'


def _left_out(answer: Answer) -> tuple[str, ...]:
    """Words that could not be located, sentences that were not read, passages that did not fit."""
    lines = [line.strip() for line in trouble_lines(answer)]
    if answer.omitted:
        lines.append(f"{len(answer.omitted)} of {len(answer.omitted) + len(answer.hits)} passages did not fit")
    return tuple(lines)
