"""Features and the calibrated probability, against values worked out by hand."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from askdocs.answering.calibration import Calibration, Calibrations, load_calibrations
from askdocs.answering.features import answer_probability, features_of, first_cited, total_probability
from askdocs.core.decoding import DecodedAnswer, Decoding, Passage, SpanItem, SpanScores
from askdocs.core.errors import CorpusError
from askdocs.reading.citations import answer_text
from askdocs.reading.prompt_packing import number
from askdocs.values.question_analysis import analyse_question
from tests.support.made import article, hit

SALE = article("Alibaba sold 33 million XPeng shares in 2024.", title="XPeng", published="2024-03-21")
CLOUD = article("Baidu grew 3% in 2023. It sold 33 million chips.", title="Clouds")
PASSAGES = [number(hit(SALE, chunk_id=1, score=2.0), 1), number(hit(CLOUD, chunk_id=2, score=0.5), 2)]
HITS = [passage.hit for passage in PASSAGES]


def answer(part: str, number: int, probability: float, boolean: bool | None = None, *tokens: float) -> DecodedAnswer:
    start = PASSAGES[number - 1].text.index(part)
    item = SpanItem(number=number, start=start, end=start + len(part))
    return DecodedAnswer(items=(item,), boolean=boolean, log_probability=math.log(probability), tokens=(),
                         probabilities=tokens)  # fmt: skip


def decoding(*answers: DecodedAnswer, unanswerable: float = 0.1) -> Decoding:
    return Decoding(answers=answers, unanswerable=unanswerable, yes=0.0, no=0.0, passage_probabilities=(0.75, 0.25),
                    output_tokens=5)  # fmt: skip


FIRST = answer("33 million", 1, 0.5, None, 0.8, 1.0, 0.625)
DECODING = decoding(FIRST, answer("33 million", 2, 0.2), answer("3%", 2, 0.1))


def features(question: str, chosen: DecodedAnswer = FIRST, found: Decoding = DECODING,
             opinion: SpanScores | None = None,
             passages: list[Passage] = PASSAGES) -> dict[str, float]:  # fmt: skip
    texts = [answer_text(one, passages) for one in found.answers]
    return features_of(analyse_question(question), chosen, found, texts, passages, HITS, opinion)


def test_equal_words_of_several_passages_count_together() -> None:
    texts = ["33 million", "33 Million", "3%"]
    assert answer_probability(FIRST, DECODING, texts) == pytest.approx(0.7)
    assert answer_probability(DECODING.answers[2], DECODING, texts) == pytest.approx(0.1)
    booleans = decoding(answer("33 million", 1, 0.4, True), answer("33 million", 1, 0.3, False))
    assert answer_probability(booleans.answers[0], booleans, ["yes", "no"]) == pytest.approx(0.4)


def test_the_same_words_twice_in_one_passage_count_once() -> None:
    first = FIRST.model_copy(update={"tokens": (7, 8), "log_probability": math.log(0.5)})
    (item,) = first.items
    moved = item.model_copy(update={"start": item.start + 20, "end": item.end + 20})
    again = first.model_copy(update={"items": (moved,)})
    elsewhere = first.model_copy(update={"items": (item.model_copy(update={"number": 2}),), "tokens": (9, 8)})
    assert total_probability([first, again]) == pytest.approx(0.5)
    assert total_probability([first, again, elsewhere]) == pytest.approx(1.0)
    decoding = DECODING.model_copy(update={"answers": (first, again)})
    assert answer_probability(again, decoding, ["33 million"] * 2) == pytest.approx(0.5)


def test_features_of_the_decoding() -> None:
    found = features("How many shares?")
    expected = {
        "log_probability": math.log(0.5),
        "merged_log_probability": math.log(0.7),
        "least_token": math.log(0.625),
        "unanswerable": math.log(0.1 / 0.9),
        "margin": math.log(0.7) - math.log(0.1),
        "passage": 0.75,
        "length": math.log(3),
        "boolean": 0.0,
    }
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, abs=1e-4), name


def test_features_of_the_question_words_names_and_figures() -> None:
    found = features("How many XPeng shares did Alibaba and Tencent sell in 2024?")
    assert found["names_cited"] == pytest.approx(2 / 3)
    assert found["names_anywhere"] == pytest.approx(2 / 3)
    assert found["stranger"] == 1.0
    assert found["figures_cited"] == 1.0
    assert found["years_anywhere"] == 1.0
    assert found["words_cited"] == pytest.approx(4 / 6)  # xpeng shares alibaba 2024, not tencent sell
    elsewhere = features("What did Baidu do in 2023?")
    assert elsewhere["names_cited"] == 0.0
    assert elsewhere["names_anywhere"] == 1.0
    assert elsewhere["stranger"] == 0.0
    assert elsewhere["figures_cited"] == 0.0
    assert elsewhere["years_anywhere"] == 1.0


def test_features_of_the_kind() -> None:
    assert features("How many shares?")["kind_fits"] == 1.0
    assert features("Who sold?")["kind_fits"] == 0.0
    assert features("Who sold?")["kind_known"] == 1.0
    assert features("Tell more.")["kind_known"] == 0.0
    yes = decoding(answer("33 million", 1, 0.5, True))
    assert features("Did it sell?", yes.answers[0], yes)["kind_fits"] == 1.0
    assert features("Did it sell?")["kind_fits"] == 0.0


def test_the_nearness_of_the_cited_passage() -> None:
    assert features("How many?")["nearness"] == 0.0  # no search by meaning
    near = [hit.model_copy(update={"dense_score": cosine}) for hit, cosine in zip(HITS, (0.5, 0.8), strict=True)]
    passages = [number(hit, i) for i, hit in enumerate(near, start=1)]
    assert features("How many?", passages=passages)["nearness"] == 0.5
    assert features("How many?", DECODING.answers[1], passages=passages)["nearness"] == 0.8
    second, (third,) = DECODING.answers[1], FIRST.items
    both = second.model_copy(update={"items": (*second.items, third)})  # a list that begins in the second passage
    assert first_cited(both, passages) is passages[0]
    assert first_cited(both.model_copy(update={"items": ()}), passages[1:]) is passages[1]


def test_a_second_opinion_is_bounded() -> None:
    opinion = SpanScores(log_odds=(-40.0, 2.0, 1.0), best=3.5)
    found = features("How many?", opinion=opinion)
    assert (found["opinion"], found["opinion_best"], found["opinion_differs"]) == (-6.0, 3.5, 9.5)
    assert features("How many?")["opinion"] == 0.0


def test_every_feature_is_finite_at_the_edges() -> None:
    extreme = answer("33 million", 1, 1.0, None, 0.0)
    for unanswerable in (0.0, 1.0):
        found = features("", extreme, decoding(extreme, unanswerable=unanswerable))
        assert all(math.isfinite(value) for value in found.values())


CALIBRATION = Calibration(features=("x", "y"), means=(1, 0), scales=(2, 1), weights=(3, -1), bias=0.5)


def test_the_probability_is_that_of_a_logistic_regression() -> None:
    total = 0.5 + 3 * (2 - 1) / 2 - 1 * 0.25
    assert CALIBRATION.probability({"x": 2, "y": 0.25, "z": 9}) == pytest.approx(1 / (1 + math.exp(-total)))


def test_one_wild_feature_does_not_decide_alone() -> None:
    assert CALIBRATION.probability({"x": 1e9, "y": 0}) == pytest.approx(1 / (1 + math.exp(-12.5)))


def test_a_feature_that_is_not_there_is_named() -> None:
    with pytest.raises(CorpusError, match=r"the feature 'y', which this version .* fit it again"):
        CALIBRATION.probability({"x": 1})


def test_the_shipped_calibrations_know_their_features() -> None:
    calibrations = load_calibrations()
    known = features("How many shares?")
    assert {"smollm2", "extractive", "other"} <= set(calibrations.by_model)
    for calibration in calibrations.by_model.values():
        assert 0 <= calibration.probability(known) <= 1
        assert 0 <= calibration.threshold <= 1
    assert calibrations.for_model("some/file.gguf") == calibrations.by_model["other"]
    assert calibrations.for_model("smollm2") == calibrations.by_model["smollm2"]


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "{}",
        '{"by_model": {}}',
        json.dumps({"by_model": {"other": CALIBRATION.model_dump() | {"means": [1.0]}}}),
        json.dumps({"by_model": {"other": CALIBRATION.model_dump() | {"scales": [0.0, 1.0]}}}),
    ],
)
def test_a_damaged_calibration_is_named(content: str, tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CorpusError, match=r"calibration\.json: not a calibration .*askdocs eval --calibrate"):
        load_calibrations(path)
    with pytest.raises(CorpusError, match="not a calibration"):
        load_calibrations(tmp_path / "none.json")


def test_calibrations_survive_a_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    path.write_text(Calibrations(by_model={"other": CALIBRATION}).model_dump_json(), encoding="utf-8")
    assert load_calibrations(path).for_model("any") == CALIBRATION
