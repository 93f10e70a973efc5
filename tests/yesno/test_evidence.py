"""Yes, no or not said: figures, dates, opposites and negations, against invented business news."""

from __future__ import annotations

import datetime
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from askdocs import Corpus
from askdocs.core.articles import Article
from askdocs.core.decoding import DecodedAnswer, Decoding, Passage, Reading, SpanItem
from askdocs.reading.prompt_packing import number
from askdocs.text.span_boundaries import can_end, can_start
from askdocs.yesno.classifier import MEASURES, classify_reading, measures
from askdocs.yesno.evidence import EvidenceSearch, Finding
from askdocs.yesno.lexicon import agreeing, opposed, stem
from askdocs.yesno.values import agrees, figures, holds, whens
from tests.support.made import article, hit
from tests.support.polarity_examples import KEPT, LEARNT, REWORDED, Example

ALL = (*LEARNT, *KEPT, *REWORDED)


def passages_of(*examples: Example) -> list[Passage]:
    made = [article(one.text, title=one.title, published=one.published) for one in examples]
    return [number(hit(one, chunk_id=i), i) for i, one in enumerate(made, start=1)]


def found(question: str, *texts: str) -> Finding:
    return EvidenceSearch(
        question, [number(hit(text, chunk_id=i), i) for i, text in enumerate(texts, start=1)]
    ).findings()[0]


def tally(examples: Sequence[Example]) -> Counter[tuple[bool | None, bool | None]]:
    """How often the rules alone say what for a gold answer, each article among two others."""
    counted: Counter[tuple[bool | None, bool | None]] = Counter()
    for i, example in enumerate(examples):
        passages = passages_of(*(examples[i:] + examples[:i])[:3])  # type: ignore[operator]
        for question, gold in example.asked:
            counted[gold, EvidenceSearch(question, passages).findings()[0].holds] += 1
    return counted


# --- values -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "stated", "expected"),
    [
        ("33 million shares", "33,000,000 shares", True),
        ("33 million shares", "34 million shares", False),
        ("about 33 million shares", "33.5 million shares", True),
        ("more than 30 million shares", "33 million shares", True),
        ("more than 33 million shares", "33 million shares", False),
        ("more than 33 million shares", "more than 33 million shares", True),
        ("fewer than 30 million shares", "33 million shares", False),
        ("under 5%", "4.25%", True),
        ("6.5 percent", "6.5%", True),
        ("2 percent", "2 percentage points", False),
        ("$317 million", "€317 million", False),
        ("$2.4bn", "$2,400 million", True),
        ("two weeks", "a 14-day strike", True),
        ("two weeks", "a nine-day strike", False),
        ("58 million pounds", "£58 million", True),
    ],
)
def test_figures_are_compared_as_values(asked: str, stated: str, expected: bool) -> None:
    assert holds(figures(asked)[0], figures(stated)[0]) is expected


def test_what_was_before_is_told_from_what_is_now() -> None:
    assert [(f.high, f.former) for f in figures("declined to £41m from £58m")] == [(41e6, False), (58e6, True)]
    text = "The sale cuts its stake from 12% to 7%."
    assert found("Is its stake 7% after the sale?", text).holds is True
    assert found("Is its stake 12%?", text).holds is False
    assert found("Was its stake 12% before the sale?", text).holds is True


@pytest.mark.parametrize(
    ("asked", "stated", "expected"),
    [("August 2023", "3 August", True), ("2023", "August 2023", True), ("2023", "2022", False),
     ("March 2023", "August 2023", False), ("2023", "in August", None)],
)  # fmt: skip
def test_dates_are_compared_as_far_as_they_are_known(asked: str, stated: str, expected: bool | None) -> None:
    assert agrees(whens(f"in {asked}")[0], whens(f"on {stated}")[0]) is expected


def test_last_year_is_counted_from_the_day_of_the_article() -> None:
    assert [w.year for w in whens("last year", datetime.date(2024, 2, 1))] == [2023]
    assert whens("It may rise and march on.") == []


# --- words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [("rose", "fell"), ("buy", "sold"), ("approved", "rejected"), ("increase", "cut"), ("gained", "lost"),
     ("won", "lost"), ("hired", "dismissed"), ("before", "after"), ("open", "closed"), ("valid", "invalid"),
     ("raise", "unchanged"), ("earlier", "later")],
)  # fmt: skip
def test_opposites(one: str, other: str) -> None:
    assert opposed(stem(one), stem(other))
    assert opposed(stem(other), stem(one))
    assert not opposed(stem(one), stem(one))


def test_words_of_one_pole_agree() -> None:
    assert agreeing(stem("fell"), stem("declined"))
    assert not opposed(stem("fell"), stem("declined"))
    assert not agreeing(stem("sold"), stem("rose"))


# --- findings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("Did Anka fall?", "Anka fell on Monday.", True),
        ("Did Anka rise?", "Anka fell on Monday.", False),
        ("Did Anka not fall?", "Anka fell on Monday.", True),  # asks whether it fell
        ("Is it true that Anka did not fall?", "Anka did not fall.", True),
        ("Is it true that Anka did not fall?", "Anka fell.", False),
        ("Did Anka refuse the offer?", "Anka refused the offer.", True),
        ("Did Anka accept the offer?", "Anka refused the offer.", False),
        ("Did Anka accept the offer?", "Anka turned down the offer.", False),
        ("Did Anka accept the offer?", "Anka did not refuse the offer.", True),
        ("Did Anka pay a fine?", "Anka denied that it had paid a fine.", False),
        ("Did Anka pay a fine?", "Anka said that no fine had been paid.", False),
        ("Did Anka pay a fine?", "Anka, which has no debt, paid a fine.", True),
        ("Did Anka buy Tern?", "Anka not only bought Tern, it closed it.", True),
        ("Were all the staff hired?", "Half of the staff were hired.", False),
        ("Did Anka pay a fine?", "Borun grew sugar beet.", None),
        ("Did Anka grow sugar beet?", "Borun grew sugar beet.", None),
        ("Did profit rise in 2019?", "Profit rose in 2023.", None),
        ("Did Anka open in March 2019?", "Anka opened in May 2023.", False),
    ],
)  # fmt: skip
def test_what_a_sentence_makes_of_a_question(question: str, text: str, expected: bool | None) -> None:
    assert found(question, text).holds is expected


def test_the_evidence_is_the_sentence_that_speaks_of_the_question() -> None:
    text = "Anka makes pumps. It did not sell any shares of Tern. Shares of Borun rose."
    finding = found("Did Anka sell shares of Tern?", "Borun is a brewer.", text)
    assert (finding.holds, finding.item.number, finding.reason) == (False, 2, "a negation")
    assert text[finding.item.start : finding.item.end] == "not sell any shares"


def test_a_pointer_leads_to_a_sentence_in_other_words() -> None:
    texts = "The clinics learnt of it from the police. No passenger came to harm on the trains."
    start = texts.index("No passenger")
    pointer = {SpanItem(number=1, start=start, end=start + len("No passenger came to harm")): 5.0}
    court = EvidenceSearch("Were travellers on the trains injured by it?", [number(hit(texts), 1)], pointer)
    assert court.findings()[0].holds is False


@pytest.mark.parametrize("example", ALL, ids=lambda example: example.title)
def test_the_evidence_is_a_run_of_whole_words(example: Example) -> None:
    passages = passages_of(example)
    for question, _ in example.asked:
        for finding in EvidenceSearch(question, passages).findings():
            item, text = finding.item, passages[0].text
            assert 0 <= item.start < item.end <= len(text)
            assert can_start(text, item.start)
            assert can_end(text, item.end)


@pytest.mark.parametrize(("examples", "least", "false_yes"), [(LEARNT, 42, 1), (KEPT, 42, 2)])
def test_the_rules_alone_on_invented_news(examples: Sequence[Example], least: int, false_yes: int) -> None:
    counted = tally(examples)
    assert counted[True, True] + counted[False, False] >= least  # of 47 and 48
    assert counted[False, True] <= false_yes


# --- verdicts -----------------------------------------------------------------------------------------------------

SOLD = article("Anka sold 4 million shares of Tern in May.", title="Sale", published="2023-05-05")
POINTING = {SpanItem(number=n, start=0, end=40): 6.0 for n in (1, 2)}
KEPT_ON = article("Anka has not sold 4 million shares of Tern.", title="No sale", published="2024-05-05")


def reading(*articles: Article, yes: float = 0.2, no: float = 0.2) -> Reading:
    passages = tuple(number(hit(one, chunk_id=i), i) for i, one in enumerate(articles, start=1))
    item = SpanItem(number=1, start=0, end=4)
    decoded = DecodedAnswer(items=(item,), boolean=True, log_probability=-1.0, tokens=(1,), probabilities=(0.4,))
    decoding = Decoding(answers=(decoded,), unanswerable=0.05, yes=yes, no=no, passage_probabilities=(1.0,),
                        output_tokens=3)  # fmt: skip
    return Reading(passages=passages, decoding=decoding, token_texts=("yes",))


def test_a_verdict_takes_the_place_of_what_was_decoded() -> None:
    seen = classify_reading("Did Anka sell 4 million shares of Tern?", reading(SOLD), POINTING)
    assert seen.verdict is not None
    (answer,) = seen.decoding.answers
    assert answer.boolean is True
    assert list(seen.verdict.probabilities) == pytest.approx([math.exp(answer.log_probability)])
    assert seen.verdict.probabilities[0] > 0.5
    refuted = classify_reading("Did Anka sell 9 million shares of Tern?", reading(SOLD), POINTING)
    assert refuted.decoding.answers[0].boolean is False
    assert refuted.verdict is not None
    assert refuted.verdict.reason == "another figure"


def test_what_is_hardly_touched_on_is_hardly_trusted() -> None:
    seen = classify_reading("Was Borun fined for bribery?", reading(SOLD), {})
    assert seen.verdict is not None
    assert seen.verdict.probabilities[0] < 0.3


def test_the_newer_of_two_articles_that_differ_decides_and_the_other_is_shown() -> None:
    question = "Did Anka sell 4 million shares of Tern?"
    for order in ([SOLD, KEPT_ON], [KEPT_ON, SOLD]):
        seen = classify_reading(question, reading(*order), POINTING)
        assert [answer.boolean for answer in seen.decoding.answers] == [False, True]


def test_the_model_is_heard_too() -> None:
    question = "Did Anka sell shares of Tern?"
    likely, unlikely = (
        classify_reading(question, reading(SOLD, yes=y, no=n), {}) for y, n in ((0.9, 0.01), (0.01, 0.9))
    )
    assert likely.verdict is not None
    assert unlikely.verdict is not None
    assert likely.decoding.answers[0].boolean is True
    assert likely.verdict.probabilities[0] > unlikely.verdict.probabilities[0]


def test_without_passages_nothing_is_decided() -> None:
    empty = reading(SOLD).model_copy(update={"passages": ()})
    assert classify_reading("Did Anka sell?", empty, {}) is empty
    assert len(measures(found("Did Anka sell?", "Anka sold."), reading(SOLD).decoding)) == len(MEASURES)


# --- the model ----------------------------------------------------------------------------------------------------


@pytest.mark.model
@pytest.mark.slow
def test_the_bundled_models_say_no_where_it_is_no(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for example in LEARNT:
        (folder / f"{example.title}.md").write_text(f"# {example.title}\n\n{example.text}\n", encoding="utf-8")
    asked = {
        "Did Tolmar sell 33,000,000 Beckside shares?": "yes",
        "Did Tolmar sell 23 million Beckside shares?": "no",
        "Did Rowanfield's operating profit rise in 2023?": "no",
        "Did Tern's shareholders reject the offer?": "no",
        "Did the crane drivers take part in the strike?": "no",
        "Will Kelso Motors hire 1,200 people at Durnley?": "yes",
    }
    with Corpus.open(tmp_path / "c.askdocs") as corpus:
        corpus.add(folder)
        for question, expected in asked.items():
            answer = corpus.ask(question, model="smollm2", timeout=300)
            assert (answer.text, answer.abstained) == (expected, False), question
            (cited,) = answer.citations
            text = corpus.article(cited.article_id).text
            assert text[cited.start : cited.end] == cited.quote
            assert text[cited.answer_start : cited.answer_end] in cited.quote
        vague = corpus.ask("Was Tolmar fined for bribery in Brazil?", model="smollm2", timeout=300)
        assert vague.abstained
