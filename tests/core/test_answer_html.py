"""What a notebook shows of an answer: the words marked in place, everything escaped, nothing that runs or is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askdocs import Article, Corpus
from askdocs.core.answers import Alternative, Answer, Citation, Excerpt, Unread, Unsupported, Value
from askdocs.core.articles import Chunk, Hit
from askdocs.testing import DeterministicEmbedder
from askdocs.text.sanitize import sanitize
from tests.support.whole_answers import (
    COMPARISON,
    COUNT,
    HALF,
    KEPT,
    LIST,
    LOSS,
    PARTS,
    SALE,
    SPAN,
    SUMMARIES,
    SUMMARY,
    answered,
    cited,
)

TAGS = {"b", "bdi", "details", "div", "mark", "span", "summary", "table", "td", "th", "tr"}
ATTRIBUTES = {"aria-hidden", "class", "dir", "open", "scope", "style"}
HARM = """</div><script>x()</script><img src=x onerror=x()> ' " & {{ 7*7 }} <a href="javascript:x()">"""


class Shown(HTMLParser):
    """The texts of some HTML, and those within ``<mark>``; tags and attributes that have no place there fail."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.marks: list[str] = []
        self._open: list[str] = []
        self.feed(answer._repr_html_())
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        assert {name for name, _ in attrs} <= ATTRIBUTES
        assert "url(" not in str(attrs)
        self._open.append(tag)
        if tag == "mark":
            self.marks.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if "mark" in self._open:
            self.marks[-1] += data

    @property
    def words(self) -> str:
        """All text, white space as a browser shows it."""
        return " ".join("".join(self.texts).split())


def in_order(text: str, *pieces: str) -> bool:
    """Whether the text has the pieces one behind the other."""
    at = 0
    for piece in pieces:
        at = text.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return True


def test_an_answer_with_its_words_marked_in_the_quote() -> None:
    shown = Shown(SPAN.model_copy(update={"citations": (cited(SALE, "12 million", page=4),)}))
    assert shown.marks == ["12 million"]
    assert in_order(
        shown.words, SPAN.question, "12 million", "likely right (0.80)", SALE, "Norhaven sells", "2023-11-17", "a1.md",
        "page 4", "smollm2 · 0.8 s",
    )  # fmt: skip


@given(
    st.text(alphabet=st.sampled_from("ab <>&\"'\n{}%é漢🚢\u202e\x1b"), min_size=1, max_size=60).flatmap(
        lambda text: st.tuples(st.just(text), st.integers(0, len(text) - 1), st.integers(1, len(text)))
    )
)
def test_what_is_marked_is_exactly_the_words(drawn: tuple[str, int, int]) -> None:
    text, start, length = drawn
    words = text[start : start + length]
    place = Citation(
        article_id="a", source="a.md", title="t", chunk_id=1, start=0, end=len(text), quote=text, answer_start=start,
        answer_end=start + len(words),
    )  # fmt: skip
    shown = Shown(answered("words", place))
    assert shown.marks == [sanitize(words)]
    assert sanitize(text) in "".join(shown.texts)


def test_a_long_quote_is_cut_around_the_words_and_never_within_them() -> None:
    words = "twelve " * 200
    (mark,) = Shown(answered("x", cited("a" * 2000 + words + "z" * 2000, words))).marks
    assert mark == words
    shown = Shown(answered("x", cited("a" * 2000 + "12" + "z" * 2000, "12")))
    assert shown.marks == ["12"]
    assert "… " + "a" * 480 + "12" + "z" * 480 + " …" in shown.words


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "news", embedder=DeterministicEmbedder()) as corpus:
        corpus.add(Article(id="a1", source="<sale>.md", title="Stake & sale", text=f"Intro <b>bold</b>.\n\n{SALE}"))
        yield corpus


def test_of_a_corpus_what_is_marked_stands_in_the_article(asked: Corpus) -> None:
    answer = asked.ask("How many shares of Vestia has Norhaven sold?", model="extractive", threshold=0)
    (citation,) = answer.citations
    words = asked.article("a1").text[citation.answer_start : citation.answer_end]
    shown = Shown(answer)
    assert shown.marks == [words]
    assert "Stake & sale" in shown.words
    assert "<sale>.md" in shown.words


def test_an_abstention_says_so_and_shows_what_was_nearest() -> None:
    chunk = Chunk(id=7, article_id="a2", start=0, end=len(LOSS), text=LOSS)
    hits = (Hit(chunk=chunk, source="a2.md", title="Drivers leave", score=0.5),)
    unsure = SPAN.model_copy(update={"abstained": True, "text": "", "confidence": 0.3, "hits": hits})
    shown = Shown(unsure)
    assert in_order(
        shown.words, "Not sure enough to answer.", 'nearest: "12 million", may be right (0.30); asked for 0.50', SALE,
        "Passages nearest to the question", LOSS, "Drivers leave",
    )  # fmt: skip
    assert shown.marks == ["12 million"]
    assert "The articles do not answer this." in Shown(unsure.model_copy(update={"confidence": 0.1})).words
    none = Answer(question="Who?", text="", abstained=True, confidence=0, candidate="", model="m")
    assert "Nothing in the articles is near this question." in Shown(none).words
    assert (
        "Not answered. there is no such column"
        in Shown(none.model_copy(update={"note": "there is no such column"})).words
    )


def test_of_a_table_the_cell_is_marked_among_its_rows() -> None:
    excerpt = Excerpt(rows=(("", "2023", "2024"), ("Cloud", "401.2", "455.9"), ("All", "5", "455.9")), row=1, column=2)
    place = cited("Cloud | 401.2 | 455.9", "455.9").model_copy(
        update={"excerpt": excerpt, "table": "Revenue by segment", "unit": "(Figures in £m)"}
    )
    typed = Value(kind="money", value=455_900_000, currency="GBP")
    answer = answered("455.9", place, typed=typed, formula="455.9", note="as restated")
    shown = Shown(answer.model_copy(update={"formula": None}))
    assert shown.marks == ["455.9"]
    assert in_order(
        shown.words, "455.9 (£m)", "as restated", "2023 2024 Cloud 401.2", "Revenue by segment", "(Figures in £m)"
    )
    assert "| 401.2" not in shown.words
    assert in_order(Shown(answer).words, "455.9", "455.9 as restated")


def test_a_list_has_each_quote_behind_its_item() -> None:
    shown = Shown(LIST)
    assert shown.marks == ["Norhaven", "Vestia", "Quillmark"]
    assert in_order(
        shown.words, "3 items", "read all 48", "Norhaven · Norhaven sells", SALE, "Quillmark · Drivers leave", LOSS
    )
    alone = Shown(LIST.model_copy(update={"value": ("Norhaven",), "citations": LIST.citations[:1]}))
    assert in_order(alone.words, "1 item ", "Norhaven", SALE, "Norhaven sells · 2023-11-17 · a1.md")
    assert "Norhaven · Norhaven sells" not in alone.words


def test_a_summary_has_each_sentence_once_and_a_count_names_its_articles() -> None:
    shown = Shown(SUMMARY)
    assert f"{SALE} [1] {KEPT} [2] {LOSS} [3]" in shown.words
    assert in_order(shown.words, "[1] [2] Norhaven sells · 2023-11-17 · a1.md · pages 1, 3", "[3] Drivers leave")
    assert shown.words.count(SALE) == 1
    counted = Shown(COUNT)
    assert in_order(counted.words, "2 articles", COUNT.note, "Norhaven sells", SALE, "Drivers leave", LOSS)
    assert shown.marks == counted.marks == []
    assert "the first 2 are listed" in Shown(COUNT.model_copy(update={"text": "5"})).words


def test_a_comparison_has_a_row_a_side_and_its_quotes_below() -> None:
    shown = Shown(COMPARISON)
    assert shown.marks == ["12 million", "4 million"]
    assert in_order(
        shown.words, "Norhaven is higher", "Norhaven", "12 million [1]", "Quillmark", "4 million [2]", SALE,
        "[1] Norhaven sells", "[2] Drivers leave",
    )  # fmt: skip
    half = Shown(HALF)
    assert in_order(
        half.words, "Norhaven and Quillmark", "Quillmark", "no answer", 'nearest: "3%", doubtful (0.04)', SALE
    )
    assert half.marks == ["12 million"]
    assert in_order(
        Shown(SUMMARIES).words, f"{SALE} [1] {KEPT} [2]", f"{LOSS} [3]", "[1] [2] Norhaven sells", "[3] Drivers"
    )


def test_of_several_questions_each_has_its_answer() -> None:
    shown = Shown(PARTS)
    assert in_order(
        shown.words, "Who sold shares?", "The articles do not answer this.", KEPT, "How many?", "12 million", SALE
    )
    assert shown.marks == ["3%", "12 million"]


def test_prose_keeps_its_marks_and_others_are_told() -> None:
    prose = answered(
        "It sold 12 million [1]. 3% are left [2].", cited(SALE, "12 million"), cited(KEPT, "3%"), style="prose",
        alternatives=(
            Alternative(text="40 drivers", confidence=0.2, citations=(cited(LOSS, "40 drivers", article="a2"),)),
            Alternative(text="nobody", confidence=0.01, citations=()),
        ),
    )  # fmt: skip
    shown = Shown(prose)
    assert in_order(shown.words, "It sold 12 million [1]. 3% are left [2].", "[1] Norhaven sells", "[2] Norhaven sells")
    assert in_order(shown.words, 'another passage says "40 drivers": doubtful (0.20)', LOSS)
    assert "nobody" not in shown.words


def hostile(form: str) -> Answer:
    """An answer all of whose texts mean harm."""
    excerpt = Excerpt(rows=((HARM, HARM), (HARM, HARM)), row=1, column=1)
    place = cited(HARM, HARM).model_copy(update={"title": HARM, "source": HARM, "table": HARM, "unit": HARM})
    of_a_cell = place.model_copy(update={"excerpt": excerpt})
    chunk = Chunk(id=9, article_id="z", start=0, end=len(HARM), text=HARM)
    fields: dict[str, object] = {
        "question": HARM, "model": HARM, "note": HARM, "formula": HARM, "candidate": HARM, "value": (HARM, HARM),
        "alternatives": (Alternative(text=HARM, confidence=0.3, citations=(place,)),),
        "hits": (Hit(chunk=chunk, source=HARM, title=HARM, score=1.0),),
        "omitted": (Hit(chunk=chunk, source=HARM, title=HARM, score=1.0),),
        "unsupported": (Unsupported(text=HARM, reason=HARM),),
        "unread": (Unread(article_id="a", source=HARM, title=HARM, start=0, end=len(HARM), text=HARM),),
    }  # fmt: skip
    if form in ("comparison", "parts"):
        side = answered(HARM, place, question=HARM)
        return answered(HARM, place, form=form, parts=(side, side), **fields)
    if form == "abstained":
        return answered("", place, of_a_cell, abstained=True, **fields)
    return answered(HARM, place, of_a_cell, form=form, **fields)


@pytest.mark.parametrize("form", ["span", "list", "summary", "count", "comparison", "parts", "abstained"])
def test_harmful_text_is_text(form: str) -> None:
    answer = hostile(form)
    shown = Shown(answer)  # which fails at any other tag or attribute
    assert HARM in "".join(shown.texts)
    assert "49" not in shown.words
    assert "<script" not in answer._repr_html_()


def test_what_cannot_be_written_is_shown_as_something_else() -> None:
    odd = "half \ud800 of a pair, \x00 and \x1b[31m"
    html = answered(odd, cited(odd, "\x1b[31m"), question=odd, model=odd)._repr_html_()
    html.encode()
    assert not set(html) & {"\x00", "\x1b"}
