"""The commands of the chat that look behind an answer: ``/sources``, ``/open``, ``/why``."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from askdocs.core.errors import CorpusError
from askdocs.terminal.render import WORDS_STYLE, colourless, numbered, print_plain, references, rich_footnotes, wrapped
from askdocs.text.sanitize import one_line, sanitize

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from askdocs.cli.chat.session import Session
    from askdocs.core.answers import Answer, Citation
    from askdocs.core.articles import Article, Hit

_AROUND = 700
_FORMS = {
    "list": "a list, read from every passage that may hold an item",
    "summary": "a summary, made of sentences of the articles",
    "comparison": "a comparison, each side asked for itself",
    "count": "a count of articles",
    "parts": "several questions, each asked for itself",
}
_OF_FORM = {
    "list": "the share of the items that is likely right; it says nothing of items that are missing",
    "summary": "how sure it is that these articles are meant",
    "comparison": "the lowest of the sides that are answered",
    "count": "how sure it is that articles about it hold these words",
    "parts": "the lowest of the parts that are answered",
}


def sources(session: Session, argument: str, console: Console) -> None:
    """The numbered sources of the last answer, or one of them with the text around it."""
    answer = session.last_turn().answer
    if argument:
        reference = _reference(session, argument)
        article = session.corpus.article(_article_id(reference))
        _show_in_context(console, article, reference)
        return
    notes = numbered(answer)
    if not notes:
        print_plain(console, "the last answer has no sources")
    elif console.is_terminal:
        for renderable in rich_footnotes(notes, marks=colourless(console)):
            console.print(renderable)
    else:
        for note in notes:
            print_plain(console, f"{note.label} {note.place}\n    {note.before}{note.words}{note.after}")


def open_article(session: Session, argument: str, console: Console) -> None:
    """The whole article of a source, in a pager where there is a terminal, at the passage."""
    reference = _reference(session, argument)
    start, _, inner = _span(reference)
    article = session.corpus.article(_article_id(reference))
    head = f"{_title(article)}\n\n"
    text = head + sanitize(article.text)
    if not console.is_terminal:
        print_plain(console, text)
        return
    line = 1 + wrapped(console, head + sanitize(article.text[: inner[0] if inner else start])).count("\n")
    _page(console, wrapped(console, text), line)


def _page(console: Console, text: str, line: int) -> None:
    """Show text in ``$PAGER``, else ``less``, else as it is."""
    command = (os.environ.get("PAGER") or "less").split()
    program = shutil.which(command[0]) if command else None
    if program is None:
        print_plain(console, text)
        return
    if os.path.basename(program) == "less":
        command += [f"+{max(line - 3, 1)}"]
    subprocess.run([program, *command[1:]], input=text.encode("utf-8", "replace"), check=False)


def why(session: Session, argument: str, console: Console) -> None:
    """How the last answer came about: the question searched for, the hits' ranks and scores, the prompt, the words."""
    turn = session.last_turn()
    answer = turn.answer
    print_plain(console, f"searched for: {one_line(turn.rewritten)}")
    if answer.form != "span":
        _show_form(console, answer)
    if answer.hits or answer.omitted:
        print_plain(console, "\n  score  dense (rank)   bm25 (rank)  passage")
    for hit in [*answer.hits, *answer.omitted]:
        print_plain(console, _scores(hit) + ("  (did not fit)" if hit in answer.omitted else ""), hang=37)
    if answer.form != "span":  # which no reading of one prompt comes to
        print_plain(console, f"\nconfidence {answer.confidence:.3f}: {_OF_FORM[answer.form]}")
        return
    explained = session.corpus.explain(
        turn.question, history=session.chat.history[:-1], **session.options.arguments() | {"model": answer.model}
    )
    print_plain(console, f"\nprompt:\n{sanitize(explained.prompt)}")
    print_plain(console, "\ntokens of the answer, with their probability:")
    for text, probability in explained.tokens:
        print_plain(console, f"  {probability:6.3f}  {one_line(repr(text))}")
    print_plain(console, f"\nconfidence {answer.confidence:.3f}, from:")
    for name, value in explained.features.items():
        print_plain(console, f"  {one_line(name):32} {value:.3f}")


def _show_form(console: Console, answer: Answer) -> None:
    """What a question was taken for, and what was read or asked for it."""
    print_plain(console, f"taken for: {_FORMS[answer.form]}")
    if answer.note:
        print_plain(console, f"  {one_line(answer.note, 200)}", hang=2)
    for part in answer.parts:
        said = "no answer" if part.abstained else one_line(part.text, 60)
        print_plain(console, f"  asked: {one_line(part.question, 160)} - {said}, {part.confidence:.3f}", hang=9)


def _scores(hit: Hit) -> str:
    def ranked(score: float | None, rank: int | None) -> str:
        return f"{score:6.3f} ({rank:>3})" if score is not None and rank is not None else "     -      "

    where = one_line(f"{hit.title or hit.source} [{hit.chunk.start}:{hit.chunk.end}]", 60)
    return (
        f"{hit.score:7.3f}  {ranked(hit.dense_score, hit.dense_rank)}  {ranked(hit.bm25_score, hit.bm25_rank)}  {where}"
    )


def _reference(session: Session, argument: str) -> Citation | Hit:
    found = references(session.last_turn().answer)
    number = argument.strip("[] ")
    if not number.isdecimal() or not 1 <= int(number) <= len(found):
        said = f"{argument}: " if argument else ""
        if not found:
            raise CorpusError("the last answer has no sources")
        known = f"1 to {len(found)}" if len(found) > 1 else "there is one source, 1"
        raise CorpusError(f"{said}name a source of the last answer: {known}")
    return found[int(number) - 1]


def _article_id(reference: Citation | Hit) -> str:
    from askdocs.core.articles import Hit

    return reference.chunk.article_id if isinstance(reference, Hit) else reference.article_id


def _span(reference: Citation | Hit) -> tuple[int, int, tuple[int, int] | None]:
    """Where the passage stands in its article, and the answer's words in it."""
    from askdocs.core.answers import Citation

    if isinstance(reference, Citation):
        return reference.start, reference.end, (reference.answer_start, reference.answer_end)
    return reference.chunk.start, reference.chunk.end, None


def _show_in_context(console: Console, article: Article, reference: Citation | Hit) -> None:
    """The passage with the text around it; the quote is bold, the answer's words highlighted."""
    start, end, inner = _span(reference)
    first = max(article.text.rfind("\n", 0, max(start - _AROUND, 0)) + 1, start - 2 * _AROUND, 0)
    after = article.text.find("\n", min(end + _AROUND, len(article.text)))
    last = min(after if after >= 0 else len(article.text), end + 2 * _AROUND)
    print_plain(console, _title(article))
    marks = not console.is_terminal or colourless(console)
    inner = inner or (start, start)
    pieces = [
        (article.text[first:start], ""),
        (article.text[start : inner[0]], "bold"),
        (article.text[inner[0] : inner[1]], WORDS_STYLE),
        (article.text[inner[1] : end], "bold"),
        (article.text[end:last], ""),
    ]
    text = _styled(pieces, marks=marks)
    if console.is_terminal:
        console.print(text)
    else:
        print_plain(console, text.plain)


def _styled(pieces: list[tuple[str, str]], *, marks: bool) -> Text:
    from rich.text import Text

    text = Text(overflow="fold")
    for piece, style in pieces:
        shown = sanitize(piece)
        text.append(f"**{shown}**" if marks and style == WORDS_STYLE and shown else shown, style=style)
    return text


def _title(article: Article) -> str:
    published = article.published.isoformat() if article.published else ""
    return " · ".join(part for part in (one_line(article.title, 100), published, one_line(article.source, 200)) if part)
