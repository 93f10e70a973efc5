"""What the page shows of an answer: the view that the terminal has too, with links to the articles.

Nothing here is HTML: the template escapes all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from askdocs.core.answer_text import CONFIDENCE_WORDS, confidence_words
from askdocs.core.answers import Alternative, Answer, Excerpt
from askdocs.core.whole_answers import is_cited
from askdocs.serving.pages.article_links import ArticleLink, Reference, article_link, unread_link
from askdocs.serving.pages.typed_words import typed_words
from askdocs.terminal.answer_lines import NOTHING_NEAR, Remark, cost
from askdocs.terminal.answer_view import AnswerView, Pieces, view_answer
from askdocs.terminal.footnotes import Footnote, all_citations, alternatives, citation_footnote, references
from askdocs.terminal.markdown_answer import escaped, markdown_answer
from askdocs.text.sanitize import one_line

_SHOWN_AS_THEY_ARE = frozenset({"formula", "note", "unsupported"})
_UNREAD = 3  # planted sentences that are shown
_MARK = re.compile(r"(\[\d+\])")
Links = Mapping[int, ArticleLink]


class Piece(NamedTuple):
    """Words, or the number of a citation with its link."""

    text: str
    link: ArticleLink | None = None


class Sure(NamedTuple):
    """How sure an answer is, in words, and as a level from 0 (doubtful) to 3."""

    words: str
    level: int


class Source(NamedTuple):
    """A numbered quote: its link, and the sentence in three parts, the answer's words in the middle."""

    label: str
    link: ArticleLink
    before: str
    words: str
    after: str
    excerpt: Excerpt | None


class Item(NamedTuple):
    """An item of a list; ``place`` is empty where all stand in one article."""

    label: str
    words: str
    link: ArticleLink
    place: str


class ShownSide(NamedTuple):
    """A row of a comparison."""

    label: str
    words: Sequence[Piece]
    sure: str
    place: Sequence[Piece]


class Other(NamedTuple):
    """What other passages say."""

    words: str
    sure: Sure
    sources: Sequence[Source]


class Planted(NamedTuple):
    """A sentence that tells a machine what to answer, and so was not read."""

    words: str
    link: ArticleLink


class ShownAnswer(NamedTuple):
    """An answer as the template goes through it.

    ``nearest`` is the candidate of an abstention, and ``asked_for`` the confidence that it did not reach. ``found``
    are passages that no citation shows.
    """

    heading: Sequence[Piece]
    is_long: bool
    abstained: bool
    typed: str
    sure: Sure | None
    nearest: str
    asked_for: float
    remarks: Sequence[Remark]
    unread: Sequence[Planted]
    items: Sequence[Item]
    sides: Sequence[ShownSide]
    sources: Sequence[Source]
    others: Sequence[Other]
    found: Sequence[Source]
    parts: Sequence[tuple[str, ShownAnswer]]
    cost: str


def show_answer(answer: Answer, corpus: str, nothing: str = NOTHING_NEAR) -> ShownAnswer:
    """What the page shows of an answer from the corpus of this name; ``nothing`` is said where no passage was found."""
    links = {number: article_link(one, corpus) for number, one in _by_number(answer).items()}
    return _shown(view_answer(answer, nothing), answer, links, corpus)


def as_markdown(question: str, answer: Answer) -> str:
    """A question and its answer with the citations as Markdown."""
    return f"**{escaped(one_line(question))}**\n\n{markdown_answer(answer)}\n"


def _by_number(answer: Answer) -> dict[int, Reference]:
    """What each number of an answer refers to."""
    if not answer.parts:
        return dict(enumerate(references(answer), start=1))
    cited = [one for part in answer.parts if is_cited(part, answer) for one in part.citations]
    return dict(enumerate(cited, start=1))


def _shown(view: AnswerView, answer: Answer, links: Links, corpus: str, *, part: bool = False) -> ShownAnswer:
    notes = [note for note in view.footnotes if note.number in links]
    cited = found = len(links)  # of a whole and of a part, whose numbers go on, every footnote is a source
    if not part and not answer.parts:
        cited, found = len(answer.citations), len(all_citations(answer))
    nothing_said = answer.abstained and not answer.candidate
    return ShownAnswer(
        heading=list(_pieces(view.heading, links)),
        is_long=view.is_long or answer.form == "summary" or answer.style == "prose",
        abstained=view.abstained,
        typed=typed_words(answer) if answer.form == "span" and not answer.abstained else "",
        sure=None if answer.parts or nothing_said else _sure(answer.confidence),
        nearest=one_line(answer.candidate, 300) if answer.abstained and not answer.parts else "",
        asked_for=answer.threshold,
        remarks=[remark for remark in view.remarks if remark.kind in _SHOWN_AS_THEY_ARE],
        unread=[] if part else list(_unread(answer, corpus)),
        items=list(_items(view, links)),
        sides=list(_sides(view, links)),
        sources=[_source(note, links) for note in notes if note.number <= cited],
        others=[] if part else list(_others(answer, links)),
        found=[_source(note, links) for note in notes if note.number > found],
        parts=list(_parts(view, answer, links, corpus)),
        cost="" if part else cost(answer),
    )


def _unread(answer: Answer, corpus: str) -> Iterator[Planted]:
    for one in answer.unread[:_UNREAD]:
        yield Planted(one_line(one.text, 200), unread_link(one, corpus))


def _items(view: AnswerView, links: Links) -> Iterator[Item]:
    for item in view.items:
        link = links[item.number]
        yield Item(_plain(item.label), item.words, link, link.title if item.place else "")


def _sides(view: AnswerView, links: Links) -> Iterator[ShownSide]:
    for side in view.sides:
        words, place = list(_pieces(side.answer, links)), list(_linked(side.source, links))
        yield ShownSide(side.label, words, side.confidence, place)


def _parts(view: AnswerView, answer: Answer, links: Links, corpus: str) -> Iterator[tuple[str, ShownAnswer]]:
    if view.parts:  # a comparison has sides
        for (label, one), whole in zip(view.parts, answer.parts, strict=True):
            yield label, _shown(one, whole, links, corpus, part=True)


def _pieces(pieces: Pieces, links: Links) -> Iterator[Piece]:
    for text, is_mark in pieces:
        yield from _linked(text, links) if is_mark else [Piece(text)]


def _linked(text: str, links: Links) -> Iterator[Piece]:
    """Text whose numbers in brackets are links, as far as there is a citation of that number."""
    for piece in filter(None, _MARK.split(text)):
        link = links.get(int(piece[1:-1])) if _MARK.fullmatch(piece) else None
        yield Piece(piece.strip("[]") if link else piece, link)


def _source(note: Footnote, links: Links) -> Source:
    link = links[note.number]
    return Source(_plain(note.label), link, note.before, note.words, note.after, note.excerpt)


def _plain(label: str) -> str:
    """A label without its brackets: "[1]–[4]" is "1–4"."""
    return label.replace("[", "").replace("]", "")


def _others(answer: Answer, links: Links) -> Iterator[Other]:
    number = len(answer.citations)
    for other in alternatives(answer):
        yield Other(one_line(other.text, 300), _sure(other.confidence), list(_sources_of(other, number, links)))
        number += len(other.citations)


def _sources_of(other: Alternative, before: int, links: Links) -> Iterator[Source]:
    for number, citation in enumerate(other.citations, start=before + 1):
        yield _source(citation_footnote(number, citation), links)


def _sure(confidence: float) -> Sure:
    words = confidence_words(confidence)
    levels = [known for _, known in reversed(CONFIDENCE_WORDS)]
    return Sure(words, next(level for level, known in enumerate(levels) if words.startswith(f"{known} (")))
