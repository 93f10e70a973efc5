"""What the page shows of each form of answer, and which article each number leads to."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from askdocs.core.answers import Alternative, Answer, Excerpt, Unread, Value
from askdocs.serving.pages.asked import Asked
from askdocs.serving.pages.rendering import render
from askdocs.serving.pages.shown_answer import Piece, ShownAnswer, as_markdown, show_answer
from askdocs.serving.pages.talk import ShownTurn
from askdocs.terminal.render import references
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
    nothing,
)
from tests.terminal.test_render import abstention

ALL = [SPAN, SUMMARY, LIST, COUNT, COMPARISON, HALF, SUMMARIES, PARTS, abstention()]
HOSTILE = '<img src=x onerror=alert(1)> "onmouseover="alert(1)'


def words(pieces: object) -> str:
    assert isinstance(pieces, list)
    return "".join(f" [{piece.text}]" if piece.link else piece.text for piece in pieces)


def html(answer: Answer) -> str:
    turn = ShownTurn(1, "How many?", "", show_answer(answer, "news"), as_markdown("How many?", answer))
    return render("turn.html.j2", turn=turn)


def links(shown: ShownAnswer) -> list[Piece]:
    return [piece for piece in shown.heading if piece.link]


def test_a_span_has_its_quote_with_the_words_marked() -> None:
    shown = show_answer(SPAN, "news")
    assert words(shown.heading).strip() == "12 million  [1]"
    (source,) = shown.sources
    assert (source.label, source.before, source.words, source.after) == (
        "1", "Norhaven has sold ", "12 million", " shares of Vestia.",
    )  # fmt: skip
    assert (source.link.title, source.link.place) == ("Norhaven sells", "2023-11-17 · a1.md")
    assert shown.sure == ("likely right (0.80)", 2)
    assert shown.cost == "smollm2 · 0.8 s"


def test_each_sentence_of_a_summary_leads_to_its_own_place() -> None:
    shown = show_answer(SUMMARY, "news")
    offsets = [parse_qs(urlsplit(piece.link.href).query)["end"] for piece in links(shown) if piece.link]
    assert offsets == [[str(100 + len(sentence))] for sentence in (SALE, KEPT, LOSS)]
    assert [(source.label, source.link.title) for source in shown.sources] == [
        ("1 2", "Norhaven sells"), ("3", "Drivers leave"),
    ]  # fmt: skip
    assert shown.is_long


def test_a_list_a_comparison_and_parts_are_shown_as_such() -> None:
    assert [(item.label, item.words, item.place) for item in show_answer(LIST, "news").items] == [
        ("1", "Norhaven", "Norhaven sells"), ("2", "Vestia", "Norhaven sells"), ("3", "Quillmark", "Drivers leave"),
    ]  # fmt: skip
    sides = show_answer(COMPARISON, "news").sides
    assert [(side.label, words(side.words).replace("  ", " ")) for side in sides] == [
        ("Norhaven", "12 million [1]"), ("Quillmark", "4 million [2]"),
    ]  # fmt: skip
    (who, first), (many, second) = show_answer(PARTS, "news").parts
    assert (who, first.nearest, first.sources) == ("Who sold shares?", "3%", [])
    assert (many, second.sources[0].words) == ("How many?", "12 million")


def test_an_abstention_shows_what_was_nearest_with_its_quote_and_what_was_found() -> None:
    shown = show_answer(abstention(), "news")
    assert shown.abstained
    assert shown.nearest == "12 million"
    assert shown.sure == ("doubtful (0.21)", 0)
    assert [source.words for source in shown.sources] == ["12 million"]
    assert [source.label for source in shown.found] == ["2", "3"]
    assert shown.found[0].link.href == "/article/a1?corpus=news&start=0&end=80#mark"


def test_what_others_say_has_quotes_of_its_own() -> None:
    other = Alternative(text="3%", confidence=0.3, citations=(cited(KEPT, "3%"),))
    (said,) = show_answer(SPAN.model_copy(update={"alternatives": (other,)}), "news").others
    assert (said.words, said.sure.words, said.sources[0].label) == ("3%", "may be right (0.30)", "2")


def test_a_cell_is_marked_in_its_rows_and_its_value_is_said() -> None:
    rows = (("", "2023", "2024"), ("Cloud", "401.2", "455.9"))
    cell = cited("Cloud | 401.2 | 455.9", "455.9").model_copy(
        update={"excerpt": Excerpt(rows=rows, row=1, column=2), "table": "Segments", "unit": "£m"}
    )
    answer = answered("455.9", cell, typed=Value(kind="money", value=455900000, currency="GBP"))
    assert show_answer(answer, "news").typed == "455,900,000 GBP"
    page = re.sub(r">\s+<", "><", html(answer))
    assert '<td><mark class="answer">455.9</mark></td>' in page
    assert '<th scope="row">Cloud</th>' in page
    assert '<th scope="col">2024</th>' in page
    assert "Segments · £m" in page


@pytest.mark.parametrize("answer", ALL)
def test_every_number_is_that_of_its_reference(answer: Answer) -> None:
    shown = show_answer(answer, "news")
    known = {str(number): one for number, one in enumerate(references(answer), start=1)}
    for piece in links(shown):
        assert piece.link is not None
        assert piece.link.title == known[piece.text].title


@pytest.mark.parametrize("answer", ALL)
def test_what_an_article_or_a_model_says_is_text(answer: Answer) -> None:
    said = answer.model_dump_json()
    for sentence in (SALE, KEPT, LOSS, "Norhaven sells", "Drivers leave", "Vestia"):
        said = said.replace(sentence, HOSTILE.replace('"', '\\"'))
    unread = Unread(article_id=HOSTILE, source=HOSTILE, title="", start=0, end=1, text=HOSTILE)
    hostile = Answer.model_validate_json(said).model_copy(
        update={"note": HOSTILE, "unread": (unread,), "candidate": HOSTILE}
    )
    page = html(hostile)
    assert "<img" not in page
    assert not re.search(r"<[^>]*\son\w+=", re.sub(r'"[^"]*"', '""', page))


def test_the_words_of_an_answer_are_text_in_the_midst_of_their_quote_too() -> None:
    page = html(answered(HOSTILE, cited(f"It says {HOSTILE} here.", HOSTILE)))
    assert "<img" not in page
    assert page.count("&lt;img") >= 3  # heading, quote, and what is copied


def test_a_part_that_is_nearest_nothing_is_shown() -> None:
    shown = show_answer(nothing("Who?"), "news")
    assert (shown.sure, shown.nearest) == (None, "")
    assert words(shown.heading) == "Nothing in the articles is near this question."


def test_options_of_the_form_become_conditions() -> None:
    asked = Asked.model_validate({"question": "Who?", "since": "2023-12-01", "until": "", "source": " ", "k": ""})
    assert asked.where == {"published": [">=2023-12-01"]}
    assert asked.conditions == "from 2023-12-01"
    assert Asked(question="Who?").where == {}


def test_a_turn_is_said_in_one_sentence() -> None:
    answer = show_answer(SPAN, "news")
    assert ShownTurn(1, "How many?", "", answer, "").spoken == "12 million, likely right (0.80)"
    assert ShownTurn(1, "?", "", show_answer(PARTS, "news"), "").spoken == (
        "Who sold shares? The articles do not answer this.; How many? 12 million"
    )
