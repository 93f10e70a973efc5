"""How likely the model finds runs of words that are suggested to it, beside those that it decodes itself.

The beam follows a few paths and gives up what falls behind at its first words, so that a run is not among its answers
says little about the run as a whole. Here each is forced, token by token, and its log probability read off; runs that
begin alike share what is evaluated, and one that has become hopeless is given up.
"""

from __future__ import annotations

import math
from collections.abc import Generator as Coroutine
from collections.abc import Sequence

from askdocs.core.decoding import DecodedAnswer, Decoding, Passage, SpanItem
from askdocs.core.protocols import Generator
from askdocs.decoding.span_decoder import LONGEST, Decoder, SpanDecoder, Step, log_sum

HOPELESS = -12.0  # the log probability at which a run is given up, and the least that any counts as
Tokens = tuple[int, ...]
Gains = list[list[float]]


def score_suggestions(
    decoder: SpanDecoder,
    sequence: int,
    passages: Sequence[Passage],
    decoding: Decoding,
    items: Sequence[SpanItem],
    lead: str = " ",
) -> Decoder:
    """The decoding with these runs among its answers, as a coroutine: it yields the tokens that it wants appended.

    ``sequence`` and ``lead`` are those that were decoded with; the sequence is left as it was.
    """
    known = {answer.items for answer in decoding.answers}
    wanted = [item for item in dict.fromkeys(items) if (item,) not in known]
    if not wanted:
        return decoding
    given = decoder.opening_tokens(lead)
    texts = {passage.number: passage.text.replace("\n", " ") for passage in passages}
    tokenize = decoder.generator.tokenize
    runs = [
        tuple(tokenize(f"{lead}[{item.number}] {texts[item.number][item.start : item.end]}"))[len(given) :]
        for item in wanted
    ]
    gains = yield from _Forced(decoder.generator, runs).run(sequence, given)
    found = [_answer(item, run, gained) for item, run, gained in zip(wanted, runs, gains, strict=True)]
    answers = sorted((*decoding.answers, *found), key=lambda answer: -answer.log_probability)
    tokens = decoding.output_tokens + sum(map(len, gains))
    return decoding.model_copy(update={"answers": tuple(answers), "output_tokens": tokens})


def _answer(item: SpanItem, tokens: Tokens, gains: Sequence[float]) -> DecodedAnswer:
    followed_to_its_end = len(gains) > len(tokens)
    return DecodedAnswer(
        items=(item,),
        boolean=None,
        log_probability=max(HOPELESS, sum(gains)) if followed_to_its_end else HOPELESS,
        tokens=tokens,
        probabilities=tuple(math.exp(min(0.0, gain)) for gain in gains),
    )


class _Forced:
    """The forcing of some runs of tokens, all together."""

    def __init__(self, generator: Generator, runs: Sequence[Tokens]) -> None:
        self.generator, self.runs = generator, runs
        self.end_tokens = sorted(generator.end_tokens)
        self.gains: Gains = [[] for _ in runs]
        self.live: dict[Tokens, int] = {}  # the sequences by the tokens they hold behind the prompt

    def run(self, sequence: int, given: Sequence[int]) -> Coroutine[Step, None, Gains]:
        """The log probabilities of each run's tokens, and of ending there, as far as it was followed."""
        try:
            self.live[()] = begun = self.generator.fork(sequence)
            for token in given:
                yield [(begun, token)]
            followed = list(range(len(self.runs)))
            for depth in range(LONGEST):
                followed = [i for i in followed if self._gain(i, depth)]
                if not followed:
                    break
                yield self._grown({self.runs[i][: depth + 1] for i in followed})
        finally:
            for left in self.live.values():
                self.generator.truncate(left, 0)
        return self.gains

    def _gain(self, i: int, depth: int) -> bool:
        """Add what the next token of a run gains; says whether to follow it further."""
        run, gained = self.runs[i], self.gains[i]
        row = self.generator.logits(self.live[run[:depth]])
        ends = depth == len(run)
        logit = max(float(row[token]) for token in self.end_tokens) if ends else float(row[run[depth]])
        gained.append(logit - log_sum(row))
        return not ends and sum(gained) > HOPELESS

    def _grown(self, wanted: set[Tokens]) -> Step:
        """Make the sequences of these runs' beginnings out of those one token shorter; gives the tokens to append."""
        for beginning in sorted(wanted):
            parent = beginning[:-1]
            taken = self.live.pop(parent, None)
            self.live[beginning] = self.generator.fork(self._sibling(parent)) if taken is None else taken
        for left in self.live.keys() - wanted:
            self.generator.truncate(self.live.pop(left), 0)
        return [(sequence, beginning[-1]) for beginning, sequence in self.live.items()]

    def _sibling(self, parent: Tokens) -> int:
        """The sequence taken from ``parent``, which holds no more than that until its token is appended."""
        return next(sequence for beginning, sequence in self.live.items() if beginning and beginning[:-1] == parent)
