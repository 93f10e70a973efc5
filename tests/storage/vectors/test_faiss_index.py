"""The vector index: it agrees with comparing every vector, through adds, removals, merging, saving and filters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from askdocs.core.base import FloatArray, IntArray
from askdocs.core.protocols import VectorIndex
from askdocs.storage.vectors import file_format
from askdocs.storage.vectors.faiss_index import FaissIndex, Kind, choose

DIMENSION = 32


def clustered(count: int, seed: int = 0) -> FloatArray:
    centres = np.random.default_rng(99).normal(size=(20, DIMENSION))
    generator = np.random.default_rng(seed)
    rows = centres[generator.integers(20, size=count)] + 0.5 * generator.normal(size=(count, DIMENSION))
    unit: FloatArray = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


def build(vectors: FloatArray, kind: Kind, first: int = 1) -> FaissIndex:
    ids = np.arange(first, first + len(vectors), dtype=np.int64)

    def batches() -> Iterator[tuple[IntArray, FloatArray]]:
        for start in range(0, len(vectors), 300):
            yield ids[start : start + 300], vectors[start : start + 300]

    return FaissIndex.build(DIMENSION, len(vectors), batches, kind)


def nearest(vectors: FloatArray, ids: IntArray, query: FloatArray, k: int) -> set[int]:
    scores = vectors @ query
    return set(ids[np.argsort(-scores)[:k]].tolist())


@pytest.mark.parametrize("kind", ["flat", "ivf"])
def test_it_finds_what_comparing_every_vector_finds(kind: Kind, tmp_path: Path) -> None:
    vectors = clustered(3000)
    built = build(vectors, kind)
    assert isinstance(built, VectorIndex)
    assert built.kind == kind
    more = clustered(200, seed=1)
    built.add(np.arange(5001, 5201, dtype=np.int64), more)
    assert built.remove(np.array([1, 2, 3, 5001, 9999, 1])) == 4
    assert built.remove(np.array([1, 5001])) == 0
    all_ids = np.concatenate([np.arange(4, 3001), np.arange(5002, 5201)])
    everything = np.concatenate([vectors[3:], more[1:]])
    assert len(built) == len(all_ids)
    np.testing.assert_array_equal(built.ids(), all_ids)

    def recall() -> float:
        found = 0
        for query in clustered(50, seed=2):
            ids, scores = built.search(query, 10)
            assert list(scores) == sorted(scores, reverse=True)
            found += len(nearest(everything, all_ids, query, 10) & set(ids.tolist()))
        return found / 500

    floor = 1.0 if kind == "flat" else 0.9
    assert recall() >= floor
    built.save(tmp_path / "vectors.faiss")
    built = FaissIndex.load(tmp_path / "vectors.faiss")
    assert built.kind == kind
    np.testing.assert_array_equal(built.ids(), all_ids)
    assert recall() >= floor
    built.remove(all_ids[:10])
    built.add(np.array([1]), vectors[:1])
    built.save(tmp_path / "vectors.faiss")
    np.testing.assert_array_equal(built.ids(), [1, *all_ids[10:]])
    assert built.search(vectors[0], 1)[0].tolist() == [1]


@pytest.mark.parametrize("kind", ["flat", "ivf"])
def test_a_filter_that_keeps_one_in_a_hundred_finds_its_ten(kind: Kind) -> None:
    vectors = clustered(3000)
    built = build(vectors, kind)
    allowed = np.arange(100, 3001, 100, dtype=np.int64)
    query = clustered(1, seed=3)[0]
    ids, _ = built.search(query, 10, allowed)
    assert len(ids) == 10
    assert len(set(ids.tolist()) & nearest(vectors[99::100], allowed, query, 10)) >= 9
    built.remove(ids)
    again, _ = built.search(query, 10, allowed)
    assert not set(again.tolist()) & set(ids.tolist())
    assert built.search(query, 10, np.empty(0, dtype=np.int64))[0].size == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 40)), max_size=60), st.integers(1, 50))
def test_a_flat_index_agrees_with_a_dictionary(changes: list[tuple[bool, int]], k: int) -> None:
    vectors = clustered(41)
    built, model = FaissIndex(DIMENSION), dict[int, FloatArray]()
    for adding, number in changes:
        if adding and number not in model:
            built.add(np.array([number]), vectors[number : number + 1])
            model[number] = vectors[number]
        elif not adding:
            assert built.remove(np.array([number])) == int(model.pop(number, None) is not None)
    ids, scores = built.search(vectors[0], k)
    best = sorted(model, key=lambda number: float(-(model[number] @ vectors[0])))[:k]
    assert len(built) == len(model)
    assert ids.tolist() == best
    np.testing.assert_allclose(scores, [model[number] @ vectors[0] for number in best], rtol=1e-5)


def test_it_says_when_it_has_outgrown_its_kind() -> None:
    assert choose(50_000) == "flat"
    assert choose(50_001) == "ivf"
    assert choose(10, "ivf") == "flat"
    small = build(clustered(700), "flat")
    assert not small.outgrown()
    assert small.outgrown("ivf")
    large = build(clustered(6000), "ivf")
    assert not large.outgrown("ivf")
    assert large.outgrown("auto")
    large.add(np.arange(7000, 8300), clustered(1300))
    assert large.outgrown("ivf")
    assert large.can_compact()


@pytest.mark.parametrize("kind", ["flat", "ivf"])
def test_damage_to_its_file_is_noticed_before_faiss_reads_it(kind: Kind, tmp_path: Path) -> None:
    path = tmp_path / "vectors.faiss"
    build(clustered(1000), kind).save(path)
    whole = path.read_bytes()
    file_format.check_blocks(path)
    generator = np.random.default_rng(7)
    for place in [0, 8, 12, 20, 4095, 4096, len(whole) - 1, *generator.integers(len(whole), size=60)]:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(file_format.IndexFileDamaged):
            file_format.check_blocks(path)
    for length in [0, 100, 4096, *generator.integers(len(whole), size=10)]:
        path.write_bytes(whole[:length])
        with pytest.raises(file_format.IndexFileDamaged):
            FaissIndex.load(path)
    path.write_bytes(whole)
    FaissIndex.load(path)
