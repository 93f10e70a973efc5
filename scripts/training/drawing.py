"""Several endless streams of training data as one, each by its share, and the shares read from a command line."""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def draw(streams: Sequence[Iterator[T]], shares: Sequence[float], last: float, seed: int) -> Iterator[T]:
    """What the streams give, drawn by a seed: the last stream makes ``last`` of it, the others the rest by ``shares``.

    >>> import itertools
    >>> "".join(itertools.islice(draw([itertools.repeat("a"), itertools.repeat("b")], [0.5], 1.0, 0), 3))
    'bbb'
    """
    weights = [(1 - last) * share / sum(shares) for share in shares] + [last]
    rng = random.Random(seed)
    while True:
        yield next(rng.choices(streams, weights)[0])


def proportion(text: str) -> float:
    """A share between 0 and 1; raises what argparse shows as an error of the option."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not a share; give a number from 0 to 1")
    return value
