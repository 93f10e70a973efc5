"""Runs of words that are suggested get the log probability that the model gives to all of their tokens."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from askdocs.core.decoding import DecodedAnswer, Decoding, Passage, SpanItem
from askdocs.core.protocols import Generator
from askdocs.decoding.forced_scoring import HOPELESS, score_suggestions
from askdocs.decoding.span_decoder import Decoder, SpanDecoder, log_sum
from askdocs.models.generator import LlamaGenerator
from askdocs.models.registry import bundled_model_path
from askdocs.reading.llama import LlamaReader
from askdocs.testing import ScriptedGenerator
from askdocs.values.question_analysis import QuestionAnalysis, analyse_question
from tests.support.made import passages, prompted, random_model

SALE = "Alibaba sold 33 million XPeng shares for about $317 million, and kept 33 million."
NOTHING = Decoding(answers=(), unanswerable=0.1, yes=0.0, no=0.0, passage_probabilities=(1.0,), output_tokens=0)


def run(shown: Sequence[Passage], words: str, number: int = 1) -> SpanItem:
    start = shown[number - 1].text.index(words)
    return SpanItem(number=number, start=start, end=start + len(words))


def weigh(
    generator: ScriptedGenerator, shown: Sequence[Passage], items: Sequence[SpanItem], decoding: Decoding = NOTHING,
    lead: str = " ",
) -> Decoding:  # fmt: skip
    decoder = SpanDecoder(generator)
    sequence = prompted(generator)
    found = decoder.decode_all([score_suggestions(decoder, sequence, shown, decoding, items, lead)])[0]
    assert generator.live_sequences == (sequence,)
    generator.retire(sequence)
    return found


def by_hand(generator: Generator, prompt: int, text: str) -> float:
    """The log probability of the text behind a prompt and of ending there, one token after the other."""
    sequence, total = generator.fork(prompt), 0.0
    for token in generator.tokenize(text):
        row = generator.logits(sequence)
        total += float(row[token]) - log_sum(row)
        generator.accept([(sequence, token)])
    row = generator.logits(sequence)
    total += max(float(row[token]) for token in generator.end_tokens) - log_sum(row)
    generator.truncate(sequence, 0)
    return total


@given(st.integers(0, 2**20), st.sampled_from(["", " "]), st.sampled_from([HOPELESS, -1e6]))
@settings(max_examples=40)
def test_a_run_gets_the_probability_of_all_its_tokens_and_of_ending(seed: int, lead: str, least: float) -> None:
    generator = random_model(seed, [" [", "[1] ", "33 million", " XPeng", "Alibaba sold", " 33", " shares"], 0.5)
    shown = passages(SALE, "3 of 7")
    items = [run(shown, words) for words in ("33 million", "33 million XPeng", "Alibaba", "kept")]
    items.append(run(shown, "3 of 7", 2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "askdocs.decoding.forced_scoring.HOPELESS", least
        )  # random wishes are soon hopeless; without, all are followed
        found = weigh(generator, shown, items, lead=lead).answers
    assert {answer.items for answer in found} == {(item,) for item in items}
    for answer in found:
        (item,) = answer.items
        text = f"{lead}[{item.number}] {shown[item.number - 1].text[item.start : item.end]}"
        expected = by_hand(generator, prompted(generator), text)
        assert math.isclose(answer.log_probability, max(least, expected), abs_tol=1e-6)
        assert least == HOPELESS or len(answer.probabilities) == len(answer.tokens) + 1
    scores = [answer.log_probability for answer in found]
    assert scores == sorted(scores, reverse=True)


def test_what_was_decoded_is_not_weighed_again() -> None:
    generator = ScriptedGenerator(" [1] 33 million")
    shown = passages(SALE)
    item = run(shown, "33 million")
    known = DecodedAnswer(items=(item,), boolean=None, log_probability=-0.5, tokens=(1,), probabilities=(0.6,))
    decoding = NOTHING.model_copy(update={"answers": (known,)})
    assert weigh(generator, shown, [item], decoding) == decoding
    both = weigh(generator, shown, [item, run(shown, "Alibaba"), run(shown, "Alibaba")], decoding).answers
    assert both[0] == known
    assert len(both) == 2


def test_runs_that_begin_alike_share_what_is_evaluated() -> None:
    generator = ScriptedGenerator(" [1] aaaa bb")
    shown = passages("aaaa bb cc")
    longer, shorter = run(shown, "aaaa bb"), run(shown, "aaaa")
    assert appended(generator, shown, [longer]) == len(generator.tokenize(" [1] aaaa bb"))
    assert appended(generator, shown, [longer, shorter]) == appended(generator, shown, [longer])


def appended(generator: ScriptedGenerator, shown: Sequence[Passage], items: Sequence[SpanItem]) -> int:
    """How many tokens were appended in all."""
    before = len(generator.calls)
    weigh(generator, shown, items)
    return sum(len(call[1]) for call in generator.calls[before:] if call[0] == "accept" and isinstance(call[1], tuple))


def test_a_hopeless_run_is_given_up_early_and_counts_as_no_less() -> None:
    generator = ScriptedGenerator(" [1] 33 million")
    shown = passages(SALE)
    (answer,) = weigh(generator, shown, [run(shown, "Alibaba sold 33 million XPeng shares")]).answers
    assert answer.log_probability == HOPELESS
    assert len(answer.probabilities) < len(answer.tokens) / 2


def test_a_run_too_long_to_be_followed_to_its_end_is_hopeless() -> None:
    generator = ScriptedGenerator(" [1] " + "a" * 200)
    shown = passages("a" * 200)
    (answer,) = weigh(generator, shown, [run(shown, "a" * 200)]).answers
    assert answer.log_probability == HOPELESS


def test_nothing_is_left_alive_when_it_is_stopped() -> None:
    generator = random_model(5, [" [", "[1] "], 0.5)
    shown = passages(SALE)
    sequence = prompted(generator)
    steps: Decoder = score_suggestions(
        SpanDecoder(generator), sequence, shown, NOTHING, [run(shown, "33"), run(shown, "kept")]
    )
    next(steps)
    assert len(generator.live_sequences) > 1
    steps.close()
    assert generator.live_sequences == (sequence,)


@pytest.mark.parametrize("together", [1, 2])
def test_a_reader_weighs_what_is_suggested_to_it(together: int) -> None:
    def suggest(question: QuestionAnalysis, shown: Sequence[Passage]) -> list[SpanItem]:
        assert question.text == "How many?"
        return [run(shown, "about $317 million")]

    reader = LlamaReader(ScriptedGenerator(" [1] 33 million"), "grounded")
    asked = [(analyse_question("How many?"), [passages(SALE)[0].hit])] * together
    for reading in reader.read_many(asked, suggest=suggest):
        found = [SALE[answer.items[0].start : answer.items[0].end] for answer in reading.decoding.answers]
        assert found[0] == "33 million"
        assert "about $317 million" in found
        assert reading.token_texts[0].strip() == "["  # the tokens are those of the likeliest answer


@pytest.mark.model
def test_the_bundled_model_finds_a_run_as_likely_as_token_by_token() -> None:
    generator = LlamaGenerator(bundled_model_path(), name="smollm2+base", context_length=1024)
    shown, decoder = passages(SALE), SpanDecoder(generator)
    asked = "Question: For how much?\nAnswer: [1] $317 million\n\nQuestion: How many shares?\nAnswer:"
    sequence, _ = generator.prefill(generator.tokenize(f"[1] {SALE}\n\n{asked}"))
    items = [run(shown, words) for words in ("33 million", "33 million XPeng shares", "$317 million")]
    found = decoder.decode_all([score_suggestions(decoder, sequence, shown, NOTHING, items)])[0].answers
    for answer in found:
        (item,) = answer.items
        expected = by_hand(generator, sequence, f" [1] {SALE[item.start : item.end]}")
        # llama.cpp takes other kernels for other batch shapes, and what it rounds adds up over the tokens.
        assert answer.log_probability == pytest.approx(max(HOPELESS, expected), rel=0.05, abs=0.6)
    assert sum(answer.log_probability > HOPELESS for answer in found) > 1
    generator.close()
