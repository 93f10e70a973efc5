"""From a reading to an answer: the candidate and its rivals, abstention, what stands nowhere."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from askdocs.answering.calibration import Calibration
from askdocs.answering.composer import Composer, nothing_found
from askdocs.core.answers import Answer, Unsupported
from askdocs.core.articles import Article
from askdocs.core.decoding import DecodedAnswer, Decoding, Reading, SpanItem, SpanScores
from askdocs.reading.prompt_packing import number
from askdocs.values.question_analysis import analyse_question
from tests.support.made import article, hit

OLD = article("Alibaba holds 33 million shares of XPeng.", title="Old", published="2023-01-05")
NEW = article("Alibaba holds 21 million shares of XPeng.", title="New", published="2024-05-02")
UNDATED = article("Alibaba holds 40 million  shares\nof XPeng.", title="Undated")
ARTICLES = [OLD, NEW, UNDATED]
QUESTION = "How many XPeng shares does Alibaba hold?"
# The confidence is the probability of the answer's words, as far as these tests go.
PLAIN = Calibration(features=("merged_log_probability",), means=(-1,), scales=(1,), weights=(1,), bias=0, threshold=0.5)


class Read:
    """A reading of articles with decoded answers: (words, passage, probability[, boolean])."""

    def __init__(
        self,
        *answers: tuple[object, ...],
        articles: Sequence[Article] = ARTICLES,
        nearness: Sequence[float | None] = (),
        **more: object,
    ) -> None:
        self.articles = {one.id: one for one in articles}
        hits = [hit(one, chunk_id=i) for i, one in enumerate(articles, start=1)]
        cosines = nearness or [None] * len(hits)
        near = [one.model_copy(update={"dense_score": cosine}) for one, cosine in zip(hits, cosines, strict=True)]
        self.passages = tuple(number(one, i) for i, one in enumerate(near, start=1))
        decoding = Decoding(
            answers=tuple(self.answer(*one) for one in answers),  # type: ignore[arg-type]
            unanswerable=0.1, yes=0.0, no=0.0, passage_probabilities=(1.0,) * len(self.passages), output_tokens=1,
        )  # fmt: skip
        self.reading = Reading.model_validate({"passages": self.passages, "decoding": decoding, **more})

    def answer(self, words: str, place: int, probability: float, boolean: bool | None = None) -> DecodedAnswer:
        text = self.passages[place - 1].text
        items = tuple(
            SpanItem(number=place, start=text.index(part), end=text.index(part) + len(part))
            for part in words.split("; ")
        )
        return DecodedAnswer(items=items, boolean=boolean, log_probability=math.log(probability), tokens=(),
                             probabilities=(probability,))  # fmt: skip

    def composed(
        self, threshold: float | None = None, question: str = QUESTION, calibration: Calibration = PLAIN
    ) -> Answer:
        hits = [passage.hit for passage in self.passages]
        return Composer(analyse_question(question), self.reading, hits, calibration, self.articles.__getitem__).compose(
            "m", threshold
        )


def test_an_answer_holds_its_words_its_value_and_where_they_stand() -> None:
    answer = Read(("33 million", 1, 0.9)).composed()
    assert (answer.text, answer.candidate, answer.value, answer.abstained) == ("33 million",) * 2 + (33_000_000, False)
    (cited,) = answer.citations
    assert OLD.text[cited.answer_start : cited.answer_end] == "33 million"
    assert (cited.quote, cited.article_id) == (OLD.text, OLD.id)
    assert answer.typed is not None
    assert answer.typed.kind == "number"
    assert [one.chunk.id for one in answer.hits] == [1, 2, 3]
    assert answer.question == QUESTION
    assert answer.confidence == pytest.approx(1 / (1 + math.exp(-(math.log(0.9) + 1))), abs=1e-4)


def test_words_are_given_on_one_line() -> None:
    assert Read(("40 million shares\nof XPeng", 3, 0.9)).composed().text == "40 million shares of XPeng"


def test_several_items_are_a_list_with_a_citation_each() -> None:
    answer = Read(("33 million; XPeng", 1, 0.9)).composed()
    assert answer.text == "33 million; XPeng"
    assert answer.value == ("33 million", "XPeng")
    assert [OLD.text[c.answer_start : c.answer_end] for c in answer.citations] == ["33 million", "XPeng"]


@pytest.mark.parametrize("boolean", [True, False])
def test_yes_and_no_cite_what_they_rest_on(boolean: bool) -> None:
    answer = Read(("Alibaba holds", 1, 0.9, boolean)).composed(question="Does Alibaba hold shares?")
    assert (answer.text, answer.value) == ("yes" if boolean else "no", boolean)
    assert OLD.text[answer.citations[0].answer_start : answer.citations[0].answer_end] == "Alibaba holds"


# --- abstention -----------------------------------------------------------------------------------------------------


def test_under_the_threshold_it_abstains_and_still_shows_what_it_found() -> None:
    answer = Read(("33 million", 1, 0.2)).composed()
    assert answer.abstained
    assert (answer.text, answer.candidate, answer.value) == ("", "33 million", 33_000_000)
    assert answer.citations
    assert answer.hits
    assert (answer.threshold, answer.confidence < 0.5) == (0.5, True)


@pytest.mark.parametrize(("threshold", "abstained"), [(0.0, False), (0.3, False), (0.4, True), (1.0, True)])
def test_the_threshold_can_be_given(threshold: float, abstained: bool) -> None:
    answer = Read(("33 million", 1, 0.2)).composed(threshold)
    assert (answer.abstained, answer.threshold) == (abstained, threshold)
    assert bool(answer.text) is not abstained


def test_without_a_candidate_it_abstains_whatever_the_threshold() -> None:
    answer = Read().composed(threshold=0.0)
    assert (answer.abstained, answer.text, answer.candidate, answer.confidence) == (True, "", "", 0.0)
    assert answer.hits
    assert nothing_found("Why?", "m", 0.0).abstained


def test_words_that_stand_nowhere_are_unsupported_and_hardly_trusted() -> None:
    missing = (Unsupported(text="45 million", reason="nowhere"),)
    answer = Read(unsupported=missing).composed()
    assert (answer.abstained, answer.text, answer.candidate) == (True, "", "45 million")
    assert answer.unsupported == missing
    assert answer.citations == ()
    trusting = Read(unsupported=missing).composed(threshold=0.0)
    assert (trusting.abstained, trusting.text) == (False, "45 million")
    beside = Read(("33 million", 1, 0.9), unsupported=missing).composed()
    assert (beside.text, beside.unsupported) == ("33 million", missing)


# --- rivals ---------------------------------------------------------------------------------------------------------


def test_other_articles_with_other_values_are_alternatives_the_newest_first() -> None:
    answer = Read(("33 million", 1, 0.5), ("40 million", 3, 0.07), ("21 million", 2, 0.08)).composed()
    assert answer.text == "33 million"
    assert [one.text for one in answer.alternatives] == ["21 million", "40 million"]
    assert [one.value for one in answer.alternatives] == [21_000_000, 40_000_000]
    assert [one.citations[0].article_id for one in answer.alternatives] == [NEW.id, UNDATED.id]
    assert [one.citations[0].published for one in answer.alternatives] == [NEW.published, None]
    assert all(0 < one.confidence < answer.confidence for one in answer.alternatives)


def test_of_nearly_equal_rivals_the_newest_is_taken() -> None:
    answer = Read(("33 million", 1, 0.5), ("21 million", 2, 0.2)).composed()
    assert answer.candidate == "21 million"
    assert answer.citations[0].published == NEW.published
    assert [one.text for one in answer.alternatives] == ["33 million"]
    # Far less likely, or without a date: the likeliest stays.
    assert Read(("33 million", 1, 0.5), ("21 million", 2, 0.05)).composed().candidate == "33 million"
    assert Read(("33 million", 1, 0.5), ("40 million", 3, 0.4)).composed().candidate == "33 million"
    assert Read(("21 million", 2, 0.5), ("33 million", 1, 0.4)).composed().candidate == "21 million"


def test_what_is_too_unlikely_to_name_is_not_an_alternative() -> None:
    assert Read(("33 million", 1, 0.5), ("40 million", 3, 0.03)).composed().alternatives == ()


def test_the_same_words_elsewhere_add_to_an_answer_and_are_no_rival() -> None:
    again = article("Filings: 33 million shares, again 33 million.", title="Filing", published="2024-01-01")
    read = Read(("21 million", 1, 0.4), ("33 million", 2, 0.3), ("33 million", 3, 0.25), articles=[OLD_21, OLD, again])
    assert read.composed().text == "33 million"
    assert all(one.text != "33 million" for one in read.composed().alternatives)


OLD_21 = article("Alibaba holds 21 million shares.", title="Older", published="2022-01-05")


@pytest.mark.parametrize(
    ("words", "other"),
    [
        ("33 million", "33 million shares"),  # more of the same
        ("33 million", "XPeng"),  # no value beside one
        ("33 million shares", "33m"),  # the same value
    ],
)
def test_what_means_the_same_or_something_else_entirely_is_no_rival(words: str, other: str) -> None:
    again = article("Of XPeng, 33 million shares or 33m are held.", title="Again", published="2024-01-01")
    answer = Read((words, 1, 0.5), (other, 2, 0.4), articles=[OLD, again]).composed()
    assert answer.alternatives == ()


def test_two_runs_of_one_article_are_no_rivals() -> None:
    assert Read(("33 million", 1, 0.5), ("XPeng", 1, 0.4)).composed().alternatives == ()


def test_yes_and_no_of_two_articles_are_rivals() -> None:
    read = Read(("Alibaba holds", 1, 0.5, True), ("Alibaba holds", 3, 0.4, False))
    answer = read.composed(question="Does Alibaba hold shares?")
    assert (answer.text, [one.text for one in answer.alternatives]) == ("yes", ["no"])


def test_the_span_scores_move_the_choice_by_its_weight() -> None:
    span_scores = SpanScores(log_odds=(0.0, 2.0), best=2.0)
    read = Read(("33 million", 1, 0.6), ("XPeng", 1, 0.3), span_scores=span_scores)
    assert read.composed().candidate == "33 million"
    assert read.composed(calibration=PLAIN.model_copy(update={"opinion_weight": 1.0})).candidate == "XPeng"


def test_of_two_likely_answers_brevity_prefers_the_shorter() -> None:
    read = Read(("33 million shares", 1, 0.5), ("33 million", 1, 0.4))
    assert read.composed().candidate == "33 million shares"
    assert read.composed(calibration=PLAIN.model_copy(update={"brevity": 1.0})).candidate == "33 million"


@pytest.mark.parametrize(
    ("weight", "nearness", "chosen"),
    [
        (0.0, (0.4, 0.9), "50 million"),
        (2.0, (0.4, 0.7), "50 million"),  # 0.6 > 0.3 * exp(2 * 0.3)
        (2.0, (0.4, 0.9), "40 million"),  # 0.6 < 0.3 * exp(2 * 0.5)
        (2.0, (None, 0.9), "40 million"),  # a hit no search by meaning found counts as far
        (2.0, (0.9, 0.9), "50 million"),
    ],
)
def test_the_nearness_of_its_passage_moves_an_answer(
    weight: float, nearness: tuple[float | None, ...], chosen: str
) -> None:
    also = article("Alibaba holds 50 million shares of XPeng.", title="Also undated")  # of dated ones the newer counts
    read = Read(("50 million", 1, 0.6), ("40 million", 2, 0.3), articles=[also, UNDATED], nearness=nearness)
    assert read.composed(calibration=PLAIN.model_copy(update={"nearness": weight})).candidate == chosen


def test_a_list_is_as_near_as_the_passage_it_stands_in() -> None:
    read = Read(
        ("33 million", 1, 0.5),
        ("40 million; XPeng", 3, 0.4),
        articles=[OLD.model_copy(update={"published": None}), NEW, UNDATED],
        nearness=(0.1, 0.0, 0.6),
    )
    assert read.composed(calibration=PLAIN.model_copy(update={"nearness": 1.0})).candidate == "40 million; XPeng"
