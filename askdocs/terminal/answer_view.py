"""What is shown of an answer, whatever it is shown on: made once here, laid out in plain text, Markdown or styles.

The footnotes are numbered as :func:`askdocs.terminal.footnotes.references` numbers them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from askdocs.core.answer_text import confidence_words, words_with_unit
from askdocs.core.whole_answers import ArticleCitations, by_article, is_cited, listed_items, marks, part_labels
from askdocs.terminal.answer_lines import NOTHING_NEAR, Remark, heading_line, remarks
from askdocs.terminal.footnotes import Footnote, article_footnote, citation_footnote, numbered
from askdocs.terminal.wording import counted
from askdocs.text.sanitize import one_line

if TYPE_CHECKING:
    from askdocs.core.answers import Answer

Pieces = list[tuple[str, bool]]  # text, and whether it is a mark
_LONG = 120  # characters of an answer that is a paragraph
_LABEL = 80


@dataclass(frozen=True)
class Side:
    """A row of a comparison."""

    label: str
    answer: Pieces
    confidence: str
    source: str  # of a paragraph, which has its marks, empty

    @property
    def words(self) -> str:
        """The answer with its marks."""
        return "".join(piece for piece, _ in self.answer)


@dataclass(frozen=True)
class AnswerView:
    """An answer in the order it is shown: heading, items or sides, remarks, footnotes, then parts with a view each.

    ``items`` are footnotes whose words are the item. ``footnotes`` without words only say where the numbers stand.
    """

    heading: Pieces
    abstained: bool
    remarks: list[Remark] = field(default_factory=list)
    items: list[Footnote] = field(default_factory=list)
    sides: list[Side] = field(default_factory=list)
    footnotes: list[Footnote] = field(default_factory=list)
    parts: list[tuple[str, AnswerView]] = field(default_factory=list)

    @property
    def is_long(self) -> bool:
        """Whether the heading is a paragraph."""
        return sum(len(piece) for piece, _ in self.heading) > _LONG


def view_answer(answer: Answer, nothing: str = NOTHING_NEAR) -> AnswerView:
    """What is shown of an answer; ``nothing`` is said where no passage was found."""
    if answer.parts and answer.form == "comparison":
        return _comparison(answer)
    if answer.parts:
        return _parts(answer)
    return _single(answer, nothing=nothing)


def _single(answer: Answer, first: int = 1, *, part: bool = False, nothing: str = NOTHING_NEAR) -> AnswerView:
    """The view of an answer without parts, its citations numbered from ``first`` on."""
    said = list(remarks(answer, first, part=part))
    if answer.form == "count" and not answer.abstained:
        return _count(answer, first, said)
    items = listed_items(answer)
    if items and answer.form == "list":
        return _list(answer, items, first, said)
    if items:
        notes = [article_footnote(one) for one in by_article(answer.citations, first)]
        return AnswerView(_sentences(items, first), abstained=False, remarks=said, footnotes=notes)
    notes = [] if part and answer.abstained else numbered(answer, first)
    if part:
        notes = notes[: len(answer.citations)]
    return AnswerView(heading_line(answer, nothing, first), answer.abstained, remarks=said, footnotes=notes)


def _list(answer: Answer, items: tuple[str, ...], first: int, said: list[Remark]) -> AnswerView:
    """One item a line with its source; where all stand in one article, it is said once."""
    articles = by_article(answer.citations, first)
    lines = [
        item_footnote
        for number, (item, citation) in enumerate(zip(items, answer.citations, strict=True), start=first)
        for item_footnote in [citation_footnote(number, citation).as_item(item, place=len(articles) > 1)]
    ]
    notes = [article_footnote(one) for one in articles] if len(articles) == 1 else []
    heading = [(counted(len(items), "item"), False)]
    return AnswerView(heading, abstained=False, remarks=said, items=lines, footnotes=notes)


def _count(answer: Answer, first: int, said: list[Remark]) -> AnswerView:
    """How many articles, then each with a sentence of it."""
    if answer.text.isdecimal() and int(answer.text) > len(answer.citations) > 0:
        said = [*said, Remark("note", f"the first {len(answer.citations)} are listed")]
    words = counted(int(answer.text), "article") if answer.text.isdecimal() else one_line(answer.text)
    return AnswerView([(words, False)], abstained=False, remarks=said, footnotes=numbered(answer, first))


def _sentences(sentences: tuple[str, ...], first: int) -> Pieces:
    """Sentences, each followed by its mark."""
    pieces: Pieces = []
    for number, sentence in enumerate(sentences, start=first):
        pieces += [(" " * bool(pieces) + sentence, False), (f" [{number}]", True)]
    return pieces


def _comparison(answer: Answer) -> AnswerView:
    """The sides in a table, with what they amount to above; their quotes below."""
    first = 1
    sides: list[Side] = []
    notes: list[Footnote] = []
    for label, part in zip(part_labels(answer), answer.parts, strict=True):
        view = _single(part, first, part=True)
        cited = part.citations if is_cited(part, answer) else ()
        sides.append(
            Side(
                label=one_line(label, _LABEL),
                answer=[("no answer", False)] if part.abstained else _words(part, view),
                confidence=_nearest(part) if part.abstained else confidence_words(part.confidence),
                source="" if view.is_long else _titles(by_article(cited, first)),
            )
        )
        if cited:
            notes += view.footnotes or numbered(part, first)[: len(cited)]
        first += len(cited)
    if all(listed_items(part) for part in answer.parts if is_cited(part, answer)):  # no quote is shown again
        notes = [article_footnote(one) for one in by_article(answer.citations)]
    heading = one_line(answer.note, 200) or " and ".join(side.label for side in sides)
    said = list(remarks(answer.model_copy(update={"note": ""})))
    return AnswerView([(heading, False)], answer.abstained, remarks=said, sides=sides, footnotes=notes)


def _words(part: Answer, view: AnswerView) -> Pieces:
    """The words of a side: a count and a list are headed by a number, which alone would say less than its words."""
    return [(one_line(words_with_unit(part)), False)] if view.items else view.heading


def _titles(articles: Sequence[ArticleCitations]) -> str:
    """The articles that a side rests on, each with its marks."""
    return "; ".join(
        f"{marks(one.numbers)} {one_line(one.citation.title or one.citation.source, 60)}" for one in articles
    )


def _nearest(part: Answer) -> str:
    if not part.candidate:
        return ""
    return f'nearest: "{one_line(part.candidate, 80)}", {confidence_words(part.confidence)}'


def _parts(answer: Answer) -> AnswerView:
    """Each question with its answer and the quotes of it."""
    first = 1
    parts: list[tuple[str, AnswerView]] = []
    for label, part in zip(part_labels(answer), answer.parts, strict=True):
        parts.append((one_line(label, 200), _single(part, first, part=True)))
        first += len(part.citations) if is_cited(part, answer) else 0
    return AnswerView([], answer.abstained, remarks=list(remarks(answer)), parts=parts)
