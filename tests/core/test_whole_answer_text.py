"""What ``print(answer)`` shows of answers that are more than a span."""

from __future__ import annotations

from askdocs.core.whole_answers import listed_items, part_labels
from tests.support.whole_answers import (
    COMPARISON,
    COUNT,
    HALF,
    KEPT,
    LIST,
    LOSS,
    PARTS,
    SALE,
    SUMMARIES,
    SUMMARY,
    cited,
)


def test_a_summary_has_each_sentence_once_and_its_sources_by_article() -> None:
    assert str(SUMMARY).splitlines() == [
        f"{SALE} [1] {KEPT} [2] {LOSS} [3]",
        "  likely right (0.80)",
        "  3 sentences of 2 articles; 2 were found",
        "  [1] [2] Norhaven sells, 2023-11-17, a1.md, pages 1, 3",
        "  [3] Drivers leave, 2023-11-20, a2.md",
    ]


def test_a_list_has_one_item_a_line() -> None:
    assert str(LIST).splitlines() == [
        "3 items - likely right (0.80)",
        "  read all 48 passages of 12 articles",
        "  Norhaven (Norhaven sells, 2023-11-17, a1.md)",
        "  Vestia (Norhaven sells, 2023-11-17, a1.md)",
        "  Quillmark (Drivers leave, 2023-11-20, a2.md)",
    ]
    alone = LIST.model_copy(update={"value": ("Norhaven",), "citations": LIST.citations[:1]})
    assert str(alone).splitlines()[2:] == ["  Norhaven", "  (Norhaven sells, 2023-11-17, a1.md)"]


def test_a_count_names_its_articles() -> None:
    first, note, *articles = str(COUNT).splitlines()
    assert first == "2 articles - likely right (0.80)"
    assert note.strip() == COUNT.note
    assert articles[2:] == ["  Drivers leave, 2023-11-20, a2.md", f'      "{LOSS}"']


def test_a_comparison_has_a_line_a_side_and_its_note_first() -> None:
    assert str(COMPARISON).splitlines()[:3] == [
        "Norhaven is higher",
        "Norhaven: 12 million - likely right (0.80)",
        "Quillmark: 4 million - likely right (0.80)",
    ]
    assert "no answer" in str(HALF).splitlines()[1]
    shown = str(SUMMARIES)
    assert f"Vestia: {LOSS} [3]" in shown
    assert shown.count(SALE) == 1


def test_parts_are_asked_and_answered_one_after_the_other() -> None:
    assert str(PARTS).splitlines() == [
        "Who sold shares?",
        '  no answer; nearest: "3%" - doubtful (0.04)',
        "How many?",
        "  12 million - likely right (0.80)",
        f'    "{SALE}" (Norhaven sells, 2023-11-17, a1.md)',
    ]


def test_labels_are_the_sides_as_the_words_of_the_whole_name_them() -> None:
    assert part_labels(COMPARISON) == ("Norhaven", "Quillmark")
    assert part_labels(HALF) == ("Norhaven", "Quillmark")
    assert part_labels(SUMMARIES) == ("Norhaven", "Vestia")
    assert part_labels(COMPARISON.model_copy(update={"candidate": "else"})) == tuple(
        part.question for part in COMPARISON.parts
    )


def test_items_without_a_citation_each_are_no_list_to_show() -> None:
    assert listed_items(LIST) == ("Norhaven", "Vestia", "Quillmark")
    assert listed_items(LIST.model_copy(update={"citations": (cited(SALE),)})) == ()
    assert listed_items(SUMMARY.model_copy(update={"style": "prose"})) == ()
