"""A second opinion on where a passage answers a question, from the embedder's BERT with a small adapter.

"[CLS] question [SEP] passage [SEP]" is read in both directions at once, which a generating model cannot do. A span is
scored by its first and its last token against [CLS], which stands for "no answer here" (Devlin et al. 2019,
arXiv:1810.04805, section 4.3). The adapter holds low-rank updates (LoRA, Hu et al. 2021, arXiv:2106.09685), the
normalisation vectors and the head; ``scripts/training/train_scorer.py`` makes it.
"""

from __future__ import annotations

import collections
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from askdocs.core.base import FloatArray, Model
from askdocs.core.decoding import Decoding, Passage, SpanScores
from askdocs.core.errors import ModelUnusable
from askdocs.embedding.bert import Bert, Weights, load_tokenizer, rough_gelu
from askdocs.embedding.model_folder import WEIGHTS, sampled_hash
from askdocs.text.span_boundaries import can_end, can_start, end_closed

logger = logging.getLogger(__name__)

NOWHERE = -30.0  # log-odds of a span no window holds, or of a passage without words
_LONGEST = 384  # tokens of a window with its question, as in training
_LONGEST_QUESTION = 64
_KEPT = 128  # texts whose scores are remembered: more than the questions that are read together have
_LONGEST_SPAN = 64  # tokens: reports are asked for whole clauses


class ScoredPassage(Model):
    """A passage's spans: the log-odds of each span asked about, and the best of all, at ``[start, end)``."""

    odds: tuple[float, ...]
    best: float
    start: int
    end: int


class ScoredPassages(Model):
    """What the scorer makes of the passages of one question; log-odds are natural logarithms, against "no answer".

    ``null_odds`` is that of no passage holding an answer: minus the highest of any span.
    """

    passages: tuple[ScoredPassage, ...]
    null_odds: float


class FoundSpan(Model):
    """A span the scorer finds itself: code points ``[start, end)`` of text ``index`` (from 0), with its log-odds."""

    index: int
    start: int
    end: int
    odds: float


class SpanScorer:
    """Scores spans of passages as answers to a question. May be used from several threads."""

    def __init__(self, config: dict[str, Any], matrices: Weights | _Merged, tokenizer: Any) -> None:
        self._bert = Bert(config, matrices, rough_gelu)
        self._matrices = matrices
        self._tokenizer = tokenizer
        self._longest = min(_LONGEST, int(config["max_position_embeddings"]))
        self._known: collections.OrderedDict[tuple[str, str], list[_Window]] = collections.OrderedDict()
        self._mark, self._end = (tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))

    @classmethod
    def load(cls, embedder_folder: Path, adapter: Path) -> SpanScorer:
        """Read the embedder's weights with the adapter's updates added, in a fraction of a second.

        Raises ModelUnusable when a file is broken or the adapter was made for other weights.
        """
        base, updates = Weights(embedder_folder / WEIGHTS), Weights(adapter)
        made_for = updates.metadata.get("base_sample", "")
        if made_for != sampled_hash(embedder_folder / WEIGHTS):
            raise ModelUnusable(
                f"{adapter}: made for another embedder than {embedder_folder / WEIGHTS}; install askdocs[bundled] again"
            )
        try:
            scale = float(updates.metadata["alpha"]) / int(updates.metadata["rank"])
            config = json.loads((embedder_folder / "config.json").read_text(encoding="utf-8"))
        except (OSError, KeyError, ValueError) as error:
            raise ModelUnusable(f"{adapter}: not an adapter of the span scorer ({error})") from error
        return cls(config, _Merged(base, updates, scale), load_tokenizer(embedder_folder))

    def score(self, question: str, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]]) -> ScoredPassages:
        """The log-odds of ``spans[i]``, code points of ``texts[i]``, and the best span of each text."""
        scored = []
        for text, asked in zip(texts, spans, strict=True):
            windows = self._windows(question, text)
            odds = tuple(max((w.odds(start, end) for w in windows), default=NOWHERE) for start, end in asked)
            best = max((s for w in windows for s in w.best(text, 1)), key=lambda s: s.odds, default=_NO_SPAN)
            scored.append(ScoredPassage(odds=odds, best=best.odds, start=best.start, end=best.end))
        return ScoredPassages(
            passages=tuple(scored), null_odds=-max((passage.best for passage in scored), default=NOWHERE)
        )

    def best(self, question: str, texts: Sequence[str], count: int = 5) -> list[FoundSpan]:
        """The ``count`` likeliest spans of all texts that begin and end at words, the likeliest first."""
        found: dict[tuple[int, int, int], float] = {}
        for index, text in enumerate(texts):
            for window in self._windows(question, text):
                for span in window.best(text, count):
                    key = (index, span.start, span.end)
                    found[key] = max(found.get(key, span.odds), span.odds)
        ranked = sorted(found.items(), key=lambda entry: (-entry[1], entry[0]))
        return [FoundSpan(index=i, start=start, end=end, odds=odds) for (i, start, end), odds in ranked[:count]]

    def _windows(self, question: str, text: str) -> list[_Window]:
        """As ``_computed``, once a question and text: it is asked what to read, and again what was read."""
        key = (question, text)
        found = self._known.pop(key, None) or self._computed(question, text)
        self._known[key] = found
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return found

    def _computed(self, question: str, text: str) -> list[_Window]:
        """The text's tokens with their scores; a text that is too long in windows that overlap by half."""
        asked = self._tokenizer.encode(question, add_special_tokens=False).ids
        asked = asked[: min(_LONGEST_QUESTION, self._longest // 3)]
        encoded = self._tokenizer.encode(text, add_special_tokens=False)
        room = self._longest - len(asked) - 3
        first = len(asked) + 2
        windows = []
        for begin in range(0, max(1, len(encoded.ids) - room // 2), max(1, room // 2)):
            tokens = encoded.ids[begin : begin + room]
            if not tokens:
                continue
            ids = np.array([self._mark, *asked, self._end, *tokens, self._end])
            types = (np.arange(len(ids)) >= first).astype(np.int64)
            head = self._matrices["span_head.weight"]
            scores = self._bert.states(ids, types) @ head.T + self._matrices["span_head.bias"]
            offsets = np.array(encoded.offsets[begin : begin + room])
            windows.append(_Window(offsets, scores[first:-1] - scores[0]))
        return windows


class _Span(NamedTuple):
    start: int
    end: int
    odds: float


_NO_SPAN = _Span(0, 0, NOWHERE)


class _Window(NamedTuple):
    """Tokens of a text: their code points, (tokens, 2), and start and end log-odds against [CLS], (tokens, 2)."""

    offsets: Any
    scores: FloatArray

    def odds(self, start: int, end: int) -> float:
        """The log-odds of the span ``[start, end)``; NOWHERE where this window does not hold it all."""
        covered = np.flatnonzero((self.offsets[:, 0] < end) & (self.offsets[:, 1] > start))
        if not len(covered):
            return NOWHERE
        first, last = covered[0], covered[-1]
        outside = (first == 0 and self.offsets[0, 0] > start) or (
            last == len(self.offsets) - 1 and self.offsets[-1, 1] < end
        )
        return NOWHERE if outside else float(self.scores[first, 0] + self.scores[last, 1])

    def best(self, text: str, count: int) -> list[_Span]:
        """The likeliest spans that begin and end at words."""
        starts = [i for i, (start, _) in enumerate(self.offsets.tolist()) if can_start(text, start)]
        ends = [i for i, (_, end) in enumerate(self.offsets.tolist()) if can_end(text, end)]
        if not starts or not ends:
            return []
        sums = self.scores[starts, 0][:, None] + self.scores[ends, 1][None]
        lengths = np.array(ends)[None] - np.array(starts)[:, None]
        sums = np.where((lengths >= 0) & (lengths < _LONGEST_SPAN), sums, -np.inf)
        order = np.argsort(-sums, axis=None, kind="stable")[:count]
        rows, columns = np.unravel_index(order, sums.shape)
        found = []
        for i, j in zip(rows.tolist(), columns.tolist(), strict=True):
            if np.isfinite(sums[i, j]):
                start, end = int(self.offsets[starts[i], 0]), int(self.offsets[ends[j], 1])
                found.append(_Span(start, end_closed(text, start, end), float(sums[i, j])))
        return found


class _Merged:
    """The embedder's matrices with an adapter's updates: added where they are low-rank, else in their place."""

    def __init__(self, base: Weights, updates: Weights, scale: float) -> None:
        self._base, self._updates, self._scale = base, updates, np.float32(scale)
        self._ready: dict[str, FloatArray] = {}

    def __getitem__(self, name: str) -> FloatArray:
        if name not in self._ready:
            self._ready[name] = self._read(name)
        return self._ready[name]

    def _read(self, name: str) -> FloatArray:
        if name in self._updates:
            return self._updates[name]
        if f"{name}.lora_a" not in self._updates:
            return self._base[name]
        update = self._updates[f"{name}.lora_b"] @ self._updates[f"{name}.lora_a"]
        merged: FloatArray = self._base[name] + self._scale * update
        return merged


def score_answers(scorer: SpanScorer, question: str, passages: Sequence[Passage], decoding: Decoding) -> SpanScores:
    """The log-odds of every decoded answer.

    The scorer knows single runs of words only. So a list counts as its likeliest item and yes or no as the best run
    of all: whether to answer with a list, or with yes or no, is left to the model.
    """
    spans: dict[int, list[tuple[int, int]]] = {passage.number: [] for passage in passages}
    for answer in decoding.answers:
        for item in answer.items:
            spans[item.number].append((item.start, item.end))
    scored = scorer.score(question, [passage.text for passage in passages], list(spans.values()))
    odds = {
        (number, *span): value
        for (number, asked), passage in zip(spans.items(), scored.passages, strict=True)
        for span, value in zip(asked, passage.odds, strict=True)
    }
    best = -scored.null_odds
    return SpanScores(
        log_odds=tuple(
            best
            if answer.boolean is not None
            else max((odds[item.number, item.start, item.end] for item in answer.items), default=NOWHERE)
            for answer in decoding.answers
        ),
        best=best,
    )
