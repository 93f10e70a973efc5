"""The protocols of the parts that a user may replace; ``askdocs`` gives them out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from askdocs.core.base import FloatArray, IntArray
    from askdocs.core.reports import Fingerprint


@runtime_checkable
class Embedder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def fingerprint(self) -> Fingerprint:
        """Identifies this embedder and its settings."""

    def embed_texts(self, texts: Sequence[str]) -> FloatArray:
        """Embed passages of text; shape ``(len(texts), dimension)``, rows of length 1, in the order given."""

    def embed_query(self, text: str) -> FloatArray:
        """Embed one question; shape ``(dimension,)``."""

    def count_tokens(self, text: str) -> int:
        """Count the embedder's own tokens in ``text``, without special ones."""


@runtime_checkable
class Generator(Protocol):
    """A language model at the level of tokens; sequences are small integers it hands out."""

    @property
    def name(self) -> str:
        """The model's name, as the user gave it."""

    @property
    def context_length(self) -> int:
        """How many tokens one sequence may hold."""

    @property
    def end_tokens(self) -> frozenset[int]:
        """The tokens that end an answer."""

    def tokenize(self, text: str) -> list[int]:
        """Tokens of ``text`` as plain text: special tokens written in it are not recognised."""

    def frame(self) -> tuple[list[int], list[int]]:
        """The tokens before and after a user's turn in the model's own chat format; empty where it has none."""

    def token_bytes(self, token: int) -> bytes:
        """The bytes a token stands for, with its leading space; empty for special tokens."""

    def vocabulary_size(self) -> int:
        """How many tokens there are."""

    def prefill(self, tokens: Sequence[int]) -> tuple[int, int]:
        """Evaluate a prompt; gives the sequence and how many tokens were reused from an earlier prompt."""

    def logits(self, sequence: int) -> FloatArray:
        """The logits after the last token of ``sequence``; shape ``(vocabulary_size(),)``."""

    def accept(self, steps: Sequence[tuple[int, int]]) -> None:
        """Append a token to each named sequence, ``(sequence, token)``, in one evaluation."""

    def fork(self, sequence: int) -> int:
        """A new sequence with the same tokens, sharing their state."""

    def truncate(self, sequence: int, length: int) -> None:
        """Forget all but the first ``length`` tokens of ``sequence``; 0 releases it."""

    def retire(self, sequence: int) -> None:
        """Release a prompt's sequence; its state may be kept for a prompt that begins alike."""


@runtime_checkable
class VectorIndex(Protocol):
    """Finds the nearest of many vectors by inner product."""

    def add(self, ids: IntArray, vectors: FloatArray) -> None:
        """Add vectors under ids that are not yet in it."""

    def remove(self, ids: IntArray) -> int:
        """Remove ids; gives how many were there."""

    def search(self, vector: FloatArray, k: int, allowed: IntArray | None = None) -> tuple[IntArray, FloatArray]:
        """The ids and scores of the ``k`` nearest, best first, among ``allowed`` where it is given."""

    def __len__(self) -> int:
        """How many vectors it holds."""
