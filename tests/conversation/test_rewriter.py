"""Follow-up questions become self-contained; others are left alone.

The dialogues here were written before the rules and are what the rules were developed on. What they are worth is
measured on other conversations: ``scripts/benchmarks/bench_followups.py``.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askdocs.conversation.rewriter import rewrite

SALE = ("How many shares of Vestia did Norhaven sell?", "12 million")
SALE_NAMED = ("How many Vestia shares did Norhaven sell?", "12 million")
BUYER = ("Which company bought the Kestrel factory?", "Lumora")
CHIEF = ("Who is the chief executive of Ostrava Steel?", "Petra Novak")
PROFIT = ("What was Tarn Bank's profit in 2022?", "$410 million")
DELIVERIES = ("How many cars did Veloce deliver in March 2023?", "18,204")
RECALL = ("Why did Brightwell recall its kettles?", "a faulty switch")
PLACE = ("Where will Solaris Cells build its new plant?", "Zaragoza")
YES = ("Did Hadley Foods cancel the merger?", "yes")
FALL = ("By how much did the shares of Corvid Air fall on Friday?", "9%")
RATE = ("What did the Bank of Lindmark do with its interest rate?", "raised it to 4.5%")
ANALYST = ("Who expects Vestia to rise by 70%?", "Ines Calder")

# (history, follow-up, words the rewritten question must hold, words it must not hold)
FOLLOW_UPS = [
    ([SALE], "And for how much?", "for how much norhaven sell vestia shares", "12"),
    ([SALE_NAMED], "And for how much?", "for how much norhaven sell vestia shares", "many"),
    ([SALE_NAMED], "When?", "when norhaven sell vestia shares", "many"),
    ([SALE_NAMED], "When was that?", "when norhaven sell vestia shares", "that"),
    ([SALE_NAMED], "When did that happen?", "when norhaven sell vestia shares", "that"),
    ([SALE_NAMED], "To whom?", "to whom norhaven sell vestia shares", ""),
    ([SALE_NAMED], "Why did it sell them?", "why norhaven sell vestia shares", "it them"),
    ([SALE_NAMED], "What were those shares worth?", "vestia shares worth", "those"),
    ([SALE_NAMED], "At what discount?", "at what discount norhaven vestia shares", "many"),
    ([SALE_NAMED], "What about Pellago?", "pellago vestia shares sell how many", "norhaven about"),
    ([SALE_NAMED], "And Pellago?", "pellago vestia shares sell how many", "norhaven and"),
    ([SALE_NAMED], "How much of Vestia does it still own?", "norhaven vestia own", "it"),
    ([SALE_NAMED], "Who said so?", "who said norhaven vestia shares", ""),
    ([SALE_NAMED], "Which bank arranged the sale?", "bank arranged sale norhaven vestia", ""),
    ([SALE_NAMED], "Who is the company's chairman?", "who norhaven's chairman", "the company's"),
    ([BUYER], "How much did it pay?", "lumora pay kestrel factory", "it"),
    ([BUYER], "When?", "when lumora bought kestrel factory", ""),
    ([BUYER], "Where is the firm based?", "lumora based", "firm"),
    ([BUYER], "How many people work there?", "how many people work kestrel factory", ""),
    ([CHIEF], "Since when?", "since when petra novak chief executive ostrava steel", ""),
    ([CHIEF], "Who held the post before her?", "post petra novak ostrava steel", "her"),
    ([CHIEF], "What did she say about wages?", "petra novak say wages", "she"),
    ([CHIEF], "How old is she?", "how old petra novak", "she"),
    ([PROFIT], "And the year before?", "tarn bank's profit 2021", "2022"),
    ([PROFIT], "And in 2020?", "tarn bank's profit 2020", "2022"),
    ([PROFIT], "What about revenue?", "tarn bank's revenue 2022", "profit"),
    ([PROFIT], "And its revenue?", "tarn bank's revenue", ""),
    ([PROFIT], "How about Meridian Bank?", "meridian profit 2022", "tarn"),
    ([PROFIT], "Was that more than expected?", "more than expected tarn bank profit", ""),
    ([DELIVERIES], "And in April?", "cars veloce deliver april", "march"),
    ([DELIVERIES], "How many were electric?", "how many electric cars veloce", ""),
    ([DELIVERIES], "What did the carmaker forecast for the quarter?", "veloce forecast quarter", ""),
    ([DELIVERIES], "Which rival won?", "which rival won cars veloce deliver", "did"),
    ([RECALL], "How many of them were sold?", "how many brightwell kettles sold", "them"),
    ([RECALL], "How many?", "how many brightwell recall kettles", "why"),
    ([RECALL], "Which countries are affected by it?", "countries affected brightwell kettles", ""),
    ([PLACE], "How many people will it employ?", "how many people employ solaris cells plant", ""),
    ([PLACE], "When will it open?", "when open solaris cells plant", ""),
    ([YES], "Why?", "why hadley foods cancel merger", ""),
    ([YES], "When did they decide this?", "when hadley foods decide merger", "they"),
    ([YES], "With whom?", "with whom hadley foods merger", ""),
    ([FALL], "Why?", "why shares corvid air fall friday", "how much"),
    ([FALL], "What was the closing price?", "closing price corvid air", ""),
    ([RATE], "Why?", "why bank of lindmark interest rate", ""),
    ([RATE], "How did the governor explain it?", "governor explain bank of lindmark interest rate", ""),
    ([ANALYST], "For which bank does she work?", "bank ines calder work", "she"),
    ([ANALYST], "Why?", "why ines calder expects vestia rise", ""),
    ([SALE_NAMED, ("And for how much?", "$98 million")], "When was that?", "when norhaven sell vestia shares", ""),
    ([SALE_NAMED, ("What about Pellago?", "3 million")], "Why?", "why pellago sell vestia shares", "norhaven"),
    ([BUYER, ("How much did it pay?", "€40 million")], "And who owns that company?", "who owns lumora", ""),
    ([("how many vestia shares did norhaven sell", "12 million")], "and for how much", "how much norhaven vestia", ""),
    ([("how many vestia shares did norhaven sell", "12 million")], "what about pellago?", "pellago vestia shares", ""),
]

SELF_CONTAINED = [
    "How many shares did Alibaba sell?",
    "Who is the chief executive of Nio?",
    "What did the Bank of Lindmark say about the interest rate in 2023?",
    "Is it true that Hadley Foods cancelled its merger with Orrin?",
    "By how much did Corvid Air shares fall on Friday?",
    "Which companies cut jobs in 2023?",
    "Did Lumora say that it would close the Kestrel factory?",
    "Which company that makes kettles did Brightwell buy?",
]

UNRELATED = [
    "Who opposes the hydrogen terminal?",
    "When does the night ferry start?",
    "How long does the new tram line take?",
    "Why did the council reject the budget?",
    "Who sells diesel cars?",
    "Who opposes nuclear power?",
    "Which country bans diesel cars?",
    "Why do honey bees die in winter?",
    "By how much had data centers grown?",
    "How many passengers use the harbour ferry?",
    "What does the hydrogen terminal cost?",
    "Where is the wind farm being built?",
    "Was the tram strike called off?",
    "What did the harbour master say about the hydrogen terminal?",
    "Who pays for the flood barrier?",
    "What is the maximum speed of the night train?",
    "Which harbour ferry ran aground?",
    "How many trees did the winter storm fell?",
    "Does the mayor support the bicycle tunnel?",
    "What did Munk say about the hydrogen terminal?",
]

OWN_NAME = [
    (["How many vans did Tessaro recall?", "And Quillon?"], "How many vans did Quillon recall?"),
    (
        ["How many vans did Tessaro recall?", "And when was it announced?", "What about Quillon?"],
        "How many vans did Quillon recall?",
    ),
    (
        ["How many vans did Tessaro recall?", "And Quillon?", "And when was it announced?", "What about Tessaro?"],
        "How many vans did Tessaro recall?",
    ),
]


def words_of(text: str) -> list[str]:
    return re.findall(r"[\w'’%]+", text.lower())


@pytest.mark.parametrize(("history", "question", "needed", "forbidden"), FOLLOW_UPS)
def test_a_follow_up_names_what_it_is_about(
    history: list[tuple[str, str]], question: str, needed: str, forbidden: str
) -> None:
    rewritten = rewrite(question, history)
    found = words_of(rewritten)
    found += [word.removesuffix("'s") for word in found]
    assert not set(needed.split()) - set(found), rewritten
    assert not set(forbidden.split()) & set(found), rewritten
    assert rewritten.count("?") == 1


@pytest.mark.parametrize("question", SELF_CONTAINED)
@pytest.mark.parametrize("history", [[SALE], [CHIEF], [PROFIT, ("Why?", "higher rates")]])
def test_a_self_contained_question_is_left_alone(question: str, history: list[tuple[str, str]]) -> None:
    assert rewrite(question, history) == question


@pytest.mark.parametrize("question", UNRELATED)
@pytest.mark.parametrize(
    "history", [[("When does Munk leave?", "31 March")], [SALE_NAMED], [("How long is the Skarn Bridge?", "")]]
)
def test_a_question_with_a_thing_of_its_own_is_left_alone(question: str, history: list[tuple[str, str]]) -> None:
    assert rewrite(question, history) == question


@pytest.mark.parametrize(("questions", "last"), OWN_NAME)
def test_another_name_is_put_into_the_last_question_that_stood_alone(questions: list[str], last: str) -> None:
    history: list[tuple[str, str]] = []
    for question in questions[:-1]:
        history.append((rewrite(question, history), ""))
    assert rewrite(questions[-1], history) == last
    assert rewrite(questions[-1], [(question, "") for question in questions[:-1]]) == last


@pytest.mark.parametrize("question", [case[1] for case in FOLLOW_UPS] + SELF_CONTAINED)
def test_without_history_nothing_changes(question: str) -> None:
    assert rewrite(question, []) == question


@pytest.mark.parametrize(("history", "question"), [(case[0], case[1]) for case in FOLLOW_UPS])
def test_a_rewritten_question_can_be_history_itself(history: list[tuple[str, str]], question: str) -> None:
    """History may hold questions as typed or as rewritten: the later question comes out the same."""
    typed = [*history, (question, "Huawei")]
    rewritten = [*history, (rewrite(question, history), "Huawei")]
    assert rewrite("Why?", typed) == rewrite("Why?", rewritten)


@given(st.text(max_size=200), st.lists(st.tuples(st.text(max_size=80), st.text(max_size=40)), max_size=4))
def test_any_text_is_rewritten_without_failing(question: str, history: list[tuple[str, str]]) -> None:
    rewritten = rewrite(question, history)
    assert rewritten.strip() or not question.strip()
    assert len(rewritten) <= len(question) * 4 + 4 * sum(len(q) + len(a) for q, a in history) + 200


def test_a_very_long_history_is_cheap() -> None:
    history = [("And for how much?" if n else SALE[0], "$98 million") for n in range(400)]
    assert "Norhaven" in rewrite("When was that?", history)
