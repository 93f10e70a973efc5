"""Fills a form with a generator: one decoding of the whole, every leaf a run of words of a passage or nothing.

What is given, the keys and brackets, is not decoded but appended. What is not is decoded greedily: the likeliest token
that the grammar admits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from askdocs.core.base import Model
from askdocs.core.decoding import Passage, SpanItem
from askdocs.core.errors import AnswerTimeout, ModelUnusable
from askdocs.core.protocols import Generator
from askdocs.decoding.form_grammar import FormGrammar, FormGroup, Path, Place, form_source
from askdocs.decoding.grammar import Prefer, Vocabulary
from askdocs.decoding.span_decoder import log_sum

LONGEST_FORM = 900  # tokens
LONGEST_LEAF = 60  # tokens after which a run of words is to end
_TOGETHER = 64  # tokens appended at once


class FilledLeaf(Model):
    """A leaf at ``path`` (keys, and places in lists) with its words, or none.

    ``log_probability`` is the mean of its tokens, or that of the first where it is less: it decides between words and
    nothing. The product of all would be the less the longer the words are, however right.
    """

    path: Path
    item: SpanItem | None
    boolean: bool | None = None
    log_probability: float


class FilledForm(Model):
    """The leaves in order; ``complete`` is false where the form was longer than a model may write."""

    leaves: tuple[FilledLeaf, ...]
    passages: tuple[Passage, ...] = ()
    complete: bool = True
    output_tokens: int = 0


class FormDecoder:
    """Fills forms of at most ``longest`` tokens with a generator."""

    def __init__(self, generator: Generator, vocabulary: Vocabulary, longest: int = LONGEST_FORM) -> None:
        self.generator = generator
        self.vocabulary = vocabulary
        self.longest = longest

    def fill(
        self,
        sequence: int,
        passages: Sequence[Passage],
        form: FormGroup,
        *,
        lead: str = "",
        prefer: Prefer | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> FilledForm:
        """Fill a form after the prompt evaluated in ``sequence``, which is left as it was.

        Raises AnswerTimeout, and ModelUnusable where the model cannot spell a form.
        """
        sources = {passage.number: form_source(passage.text, self.vocabulary) for passage in passages}
        grammar = FormGrammar(form, sources, self.vocabulary, prefer or (lambda number, starts: 0))
        own = self.generator.fork(sequence)
        try:
            for token in self.generator.tokenize(lead):
                self.generator.accept([(own, token)])
            return self._filled(own, grammar, stopped).model_copy(update={"passages": tuple(passages)})
        finally:
            self.generator.truncate(own, 0)

    def _filled(self, own: int, grammar: FormGrammar, stopped: Callable[[], bool]) -> FilledForm:
        places = grammar.beginning()
        gains: dict[Path, list[float]] = {}
        written = 0
        while not any(place.is_end for place in places) and written < self.longest:
            if stopped():
                raise AnswerTimeout(f"model {self.generator.name!r}: stopped while filling a form")
            given = grammar.forced(places)
            if given:
                written += self._append(own, given)
                places = grammar.advance(places, given)
                continue
            chosen = self._next(own, grammar, places, len(gains.get(_leaf(places), ())) >= LONGEST_LEAF)
            if chosen is None:  # a vocabulary that cannot spell what is admitted
                break
            token, gain, after = chosen
            gains.setdefault(_leaf(places) or _leaf(after), []).append(gain)
            self.generator.accept([(own, token)])
            places, written = after, written + 1
        filled = places[0].filled if places else ()
        leaves = (
            FilledLeaf(
                path=one.path,
                item=one.item,
                boolean=one.boolean,
                log_probability=_mean_or_first(gains.get(one.path, [])),
            )
            for one in filled
        )
        complete = any(place.is_end for place in places)
        return FilledForm(leaves=tuple(leaves), complete=complete, output_tokens=written)

    def _append(self, own: int, data: bytes) -> int:
        """Append bytes that are given, in as few tokens as spell them; gives how many those are."""
        tokens: list[int] = []
        position = 0
        while position < len(data):
            spelling = self.vocabulary.beginnings(data, position)
            if not spelling:
                raise ModelUnusable(f"model {self.generator.name!r}: no token of it spells {data[position:][:1]!r}")
            tokens.append(spelling[-1])
            position += len(self.vocabulary.bytes[spelling[-1]])
        for start in range(0, len(tokens), _TOGETHER):
            self.generator.accept([(own, token) for token in tokens[start : start + _TOGETHER]])
        return len(tokens)

    def _next(
        self, own: int, grammar: FormGrammar, places: Sequence[Place], ending: bool
    ) -> tuple[int, float, list[Place]] | None:
        """The likeliest token that is admitted, one that ends the run where it is to end, its log probability, and
        where it leads."""
        allowed = grammar.allowed(places)
        row = self.generator.logits(own)
        closing = {token: self.vocabulary.bytes[token].startswith(b'"') for token in allowed}
        order = sorted(allowed, key=lambda token: (ending and not closing[token], -float(row[token])))
        for token in order:
            after = grammar.advance(places, self.vocabulary.bytes[token])
            if after:
                return token, float(row[token]) - log_sum(row), after
        return None


def _mean_or_first(gains: Sequence[float]) -> float:
    return min(gains[0], sum(gains) / len(gains)) if gains else 0.0


def _leaf(places: Sequence[Place]) -> Path:
    """The leaf that the places are in; none at all is ``()``."""
    return next((place.path for place in places if place.path is not None), ())
