"""Turns chunks and questions into unit vectors with a sentence-transformers model.

Chunks go through sentence-transformers, in bfloat16 where this machine multiplies it faster, batched by length. A
question goes through ``query_encoder`` where that knows the model, because importing torch takes longer than
answering; a test holds the two within 1e-3 cosine of each other.
"""

from __future__ import annotations

import functools
import logging
import threading
import time
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import numpy as np

from askdocs.core.articles import Chunk
from askdocs.core.base import FloatArray
from askdocs.core.errors import ModelNotFound, ModelUnusable
from askdocs.core.reports import Fingerprint
from askdocs.embedding.bert import load_tokenizer
from askdocs.embedding.hub_folder import KNOWN, KnownEmbedder, hub_folder, repository_of
from askdocs.embedding.model_folder import EmbedderFolder, read_folder
from askdocs.embedding.query_encoder import QueryEncoder, supports

Precision = Literal["auto", "float32", "bfloat16"]

BUNDLED_NAME = "all-MiniLM-L6-v2"
_log = logging.getLogger(__name__)
_GROUP = 1024
_ENCODED = 128  # at a time, for what the tokenizer says of a text takes many times the memory of its ids
BATCH_TOKENS = 2048
# Texts are padded to multiples of this many tokens. For every shape of a matrix that it has not met, torch keeps a
# kernel of its own, and what it computes lies in pieces of another size: for 4,846 chunks, with the lengths as they
# come, adding took 1,269 MB, and takes 680 MB with these few; embedding took a fifth more time.
WIDTH_STEP = 32
_WORTHWHILE = 1.5


def load_embedder(
    name: str | Path, precision: Precision = "auto", *, offline: bool = False
) -> SentenceTransformerEmbedder:
    """The embedder in a local folder, of ``hf:OWNER/NAME``, or "multilingual"; downloaded once, then from the cache.

    Reads only small files: torch is loaded when the first chunks are embedded. Raises ModelNotFound when nothing is
    there, or ``offline`` forbids fetching it, ModelUnusable when it is no sentence-transformers model.
    """
    folder, name = Path(name).expanduser(), str(name)
    if folder.is_dir():
        return SentenceTransformerEmbedder(folder, precision=precision)
    if repository_of(name) is None:
        raise ModelNotFound(f"{name}: there is no such folder, and it is no hub name (hf:OWNER/NAME)")
    found = hub_folder(name, offline=offline)
    return SentenceTransformerEmbedder(found, name=name, precision=precision, known=KNOWN.get(name))


def default_embedder(precision: Precision = "auto") -> SentenceTransformerEmbedder:
    """The bundled all-MiniLM-L6-v2. Raises ModelNotFound when ``askdocs[bundled]`` is not installed."""
    from askdocs.models.registry import bundled_embedder_path

    return SentenceTransformerEmbedder(bundled_embedder_path(), name=BUNDLED_NAME, precision=precision)


@functools.lru_cache(maxsize=1)
def bundled_embedder() -> SentenceTransformerEmbedder:
    """The bundled one for what was fitted to its vectors, whatever embeds a corpus; its weights are read once.

    Raises ModelNotFound when ``askdocs[bundled]`` is not installed.
    """
    from askdocs.models.registry import bundled_embedder_path

    return SentenceTransformerEmbedder(bundled_embedder_path(), name=BUNDLED_NAME)


def chunk_text(chunk: Chunk, title: str) -> str:
    """What is embedded for a chunk: the article's title, the headings it stands under, then its own text.

    A chunk is at most 220 tokens, so that all of it fits the embedder's 256 behind a title of usual length; where
    it does not, the end of the chunk is what the embedder leaves out.

    >>> chunk_text(Chunk(article_id="a", start=0, end=5, text="Sales.", heading="Results > Cloud"), "Alibaba")
    'Alibaba. Results > Cloud. Sales.'
    """
    context = [part.strip().rstrip(".") for part in (title, chunk.heading) if part.strip()]
    return ". ".join([*context, chunk.text])


class SentenceTransformerEmbedder:
    """An ``Embedder`` over the folder of a sentence-transformers model.

    ``precision`` "auto" times both on this machine and takes bfloat16 where it is clearly faster; the vectors differ
    by about 1e-4 cosine, so corpora made in either are comparable. Safe to use from several threads.
    """

    def __init__(
        self,
        folder: Path,
        name: str | None = None,
        precision: Precision = "auto",
        known: KnownEmbedder | None = None,
    ) -> None:
        self._settings: EmbedderFolder = read_folder(folder)
        if known is not None:
            prompts = {"query_prompt": known.query_prompt, "passage_prompt": known.passage_prompt}
            self._settings = self._settings.model_copy(update=prompts)
        self.folder = folder
        self._name = name or self._settings.name
        self._precision: Precision = precision
        self._lock = threading.Lock()
        self._loaded: Any = None

    @cached_property
    def fingerprint(self) -> Fingerprint:
        """Identifies the model by its files; the precision is that of the weights, not of this machine's arithmetic."""
        unknown_dimension = bool(set(self._settings.stages) - {"Transformer", "Pooling", "Normalize", "Dropout"})
        dimension = int(self._model.get_embedding_dimension()) if unknown_dimension else self._settings.dimension
        return self._settings.fingerprint(self._name, dimension)

    def embed_texts(self, texts: Sequence[str]) -> FloatArray:
        """Embed passages; shape ``(len(texts), dimension)``, rows of length 1, in the order given.

        Text beyond ``fingerprint.maximum_length`` tokens does not count. Raises ModelUnusable when the model does not
        load.
        """
        vectors = np.zeros((len(texts), self.fingerprint.dimension), dtype=np.float32)
        for start in range(0, len(texts), _GROUP):
            group = texts[start : start + _GROUP]
            vectors[start : start + len(group)] = self._embed_group(group)
        return _unit_rows(vectors)

    def embed_query(self, text: str) -> FloatArray:
        """Embed one question; shape ``(dimension,)``, length 1."""
        encoder = self._query_encoder
        if encoder is not None:
            return encoder.encode(text)
        vector = self._model.encode_query(
            [text], prompt=self._settings.query_prompt or None, convert_to_numpy=True, show_progress_bar=False
        )
        unit: FloatArray = _unit_rows(np.asarray(vector, dtype=np.float32))[0]
        return unit

    def count_tokens(self, text: str) -> int:
        """Count the embedder's own tokens in ``text``, without special ones."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    @cached_property
    def precision(self) -> str:
        """What chunks are computed in on this machine: "float32" or "bfloat16"."""
        if self._precision != "auto":
            return str(self._precision)
        return "bfloat16" if _bfloat16_gain() >= _WORTHWHILE else "float32"

    @cached_property
    def _tokenizer(self) -> Any:
        return load_tokenizer(self._settings.folder)

    @cached_property
    def _query_encoder(self) -> QueryEncoder | None:
        return QueryEncoder(self._settings) if supports(self._settings) else None

    @property
    def _model(self) -> Any:
        """The sentence-transformers model, loaded at its first use; only the transformer itself runs in bfloat16."""
        with self._lock:
            if self._loaded is None:
                started = time.perf_counter()
                self._loaded = _load(self.folder)
                import torch

                self._loaded[0].to(torch.bfloat16 if self.precision == "bfloat16" else torch.float32)
                _log.info("%s loaded in %.1f s, %s", self._name, time.perf_counter() - started, self.precision)
            return self._loaded

    @cached_property
    def _batch_tokenizer(self) -> Any:
        tokenizer = load_tokenizer(self._settings.folder)
        tokenizer.enable_truncation(self._settings.maximum_length)
        return tokenizer

    def _embed_group(self, texts: Sequence[str]) -> FloatArray:
        settings, model = self._settings, self._model
        if settings.lowercases or not settings.pooling_includes_prompt:
            vectors = model.encode_document(
                list(texts), prompt=settings.passage_prompt or None, convert_to_numpy=True, show_progress_bar=False
            )
            return np.asarray(vectors, dtype=np.float32)
        prompted = [settings.passage_prompt + text for text in texts]
        encode = self._batch_tokenizer.encode_batch_fast
        parts = (prompted[start : start + _ENCODED] for start in range(0, len(prompted), _ENCODED))
        ids = [encoding.ids for part in parts for encoding in encode(part)]
        vectors = np.empty((len(texts), self.fingerprint.dimension), dtype=np.float32)
        for rows in batches([len(row) for row in ids]):
            vectors[rows] = _forward(model, [ids[row] for row in rows], settings.maximum_length)
        return vectors


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Rows of similar length together, so that little is spent on padding; each batch at most 2,048 padded tokens."""
    order = iter(sorted(range(len(lengths)), key=lambda row: -lengths[row]))
    for longest in order:
        yield [longest, *islice(order, _full(_padded(lengths[longest])) - 1)]


def shape_of(count: int, longest: int, maximum: int) -> tuple[int, int]:
    """Rows and columns of the matrix for a batch; so few of them differ that torch's memory does not grow by them.

    >>> shape_of(8, 250, 256), shape_of(9, 200, 256), shape_of(3, 17, 256), shape_of(1, 250, 250)
    ((8, 256), (9, 224), (4, 32), (1, 250))
    """
    rows = min(1 << (count - 1).bit_length(), max(count, _full(_padded(longest))))
    return rows, min(_padded(longest), max(longest, maximum))


def _padded(length: int) -> int:
    return -(-max(1, length) // WIDTH_STEP) * WIDTH_STEP


def _full(width: int) -> int:
    """How many rows of this width a full batch has."""
    return max(1, BATCH_TOKENS // width)


def _forward(model: Any, ids: list[list[int]], maximum: int) -> FloatArray:
    """One batch through the model's stages; what follows the transformer is always computed in float32."""
    import torch

    rows, width = shape_of(len(ids), max(len(row) for row in ids), maximum)
    padding = model.tokenizer.pad_token_id or 0
    tokens = np.full((rows, width), padding, dtype=np.int64)
    mask = np.zeros((rows, width), dtype=np.int64)
    mask[:, 0] = 1  # also in rows that are there only for the shape: attention to nothing is no number
    for number, row in enumerate(ids):
        tokens[number, : len(row)] = row
        mask[number, : len(row)] = 1
    device = model.device
    with torch.inference_mode():
        features = {
            "input_ids": torch.from_numpy(tokens).to(device),
            "attention_mask": torch.from_numpy(mask).to(device),
        }
        for number, stage in enumerate(model):
            features = stage(features)
            if number == 0:
                features["token_embeddings"] = features["token_embeddings"].float()
        vectors: FloatArray = features["sentence_embedding"].float().cpu().numpy()
    return vectors[: len(ids)]


def _bfloat16_gain() -> float:
    """How many times faster a matrix of an embedder's size multiplies in bfloat16 than in float32, here and now."""
    import torch

    def seconds(kind: Any) -> float:
        left, right = torch.ones(512, 384, dtype=kind), torch.ones(384, 1536, dtype=kind)
        best = float("inf")
        for _ in range(5):
            started = time.perf_counter()
            left @ right
            best = min(best, time.perf_counter() - started)
        return best

    return seconds(torch.float32) / seconds(torch.bfloat16)


def _load(folder: Path) -> Any:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    bars = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()
    try:
        return SentenceTransformer(str(folder), local_files_only=True)
    except Exception as error:  # every kind of bad folder raises its own kind of error in there
        raise ModelUnusable(
            f"{folder}: sentence-transformers cannot load it ({error}); fetch the model again"
        ) from error
    finally:
        if bars:
            transformers_logging.enable_progress_bar()


def _unit_rows(vectors: FloatArray) -> FloatArray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: FloatArray = vectors / np.maximum(lengths, np.float32(1e-12))
    return unit
