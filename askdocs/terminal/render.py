"""How an answer looks: in the chat and after ``askdocs ask`` on a terminal, and as plain text in a pipe or a file.

Both are made from the same :class:`Footnote` s. Whatever an article or a model wrote passes through
:mod:`askdocs.text.sanitize` here and nowhere becomes markup.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from askdocs.core.answer_text import confidence_words, words_with_unit
from askdocs.terminal.excerpts import excerpt_lines, plain_excerpt
from askdocs.terminal.right_to_left import IsolatedLines, isolated, isolated_quotes, reads_right_to_left
from askdocs.text.sanitize import one_line, sanitize

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

    from askdocs.core.answers import Alternative, Answer, Citation, Excerpt
    from askdocs.core.articles import Hit
    from askdocs.core.reports import FilterCounts

WORDS_STYLE = "bold black on yellow"
QUIET = "dim"
_QUOTE_LENGTH, _WORDS_LENGTH, _EXCERPT_LENGTH = 480, 320, 200
_NEAREST = 3
_LEAST_COLUMNS = 20  # to wrap words in
_LEAST_BESIDE = 70  # columns for two answers side by side
_WORTH_SHOWING = 0.1
_UNSURE_SHARE = 0.5  # of the threshold: a candidate this likely does not mean that there is no answer
_MARK = re.compile(r"( \[\d+\])")
NOTHING_NEAR = "Nothing in the articles is near this question."


@dataclass(frozen=True)
class Footnote:
    """One numbered reference: where it stands, and the sentence as three parts, the quoted words in the middle.

    A cell of a table comes with an ``excerpt`` of it, which is shown in place of the sentence.
    """

    number: int
    title: str
    published: str
    source: str
    before: str
    words: str
    after: str
    excerpt: Excerpt | None = None

    @property
    def place(self) -> str:
        """Title, date and source on one line, as far as each is known."""
        return " · ".join(part for part in (self.title, self.published, self.source) if part)


def citation_footnote(number: int, citation: Citation) -> Footnote:
    """The footnote of a citation; a very long quote is cut around the answer's words."""
    start = max(citation.answer_start - citation.start, 0)
    end = max(min(citation.answer_end - citation.start, len(citation.quote)), start)
    before, words, after = (
        _inline(part) for part in (citation.quote[:start], citation.quote[start:end], citation.quote[end:])
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


def short_source(source: str, width: int = 60) -> str:
    """A source on one line: a path from the current folder on; of a long path the end is kept, of a URL the beginning.

    >>> short_source("/home/ann/news/2023/december/alibaba.md", 24)
    '…23/december/alibaba.md'
    """
    if "://" in source[:10]:
        return one_line(source, width)
    with contextlib.suppress(OSError):  # the current folder may be gone
        source = source.removeprefix(os.path.join(os.getcwd(), ""))
    line = one_line(source[-8 * width :])
    return line if len(line) <= width else "…" + line[-(width - 2) :]


def _inline(text: str) -> str:
    """Harmless text whose line breaks are spaces; unlike :func:`one_line` it keeps the spaces at its ends."""
    if len(text) > 100_000:
        text = text[:50_000] + text[-50_000:]
    return re.sub(r"\s+", " ", sanitize(text))


def numbered(answer: Answer) -> list[Footnote]:
    """All footnotes of an answer in the order shown: its citations, then the alternatives', then what was nearest."""
    notes = [citation_footnote(number, citation) for number, citation in enumerate(all_citations(answer), start=1)]
    for hit in nearest(answer):
        notes.append(hit_footnote(len(notes) + 1, hit))
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


def marked(text: str, citations: Sequence[Citation], first: int = 1) -> list[tuple[str, bool]]:
    """The answer's text in pieces, ``(piece, is a mark)``: each citation's ``[n]`` follows its words."""
    text = one_line(text)
    pieces: list[tuple[str, bool]] = []
    position = 0
    for number, citation in enumerate(citations, start=first):
        start = citation.answer_start - citation.start
        words = one_line(citation.quote[max(start, 0) : citation.answer_end - citation.start])
        found = text.find(words, position) if words else -1
        if found >= 0:
            pieces.append((text[position : found + len(words)], False))
            position = found + len(words)
        elif position == 0 and not pieces:
            pieces.append((text, False))
            position = len(text)
        pieces.append((f" [{number}]", True))
    pieces.append((text[position:], False))
    return [piece for piece in pieces if piece[0]]


def nothing_kept(kept: FilterCounts | None, conditions: str) -> str:
    """What to say of a question that found nothing: that its filter keeps no article, if so."""
    return f"The filter keeps no article: {one_line(conditions)}" if kept and not kept.articles else NOTHING_NEAR


def undated(kept: FilterCounts | None) -> str:
    """How many articles a filter on the date leaves out because they have none; empty when there are none."""
    if kept is None or not kept.undated:
        return ""
    number = f"{kept.undated} of {counted(kept.total, 'article')}"
    return f"{number} {'has' if kept.undated == 1 else 'have'} no date, and a filter on published leaves them out"


def counted(count: int, noun: str) -> str:
    """A count with its noun.

    >>> counted(1, "article"), counted(2, "article")
    ('1 article', '2 articles')
    """
    return f"{count} {noun}{'' if count == 1 else 's'}"


def heading_line(answer: Answer, nothing: str = NOTHING_NEAR) -> list[tuple[str, bool]]:
    """The first line of an answer: its words with their marks, or that there is no answer; ``nothing`` if no hits."""
    if not answer.abstained:
        if answer.style == "prose":  # which has its marks
            return [(piece, bool(_MARK.fullmatch(piece))) for piece in _MARK.split(one_line(answer.text)) if piece]
        return marked(words_with_unit(answer), answer.citations)
    if not answer.hits and not answer.citations:
        return [(nothing, False)]
    if answer.note and not answer.candidate and not answer.citations:
        return [("Not answered.", False)]  # the note says why
    unsure = bool(answer.candidate) and answer.confidence >= _UNSURE_SHARE * answer.threshold > 0
    return [("Not sure enough to answer." if unsure else "The articles do not answer this.", False)]


def remarks(answer: Answer) -> Iterator[str]:
    """The lines under the answer: confidence, disagreement, words that could not be located, what did not fit."""
    if not answer.abstained:
        yield f"{confidence_words(answer.confidence)} · {_cost(answer)}"
    elif answer.candidate:
        candidate = one_line(answer.candidate, 160)
        marks = "".join(f" [{number}]" for number in range(1, len(answer.citations) + 1))
        yield f'nearest: "{candidate}"{marks}, {confidence_words(answer.confidence)}; asked for {answer.threshold:.2f}'
    elif answer.hits:
        yield f"nearest passages below · {_cost(answer)}"
    if answer.formula:
        yield f"computed: {one_line(answer.formula, 200)}"
    if answer.note:
        yield one_line(answer.note, 200)
    number = len(answer.citations) + 1
    for other in alternatives(answer):
        marks = "".join(f" [{n}]" for n in range(number, number + len(other.citations)))
        number += len(other.citations)
        yield f'another passage says: "{one_line(other.text, 160)}"{marks}, {confidence_words(other.confidence)}'
    for words in answer.unsupported:
        yield f'not found in the articles: "{one_line(words.text, 160)}" ({one_line(words.reason, 80)})'
    if answer.omitted:
        yield f"{len(answer.omitted)} of {len(answer.omitted) + len(answer.hits)} passages did not fit the prompt"
    if answer.unread:
        first, *others = answer.unread
        more = f" and {counted(len(others), 'other')}" if others else ""
        where = short_source(first.source, 40)
        yield f'not read, as it tells a machine what to answer: "{one_line(first.text, 120)}" ({where}){more}'


def _cost(answer: Answer) -> str:
    return f"{short_source(answer.model, 40)} · {answer.timings.total:.1f} s"


def plain_text(answer: Answer, nothing: str = NOTHING_NEAR) -> str:
    """An answer without any styling; the quoted words stand between two asterisks, and nothing is wrapped."""
    lines = ["".join(piece for piece, _ in heading_line(answer, nothing))]
    lines += [f"  {remark}" for remark in remarks(answer)]
    for note in numbered(answer):
        words = f"**{note.words}**" if note.words else ""
        quote = plain_excerpt(note.excerpt) if note.excerpt else [f"{note.before}{words}{note.after}"]
        lines += [f"  [{note.number}] {note.place}", *(f"      {line}" for line in quote)]
    return "\n".join(lines)


def colourless(console: Console) -> bool:
    """Whether colours cannot or must not be shown, so that the quoted words need marks."""
    return console.color_system is None or console.no_color


def print_answer(console: Console, answer: Answer, nothing: str = NOTHING_NEAR) -> None:
    """Show an answer on a console: styled on a terminal, as :func:`plain_text` anywhere else."""
    if console.is_terminal:
        console.print(rich_answer(answer, marks=colourless(console), nothing=nothing))
    else:
        print_plain(console, plain_text(answer, nothing))


def print_plain(console: Console, text: str, hang: int = 0) -> None:
    """Write harmless text: not cut, not highlighted; on a terminal wrapped at words, otherwise as it is.

    Lines that go on are indented by ``hang`` columns, as far as that leaves room for their words.
    """
    if console.is_terminal:
        from rich.text import Text

        console.print(Text(wrapped(console, text, hang)), soft_wrap=True)
    else:
        console.file.write(text + "\n")


def wrapped(console: Console, text: str, hang: int = 0) -> str:
    """Text in lines that fit the console, broken between words; only a word longer than a line is broken itself."""
    indent = hang if console.width - hang >= _LEAST_COLUMNS else min(4, hang)
    lines: list[str] = []
    for line in text.expandtabs(8).split("\n"):
        first, *more = _broken(console, line, console.width) or [""]
        if indent and more:
            more = _broken(console, line[len(first) :].lstrip(), console.width - indent)
        lines += [first, *(" " * indent + part for part in more)]
    return "\n".join(lines)


def _broken(console: Console, line: str, columns: int) -> list[str]:
    from rich.text import Text

    return [part.plain.rstrip() for part in Text(line).wrap(console, columns, overflow="fold")]


def rich_answer(answer: Answer, *, marks: bool = False, nothing: str = NOTHING_NEAR) -> RenderableType:
    """An answer for a terminal; with ``marks`` the quoted words are marked by asterisks, for want of styles."""
    from rich.console import Group
    from rich.text import Text

    head = Text(overflow="fold")
    for piece, is_mark in heading_line(answer, nothing):
        head.append(
            piece if is_mark else isolated(piece),
            style="cyan" if is_mark else ("bold yellow" if answer.abstained else "bold"),
        )
    parts: list[RenderableType] = [head]
    parts += [_indented(Text(isolated_quotes(remark), style=QUIET, overflow="fold"), 2) for remark in remarks(answer)]
    parts += rich_footnotes(numbered(answer), marks=marks)
    return Group(*parts)


def side_by_side(left: Answer, right: Answer, *, marks: bool = False, columns: int = 80) -> RenderableType:
    """Two answers to one question, each under its model's name, in two columns; on a narrow terminal one below the
    other."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from askdocs.terminal.model_labels import short_names

    names = {model: one_line(name) for model, name in short_names([left.model, right.model]).items()}
    if columns < _LEAST_BESIDE:
        parts = [
            part
            for answer in (left, right)
            for part in (Text(f"--- {names[answer.model]}", overflow="fold"), rich_answer(answer, marks=marks))
        ]
        return Group(*parts)
    table = Table(box=None, padding=(0, 1), expand=True)
    for answer in (left, right):
        table.add_column(Text(names[answer.model], overflow="fold"), ratio=1, overflow="fold")
    table.add_row(rich_answer(left, marks=marks), rich_answer(right, marks=marks))
    return table


def rich_footnotes(notes: Iterable[Footnote], *, marks: bool = False) -> list[RenderableType]:
    """Numbered references for a terminal."""
    from rich.text import Text

    parts: list[RenderableType] = []
    for note in notes:
        label = f"[{note.number}] "
        place = Text(label, style="cyan", overflow="fold")
        place.append(isolated(note.title), style="italic")
        rest = " · ".join(part for part in (note.published, note.source) if part)
        place.append((" · " if note.title and rest else "") + rest, style=QUIET)
        quote: Text | IsolatedLines
        quote = _excerpt(note.excerpt, marks=marks) if note.excerpt else sentence(note, marks=marks)
        if not note.excerpt and reads_right_to_left(quote.plain):
            quote = IsolatedLines(quote)
        parts += [_indented(place, 2), _indented(quote, 2 + len(label))]
    return parts


def sentence(note: Footnote, *, marks: bool = False) -> Text:
    """The sentence of a footnote with the quoted words highlighted."""
    from rich.text import Text

    text = Text(note.before, overflow="fold")
    if note.words:
        text.append(f"**{note.words}**" if marks else note.words, style=WORDS_STYLE)
    text.append(note.after)
    return text


def _excerpt(excerpt: Excerpt, *, marks: bool) -> Text:
    """The excerpt of a table with the cited cell highlighted."""
    from rich.text import Text

    text = Text(no_wrap=True, overflow="ellipsis")
    for number, (before, cell, after) in enumerate(excerpt_lines(excerpt, isolated)):
        text.append(("\n" if number else "") + before, style="" if cell else QUIET)
        if cell:
            text.append(f"**{cell}**" if marks else cell, style=WORDS_STYLE)
        text.append(after)
    return text


def _indented(text: Text | IsolatedLines, columns: int) -> RenderableType:
    from rich.padding import Padding

    return Padding(text, (0, 0, 0, columns))
