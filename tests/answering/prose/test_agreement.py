"""Whether prose says what the words say."""

from __future__ import annotations

import pytest

from askdocs.answering.prose.agreement import agrees, likelier_words
from askdocs.core.answers import Answer, Citation
from askdocs.values.parse import parse

TEXT = "Alibaba sold 33 million shares for $317 million on May 3, 2023. The bank agreed to it."


def cite(words: str) -> Citation:
    start = TEXT.index(words)
    sentence = TEXT.index(".") + 1
    first, last = (0, sentence) if start < sentence else (sentence + 1, len(TEXT))
    return Citation(article_id="a", source="a", title="A", chunk_id=1, start=first, end=last, quote=TEXT[first:last],
                    answer_start=start, answer_end=start + len(words))  # fmt: skip


def answer(words: str, quoted: str, confidence: float = 0.6) -> Answer:
    value = parse(words)
    return Answer(
        question="?",
        text=words,
        candidate=words,
        abstained=False,
        confidence=confidence,
        model="m",
        threshold=0.3,
        typed=value,
        value=value.value if value else None,
        citations=(cite(quoted),),
    )


@pytest.mark.parametrize(
    ("words", "quoted", "prose", "cited", "same"),
    [
        ("33 million", "33 million", 'It sold "33 million shares" [1].', "33 million shares", True),
        ("33 million", "33 million", 'It got "$317 million" [1].', "$317 million", False),
        ("$317 million", "$317 million", "It was 317 million dollars.", "shares", True),
        ("$317 million", "$317 million", "It was 317 million euros.", "shares", False),
        ("May 3, 2023", "May 3, 2023", "It was on 3 May 2023.", "shares", True),
        ("May 3, 2023", "May 3, 2023", "It was on 4 May 2023.", "shares", False),
        ("Alibaba", "Alibaba", "The seller was Alibaba.", "shares", True),
        ("Alibaba", "Alibaba", "The seller was the bank.", "The bank", False),
        ("agreed to it", "agreed to it", 'It "agreed" [1].', "agreed", True),
        ("yes", "The bank agreed", 'Yes, it "agreed to it" [1].', "agreed to it", True),
        ("yes", "The bank agreed", 'No, it "agreed to it" [1].', "agreed to it", False),
        ("yes", "The bank agreed", 'The bank "agreed to it" [1].', "agreed to it", True),
        ("no", "The bank agreed", 'It "sold" [1].', "sold", False),
    ],
)
def test_prose_holds_the_words_or_not(words: str, quoted: str, prose: str, cited: str, same: bool) -> None:
    assert agrees(answer(words, quoted), prose, [cite(cited)]) is same


def test_words_stay_where_they_are_likelier_or_half_is_too_little() -> None:
    assert [likelier_words(answer("x", "shares", sure)) for sure in (0.9, 0.64, 0.4)] == [True, True, True]
    low = answer("x", "shares", 0.45).model_copy(update={"threshold": 0.2})
    assert not likelier_words(low)
