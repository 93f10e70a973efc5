"""What ``print(answer)`` shows."""

from __future__ import annotations

import datetime

from askdocs.core.answers import Answer, Citation, Unsupported

CITATION = Citation(
    article_id="a1", source="sale.md", title="Stake\x1b[31m sold", published=datetime.date(2023, 12, 5), page=3,
    chunk_id=1, start=0, end=37, quote="Alibaba sold 33 million XPeng shares.", answer_start=13, answer_end=23,
)  # fmt: skip
ANSWER = Answer(question="How many?", text="33 million", abstained=False, confidence=0.874, candidate="33 million",
                citations=(CITATION,), model="m", threshold=0.5)  # fmt: skip


def test_an_answer_with_its_quotes_and_nothing_a_terminal_obeys() -> None:
    assert str(ANSWER) == (
        "33 million - likely right (0.87)\n"
        '  "Alibaba sold 33 million XPeng shares." (Stake␛[31m sold, 2023-12-05, sale.md, page 3)'
    )


def test_where_it_abstains_it_says_so_first() -> None:
    unsure = ANSWER.model_copy(update={"abstained": True, "text": "", "confidence": 0.3})
    first, quote = str(unsure).splitlines()
    assert first == "no answer; nearest: 33 million - may be right (0.30), asked for 0.50"
    assert "sale.md" in quote
    assert str(unsure.model_copy(update={"candidate": "", "citations": ()})) == "no answer"


def test_words_that_were_not_located_are_told() -> None:
    lost = Unsupported(text="40 million", reason="these words stand in none of the passages")
    assert 'not located: "40 million" (these' in str(ANSWER.model_copy(update={"unsupported": (lost,)}))
