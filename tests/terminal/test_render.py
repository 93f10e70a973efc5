"""What people see of an answer: words, confidence, footnotes; and that no text can do more than be read."""

from __future__ import annotations

import datetime
import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from askdocs.core.answers import Alternative, Answer, Citation, Timings, Unsupported
from askdocs.core.articles import Chunk, Hit
from askdocs.terminal.render import numbered, plain_text, print_answer, references, side_by_side, wrapped
from askdocs.text.sanitize import json_text, one_line, sanitize

TEXT = "Norhaven has sold 12 million shares of Vestia, raising $98 million. It keeps 3%."
# Each of these means something to a terminal, to rich or to a reader's eye.
HOSTILE = {
    "escape sequence": "\x1b[31mred\x1b[0m",
    "window title": "\x1b]0;owned\x07",
    "hyperlink": "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "clear screen": "\x1b[2J\x1b[H",
    "8-bit control": "\x9b31mred\x9b0m",
    "carriage return": "safe\rAnswer: 99",
    "backspace": "safe\x08\x08\x08\x08evil",
    "null": "a\x00b",
    "bidirectional override": "\u202esevlesruoy lluf\u202c",
    "bidirectional isolate": "\u2066x\u2069\u200f",
    "rich markup": "[bold red]not bold[/bold red] [link=http://evil.example]x[/link] [/]",
    "emoji code": ":warning: :skull:",
    "very long line": "word " * 20_000,
    "very long word": "x" * 100_000,
    "lone surrogate": "a\ud800b",
    "tag letters": "a" + "".join(chr(0xE0000 + ord(c)) for c in "hidden") + "b",
    "heap of marks": "a" + "\u0301" * 500,
    "line separators": "one\u2028two\x85three\x0bfour",
}
OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e0fff]"
)


def citation(
    quote: str = "", words: str = "", title: str = "Norhaven cuts its stake", source: str = "vestia.md"
) -> Citation:
    quote = quote or TEXT[:67]
    words = words or "12 million"
    at = quote.index(words)
    return Citation(
        article_id="a1",
        source=source,
        title=title,
        published=datetime.date(2023, 11, 17),
        chunk_id=1,
        start=100,
        end=100 + len(quote),
        quote=quote,
        answer_start=100 + at,
        answer_end=100 + at + len(words),
    )


def hit(number: int, text: str = TEXT, title: str = "Vestia") -> Hit:
    chunk = Chunk(id=number, article_id="a1", start=0, end=len(text), text=text)
    return Hit(chunk=chunk, source="vestia.md", title=title, score=1.0 / number)


def answer(**changes: object) -> Answer:
    fields: dict[str, object] = {
        "question": "How many shares did Norhaven sell?",
        "text": "12 million",
        "abstained": False,
        "confidence": 0.93,
        "candidate": "12 million",
        "citations": (citation(),),
        "hits": (hit(1), hit(2), hit(3)),
        "model": "smollm2",
        "timings": Timings(total=0.84),
    }
    return Answer.model_validate(fields | changes)


def abstention(**changes: object) -> Answer:
    return answer(**({"text": "", "abstained": True, "confidence": 0.21} | changes))


def on_terminal(shown: Answer, **options: object) -> str:
    file = io.StringIO()
    settings: dict[str, object] = {"width": 80, "force_terminal": True, "color_system": "standard"}
    console = Console(file=file, markup=False, emoji=False, highlight=False, **{**settings, **options})  # type: ignore[arg-type]
    print_answer(console, shown)
    return file.getvalue()


def without_styles(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_plain_text_gives_words_confidence_and_footnotes() -> None:
    assert plain_text(answer()).splitlines() == [
        "12 million [1]",
        "  very likely right (0.93) · smollm2 · 0.8 s",
        "  [1] Norhaven cuts its stake · 2023-11-17 · vestia.md",
        "      Norhaven has sold **12 million** shares of Vestia, raising $98 million.",
    ]


def test_each_item_of_a_list_has_its_own_footnote() -> None:
    two = answer(text="12 million; $98 million", citations=(citation(), citation(words="$98 million")))
    assert plain_text(two).startswith("12 million [1]; $98 million [2]\n")


def test_prose_is_shown_with_the_marks_that_it_has() -> None:
    text = 'Vestia "sold all" [1] and "kept none" [2].'
    shown = plain_text(answer(text=text, style="prose", citations=(citation(), citation())))
    assert shown.splitlines()[0] == text
    assert "  [2] " in shown


def test_an_abstention_shows_what_was_nearest() -> None:
    lines = plain_text(abstention()).splitlines()
    assert lines[0] == "The articles do not answer this."
    assert lines[1] == '  nearest: "12 million" [1], doubtful (0.21); asked for 0.50'
    assert lines[2].startswith("  [1] Norhaven cuts its stake")
    assert [line for line in lines if line.startswith(("  [2]", "  [3]"))]


def test_an_abstention_near_the_threshold_does_not_say_that_there_is_no_answer() -> None:
    lines = plain_text(abstention(confidence=0.25)).splitlines()
    assert lines[0] == "Not sure enough to answer."
    assert lines[1] == '  nearest: "12 million" [1], may be right (0.25); asked for 0.50'
    assert plain_text(abstention(confidence=0.0, threshold=0.0)).startswith("The articles do not answer this.")
    assert plain_text(abstention(candidate="", confidence=0.4)).startswith("The articles do not answer this.")


def test_an_abstention_without_any_hit_says_so() -> None:
    empty = abstention(candidate="", citations=(), hits=())
    assert plain_text(empty) == "Nothing in the articles is near this question."


def test_disagreement_unsupported_words_and_omissions_are_said() -> None:
    other = Alternative(text="11 million", confidence=0.4, citations=(citation("They sold 11 million.", "11 million"),))
    unsupported = Unsupported(text="a record", reason="stands in no passage")
    text = plain_text(answer(alternatives=(other,), unsupported=(unsupported,), omitted=(hit(9),)))
    assert 'another passage says: "11 million" [2], may be right (0.40)' in text
    assert 'not found in the articles: "a record" (stands in no passage)' in text
    assert "1 of 4 passages did not fit the prompt" in text
    assert "[2] Norhaven cuts its stake" in text


def test_alternatives_that_are_hardly_right_are_not_shown() -> None:
    other = Alternative(
        text="11 million", confidence=0.02, citations=(citation("They sold 11 million.", "11 million"),)
    )
    shown = answer(alternatives=(other,))
    assert "11 million" not in plain_text(shown)
    assert len(references(shown)) == 1


def test_footnote_numbers_and_references_agree() -> None:
    shown = abstention()
    assert len(numbered(shown)) == len(references(shown))
    assert references(shown)[0] == shown.citations[0]


def test_a_very_long_sentence_is_cut_around_the_words() -> None:
    quote = "before " * 3000 + "12 million" + " after" * 3000
    text = plain_text(answer(citations=(citation(quote),)))
    assert "**12 million**" in text
    assert len(text) < 1500


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_is_shown_and_not_obeyed(kind: str) -> None:
    evil = HOSTILE[kind]
    shown = answer(
        text=evil,
        candidate=evil,
        citations=(citation(f"{evil} said 12 million {evil}", "12 million", title=evil, source=evil),),
        alternatives=(Alternative(text=evil, confidence=0.3, citations=(citation(f"{evil} again", evil or "x"),)),),
        unsupported=(Unsupported(text=evil, reason=evil),),
        hits=(hit(1, evil, evil),),
        model=evil,
    )
    for variant in (shown, shown.model_copy(update={"abstained": True, "citations": ()})):
        assert not OBEYED.search(plain_text(variant))
        seen = on_terminal(variant)
        assert not OBEYED.search(without_styles(seen))
        assert max(cell_len(line) for line in without_styles(seen).splitlines()) <= 80
        assert len(plain_text(variant)) < 250_000


def test_markup_is_shown_letter_for_letter() -> None:
    evil = HOSTILE["rich markup"]
    assert evil in without_styles(on_terminal(answer(text=evil), width=200)).replace(" [1]", "")


def test_a_terminal_highlights_the_words() -> None:
    seen = on_terminal(answer())
    assert re.search(r"\x1b\[[0-9;]*43m12 million\x1b\[0m", seen)
    assert "**" not in seen


def test_no_color_keeps_the_words_apart_without_colour() -> None:
    seen = on_terminal(answer(), no_color=True)
    assert "\x1b[1m12 million" in seen
    assert not re.search(r"\x1b\[[0-9;]*(3[0-7]|4[0-7])", seen)


def test_a_dumb_terminal_gets_asterisks_and_no_escape() -> None:
    seen = on_terminal(answer(), color_system=None)
    assert "\x1b" not in seen
    assert "**12 million**" in seen


def test_a_pipe_gets_plain_text_unwrapped() -> None:
    file = io.StringIO()
    quote = "word " * 50 + "12 million"
    print_answer(Console(file=file, width=80, markup=False), answer(citations=(citation(quote),)))
    assert file.getvalue() == plain_text(answer(citations=(citation(quote),))) + "\n"
    assert max(map(len, file.getvalue().splitlines())) > 200


def test_two_answers_stand_side_by_side_in_eighty_columns() -> None:
    file = io.StringIO()
    console = Console(file=file, width=80, force_terminal=True, color_system=None, markup=False)
    console.print(side_by_side(answer(), answer(text="$98 million", model="extractive")))
    lines = file.getvalue().splitlines()
    assert "smollm2" in lines[0]
    assert "extractive" in lines[0]
    assert any("12 million" in line and "$98 million" in line for line in lines)
    assert max(map(len, lines)) <= 80


@given(st.text(), st.text())
def test_harmless_text_may_be_cut_anywhere(left: str, right: str) -> None:
    """No sign depends on its neighbours (but for line ends, and heaps of marks), so pieces can be joined."""
    together, apart = sanitize(left + right), sanitize(left) + sanitize(right)
    assert not OBEYED.search(together)
    assert not OBEYED.search(apart)


@given(st.text())
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert sanitize(sanitize(text)) == sanitize(text)


@given(st.text(max_size=300), st.integers(1, 50))
def test_one_line_is_one_line_of_at_most_its_width(text: str, width: int) -> None:
    line = one_line(text, width)
    assert len(line) <= width
    assert "\n" not in line


@given(st.dictionaries(st.text(), st.text(st.characters(codec=None, exclude_categories=())) | st.integers()))
def test_json_is_valid_and_cannot_steer_a_terminal(document: dict[str, object]) -> None:
    text = json_text(document)
    assert json.loads(text) == document
    assert not OBEYED.search(text.replace("\n", ""))


@given(st.lists(st.text("abcäß語", min_size=1, max_size=30), max_size=40), st.integers(24, 100), st.integers(0, 40))
def test_lines_are_broken_between_words(words: list[str], columns: int, hang: int) -> None:
    shown = wrapped(Console(file=io.StringIO(), width=columns), " ".join(words), hang)
    assert all(cell_len(line) <= columns for line in shown.split("\n"))
    room = columns - hang if columns - hang >= 20 else columns - 4
    if all(cell_len(word) <= room for word in words):
        assert shown.split() == words
    assert "".join(shown.split()) == "".join(words)


def test_lines_that_go_on_are_indented() -> None:
    console = Console(file=io.StringIO(), width=40)
    shown = wrapped(console, "/why      how the last answer came about: search, prompt, probabilities", 10)
    assert shown.split("\n") == [
        "/why      how the last answer came",
        "          about: search, prompt,",
        "          probabilities",
    ]


def test_two_answers_stand_one_below_the_other_on_a_narrow_terminal() -> None:
    for columns, below in [(100, False), (60, True)]:
        file = io.StringIO()
        console = Console(file=file, width=columns, force_terminal=True, color_system=None, markup=False)
        console.print(side_by_side(answer(), answer(model="extractive"), columns=columns))
        assert ("\n--- extractive\n" in re.sub(r" +\n", "\n", file.getvalue())) is below
