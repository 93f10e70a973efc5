"""What comparisons compare, counts count, summaries are about, and what the questions in a question are."""

from __future__ import annotations

import pytest

from askdocs.questions.comparisons import compared
from askdocs.questions.counts import counted_articles, counted_within
from askdocs.questions.list_wording import asks_for_list
from askdocs.questions.several import several_questions
from askdocs.questions.summary_wording import summary_subject
from askdocs.questions.values_wanted import wants_value
from askdocs.questions.wording import asking_sentences, asks, core_of
from askdocs.questions.yes_or_no import wants_yes_or_no


@pytest.mark.parametrize(
    ("question", "sides", "questions"),
    [
        ("Compare the fees of Pellmoor and Astrid", ("Pellmoor", "Astrid"),
         ("What is the fees of Pellmoor?", "What is the fees of Astrid?")),
        ("Compare Pellmoor with Astrid", ("Pellmoor", "Astrid"), ()),
        ("Pellmoor vs Astrid: headcount", ("Pellmoor", "Astrid"),
         ("What is the headcount of Pellmoor?", "What is the headcount of Astrid?")),
        ("Which firm bought more lorries, Pellmoor or Astrid?", ("Pellmoor", "Astrid"),
         ("How many lorries did Pellmoor buy?", "How many lorries did Astrid buy?")),
        ("Compare the rent in March and in June", None, None),
        ("How do Pellmoor and Astrid differ?", ("Pellmoor", "Astrid"), ()),
    ],
)  # fmt: skip
def test_sides(question: str, sides: tuple[str, str] | None, questions: tuple[str, ...] | None) -> None:
    found = compared(question)
    assert found is not None
    if sides is None:
        assert found.sides == ("March", "June")
        assert len(found.questions) == 2
    else:
        assert (found.sides, found.questions) == (sides, questions)


@pytest.mark.parametrize(
    "question",
    ["Who owns Pellmoor and Astrid?", "How much more did rail cost than road?", "Did Pellmoor or a rival win?",
     "What did the court compare?", "", "vs", "or", "Compare"],
)  # fmt: skip
def test_nothing_is_compared(question: str) -> None:
    assert compared(question) is None


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How many articles mention the canal?", "the canal"),
        ("How many of the articles are about Pellmoor?", "Pellmoor"),
        ("In how many stories is Astrid quoted?", "Astrid"),
        ("What is the number of reports on strikes or lockouts?", "strikes or lockouts"),
        ("How many documents are there?", ""),
        ("count the articles from March 2024", "from March 2024"),
    ],
)
def test_articles_are_counted_by(question: str, words: str) -> None:
    counted = counted_articles(question)
    assert counted is not None
    assert counted.words.removeprefix("the ") == words.removeprefix("the ")


@pytest.mark.parametrize(
    "question",
    ["How many papers did the lab publish?", "How many pieces of furniture were sold?", "How many people came?",
     "Who counts the articles?", "", "how many"],
)  # fmt: skip
def test_no_articles_are_counted(question: str) -> None:
    assert counted_articles(question) is None


def test_articles_are_counted_within_a_longer_sentence() -> None:
    counted = counted_within("For my talk I need the number of articles that mention Astrid")
    assert counted is not None
    assert counted.words == "Astrid"
    assert counted_within("No one counts here") is None


@pytest.mark.parametrize(
    ("question", "phrases", "scope", "sentences"),
    [
        ("Summarize the article about Pellmoor in two sentences", ("Pellmoor",), "one", 2),
        ("Summarize the article", (), "one", None),
        ("Sum up the canal strike in 3 bullet points", ("canal strike",), "open", 3),
        ("What do the articles say about the kiln?", ("kiln",), "many", None),
        ("Summarize Pellmoor's report", ("Pellmoor",), "one", None),
        ("summarize kiln-fire.md", ("kiln-fire.md",), "open", None),
        ("Summarize the article about ???", (), "one", None),
    ],
)
def test_what_is_summarized(question: str, phrases: tuple[str, ...], scope: str, sentences: int | None) -> None:
    subject = summary_subject(question)
    assert subject is not None
    assert (subject.phrases, subject.scope, subject.sentences) == (phrases, scope, sentences)


@pytest.mark.parametrize(
    "question", ["Who wrote the summary?", "Which outline was drawn?", "", "When was the digest sold?"]
)
def test_nothing_is_summarized(question: str) -> None:
    assert summary_subject(question) is None


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Who owns Pellmoor and when was it founded?", ("Who owns Pellmoor?", "When was Pellmoor founded?")),
        ("When, where and why was the kiln shut?", ("When was the kiln shut?", "Where was the kiln shut?",
                                                   "Why was the kiln shut?")),
        ("What is the price and the weight of the kiln?", ("What is the price of the kiln?",
                                                          "What is the weight of the kiln?")),
        ("Who owns Pellmoor and Astrid?", ("Who owns Pellmoor and Astrid?",)),
        ("Who said that he knows when the kiln burnt?", ("Who said that he knows when the kiln burnt?",)),
        ("Who owns Pellmoor? Who owns Pellmoor?", ("Who owns Pellmoor?",)),
    ],
)  # fmt: skip
def test_questions_in_a_question(question: str, parts: tuple[str, ...]) -> None:
    assert several_questions(asking_sentences(question)) == parts


def test_at_most_six_questions_are_asked() -> None:
    asked = [f"Who owns house {number}?" for number in range(9)]
    assert several_questions(asked) == tuple(asked[:6])


@pytest.mark.parametrize(
    ("text", "core"),
    [
        ("Hello there, would you kindly tell me who owns it?", "who owns it?"),
        ("My boss wants to know how many came, thanks", "how many came"),
        ("sumarise the artcles", "summarise the articles"),
        ("Did Companie Belmont win?", "Did Companie Belmont win?"),  # a name is no slip
        ("please", "please"),
        ("In 2021, who led Astrid?", "In 2021, who led Astrid?"),
        ("", ""),
    ],
)
def test_the_words_that_ask(text: str, core: str) -> None:
    assert core_of(text) == core


def test_what_asks() -> None:
    assert [asks(text) for text in ("Who came", "list towns", "It rained.", "It rained?", "他是谁？")] == [
        True, True, False, True, True
    ]  # fmt: skip


def test_lists_values_yes_and_no() -> None:
    lists = ["Name the three banks", "who are the directors of Astrid?", "What news is there?", "Which politics won?"]
    assert [asks_for_list(text) for text in lists] == [True, True, False, False]
    values = ["At what price?", "turnout", "who caused it?", "Who paid the fine?"]
    assert [wants_value(text) for text in values] == [True, True, False, False]
    truths = ["Is it true that it burnt?", "It burnt, right?", "Was it Pellmoor?", "What was it?"]
    assert [wants_yes_or_no(text) for text in truths] == [True, True, True, False]
