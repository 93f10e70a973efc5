"""What a GPU computes of many packed sequences is what a CPU computes of each."""

from __future__ import annotations

import argparse

import pytest
import torch

from askdocs.models.registry import bundled_model_path
from scripts.training.batched import Accelerator, allowed, collate
from scripts.training.lora_llama import attention, attention_of_many
from scripts.training.packing import Packed, attention_masks
from scripts.training.workers import flat_gradient, measure


def packed(context: int, padding: int, questions: list[int]) -> Packed:
    """A context with its padding, then one group of questions of these lengths, padded to a multiple of four."""
    segments = [0] * context + [-1] * padding
    positions = list(range(context + padding))
    owners: list[int] = []
    wanted: list[int] = []
    for number, length in enumerate(questions):
        wanted.append(len(segments) + length - 1)
        owners.append(number)
        segments += [number + 1] * length
        positions += range(context, context + length)
    rest = -(len(segments) - context - padding) % 4
    segments += [-1] * rest
    positions += [0] * rest
    tokens = torch.arange(len(segments))
    return Packed(
        tokens=tokens,
        positions=torch.tensor(positions),
        segments=torch.tensor(segments),
        wanted=torch.tensor(wanted),
        targets=tokens[wanted],
        owners=torch.tensor(owners),
        context=context + padding,
        groups=1,
        source="test",
    )


def test_a_token_sees_the_passages_and_its_own_question() -> None:
    (mask,) = allowed(packed(2, 1, [2, 1]).segments[None])[0]
    assert mask.int().tolist() == [
        [1, 0, 0, 0, 0, 0, 0],
        [1, 1, 0, 0, 0, 0, 0],
        [1, 1, 1, 0, 0, 0, 0],  # padding sees itself, so that no row is empty
        [1, 1, 0, 1, 0, 0, 0],
        [1, 1, 0, 1, 1, 0, 0],
        [1, 1, 0, 0, 0, 1, 0],
        [1, 1, 0, 0, 0, 0, 1],
    ]


def test_sequences_of_a_batch_keep_their_answers() -> None:
    rows = [packed(5, 3, [2, 3]), packed(9, 0, [4])]
    batch = collate(rows)
    assert batch.tokens.shape == (2, 64)
    flat = batch.tokens.flatten()
    assert flat[batch.wanted].tolist() == [t for row in rows for t in row.tokens[row.wanted].tolist()]
    assert batch.owners.tolist() == [0, 1, 2]
    assert batch.counts.tolist() == [2, 1]
    assert batch.items.tolist() == [2, 1]


def test_attention_of_a_batch_is_that_of_each_sequence() -> None:
    rows = [packed(12, 4, [5, 3]), packed(20, 0, [7, 2, 3])]
    batch = collate(rows)
    generator = torch.Generator().manual_seed(1)
    size = batch.tokens.numel()
    q = torch.randn(size, 6, 8, generator=generator)
    k, v = (torch.randn(size, 2, 8, generator=generator) for _ in range(2))
    together = attention_of_many(q, k, v, allowed(batch.segments)).view(2, -1, 48)
    for i, row in enumerate(rows):
        place = slice(i * batch.tokens.shape[1], i * batch.tokens.shape[1] + len(row.tokens))
        alone = attention(q[place], k[place], v[place], attention_masks(row))
        present = row.segments >= 0
        assert torch.allclose(together[i, : len(row.tokens)][present], alone[present], atol=1e-5)


@pytest.mark.model
def test_losses_and_gradient_of_a_batch_are_those_of_its_sequences() -> None:
    options = argparse.Namespace(
        base=bundled_model_path(), rank=2, alpha=4.0, seed=1, device="cpu", tokens=999, workers=1, compile=False
    )
    accelerator = Accelerator(options)
    rows = [packed(12, 4, [5, 3]), packed(20, 0, [7, 2, 3])]
    alone = [measure(accelerator.model, row, train=True) for row in rows]
    expected = flat_gradient(accelerator.model) / sum(row.tokens for row in alone)
    accelerator.batches = iter([collate(rows)])
    together, gradient = accelerator.gradient()
    for one, other in zip(together, alone, strict=True):
        assert (one.tokens, one.items) == (other.tokens, other.items)
        assert one.loss == pytest.approx(other.loss, rel=0.02)  # both are bfloat16
    assert torch.nn.functional.cosine_similarity(gradient, expected, dim=0) > 0.99
