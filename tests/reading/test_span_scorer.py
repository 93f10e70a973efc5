"""The second opinion: numpy against the training's forward pass, offsets, windows, and what is refused."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from askdocs.core.articles import Chunk, Hit
from askdocs.core.decoding import DecodedAnswer, Decoding, Passage, SpanItem
from askdocs.core.errors import ModelUnusable
from askdocs.embedding.bert import Weights, gelu, rough_gelu
from askdocs.embedding.model_folder import WEIGHTS, sampled_hash
from askdocs.models.registry import bundled_embedder_path, scorer_path
from askdocs.reading.span_scorer import NOWHERE, SpanScorer, score_answers
from tests.support.tiny_bert import bert_arrays, write_model, write_weights

QUESTION = "how many shares did the company sell?"
POSITIONS = 64


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A BERT of two layers with room for 64 tokens."""
    made = write_model(tmp_path / "m", num_hidden_layers=2, max_position_embeddings=POSITIONS)
    arrays = bert_arrays(layers=2)
    positions = np.random.default_rng(3).normal(size=(POSITIONS, 8)).astype(np.float32)
    write_weights(made / WEIGHTS, arrays | {"embeddings.position_embeddings.weight": positions})
    return made


@pytest.fixture
def adapter(folder: Path) -> Path:
    return write_adapter(folder, folder / "scorer.safetensors")


def write_adapter(folder: Path, path: Path) -> Path:
    """Random updates for every matrix and vector that an adapter holds."""
    torch = pytest.importorskip("torch")
    from safetensors.torch import save_file

    from scripts.training.lora_bert import SpanBert

    model = SpanBert(folder, rank=2, alpha=4.0, seed=1)
    generator = torch.Generator().manual_seed(5)
    weights = {
        name: (t.detach() + 0.3 * torch.randn(t.shape, generator=generator)).to(torch.float16).contiguous()
        for name, t in model.named()
    }
    sample = sampled_hash(folder / WEIGHTS)
    save_file(weights, path, {"base_sample": sample, "rank": "2", "alpha": "4.0"})
    return path


def expected_scores(folder: Path, adapter: Path, ids: list[int], first: int) -> np.ndarray:
    """Start and end scores by the forward pass of the training, in float32."""
    import torch

    from scripts.training import lora_bert

    half, lora_bert.HALF = lora_bert.HALF, torch.float32
    try:
        model = lora_bert.SpanBert(folder, rank=2, alpha=4.0, seed=1)
        updates = Weights(adapter)
        with torch.no_grad():
            for name, parameter in model.named():
                parameter.copy_(torch.from_numpy(updates[name].copy()))
            tokens = torch.tensor([ids])
            types = (torch.arange(len(ids)) >= first).long()[None]
            return np.asarray(model(tokens, types, torch.ones_like(tokens, dtype=torch.bool))[0])
    finally:
        lora_bert.HALF = half


def test_the_scores_are_those_of_the_training(folder: Path, adapter: Path) -> None:
    scorer = SpanScorer.load(folder, adapter)
    text = "the company did sell a b c shares"
    asked = scorer._tokenizer.encode(QUESTION, add_special_tokens=False).ids
    tokens = scorer._tokenizer.encode(text, add_special_tokens=False)
    first = len(asked) + 2
    scores = expected_scores(folder, adapter, [2, *asked, 3, *tokens.ids, 3], first)
    start, end = text.index("a b"), text.index(" shares")
    wanted = scores[first + 4, 0] + scores[first + 6, 1] - scores[0].sum()
    scored = scorer.score(QUESTION, [text], [[(start, end)]]).passages[0]
    assert scored.odds[0] == pytest.approx(float(wanted), abs=1e-3)
    spans = scores[first:-1, 0][:, None] + scores[first:-1, 1][None]
    best = float(np.max(np.triu(spans) + np.tril(np.full(spans.shape, -1e9), -1))) - float(scores[0].sum())
    assert scored.best == pytest.approx(best, abs=1e-3)


def test_null_is_the_opposite_of_the_best_span_of_all(folder: Path, adapter: Path) -> None:
    scorer = SpanScorer.load(folder, adapter)
    scored = scorer.score(QUESTION, ["a b c", "the company", "shares ?"], [[], [], []])
    assert scored.null_odds == -max(passage.best for passage in scored.passages)
    best = scorer.best(QUESTION, ["a b c", "the company", "shares ?"], 1)[0]
    assert best.odds == -scored.null_odds
    assert (best.start, best.end) == (scored.passages[best.index].start, scored.passages[best.index].end)


def test_offsets_are_code_points(folder: Path, adapter: Path) -> None:
    scorer = SpanScorer.load(folder, adapter)
    text = "🙂 阿里巴巴 — Ünïcödé e\u0301 “shares” 🙂🙂 the company"
    start = text.index("shares")
    one, other = scorer.score("How many?", [text], [[(start, start + 6), (start + 1, start + 5)]]).passages[0].odds
    assert one == other  # both lie in the one token
    for span in scorer.best("How many?", [text], 50):
        words = text[span.start : span.end]
        assert words == words.strip()
        assert words
        asked = scorer.score("How many?", [text], [[(span.start, span.end)]])
        assert asked.passages[0].odds[0] == pytest.approx(span.odds, abs=1e-5)


def test_spans_end_at_words(folder: Path, adapter: Path) -> None:
    text = "It fell 0.60% to $3.5, the company's (a b) low."
    found = {text[s.start : s.end] for s in SpanScorer.load(folder, adapter).best("how?", [text], 500)}
    assert "0.60%" in found
    assert not {"0", "60", "0.60", "3", "s", "(", "low."} & found - {"low."}


def test_long_passages_are_read_in_windows(folder: Path, adapter: Path) -> None:
    scorer = SpanScorer.load(folder, adapter)
    text = " ".join(["a b c the company shares"] * 60)
    middle, last = text.index("company", len(text) // 2), text.rindex("shares")
    scored = scorer.score(QUESTION, [text], [[(middle, middle + 7), (last, last + 6), (0, len(text))]])
    odds = scored.passages[0].odds
    assert odds[0] > NOWHERE
    assert odds[1] > NOWHERE
    assert odds[2] == NOWHERE  # longer than any window
    assert len(scorer._windows(QUESTION, text)) > 5


@pytest.mark.parametrize("text", ["", " \n", "\u200b"])
def test_a_passage_without_words(folder: Path, adapter: Path, text: str) -> None:
    scored = SpanScorer.load(folder, adapter).score(QUESTION, [text], [[(0, len(text))]])
    assert scored.passages[0].odds == (NOWHERE,)
    assert scored.null_odds == -NOWHERE


def test_a_long_question_leaves_room_for_the_passage(folder: Path, adapter: Path) -> None:
    scored = SpanScorer.load(folder, adapter).score("how many shares " * 100, ["a b c"], [[(0, 5)]])
    assert scored.passages[0].odds[0] > NOWHERE


def test_no_passages(folder: Path, adapter: Path) -> None:
    scorer = SpanScorer.load(folder, adapter)
    assert scorer.score(QUESTION, [], []).null_odds == -NOWHERE
    assert scorer.best(QUESTION, []) == []


def test_an_adapter_of_other_weights_is_refused(folder: Path, adapter: Path) -> None:
    write_weights(folder / WEIGHTS, bert_arrays(layers=2, seed=9))
    with pytest.raises(ModelUnusable, match="another embedder"):
        SpanScorer.load(folder, adapter)


def test_broken_adapters_are_named(folder: Path, adapter: Path) -> None:
    whole = adapter.read_bytes()
    for content in (b"", b"\xff" * 100, whole[:200], whole[: len(whole) // 2]):
        adapter.write_bytes(content)
        with pytest.raises(ModelUnusable, match=r"scorer\.safetensors"):
            SpanScorer.load(folder, adapter)
    header = json.dumps({"__metadata__": {"base_sample": sampled_hash(folder / WEIGHTS)}}).encode()
    adapter.write_bytes(len(header).to_bytes(8, "little") + header)
    with pytest.raises(ModelUnusable, match="not an adapter"):
        SpanScorer.load(folder, adapter)
    shutil.rmtree(folder)
    with pytest.raises(ModelUnusable):
        SpanScorer.load(folder, adapter)


def test_a_list_counts_as_its_likeliest_item_and_yes_as_the_best_run(folder: Path, adapter: Path) -> None:
    scorer = SpanScorer.load(folder, adapter)
    texts = ["a b c", "the company sell shares"]
    passages = tuple(passage_of(number, text) for number, text in enumerate(texts, start=1))
    answers = (
        answer_of(SpanItem(number=1, start=0, end=1)),
        answer_of(SpanItem(number=2, start=4, end=11)),
        answer_of(SpanItem(number=1, start=0, end=1), SpanItem(number=2, start=4, end=11)),
        answer_of(SpanItem(number=1, start=0, end=1)).model_copy(update={"boolean": True}),
    )
    decoding = Decoding(
        answers=answers, unanswerable=0.1, yes=0.0, no=0.0, passage_probabilities=(0.5, 0.5), output_tokens=3
    )
    found = score_answers(scorer, QUESTION, passages, decoding)
    scored = scorer.score(QUESTION, texts, [[(0, 1)], [(4, 11)]])
    assert found.log_odds[:2] == (scored.passages[0].odds[0], scored.passages[1].odds[0])
    assert found.log_odds[2] == max(found.log_odds[:2])
    assert found.log_odds[3] == found.best
    assert found.best == -scored.null_odds


def test_questions_side_by_side_do_not_disturb_each_other(folder: Path, adapter: Path) -> None:
    questions = [f"how many {word} ?" for word in ("shares", "a", "b", "company")] * 5
    texts = [f"the company sell {word} shares {n}" for n, word in enumerate("abcabcabc")]
    alone = [SpanScorer.load(folder, adapter).best(question, texts, 3) for question in questions]
    shared = SpanScorer.load(folder, adapter)
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda question: shared.best(question, texts, 3), questions))
    assert together == alone


def passage_of(number: int, text: str) -> Passage:
    chunk = Chunk(id=number, article_id="a", start=0, end=len(text), text=text)
    hit = Hit(chunk=chunk, source="s", title="t", score=0.0)
    return Passage(number=number, hit=hit, text=text, offsets=tuple(range(len(text) + 1)))


def answer_of(*items: SpanItem) -> DecodedAnswer:
    return DecodedAnswer(items=items, boolean=None, log_probability=-1.0, tokens=(1,), probabilities=(0.5,))


def test_rough_gelu_is_gelu_to_a_thousandth() -> None:
    x = np.linspace(-12, 12, 10001, dtype=np.float32)
    assert float(np.abs(rough_gelu(x) - gelu(x)).max()) < 4e-3  # half a step of float16 at 8 to 12
    near = np.abs(x) < 2
    assert float(np.abs(rough_gelu(x) - gelu(x))[near].max()) < 6e-4


@pytest.fixture(scope="module")
def bundled() -> SpanScorer:
    if not scorer_path().is_file():
        pytest.skip("the span scorer's adapter is not here")
    return SpanScorer.load(bundled_embedder_path(), scorer_path())


@pytest.mark.model
def test_the_bundled_scorer_finds_plain_answers(bundled: SpanScorer) -> None:
    texts = [
        "Larkmoor Foods opened a bakery in Tolverton in March. It employs 120 people and cost 8 million euros.",
        "Heavy rain fell over the valley on Sunday, and two bridges were closed to traffic.",
    ]
    found = bundled.best("How many people does the bakery of Larkmoor Foods employ?", texts, 1)[0]
    assert found.index == 0
    assert "120" in texts[0][found.start : found.end]
    asked = bundled.score("How many people does the bakery of Larkmoor Foods employ?", texts, [[], []])
    other = bundled.score("Who wrote the novel about the lighthouse keeper?", texts, [[], []])
    assert other.null_odds > asked.null_odds
