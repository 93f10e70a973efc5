"""Arabic on a terminal: every line of a quote is isolated; a pipe gets the text as it is."""

from __future__ import annotations

from askdocs.core.answers import Excerpt
from askdocs.terminal.render import plain_text
from askdocs.terminal.right_to_left import CLOSE, OPEN
from tests.terminal.test_render import abstention, answer, citation, on_terminal, without_styles

QUOTE = (
    "أعلنت شركة النخيل القابضة يوم الأحد أنها باعت ٣٣ مليون سهم من أسهم المرسى للشحن، وبلغت قيمة الصفقة 120 مليون درهم "
    "وقال رئيس الشركة إن الأموال ستستخدم."
)
WORDS = "٣٣ مليون سهم"
SHOWN = answer(text=WORDS, candidate=WORDS, citations=(citation(QUOTE, WORDS, title="شركة النخيل"),))


def test_every_line_with_arabic_is_isolated_on_a_terminal() -> None:
    lines = without_styles(on_terminal(SHOWN)).splitlines()
    assert lines[0] == f"{OPEN}{WORDS}{CLOSE} [1]"
    assert f"[1] {OPEN}شركة النخيل{CLOSE} · 2023-11-17 · vestia.md" in lines[2]
    quote = [line.strip() for line in lines[3:]]
    assert len(quote) > 1
    assert all(line.startswith(OPEN) and line.endswith(CLOSE) and len(line) <= 80 for line in quote)
    assert " ".join(line[1:-1] for line in quote) == QUOTE


def test_what_a_remark_quotes_is_isolated() -> None:
    shown = abstention(candidate=WORDS, citations=(citation(QUOTE, WORDS),))
    assert f'nearest: "{OPEN}{WORDS}{CLOSE}" [1]' in without_styles(on_terminal(shown))


def test_a_pipe_and_json_get_the_text_as_it_is() -> None:
    assert OPEN not in plain_text(SHOWN)
    assert OPEN not in SHOWN.model_dump_json()
    assert OPEN not in on_terminal(SHOWN, force_terminal=False)


def test_cells_of_a_table_are_isolated_one_by_one() -> None:
    excerpt = Excerpt(rows=(("", "المبيعات"), ("سحاب", "٤٥٥")), row=1, column=1)
    shown = answer(citations=(citation(QUOTE, WORDS).model_copy(update={"excerpt": excerpt}),))
    lines = without_styles(on_terminal(shown)).splitlines()
    assert f"{OPEN}سحاب{CLOSE} | {OPEN}٤٥٥{CLOSE}" in lines[-1]
    assert OPEN not in plain_text(shown)


def test_latin_words_have_no_marks() -> None:
    assert OPEN not in on_terminal(answer())
