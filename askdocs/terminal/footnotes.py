"""Numbered references of an answer: where each stands, and its sentence with the quoted words.

Whatever an article or a model wrote passes through :mod:`askdocs.text.sanitize` here and nowhere becomes markup.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from askdocs.core.whole_answers import ArticleCitations, marks
from askdocs.terminal.wording import inline, short_source
from askdocs.text.sanitize import one_line

if TYPE_CHECKING:
    from askdocs.core.answers import Alternative, Answer, Citation, Excerpt
    from askdocs.core.articles import Hit

_QUOTE_LENGTH, _WORDS_LENGTH, _EXCERPT_LENGTH = 480, 320, 200
_NEAREST = 3
_WORTH_SHOWING = 0.1


@dataclass(frozen=True)
class Footnote:
    """One numbered reference: where it stands, and the sentence as three parts, the quoted words in the middle.

    A cell of a table comes with an ``excerpt`` of it, which is shown in place of the sentence. ``mark`` is shown in
    place of the number where several citations stand in one article.
    """

    number: int
    title: str
    published: str
    source: str
    before: str
    words: str
    after: str
    excerpt: Excerpt | None = None
    mark: str = ""

    @property
    def label(self) -> str:
        """The number or numbers, as they stand in the text."""
        return self.mark or f"[{self.number}]"

    def as_item(self, words: str, *, place: bool) -> Footnote:
        """The footnote as a line of a list: the item's words alone, with its place where that is to be said."""
        bare = replace(self, before="", words=words, after="", excerpt=None)
        return bare if place else replace(bare, title="", published="", source="")

    @property
    def place(self) -> str:
        """Title, date and source on one line, as far as each is known."""
        return " · ".join(part for part in (self.title, self.published, self.source) if part)


def citation_footnote(number: int, citation: Citation) -> Footnote:
    """The footnote of a citation; a very long quote is cut around the answer's words."""
    start = max(citation.answer_start - citation.start, 0)
    end = max(min(citation.answer_end - citation.start, len(citation.quote)), start)
    before, words, after = (
        inline(part) for part in (citation.quote[:start], citation.quote[start:end], citation.quote[end:])
    )
    room = max(_QUOTE_LENGTH - len(words), 120) // 2
    if len(words) > _WORDS_LENGTH:
        words = f"{words[: _WORDS_LENGTH // 2]} … {words[-_WORDS_LENGTH // 2 :]}"
    if len(before) > room:
        before = "… " + before[-room:]
    if len(after) > room:
        after = after[:room] + " …"
    page = f", page {citation.page}" if citation.page is not None else ""
    table = "".join(f" · {one_line(part, 80)}" for part in _of_the_table(citation))
    note = _footnote(number, citation, before.lstrip(), words, after.rstrip(), page + table)
    return replace(note, excerpt=citation.excerpt)


def sentence_footnote(number: int, citation: Citation) -> Footnote:
    """The footnote of a whole sentence, none of whose words stand out."""
    page = f", page {citation.page}" if citation.page is not None else ""
    return _footnote(number, citation, one_line(citation.quote, _QUOTE_LENGTH), "", "", page)


def article_footnote(found: ArticleCitations) -> Footnote:
    """Where several citations stand in one article, without their sentences."""
    pages = f", page{'s' * (len(found.pages) > 1)} {', '.join(map(str, found.pages))}" if found.pages else ""
    return replace(_footnote(found.numbers[0], found.citation, "", "", "", pages), mark=marks(found.numbers))


def _of_the_table(citation: Citation) -> Iterator[str]:
    """The caption of a cited cell's table, and the words of its unit where the caption does not have them."""
    if citation.table:
        yield citation.table
    if citation.unit and citation.unit not in (citation.table or ""):
        yield citation.unit


def hit_footnote(number: int, hit: Hit) -> Footnote:
    """The footnote of a passage that was only found: the beginning of its text."""
    return _footnote(number, hit, one_line(hit.chunk.text, _EXCERPT_LENGTH), "", "")


def _footnote(number: int, place: Citation | Hit, before: str, words: str, after: str, page: str = "") -> Footnote:
    return Footnote(
        number=number,
        title=one_line(place.title, 100),
        published=place.published.isoformat() if place.published else "",
        source=short_source(place.source) + page,
        before=before,
        words=words,
        after=after,
    )


def numbered(answer: Answer, first: int = 1) -> list[Footnote]:
    """All footnotes of an answer in the order shown: its citations, then the alternatives', then what was nearest."""
    whole = answer.form != "span" and answer.style == "span"
    notes = [
        sentence_footnote(number, citation)
        if whole and (citation.answer_start, citation.answer_end) == (citation.start, citation.end)
        else citation_footnote(number, citation)
        for number, citation in enumerate(all_citations(answer), start=first)
    ]
    for hit in nearest(answer):
        notes.append(hit_footnote(len(notes) + first, hit))
    return notes


def references(answer: Answer) -> list[Citation | Hit]:
    """What each footnote of :func:`numbered` refers to, in the same order."""
    return [*all_citations(answer), *nearest(answer)]


def all_citations(answer: Answer) -> list[Citation]:
    """The citations of an answer and, after them, those of its alternatives."""
    return [*answer.citations, *(citation for other in alternatives(answer) for citation in other.citations)]


def alternatives(answer: Answer) -> list[Alternative]:
    """The other answers worth a look; those that are hardly right stay in the document of ``--json``."""
    return [other for other in answer.alternatives if other.confidence >= _WORTH_SHOWING]


def nearest(answer: Answer) -> list[Hit]:
    """For an abstention, the first hits that no citation already shows; empty for an answer."""
    if not answer.abstained:
        return []
    shown = {citation.chunk_id for citation in all_citations(answer)}
    return [hit for hit in answer.hits if hit.chunk.id not in shown][:_NEAREST]
