"""Finds the nearest of many vectors with FAISS, and takes adds and removals well at every size.

Vectors that came lately stand in a flat index in memory. Above some size the others stand in clusters of 8-bit codes
(IVF with a scalar quantizer, Jégou, Douze and Schmid 2011), which are never changed in place, so that they can be
memory-mapped: what is removed is left out while searching, and `compact` merges it all now and then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from askdocs.core.base import FloatArray, IntArray
from askdocs.storage.vectors import file_format

Kind = Literal["flat", "ivf"]
Choice = Literal["auto", "flat", "ivf"]
Batches = Callable[[], Iterator[tuple[IntArray, FloatArray]]]
Bits = NDArray[np.uint8]

# Measured by scripts/benchmarks/bench_search.py, see docs/benchmarks/search.md: up to here comparing with every
# vector is fast.
FLAT_LIMIT = 50_000
_LEAST = 640  # vectors, below which there is nothing to cluster
_MERGE_SHARE = 0.2  # of the clustered vectors, added or removed since: then they are merged
_RETRAIN = 2.0  # times as many vectors as the clusters were made for: then they are made anew
_SAMPLES = 64  # training vectors for each cluster
_PROBES = (1 / 16, 1 / 8, 1 / 4, 1 / 2)  # of the clusters
_RECALL = 0.995  # of exhaustive search, which decides how many clusters are looked into


def choose(count: int, choice: Choice = "auto") -> Kind:
    """Which kind of index suits so many vectors.

    >>> choose(1_000), choose(1_000_000), choose(1_000_000, "flat")
    ('flat', 'ivf', 'flat')
    """
    if count < _LEAST:
        return "flat"
    if choice == "auto":
        return "flat" if count <= FLAT_LIMIT else "ivf"
    return choice


@dataclass
class _Clusters:
    """An IVF index that is only read; ``ids`` are its ids, sorted, ``gone`` the bits of those removed since."""

    index: Any
    ids: IntArray
    trained: int
    gone: Bits
    gone_count: int = 0


class FaissIndex:
    """A ``VectorIndex`` by inner product. Not for several threads at once.

    ``generation``, ``token`` and ``last_chunk`` say which state of the corpus it stands for; its owner keeps them.
    """

    def __init__(self, dimension: int) -> None:
        import faiss

        self.dimension = dimension
        self.generation = 0
        self.token = ""
        self.last_chunk = 0
        self._clusters: _Clusters | None = None
        self._recent = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))

    @property
    def kind(self) -> Kind:
        """Which kind it is."""
        return "flat" if self._clusters is None else "ivf"

    def __len__(self) -> int:
        clusters = self._clusters
        return int(self._recent.ntotal) + (0 if clusters is None else len(clusters.ids) - clusters.gone_count)

    def ids(self) -> IntArray:
        """The ids it holds, sorted."""
        import faiss

        recent = faiss.vector_to_array(self._recent.id_map).astype(np.int64)
        if self._clusters is not None:
            kept = self._clusters.ids[~_contains(self._clusters.gone, self._clusters.ids)]
            recent = np.concatenate((kept, recent))
        held: IntArray = np.sort(recent)
        return held

    # -- changing

    def reserve(self, count: int) -> None:
        """Make room for so many more vectors: the memory of one that grows by doubling is three times its size."""
        import faiss

        if count > 0:
            codes = faiss.downcast_index(self._recent.index).codes
            size = codes.size()
            codes.resize(size + count * self.dimension * np.dtype(np.float32).itemsize)
            codes.resize(size)

    def add(self, ids: IntArray, vectors: FloatArray) -> None:
        """Add vectors under ids that are not yet in it."""
        if len(ids):
            self._recent.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), np.asarray(ids, dtype=np.int64))

    def remove(self, ids: IntArray) -> int:
        """Remove ids; gives how many were there."""
        if not len(ids):
            return 0
        removed = int(self._recent.remove_ids(np.asarray(ids, dtype=np.int64))) if self._recent.ntotal else 0
        clusters = self._clusters
        if clusters is not None:
            held = np.intersect1d(np.asarray(ids, dtype=np.int64), clusters.ids)
            held = held[~_contains(clusters.gone, held)]
            _set(clusters.gone, held)
            clusters.gone_count += len(held)
            removed += len(held)
        return removed

    def outgrown(self, choice: Choice = "auto") -> bool:
        """Whether it has grown, shrunk or changed so much that ``compact`` or a new one is due."""
        clusters = self._clusters
        if clusters is None:
            return choose(len(self), choice) == "ivf"
        if choose(2 * len(self), choice) == "flat":  # not at once, or it would change back and forth
            return True
        return int(self._recent.ntotal) + clusters.gone_count > max(1000.0, _MERGE_SHARE * len(clusters.ids))

    def can_compact(self) -> bool:
        """Whether the clusters still suit the vectors; otherwise build a new index."""
        return self._clusters is not None and len(self) <= _RETRAIN * self._clusters.trained

    # -- searching

    def search(self, vector: FloatArray, k: int, allowed: IntArray | None = None) -> tuple[IntArray, FloatArray]:
        """The ids and scores of the ``k`` nearest, best first, among ``allowed`` where it is given.

        Scores of clustered vectors come from their codes; whoever needs them exact takes some more than ``k``
        and computes them from the stored vectors.
        """
        if k <= 0 or not len(self) or (allowed is not None and not len(allowed)):
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, self.dimension)
        bits = None if allowed is None else _bits(allowed)
        parts = []
        if self._recent.ntotal:
            parts.append(self._search_recent(query, k, bits))
        if self._clusters is not None:
            parts.append(self._search_clusters(self._clusters, query, k, bits, 0 if allowed is None else len(allowed)))
        ids = np.concatenate([part[0] for part in parts])
        scores = np.concatenate([part[1] for part in parts])
        best = np.lexsort((ids, -scores))[:k]
        return ids[best], scores[best]

    def _search_recent(self, query: FloatArray, k: int, bits: Bits | None) -> tuple[IntArray, FloatArray]:
        import faiss

        k = min(k, int(self._recent.ntotal))
        if bits is None:
            return _found(self._recent.search(query, k))
        selector = faiss.IDSelectorBitmap(bits)
        return _found(self._recent.search(query, k, params=faiss.SearchParameters(sel=selector)))

    def _search_clusters(
        self, clusters: _Clusters, query: FloatArray, k: int, bits: Bits | None, allowed: int
    ) -> tuple[IntArray, FloatArray]:
        import faiss

        probes = int(clusters.index.nprobe)
        selector = None
        if bits is not None:
            # Few allowed ones may stand in any cluster: look into as many more as fewer are allowed.
            share = max(allowed / len(clusters.ids), 1e-9)
            probes = min(int(clusters.index.nlist), int(np.ceil(probes / share)))
            bits = bits.copy()
            common = min(len(bits), len(clusters.gone))
            bits[:common] &= ~clusters.gone[:common]
            selector = faiss.IDSelectorBitmap(bits)
        elif clusters.gone_count:
            going = faiss.IDSelectorBitmap(clusters.gone)
            selector = faiss.IDSelectorNot(going)
        parameters = faiss.SearchParametersIVF(sel=selector, nprobe=probes)
        return _found(clusters.index.search(query, min(k, len(clusters.ids)), params=parameters))

    # -- making and keeping

    @classmethod
    def build(cls, dimension: int, count: int, batches: Batches, kind: Kind = "flat") -> FaissIndex:
        """An index over ``count`` vectors; ``batches()`` gives them by rising id, and is called twice for clusters."""
        built = cls(dimension)
        if kind == "flat":
            built.reserve(count)
            for ids, vectors in batches():
                built.add(ids, vectors)
            return built
        sample = _sample(batches(), dimension, count, _SAMPLES * _cluster_count(count))
        index = _train(sample, _cluster_count(count))
        all_ids = []
        for ids, vectors in batches():
            index.add_with_ids(vectors, ids)
            all_ids.append(ids)
        index.nprobe = _tuned(index, sample)
        built._clusters = _clusters(index, np.sort(np.concatenate(all_ids)), count)
        return built

    @classmethod
    def load(cls, path: Path) -> FaissIndex:
        """Open a saved index; clusters are memory-mapped.

        Raises:
            index_file.IndexFileDamaged: it is missing or not what was saved.
        """
        description, index, ids = file_format.read(path)
        loaded = cls(description.dimension)
        loaded.generation, loaded.token = description.generation, description.token
        loaded.last_chunk = description.last_chunk
        if description.kind == "ivf":
            loaded._clusters = _clusters(index, ids, description.trained)
        else:
            loaded._recent = index
        return loaded

    def save(self, path: Path) -> None:
        """Write it to ``path``, whole or not at all; what came lately is merged into the clusters first."""
        if self._clusters is not None:
            self._merge()
        clusters = self._clusters
        description = file_format.Description(
            kind=self.kind,
            generation=self.generation,
            token=self.token,
            last_chunk=self.last_chunk,
            count=len(self),
            dimension=self.dimension,
            trained=0 if clusters is None else clusters.trained,
        )
        if clusters is None:
            file_format.write(path, self._recent, self.ids(), description)
            return
        lists = len(clusters.ids) * (8 + int(clusters.index.code_size))
        file_format.write(path, clusters.index, clusters.ids, description, lists)

    def _merge(self) -> None:
        """Bring what came lately into the clusters and take out what is gone, in memory."""
        import faiss

        clusters = self._clusters
        if clusters is None or not (self._recent.ntotal or clusters.gone_count):
            return
        ids, vectors = faiss.vector_to_array(self._recent.id_map), self._recent.index.reconstruct_n(0, -1)
        held = self.ids()
        index = clusters.index
        if _is_mapped(index):
            _into_memory(index)
        if clusters.gone_count:
            going = faiss.IDSelectorBitmap(clusters.gone)
            index.remove_ids(going)
        if len(ids):
            index.add_with_ids(vectors, ids)
        self._clusters = _clusters(index, held, clusters.trained)
        self._recent.reset()


def _cluster_count(count: int) -> int:
    """A power of two near the square root of the number of vectors."""
    return int(2 ** np.clip(round(np.log2(np.sqrt(count))), 4, 12))


def _train(sample: FloatArray, clusters: int) -> Any:
    import faiss

    dimension = sample.shape[1]
    quantizer = faiss.IndexFlatIP(dimension)
    codes = faiss.ScalarQuantizer.QT_8bit
    index = faiss.IndexIVFScalarQuantizer(quantizer, dimension, clusters, codes, faiss.METRIC_INNER_PRODUCT)
    index.cp.niter = 8
    index.cp.max_points_per_centroid = _SAMPLES
    index.cp.min_points_per_centroid = 1
    index.train(sample)
    return index


def _sample(batches: Iterator[tuple[IntArray, FloatArray]], dimension: int, count: int, wanted: int) -> FloatArray:
    """Up to ``wanted`` of the vectors, evenly spread."""
    step = max(1, count // wanted)
    parts, seen = [], 0
    for _, vectors in batches:
        parts.append(vectors[-seen % step :: step].copy())  # a view would keep all the others
        seen += len(vectors)
    sample: FloatArray = np.ascontiguousarray(np.concatenate(parts)).reshape(-1, dimension)
    return sample


def _tuned(index: Any, sample: FloatArray) -> int:
    """How many clusters to look into, so that the ten nearest of questions like these are found."""
    import faiss

    generator = np.random.default_rng(0)
    questions = sample[generator.choice(len(sample), size=min(128, len(sample)), replace=False)]
    noise = generator.normal(size=questions.shape).astype(np.float32)
    questions = questions + noise / np.linalg.norm(noise, axis=1, keepdims=True)
    questions /= np.linalg.norm(questions, axis=1, keepdims=True)
    everything = faiss.SearchParametersIVF(nprobe=int(index.nlist))
    _, best = index.search(questions, 10, params=everything)
    for share in _PROBES:
        probes = int(index.nlist * share)
        _, found = index.search(questions, 10, params=faiss.SearchParametersIVF(nprobe=probes))
        common = sum(len(np.intersect1d(*pair)) for pair in zip(best, found, strict=True))
        if common >= _RECALL * best.size:
            return probes
    return int(index.nlist)


def _clusters(index: Any, ids: IntArray, trained: int) -> _Clusters:
    import faiss

    if _is_mapped(index):
        # A thread for each list that is read costs more than reading it.
        faiss.downcast_InvertedLists(index.invlists).prefetch_nthread = 0
    size = (int(ids[-1]) + 8) // 8 if len(ids) else 1
    return _Clusters(index, ids, trained, np.zeros(size, dtype=np.uint8))


def _is_mapped(index: Any) -> bool:
    import faiss

    return isinstance(faiss.downcast_InvertedLists(index.invlists), faiss.OnDiskInvertedLists)


def _into_memory(index: Any) -> None:
    """Copy memory-mapped lists, so that they can be changed."""
    import faiss

    lists = faiss.ArrayInvertedLists(int(index.nlist), int(index.code_size))
    index.invlists.copy_subset_to(lists, faiss.InvertedLists.SUBSET_TYPE_ID_RANGE, 0, 1 << 62)
    lists.this.disown()  # the index frees them
    index.replace_invlists(lists, True)


def _found(result: tuple[Any, Any]) -> tuple[IntArray, FloatArray]:
    scores, ids = result[0][0], result[1][0]
    return ids[ids >= 0], scores[ids >= 0]


def _bits(ids: IntArray) -> Bits:
    """A bit for each id, as FAISS reads them: bit ``id % 8`` of byte ``id // 8``."""
    flags = np.zeros((int(ids.max()) // 8 + 1) * 8, dtype=np.uint8)
    flags[ids] = 1
    return np.packbits(flags, bitorder="little")


def _contains(bits: Bits, ids: IntArray) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (bits[ids >> 3] >> (ids & 7).astype(np.uint8)) & 1 == 1
    return inside


def _set(bits: Bits, ids: IntArray) -> None:
    np.bitwise_or.at(bits, ids >> 3, (1 << (ids & 7)).astype(np.uint8))
