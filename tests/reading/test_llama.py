"""What the reader makes of what was decoded."""

from __future__ import annotations

from askdocs.reading.llama import LlamaReader
from askdocs.testing import ScriptedGenerator
from askdocs.values.question_analysis import analyse_question
from tests.support.made import passages

TEXT = "It follows the Accounting Standards (International), as before."


def test_a_bracket_that_the_words_opened_is_closed() -> None:
    reader = LlamaReader(ScriptedGenerator(" [1] Accounting Standards (International"), "grounded")
    reading = reader.read(analyse_question("Which standards?"), [passages(TEXT)[0].hit])
    item = reading.decoding.answers[0].items[0]
    assert reading.passages[0].text[item.start : item.end] == "Accounting Standards (International)"
