"""What the classifier of names sees of a candidate: the embedder's states of its words and of those beside it, and
what its words look like."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from askdocs.core.base import FloatArray, IntArray
from askdocs.embedding.bert import Bert, Weights, load_tokenizer, rough_gelu
from askdocs.embedding.model_folder import WEIGHTS
from askdocs.lists.name_candidates import NameCandidate
from askdocs.lists.word_lists import name_words, places

LAYERS = (1, 3)  # of the six: the others double the time and tell little more of what a name is
_LONGEST = 96  # tokens of a sentence; what stands beyond is read apart
_OFFICES = re.compile(
    r"(?:\b(?:chief executive|chairman|chairwoman|chair|director|president|minister|mayor|founder|analyst|spokesman|"
    r"spokeswoman|professor|captain|head of \w+|manager|officer|economist|senator|governor|coach|leader|author|lawyer|"
    r"engineer|by|Mr|Mrs|Ms|Dr)),?\s+$",
    re.I,
)
_SAYS = re.compile(
    r"(?:,? who\b|,? (?:\d\d),|,? (?:said|says|told|added|wrote|recalled|argued|warned|explained|called)\b)"
)
_SAID_BEFORE = re.compile(r"\b(?:said|says|added|wrote|warned|explained|according to|told)\s+$")
_PLACE_BEFORE = re.compile(
    r"\b(?:in|at|near|from|to|outside|across|around|of|between|reached|left|through)(?: the)?\s+$"
)
_TICKER = re.compile(r"\s*\((?:[A-Z]{2,8}: ?)?[A-Z]{2,5}\)")


def state_vectors(states: Sequence[FloatArray], spans: Sequence[tuple[int, int]]) -> FloatArray:
    """For each run of tokens ``[first, last]`` the mean of its states, and those of the tokens beside it, by layer."""
    rows = []
    for first, last in spans:
        parts = [
            part
            for layer in states
            for part in (layer[first : last + 1].mean(axis=0), layer[first - 1], layer[min(last + 1, len(layer) - 1)])
        ]
        rows.append(np.concatenate(parts))
    return np.array(rows, dtype=np.float32)


def shape_features(text: str, candidate: NameCandidate) -> list[float]:
    """What the words of a candidate and those beside it look like, each 0 or 1."""
    name = text[candidate.start : candidate.end]
    words = name.split()
    known = places()
    before = text[max(candidate.sentence[0], candidate.start - 40) : candidate.start]
    after = text[candidate.end : candidate.end + 40]
    return [
        float(value)
        for value in (
            candidate.first,
            candidate.heading,
            bool(candidate.title),
            len(words) == 1,
            len(words) == 2,
            len(words) > 3,
            name.isupper(),
            any(character.isdigit() for character in name),
            words[-1] in name_words("company_ends") and len(words) > 1,
            any(word in name_words("institution_words") for word in words),
            any(word in name_words("place_ends") for word in words),
            " of " in name,
            "&" in name,
            name in known.countries,
            name in known.cities,
            name in known.regions,
            re.search(r"\w[A-Z]", words[0]) is not None,
            _OFFICES.search(before) is not None,
            _SAYS.match(after) is not None,
            _SAID_BEFORE.search(before) is not None,
            _PLACE_BEFORE.search(before) is not None,
            re.search(r"\b[Tt]he $", before) is not None,
            _TICKER.match(after) is not None,
            after[:2] in ("'s", "’s"),
            after.startswith("-based"),
            re.match(r" (?:shares|stock|bonds|shareholders|employees|workers)\b", after) is not None,
        )
    ]


class NameFeatures:
    """Computes the features of candidates with the embedder's weights in ``folder``. Raises ModelUnusable."""

    def __init__(self, folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self._bert = Bert(config, Weights(folder / WEIGHTS), rough_gelu)
        self._tokenizer = load_tokenizer(folder)
        self._mark, self._end = (self._tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))

    def of(self, text: str, candidates: Sequence[NameCandidate]) -> FloatArray:
        """One row a candidate: shape (candidates, features)."""
        rows: list[FloatArray] = []
        for sentence in dict.fromkeys(candidate.sentence for candidate in candidates):
            within = [candidate for candidate in candidates if candidate.sentence == sentence]
            rows.append(self._of_sentence(text, sentence, within))
        return np.concatenate(rows) if rows else np.zeros((0, 0), dtype=np.float32)

    def _of_sentence(self, text: str, sentence: tuple[int, int], within: Sequence[NameCandidate]) -> FloatArray:
        encoded = self._tokenizer.encode(text[slice(*sentence)], add_special_tokens=False)
        offsets = np.array(encoded.offsets) + sentence[0]
        vectors = []
        for candidate in within:
            covered = np.flatnonzero((offsets[:, 0] < candidate.end) & (offsets[:, 1] > candidate.start))
            vectors.append((int(covered[0]), int(covered[-1])))
        rows = [row for part in _windows(vectors, len(offsets)) for row in self._of_window(encoded.ids, *part)]
        shapes = np.array([shape_features(text, candidate) for candidate in within], dtype=np.float32)
        return np.concatenate([np.array(rows), shapes], axis=1)

    def _of_window(self, ids: list[int], begin: int, spans: list[tuple[int, int]]) -> FloatArray:
        window: IntArray = np.array([self._mark, *ids[begin : begin + _LONGEST], self._end])
        layers = itertools.islice(self._bert.each_layer(window), LAYERS[-1] + 1)
        states = [state for layer, state in enumerate(layers) if layer in LAYERS]
        inside = [(first - begin + 1, min(last - begin + 1, len(window) - 2)) for first, last in spans]
        return state_vectors(states, inside)


def _windows(spans: Sequence[tuple[int, int]], length: int) -> list[tuple[int, list[tuple[int, int]]]]:
    """Where to read a long sentence: each beginning with the spans that are read from there, in order."""
    if length <= _LONGEST:
        return [(0, list(spans))]
    parts: list[tuple[int, list[tuple[int, int]]]] = []
    for span in spans:
        begin = parts[-1][0] if parts else 0
        if not parts or span[1] >= begin + _LONGEST - 8:
            parts.append((max(0, span[0] - 24), []))
        parts[-1][1].append(span)
    return parts
