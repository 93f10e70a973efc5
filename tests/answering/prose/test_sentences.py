"""Sentences of prose are not cut inside a quote, and keep their marks."""

from __future__ import annotations

import pytest

from askdocs.answering.prose.sentences import ProseSentence, prose_sentences
from askdocs.core.decoding import SpanItem
from askdocs.decoding.prose_decoder import Prose, Quote


def sentences(text: str, *words: str) -> list[ProseSentence]:
    """The sentences of a text that quotes these words, in order."""
    quotes, position = [], 0
    for one in words:
        position = text.index(one, position)
        item = SpanItem(number=1, start=0, end=len(one))
        quotes.append(Quote(item=item, start=position, end=position + len(one)))
        position += len(one)
    return prose_sentences(Prose(text=text, quotes=tuple(quotes)))


@pytest.mark.parametrize(
    ("text", "words", "cut"),
    [
        ('It "grew." [1] Then it "fell" [2].', ["grew.", "fell"], ['It "grew." [1]', 'Then it "fell" [2].']),
        ('It "grew. In May" [1]. Then.', ["grew. In May"], ['It "grew. In May" [1].', "Then."]),
        ('He said "yes." [1] and left.', ["yes."], ['He said "yes." [1] and left.']),
        ('It "grew". [1] It fell.', ["grew"], ['It "grew". [1]', "It fell."]),
        ('Its "Acme Inc. Sold" [1] rose.', ["Acme Inc. Sold"], ['Its "Acme Inc. Sold" [1] rose.']),
        ("“It grew. And fell.” [1] So it is.", ["It grew. And fell."], ["“It grew. And fell.” [1]", "So it is."]),
        ('Not "of it. At all". Yes.', [], ['Not "of it. At all".', "Yes."]),
        ("", [], []),
    ],
)
def test_no_sentence_ends_inside_a_quote(text: str, words: list[str], cut: list[str]) -> None:
    found = sentences(text, *words)
    assert [one.text for one in found] == cut
    assert [one.text[q.start : q.end] for one in found for q in one.quotes] == words


def test_quotes_and_marks_are_no_words_of_its_own() -> None:
    (found,) = sentences('It "grew 3%" [1] by "half" [4] at most.', "grew 3%")
    assert found.outside.split() == ["It", "by", "at", "most."]
    assert found.unlocated == ("half",)


def test_marks_are_numbered_anew() -> None:
    (found,) = sentences('It "grew" [7], it "fell" [9] and "rose." [2]', "grew", "fell", "rose.")
    assert found.with_marks([1, 2, 1]) == 'It "grew" [1], it "fell" [2] and "rose." [1]'
    assert sentences("It “grew” [3] [8].", "grew")[0].with_marks([1]) == "It “grew” [1]."
    assert sentences('It "grew", he said.', "grew")[0].with_marks([2]) == 'It "grew" [2], he said.'
