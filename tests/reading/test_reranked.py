"""The second opinion: it judges every decoded answer, and its own runs come behind them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from askdocs.core.articles import Chunk, Hit
from askdocs.reading.llama import LlamaReader
from askdocs.reading.prompt_packing import number
from askdocs.reading.reranked import HOPELESS, LOOKED_AT, NEAR, POINTERS, PROPOSALS, RerankedReader
from askdocs.reading.span_scorer import FoundSpan, ScoredPassage, ScoredPassages
from askdocs.testing import ScriptedGenerator
from askdocs.values.question_analysis import analyse_question

TEXT = "Anka sold 4 million shares in May and 9 million in June."


class WordScorer:
    """Finds one word wherever it stands, and holds everything else for unlikely."""

    def __init__(self, word: str) -> None:
        self.word = word

    def best(self, question: str, texts: Sequence[str], count: int) -> list[FoundSpan]:
        assert count in (PROPOSALS, POINTERS, LOOKED_AT)
        places = [(i, text.find(self.word)) for i, text in enumerate(texts)]
        return [FoundSpan(index=i, start=at, end=at + len(self.word), odds=3.0) for i, at in places if at >= 0]

    def score(self, question: str, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]]) -> ScoredPassages:
        scored = [
            ScoredPassage(
                odds=tuple(3.0 if text[start:end] == self.word else -2.0 for start, end in asked),
                best=3.0 if self.word in text else 3.0 - 2 * NEAR, start=0, end=1,
            )
            for text, asked in zip(texts, spans, strict=True)
        ]  # fmt: skip
        return ScoredPassages(passages=tuple(scored), null_odds=-3.0)


def hit(text: str) -> Hit:
    """A hit of an article that is this text."""
    return Hit(chunk=Chunk(id=1, article_id="a", start=0, end=len(text), text=text), source="s", title="t", score=1.0)


def reader(answer: str, word: str) -> RerankedReader:
    """A scripted model, and a scorer that likes one word."""
    scorer: Any = WordScorer(word)
    return RerankedReader(LlamaReader(ScriptedGenerator(answer), "grounded"), lambda: scorer)


def test_decoded_answers_are_judged_in_their_order() -> None:
    reading = reader(" [1] 4 million", "4 million").read(analyse_question("How many?"), [hit(TEXT)])
    assert reading.span_scores is not None
    assert len(reading.span_scores.log_odds) == len(reading.decoding.answers)
    first = reading.decoding.answers[0].items[0]
    assert reading.passages[0].text[first.start : first.end] == "4 million"
    assert reading.span_scores.log_odds[0] == 3.0
    assert reading.span_scores.best == 3.0


def test_a_run_the_model_did_not_decode_is_proposed_behind_its_answers() -> None:
    reading = reader(" [1] 4 million", "June").read(analyse_question("When were 9 million sold?"), [hit(TEXT)])
    found = [
        reading.passages[0].text[answer.items[0].start : answer.items[0].end] for answer in reading.decoding.answers
    ]
    assert found.count("June") == 1
    proposed = reading.decoding.answers[found.index("June")]
    assert proposed.log_probability <= min(answer.log_probability for answer in reading.decoding.answers)
    assert reading.span_scores is not None
    assert reading.span_scores.log_odds[found.index("June")] == 3.0


def test_a_question_for_yes_or_no_gets_a_verdict_in_the_place_of_the_answers() -> None:
    asked = {"Did Anka sell shares?": True, "Did Anka buy shares?": False, "Did Anka sell 5 million shares?": False}
    for question, expected in asked.items():
        reading = reader(" yes [1] sold 4 million shares", "June").read(analyse_question(question), [hit(TEXT)])
        (answer,) = reading.decoding.answers
        assert answer.boolean is expected
        assert reading.verdict is not None
        assert reading.span_scores is not None
        assert len(reading.verdict.probabilities) == len(reading.span_scores.log_odds) == 1


def test_no_words_are_shown_before_the_verdict() -> None:
    shown: list[str] = []
    reader(" yes [1] sold 4 million shares", "June").read(
        analyse_question("Did Anka buy any?"), [hit(TEXT)], progress=shown.append
    )
    assert shown == []


def test_only_a_question_for_yes_or_no_is_answered_with_yes_or_no() -> None:
    wanted = " yes [1] sold 4 million shares"
    reading = reader(wanted, "June").read(analyse_question("How many did Anka sell in May?"), [hit(TEXT)])
    assert reading.decoding.answers
    assert all(answer.boolean is None for answer in reading.decoding.answers)
    assert reading.verdict is None
    unwrapped = LlamaReader(ScriptedGenerator(" [1] 4 million"), "grounded").read(
        analyse_question("Did Anka sell any?"), [hit(TEXT)]
    )
    assert unwrapped.decoding.answers
    assert all(answer.boolean is not None for answer in unwrapped.decoding.answers)


def test_many_are_read_as_one_is() -> None:
    seconded = reader(" [1] 4 million", "4 million")
    one = seconded.read(analyse_question("How many?"), [hit(TEXT)])
    many = seconded.read_many(
        [(analyse_question("How many?"), [hit(TEXT)]), (analyse_question("How many?"), [hit(TEXT)])], prompt="grounded"
    )
    assert [reading.decoding for reading in many] == [one.decoding, one.decoding]
    assert many[0].span_scores == one.span_scores


OTHER = "Kestrel named Ines Duval its chair."


def test_the_model_reads_only_passages_that_may_hold_the_answer() -> None:
    hits = [hit(OTHER), hit(TEXT)]
    reading = reader(" [1] 4 million", "4 million").read(analyse_question("How many?"), hits)
    assert [passage.hit for passage in reading.passages] == [hits[1]]
    assert reading.passages[0].number == 1
    assert OTHER not in reading.prompt
    assert reading.omitted == ()  # which is what did not fit
    assert reading.timings.first_token >= reading.timings.prompt > 0


def test_passages_as_likely_as_the_best_are_all_read_in_their_order() -> None:
    hits = [hit(TEXT), hit(OTHER), hit("It was 4 million in all.")]
    reading = reader(" [2] 4 million", "4 million").read(analyse_question("How many?"), hits)
    assert [passage.hit for passage in reading.passages] == [hits[0], hits[2]]
    (item,) = reading.decoding.answers[0].items
    assert reading.passages[item.number - 1].hit == hits[2]


def test_all_passages_are_read_for_a_yes_or_no() -> None:
    hits = [hit(OTHER), hit(TEXT)]
    reading = reader(" yes [2] sold 4 million shares", "4 million").read(
        analyse_question("Did Anka sell shares?"), hits
    )
    assert [passage.hit for passage in reading.passages] == hits


def test_many_questions_are_each_read_from_their_own_passages() -> None:
    asked = [
        (analyse_question("How many?"), [hit(OTHER), hit(TEXT)]),
        (analyse_question("How many shares?"), [hit(TEXT), hit(OTHER)]),
    ]
    readings = reader(" [1] 4 million", "4 million").read_many(asked)
    assert [[passage.text for passage in reading.passages] for reading in readings] == [[TEXT], [TEXT]]


def test_the_model_is_not_asked_where_the_scorer_sees_no_hope() -> None:
    class Hopeless(WordScorer):
        def best(self, question: str, texts: Sequence[str], count: int) -> list[FoundSpan]:
            odds = HOPELESS if "Bob" in question else 3.0
            return [FoundSpan(index=0, start=texts[0].find(self.word), end=texts[0].find(self.word) + 4, odds=odds)]

    scorer: Any = Hopeless("June")
    model = ScriptedGenerator(" [1] 4 million")
    made = RerankedReader(LlamaReader(model, "grounded"), lambda: scorer)
    questions = ["How many did Bob sell?", "How many did Anka sell?", "Did Bob sell any?", "When did Bob sell?"]
    pairs = [(analyse_question(question), [hit(TEXT)]) for question in questions]
    readings = made.read_promising(pairs)
    assert [reading.usage.prompt_tokens > 0 for reading in readings] == [False, True, True, False]
    assert readings[1].model_copy(update={"timings": readings[0].timings}) == made.read_many(pairs[1:2])[0].model_copy(
        update={"timings": readings[0].timings}
    )
    hopeless = readings[0]
    (item,) = hopeless.decoding.answers[0].items
    assert hopeless.passages[0].text[item.start : item.end] == "June"
    assert hopeless.decoding.unanswerable == 1
    assert hopeless.span_scores is not None
    assert hopeless.span_scores.best == HOPELESS


def test_a_passage_on_the_time_that_is_asked_for_is_read_though_another_is_likelier() -> None:
    hits = [hit("In May it was quite another story."), hit(TEXT.replace("May", "April")), hit(OTHER)]
    timed = reader(" [1] 4 million", "4 million").read(analyse_question("How many in May?"), hits)
    assert [passage.hit for passage in timed.passages] == hits[:2]
    plain = reader(" [1] 4 million", "4 million").read(analyse_question("How many?"), hits)
    assert [passage.hit for passage in plain.passages] == hits[1:2]


class FigureScorer(WordScorer):
    """Finds every figure before "million"; the last of them first, more than are asked for at first."""

    def best(self, question: str, texts: Sequence[str], count: int) -> list[FoundSpan]:
        found = [
            FoundSpan(index=i, start=match.start(), end=match.end(), odds=-float(n))
            for i, text in enumerate(texts)
            for n, match in enumerate(reversed(list(re.finditer(r"\d million", text))))
        ]
        return found[:count]


def test_a_run_told_of_the_time_that_is_asked_for_is_proposed_too() -> None:
    months = ("May", "June", "July", "August", "September", "October")
    text = ", ".join(f"{n} million in {month}" for n, month in enumerate(months, 1)) + "."
    scorer: Any = FigureScorer("")
    asked = RerankedReader(LlamaReader(ScriptedGenerator(" [1] million"), "grounded"), lambda: scorer)
    passage = number(hit(text), 1)

    def proposed(question: str) -> list[str]:
        return [text[item.start : item.end] for item in asked.proposals(analyse_question(question), [passage])]

    assert proposed("How many?") == ["6 million", "5 million", "4 million", "3 million"]
    assert proposed("How many in May?") == ["6 million", "5 million", "4 million", "3 million", "1 million"]
