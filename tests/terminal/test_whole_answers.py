"""Lists, summaries, comparisons, counts and parts: on a terminal, in a pipe and in a saved conversation."""

from __future__ import annotations

import io
import re

import pytest
from rich.cells import cell_len
from rich.console import Console

from askdocs.core.answers import Answer
from askdocs.terminal.markdown_answer import markdown_answer
from askdocs.terminal.render import numbered, plain_text, print_answer, references
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
    whole,
)

ALL = [SUMMARY, LIST, COUNT, COMPARISON, HALF, SUMMARIES, PARTS]
FORMS = ["summary", "list", "count", "comparison", "half", "summaries", "parts"]
HOSTILE = "\x1b]0;owned\x07[red]x[/red]\u202eevil\x9b31m | <b>\r# not a heading"


def on_terminal(shown: Answer, width: int = 80, **options: object) -> list[str]:
    file = io.StringIO()
    settings: dict[str, object] = {"width": width, "force_terminal": True, "color_system": None} | options
    console = Console(file=file, markup=False, emoji=False, highlight=False, **settings)  # type: ignore[arg-type]
    print_answer(console, shown)
    return [line.rstrip() for line in file.getvalue().splitlines()]


def test_a_summary_has_each_sentence_once_and_its_sources_by_article() -> None:
    assert plain_text(SUMMARY).splitlines() == [
        f"{SALE} [1] {KEPT} [2] {LOSS} [3]",
        "  likely right (0.80) · smollm2 · 0.8 s",
        "  3 sentences of 2 articles; 2 were found",
        "  [1] [2] Norhaven sells · 2023-11-17 · a1.md, pages 1, 3",
        "  [3] Drivers leave · 2023-11-20 · a2.md",
    ]


def test_a_summary_in_prose_keeps_the_quotes_that_it_rests_on() -> None:
    text = "Norhaven sold most of its shares [1]."
    shown = plain_text(answered(text, cited(SALE), form="summary", style="prose", value=(SALE,)))
    assert shown.startswith(text)
    assert SALE in shown


def test_a_list_has_one_item_a_line_with_its_source() -> None:
    assert plain_text(LIST).splitlines() == [
        "3 items",
        "  [1] Norhaven · Norhaven sells · 2023-11-17 · a1.md",
        "  [2] Vestia · Norhaven sells · 2023-11-17 · a1.md",
        "  [3] Quillmark · Drivers leave · 2023-11-20 · a2.md",
        "  likely right (0.80) · smollm2 · 0.8 s",
        "  read all 48 passages of 12 articles",
    ]


def test_the_source_of_a_list_from_one_article_is_said_once() -> None:
    one = LIST.model_copy(update={"value": ("Norhaven", "Vestia"), "citations": LIST.citations[:2]})
    shown = plain_text(one)
    assert shown.count("Norhaven sells") == 1
    assert shown.endswith("  [1] [2] Norhaven sells · 2023-11-17 · a1.md")


def test_a_count_lists_its_articles_with_a_sentence_each() -> None:
    assert plain_text(COUNT).splitlines() == [
        "2 articles",
        "  likely right (0.80) · smollm2 · 0.8 s",
        '  2 of 12 articles hold "Vestia", in any form of its words',
        "  [1] Norhaven sells · 2023-11-17 · a1.md",
        f"      {SALE}",
        "  [2] Drivers leave · 2023-11-20 · a2.md",
        f"      {LOSS}",
    ]
    assert "the first 2 are listed" in plain_text(COUNT.model_copy(update={"text": "70"}))


def test_a_comparison_stands_in_columns_with_its_note_above() -> None:
    lines = plain_text(COMPARISON).splitlines()
    assert lines[:4] == [
        "Norhaven is higher",
        "  Norhaven   12 million [1]  likely right (0.80)  [1] Norhaven sells",
        "  Quillmark  4 million [2]   likely right (0.80)  [2] Drivers leave",
        "  smollm2 · 0.8 s",
    ]
    assert lines[-1] == "      Quillmark sold **4 million**."


def test_on_a_terminal_a_comparison_is_a_table_and_on_a_narrow_one_a_stack() -> None:
    wide = on_terminal(COMPARISON)
    assert re.search(r"answer +confidence +source", wide[1])
    assert re.search(r"Quillmark +4 million \[2\] +likely right \(0.80\) +\[2\] Drivers leave", "\n".join(wide))
    narrow = on_terminal(COMPARISON, 40)
    assert narrow[1:5] == ["  Norhaven", "    12 million [1]", "    likely right (0.80)", "    [1] Norhaven sells"]


def test_sides_that_are_summarized_are_shown_once_with_their_sources() -> None:
    shown = plain_text(SUMMARIES)
    assert shown.startswith("Norhaven and Vestia\n")
    assert shown.count(SALE) == shown.count(LOSS) == 1
    assert shown.endswith("  [1] [2] Norhaven sells · 2023-11-17 · a1.md\n  [3] Drivers leave · 2023-11-20 · a2.md")


def test_a_side_or_a_part_without_an_answer_says_so() -> None:
    assert 'Quillmark  no answer       nearest: "3%", doubtful (0.04)' in plain_text(HALF)
    lines = plain_text(PARTS).splitlines()
    assert lines == [
        "Who sold shares?",
        "  The articles do not answer this.",
        '    nearest: "3%", doubtful (0.04); asked for 0.50',
        "How many?",
        "  12 million [1]",
        "    likely right (0.80)",
        "    [1] Norhaven sells · 2023-11-17 · a1.md",
        "        Norhaven has sold **12 million** shares of Vestia.",
        "  smollm2 · 0.8 s",
    ]


def test_a_part_may_be_a_list_whose_numbers_go_on() -> None:
    both = whole("parts", "How many: 12 million; Which: …", SPAN, LIST)
    assert "    [4] Quillmark · Drivers leave" in plain_text(both)
    assert [note.number for note in numbered(both)] == [1, 2, 3, 4]


@pytest.mark.parametrize("shown", ALL, ids=FORMS)
def test_the_numbers_shown_are_those_of_the_sources(shown: Answer) -> None:
    numbers = {int(number) for number in re.findall(r"\[(\d+)\]", plain_text(shown))}
    assert numbers == set(range(1, len(references(shown)) + 1)) == {note.number for note in numbered(shown)}


@pytest.mark.parametrize("width", [80, 40, 20])
@pytest.mark.parametrize("shown", ALL, ids=FORMS)
def test_lines_fit_the_terminal(shown: Answer, width: int) -> None:
    assert max(map(cell_len, on_terminal(shown, width))) <= width


@pytest.mark.parametrize("shown", ALL, ids=FORMS)
def test_a_pipe_gets_no_escape(shown: Answer) -> None:
    file = io.StringIO()
    print_answer(Console(file=file, force_terminal=False, width=40), shown)
    assert file.getvalue() == plain_text(shown) + "\n"
    assert "\x1b" not in file.getvalue()


@pytest.mark.parametrize("form", FORMS)
def test_what_an_article_holds_is_shown_and_not_obeyed(form: str) -> None:
    shown = hostile(ALL[FORMS.index(form)])
    for text in (plain_text(shown), markdown_answer(shown), "\n".join(on_terminal(shown)), str(shown)):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", text)
        assert "[red]x[/red]" in text.replace("\\", "").replace("\n", "")
        assert not re.search("^# not", text, re.M)


def hostile(shown: Answer) -> Answer:
    """The answer with something planted in every title, source, quote, item and label."""
    citations = tuple(
        one.model_copy(update={"title": HOSTILE, "source": HOSTILE, "quote": one.quote + HOSTILE})
        for one in shown.citations
    )
    value = tuple(f"{item}{HOSTILE}" for item in shown.value) if isinstance(shown.value, tuple) else shown.value
    parts = tuple(hostile(part).model_copy(update={"question": HOSTILE}) for part in shown.parts)
    note = shown.note and shown.note + HOSTILE
    return shown.model_copy(update={"citations": citations, "value": value, "parts": parts, "note": note})


def test_markdown_has_a_table_a_list_and_headings() -> None:
    assert markdown_answer(COMPARISON).splitlines()[:6] == [
        "Norhaven is higher",
        "",
        "|  | answer | confidence | source |",
        "| --- | --- | --- | --- |",
        "| Norhaven | 12 million [1] | likely right (0.80) | [1] Norhaven sells |",
        "| Quillmark | 4 million [2] | likely right (0.80) | [2] Drivers leave |",
    ]
    assert "\n- [2] Vestia · Norhaven sells" in markdown_answer(LIST)
    assert "### How many?\n\n12 million [1]" in markdown_answer(PARTS)


def test_items_and_sentences_on_a_terminal_are_styled_and_long_text_is_not_bold() -> None:
    long = SUMMARY.model_copy(update={"value": (SALE * 3, KEPT * 3, LOSS)})
    assert "\x1b[1m" not in "\n".join(on_terminal(long, color_system="standard"))
    assert "\x1b[1mNorhaven" in "\n".join(on_terminal(LIST, color_system="standard"))


@pytest.mark.parametrize("width", [80, 40])
def test_items_keep_their_numbers_and_words_whatever_the_titles(width: int) -> None:
    titled = tuple(one.model_copy(update={"title": "A very long title of an article " * 4}) for one in LIST.citations)
    lines = on_terminal(LIST.model_copy(update={"citations": titled}), width)
    assert [line[:15].rstrip() for line in lines[1:4]] == ["  [1] Norhaven", "  [2] Vestia", "  [3] Quillmark"]
    assert all(line.endswith("…") and "A very long" in line for line in lines[1:4])
