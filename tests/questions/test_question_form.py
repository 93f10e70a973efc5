"""What a question wants, by its words, in many wordings; and that no text makes it slow or fail."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from askdocs.questions import question_form as forms
from askdocs.questions import wording
from askdocs.questions.question_form import form_by_rule, question_form

WANTED = [
    ("Who chairs the board of Pellmoor?", "span"),
    ("why did the kiln explode", "span"),
    ("Who summarised the findings?", "span"),
    ("HOW MANY LORRIES DID PELLMOOR BUY", "value"),
    ("pellmoor net profit 2022?", "value"),
    ("When was the kiln built?", "value"),
    ("How many articles of clothing were burnt?", "value"),
    ("Did Pellmoor close the kiln?", "yes_or_no"),
    ("I wonder whether the kiln is still in use", "yes_or_no"),
    ("Pellmoor closed the kiln, didn't it?", "yes_or_no"),
    ("List all towns that the canal passes.", "list"),
    ("pls name every supplier", "list"),
    ("Which countries are mentioned?", "list"),
    ("sumarize the artcle about the kiln", "summary"),
    ("TL;DR of the kiln story", "summary"),
    ("What is the report about the canal about?", "summary"),
    ("Could you give me an overview of the kiln fire in three sentences, please?", "summary"),
    ("Compare the fees of Pellmoor and Astrid", "comparison"),
    ("Pellmoor vs Astrid: fees", "comparison"),
    ("Which firm hired more people, Pellmoor or Astrid?", "comparison"),
    ("How many stories mention the canal?", "count"),
    ("in how many documents does Astrid appear", "count"),
    ("Who owns the kiln and when did it burn?", "parts"),
    ("Who owns the kiln? When did it burn?", "parts"),
]


@pytest.mark.parametrize(("question", "wanted"), WANTED)
def test_what_the_words_tell(question: str, wanted: str) -> None:
    assert form_by_rule(question).wanted == wanted


def test_politeness_and_what_goes_before_are_no_part_of_the_question() -> None:
    form = form_by_rule("Hi team! I have read the paper on canals. Could you tell me who owns the kiln, please?")
    assert (form.wanted, form.core) == ("span", "who owns the kiln?")


def test_the_classifier_overrules_a_rule_that_it_finds_unlikely(monkeypatch: pytest.MonkeyPatch) -> None:
    def likely(**shares: float) -> None:
        question_form.cache_clear()
        every = dict.fromkeys(("span", "value", "yes_or_no", "list", "summary", "comparison", "count", "parts"), 0.0)
        monkeypatch.setattr(forms, "form_probabilities", lambda text, told: every | shares)

    likely(span=0.9, list=0.1)
    assert question_form("List all towns.").wanted == "span"
    likely(span=0.7, list=0.3)  # a rule and some likelihood
    assert question_form("List all towns.").wanted == "list"
    likely(value=0.3, span=0.25, list=0.45)  # not sure of what one span does not answer
    assert question_form("The towns by the canal").wanted == "value"
    likely(summary=0.8, span=0.2)
    form = question_form("The kiln fire for people in a hurry")
    assert form.wanted == "summary"
    assert form.summary is not None
    assert form.summary.phrases[0] == "kiln fire"
    likely(comparison=0.9)  # sides are not found: nothing is made up
    assert question_form("The kiln burnt").comparison is None
    likely(parts=0.9)
    assert question_form("The kiln burnt").parts == ()
    question_form.cache_clear()


def test_without_the_embedder_the_rule_alone_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    from askdocs.core.errors import ModelNotFound
    from askdocs.questions import form_classifier

    def missing() -> None:
        raise ModelNotFound("askdocs[bundled] is not installed")

    monkeypatch.setattr(form_classifier, "bundled_embedder", missing)
    form_classifier.form_probabilities.cache_clear()
    assert form_classifier.form_probabilities("List all towns.", "list") == {"list": 1.0}
    form_classifier.form_probabilities.cache_clear()


PIECES = [
    "and ", "a or b or c ", "what and who and ", "A and B of ", "of the ", "how many ", "tell me ", "a, b, c, ",
    "A vs B: ", "A's ", "who, ", "I wonder whether ", ". ", "? ", "?", "-", "- ", "word-", "x", "1 ", "\n", "上",
    "more ", "in the ", "compare a of b and ", "no. of ", "difference between A and ", "said, and ", "give me a short ",
    "\u200b",
]  # fmt: skip
OPENINGS = ["", "Compare ", "How many articles ", "What are the differences between ", "how do "]


def seconds(text: str) -> float:
    """Processor time of the rules, which other work on the machine does not lengthen."""
    wording.core_of.cache_clear()
    began = time.thread_time()
    form_by_rule(text)
    return time.thread_time() - began


@pytest.mark.parametrize("piece", PIECES)
def test_a_thousand_characters_of_one_piece_take_no_time(piece: str) -> None:
    form_by_rule("Who?")  # compiles and loads
    for opening in OPENINGS:
        text = (opening + piece * 1000)[:1000]
        assert any(seconds(text) < 0.05 for _ in range(5)), text[:60]


@settings(max_examples=150)
@given(st.lists(st.sampled_from([*PIECES, *OPENINGS, "Who ", "List all ", "sum up ", "🚀"]), max_size=12).map("".join))
def test_no_run_of_telling_words_fails(text: str) -> None:
    form = form_by_rule(text)
    assert form.wanted in ("span", "value", "yes_or_no", "list", "summary", "comparison", "count", "parts")
    assert (form.wanted == "parts") == (len(form.parts) > 1)
    assert (form.wanted == "comparison") == (form.comparison is not None)


@settings(max_examples=100)
@given(st.text(max_size=200))
def test_no_text_fails(text: str) -> None:
    form_by_rule(text)


@pytest.mark.model
@settings(max_examples=15)
@given(st.text(min_size=1, max_size=100))
def test_no_text_fails_with_the_classifier(text: str) -> None:
    question_form(text)


@pytest.mark.model
def test_wordings_that_no_rule_knows() -> None:
    assert question_form("I have come late to this story and would be glad to be told what has happened").wanted == (
        "summary"
    )
    assert question_form("Who chairs the board of Pellmoor?").wanted == "span"
    assert question_form("How many lorries did Pellmoor buy?").wanted == "value"
