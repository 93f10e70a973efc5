"""Sentences written by hand: what holds, and a number, unit, name or quote that was changed is found."""

from __future__ import annotations

import pytest

from tests.support.made import article
from tests.support.prose import checked, failing

SALE = article(
    "Alibaba sold 33 million XPeng shares for $317 million on November 17, 2023. It kept 7.5% of XPeng. The board did "
    "not approve the merger with Baidu. Margins fell by 3 percentage points.",
    title="Sale",
)
BRIDGE = article(
    "The Orrin bridge near Castel cost between 70 and 80 million euros, said Mara Lindqvist, the mayor. It is 1,240 "
    "metres long and opened in the second quarter of 2019. Nobody expected the U.S. engineers to refuse payment.",
    title="Bridge",
)
BOTH = [SALE, BRIDGE]


@pytest.mark.parametrize(
    "text",
    [
        'Alibaba sold "33 million XPeng shares" [1].',
        'Alibaba sold "33 million XPeng shares" [1] for $317 million in November 2023.',
        'For 317m dollars, Alibaba sold "33 million XPeng shares" [1].',
        'On 17 November 2023 "Alibaba sold 33 million XPeng shares" [1]. It "kept 7.5%" [1].',
        'Alibaba "sold 33 million XPeng shares" [1]. The 33 million shares brought "$317 million" [1].',
        'The bridge "cost between 70 and 80 million euros" [2], according to Lindqvist.',
        'Lindqvist said it cost "between 70 and 80 million euros" [2].',
        'However, it is "1,240 metres long" [2].',
        'It opened in Q2 2019: "opened in the second quarter of 2019" [2].',
        'The board did not "approve the merger with Baidu" [1].',
        '"The board did not approve the merger with Baidu." [1] Margins "fell" [1] by 3 percentage points.',
        'Engineers from the US "refuse payment" [2].',
        'One of the owners "kept 7.5% of XPeng" [1].',
        "“It kept 7.5% of XPeng.” [1]",
    ],
)
def test_what_stands_in_quoted_sentences_holds(text: str) -> None:
    assert failing(text, BOTH) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        # a number changed
        ('Alibaba sold "33 million XPeng shares" [1] for $371 million.', 'number "$371 million"'),
        ('It is "1,240 metres long" [2] and cost 75 million euros.', 'number "75 million euros"'),
        ('It cost "between 70 and 80 million euros" [2], 90 million at most.', 'number "90 million"'),
        ('Alibaba "sold" [1] three packages of shares.', 'number "three"'),
        # that stands in the articles, but in no sentence that is quoted
        ('Alibaba "sold 33 million XPeng shares" [1], 7.5% of all.', 'number "7.5%"'),
        # a unit or currency changed
        ('Alibaba "sold" [1] 33 million cars.', 'number "33 million"'),
        ('The shares "sold" [1] brought €317 million.', 'number "€317 million"'),
        ('Margins "fell" [1] by 3%.', 'number "3%"'),
        ('It "cost" [2] 1,240 euros.', 'number "1,240 euros"'),
        # a date changed
        ('In December 2023 "Alibaba sold 33 million XPeng shares" [1].', 'number "December 2023"'),
        ('In November 2022 "Alibaba sold 33 million XPeng shares" [1].', 'number "November 2022"'),
        ('It "opened" [2] in Q3 2019.', 'number "Q3 2019"'),
        ('It "is 1,240 metres long" [2] since 2020.', 'number "2020"'),
        # a name swapped
        ('Tencent sold "33 million XPeng shares" [1].', 'name "Tencent"'),
        ('Alibaba sold "33 million" [1] shares of Nio.', 'name "Nio"'),
        ('The mayor, Mara Lindgren, said it cost "between 70 and 80 million euros" [2].', 'name "Lindgren"'),
        ('Baidu "kept 7.5% of XPeng" [1].', 'name "Baidu"'),
        # a quote cut
        ('Alibaba sold "33" [1] shares.', 'cuts "33 million"'),
        ('It cost "80 million euros" [2].', 'cuts "70 and 80 million euros"'),
        ('The board "approve the merger with Baidu" [1].', "leaves out the negation"),
        # a quote that is none
        ('Alibaba sold "34 million XPeng shares" [1].', '"34 million XPeng shares" stand in no passage'),
        # a sentence without a quote
        ("It was the largest sale of all.", "quotes no passage"),
        ("The bridge is long [2].", "quotes no passage"),
    ],
)
def test_what_was_changed_is_found(text: str, reason: str) -> None:
    reasons = failing(text, BOTH)
    assert any(reason in one for one in reasons), reasons


@pytest.mark.parametrize(
    "text",
    [
        'Alibaba did not sell "33 million XPeng shares" [1].',  # a negation of the model's own
        'The buyer of "33 million XPeng shares" [1] was Alibaba.',  # a role
        'Margins rose, when they "fell" [1].',  # another verb
        'Profit doubled as it "kept 7.5% of XPeng" [1].',  # an amount that is no figure
    ],
)
def test_what_is_said_in_other_words_is_not_caught(text: str) -> None:
    assert failing(text, BOTH) == []


def test_a_name_of_the_question_holds_where_the_cited_passage_has_it() -> None:
    text = 'Alibaba "kept 7.5%" [1].'
    assert failing(text, BOTH) == ['the name "Alibaba" stands in no quoted sentence']
    assert failing(text, BOTH, "How much of XPeng did Alibaba keep?") == []
    assert failing('Tencent "kept 7.5%" [1].', BOTH, "How much of XPeng did Tencent keep?") != []


def test_a_full_name_holds_where_the_sentence_has_a_part_of_it() -> None:
    made = article("Joe Tsen founded it. Tsen left in 2020. Ann Roe stayed.", title="Who founded what")
    assert failing('Joe Tsen "left in 2020" [1].', [made]) == []
    assert failing('Ann Tsen "left in 2020" [1].', [made]) == ['the name "Ann" stands in no quoted sentence']
    assert len(failing('Ann Roe "left in 2020" [1].', [made])) == 2


def test_the_only_name_of_a_title_is_who_she_is() -> None:
    text = "She sold the shop to Mossfield. The shop closed."
    made = article(text, title="Edda Maristone, who baked for all, dies")
    assert failing('Maristone "sold the shop" [1].', [made]) == []
    assert failing('Lucian "sold the shop" [1].', [made]) != []
    assert failing('Maristone saw that "the shop closed" [1].', [made]) != []
    two = article(text, title="Maristone and her son Lucian")
    assert failing('Lucian "sold the shop" [1].', [two]) == ['the name "Lucian" stands in no quoted sentence']


def test_yes_is_part_of_the_sentence_behind_it() -> None:
    (sentence,) = checked('Yes. It "kept 7.5% of XPeng" [1].', BOTH)
    assert sentence.holds
    assert [one.holds for one in checked("Yes.", BOTH)] == [False]


def test_one_bad_sentence_does_not_take_the_others_with_it() -> None:
    sentences = checked('Alibaba sold "33 million XPeng shares" [1]. It was a pity. It "kept 7.5%" [1].', BOTH)
    assert [one.holds for one in sentences] == [True, False, True]
    assert [SALE.text[c.answer_start : c.answer_end] for one in sentences for c in one.citations] == [
        "33 million XPeng shares",
        "kept 7.5%",
    ]


def test_what_a_failing_sentence_quotes_holds_nothing_up() -> None:
    sentences = checked('Nio "sold 33 million XPeng shares" [1]. For $317 million it "kept 7.5%" [1].', BOTH)
    assert [one.holds for one in sentences] == [False, False]
