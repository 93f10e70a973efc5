"""What is left of prose: sentences that hold, repaired ones in their place, marks that number the citations."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from askdocs.answering.prose.draft import drafted, note_on
from tests.answering.prose.test_check import BOTH
from tests.support.prose import checked

GOOD = 'Alibaba sold "33 million XPeng shares" [1].'
LONG = 'It is "1,240 metres long" [2].'
BAD = "It was a pity."


def test_what_holds_is_kept_with_marks_that_number_the_citations() -> None:
    draft = drafted(checked(f"{LONG} {BAD} {GOOD} {LONG}", BOTH))
    assert draft.text == 'It is "1,240 metres long" [1]. Alibaba sold "33 million XPeng shares" [2]. ' + (
        'It is "1,240 metres long" [1].'
    )
    assert [one.text for one in draft.dropped] == [BAD]
    assert len(draft.citations) == 2


def test_what_was_written_again_stands_in_the_place_of_what_failed() -> None:
    first = checked(f"{LONG} {BAD} {GOOD}", BOTH)
    again = checked('It "opened in the second quarter of 2019" [2].', BOTH)
    draft = drafted(first, again)
    assert draft.text.split(". ")[1] == 'It "opened in the second quarter of 2019" [2]'
    assert draft.dropped == ()


def test_what_fails_again_is_dropped() -> None:
    draft = drafted(checked(f"{GOOD} {BAD}", BOTH), checked(BAD, BOTH))
    assert draft.text == GOOD
    assert [one.text for one in draft.dropped] == [BAD]


def test_a_repeated_sentence_is_no_repair() -> None:
    draft = drafted(checked(f"{GOOD} {BAD}", BOTH), checked(GOOD, BOTH))
    assert draft.text == GOOD
    assert [one.text for one in draft.dropped] == [BAD]


def test_what_was_not_written_anew_is_told() -> None:
    draft = drafted(checked(f"{BAD} Nobody knew. {GOOD}", BOTH), checked(LONG, BOTH))
    assert [one.text for one in draft.dropped] == ["Nobody knew."]


def test_where_all_holds_nothing_is_asked_again() -> None:
    assert note_on(checked(GOOD, BOTH)) == ""
    assert BAD in note_on(checked(f"{GOOD} {BAD}", BOTH))


PIECES = st.sampled_from(
    ['"33 million XPeng shares"', '"kept 7.5%"', " [1]", " [2]", ". ", "Alibaba", " sold ", '"', "“", "”", "It ", "3% ",
     "not ", "[", "]", "Yes. ", "…", "é", "\n", "$3 ", "in May 2023", "'"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=14))
@settings(max_examples=150)
def test_any_prose_is_checked_and_what_is_kept_has_its_quotes_and_marks(pieces: list[str]) -> None:
    draft = drafted(checked("".join(pieces), BOTH))
    marks = re.findall(r"\[(\d+)\]", draft.text)
    assert {int(mark) for mark in marks} <= set(range(1, len(draft.citations) + 1))
    assert len(marks) == sum(len(one.sentence.quotes) for one in draft.kept)
    for one in draft.kept:
        for quote in one.sentence.quotes:
            assert one.sentence.text[quote.start : quote.end] in draft.text
