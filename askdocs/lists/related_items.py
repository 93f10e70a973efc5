"""The items that answer a question for a list: the enumerations, and the single names, that the span scorer points to.

The scorer was trained on short lists too: asked "Which banks took part?" it points to "A, B and C" as a whole. That run
is split into its items. Where the question asks for people, companies or places, the names in the run are the items.
Other passages count where the scorer finds them nearly as likely, or where each tells of its own case ("Which firms cut
jobs?").
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from askdocs.lists.enumeration import Span
from askdocs.lists.item_runs import Run, run_items, whole_run
from askdocs.lists.items import ListItem, ReadPassage, item_key
from askdocs.lists.list_question import ListQuestion
from askdocs.lists.name_classifier import CLASSES
from askdocs.lists.named_items import CLASSES_OF
from askdocs.lists.named_things import Mention
from askdocs.reading.span_scorer import NOWHERE, SpanScorer
from askdocs.text.english import FUNCTION_WORDS, stem
from askdocs.text.sentences import sentence_spans
from askdocs.values.question_analysis import analyse_question

MentionsOf = Callable[[int], Sequence[Mention]]
_TRIED = 8  # runs of a text among which the whole enumeration is looked for
_OPEN = 10.0  # nats behind the best passage at which one is not looked into
_MOST_OPEN = 16  # passages that are looked into, sentence by sentence
_SECOND = 8.0  # nats behind the best run of its passage at which another run of it counts
_OF_SENTENCE = -6.0  # log-odds that the best run of a sentence must have
_OF_NAME = 11.0  # nats behind the best run of its passage at which a name alone counts
_COUNT_WORDS = "two three four five six seven eight nine ten several many some various few"
_NUMBERS = {word: number for number, word in enumerate(_COUNT_WORDS.split()[:9], start=2)}
_COUNTS = frozenset(stem(word) for word in _COUNT_WORDS.split())
LEAST_PROBABILITY = 0.35  # of an item that is shown
_LEAST_SHARE = 0.6  # of the likeliest item's probability, which an item that is shown must have
_CLEAR, _NEAR = 0.6, 6.0  # where a name is surely of the kind, and this near the best run, others are left out

FEATURES = (
    "in passage",
    "in sentence",
    "alone",
    "behind best",
    "in enumeration",
    "of kind",
    "speaks of names",
    "typed",
)
# Fitted by scripts/training/fit_list_items.py; the last is the constant.
WEIGHTS = (0.0689, 0.0469, 0.0077, -0.1756, 0.7942, 1.3156, 0.5337, 0.7226, -1.3058)
_DOUBTFUL = -6.0  # log-odds of the likeliest passage at which it is as likely that none holds an answer


class Candidate(NamedTuple):
    """Words of a passage that may be an item, and what speaks for it, one figure for each of ``FEATURES``."""

    passage: int
    start: int
    end: int
    features: tuple[float, ...]


def related_items(
    asked: ListQuestion,
    passages: Sequence[ReadPassage],
    scorer: SpanScorer,
    mentions_of: MentionsOf,
    look: Callable[[], None] = lambda: None,
) -> list[ListItem]:
    """The items of all passages that answer; ``mentions_of`` gives the names of a passage.

    ``look`` is called before each passage, and may raise to end the reading.
    """
    found = _of_one_place(asked, candidates(asked, passages, scorer, mentions_of, look), passages)
    top = max((one.features[0] for one in found), default=0.0)
    answered = 1 / (1 + math.exp(-0.7 * (top - _DOUBTFUL)))
    shares = [probability_of(one.features) for one in found]
    least = max(LEAST_PROBABILITY, _LEAST_SHARE * max(shares, default=0.0))
    return [
        ListItem(
            text=passages[one.passage].text[one.start : one.end].replace("\n", " "),
            passage=one.passage,
            start=one.start,
            end=one.end,
            probability=share * answered,
        )
        for one, share in zip(found, shares, strict=True)
        if share >= least
    ]


def _of_one_place(asked: ListQuestion, found: list[Candidate], passages: Sequence[ReadPassage]) -> list[Candidate]:
    """What is no kind of name is enumerated in one place (reasons, risks): only the likeliest article counts.

    Where the question says how many there are and an enumeration has as many, it is the whole answer.
    """
    if not found:
        return found
    likeliest = max(found, key=lambda one: probability_of(one.features))
    run = [one for one in found if one.passage == likeliest.passage and one.features[:2] == likeliest.features[:2]]
    count = next((_NUMBERS[word] for word in re.findall(r"\w+", asked.text.lower()) if word in _NUMBERS), None)
    if count is not None and len(run) == count:
        return run
    if asked.kind is not None:
        return found
    return [one for one in found if passages[one.passage].article == passages[likeliest.passage].article]


def probability_of(features: Sequence[float]) -> float:
    """How probable a candidate is an item.

    >>> probability_of((9, 9, 9, 0, 1, 1, 1, 0)) > 0.8 > 0.2 > probability_of((-5, -8, -9, 9, 0, 0.2, 0, 1))
    True
    """
    score = sum(weight * value for weight, value in zip(WEIGHTS, (*features, 1.0), strict=True))
    return 1 / (1 + math.exp(-score))


def candidates(
    asked: ListQuestion,
    passages: Sequence[ReadPassage],
    scorer: SpanScorer,
    mentions_of: MentionsOf,
    look: Callable[[], None] = lambda: None,
) -> list[Candidate]:
    """What may be an item, of the passages that the scorer finds likeliest; words of the question are none."""
    best: list[float] = []
    for passage in passages:
        look()
        spans = scorer.best(asked.text, [passage.text], 1)
        best.append(spans[0].odds if spans else -math.inf)
    top = max(best, default=-math.inf)
    likeliest = sorted(range(len(passages)), key=lambda n: (-best[n], n))[:_MOST_OPEN]
    names = {stem(name) for name in analyse_question(asked.text).names}
    found: list[Candidate] = []
    for number in sorted(n for n in likeliest if best[n] >= top - _OPEN):
        look()
        speaks = not names or _speaks_of(names, passages[number])
        of_passage = _Passage(asked, number, passages[number].text, scorer, mentions_of(number))
        found += of_passage.candidates(top, speaks)
    own = {stem(word) for word in re.findall(r"\w+", asked.text)}
    if asked.kind in CLASSES_OF and any(one.features[5] >= _CLEAR and one.features[3] <= _NEAR for one in found):
        least = _CLEAR if asked.kind == "person" else 0.5
        found = [one for one in found if one.features[5] >= least]
    return [one for one in found if not _is_asked(passages[one.passage].text[one.start : one.end], own)]


def _is_asked(words: str, own: set[str]) -> bool:
    """Whether the question says these words itself, or how many there are.

    >>> own = {stem(word) for word in ("Which", "directors", "left", "Corvane")}
    >>> [_is_asked(words, own) for words in ("Corvane", "Three directors", "Four", "Ivo Radcliffe")]
    [True, True, True, False]
    """
    stems = [stem(word) for word in re.findall(r"\w+", item_key(words)) if word not in FUNCTION_WORDS]
    return all(word in own or word in _COUNTS for word in stems)


def _speaks_of(names: set[str], passage: ReadPassage) -> bool:
    words = {stem(word) for word in re.findall(r"[\w'’]+", f"{passage.title} {passage.text}")}
    return bool(names & words)


class _Passage:
    """One passage that is looked into."""

    def __init__(
        self, asked: ListQuestion, number: int, text: str, scorer: SpanScorer, mentions: Sequence[Mention]
    ) -> None:
        self._asked, self._number, self._text, self._scorer, self._mentions = asked, number, text, scorer, mentions
        self._sentences = sentence_spans(text)

    def candidates(self, top: float, speaks: bool) -> list[Candidate]:
        """The items of its runs, and names of the kind asked for that stand alone."""
        found: dict[Span, Candidate] = {}
        runs = self._runs()
        for run in runs:
            items = run_items(self._asked, self._text, run, self._mentions)
            for item, kind in items:
                self._add(found, item, kind, run, len(items) > 1, top, speaks)
        if self._asked.kind in CLASSES_OF and runs:
            classes = [CLASSES.index(name) for name in CLASSES_OF[self._asked.kind or ""]]
            sure = [one for one in self._mentions if float(one.probabilities[classes].sum()) >= 0.5]
            alone = self._odds([(one.start, one.end) for one in sure])
            for one, odds in zip(sure, alone, strict=True):
                if odds >= max(run.in_passage for run in runs) - _OF_NAME:
                    run = Run(one.start, one.end, odds, self._in_sentence(one.start, one.end))
                    self._add(
                        found, (one.start, one.end), float(one.probabilities[classes].sum()), run, False, top, speaks
                    )
        return list(found.values())

    def _add(
        self,
        found: dict[Span, Candidate],
        item: Span,
        kind: float,
        run: Run,
        several: bool,
        top: float,
        speaks: bool,
    ) -> None:
        features = (
            _clipped(run.in_passage),
            _clipped(run.in_sentence),
            _clipped(self._odds([item])[0]),
            min(top - run.in_passage, 15.0),
            float(several),
            kind,
            float(speaks),
            float(self._asked.kind is not None),
        )
        candidate = Candidate(self._number, *item, features)
        if item not in found or probability_of(features) > probability_of(found[item].features):
            found[item] = candidate

    def _odds(self, spans: Sequence[Span]) -> tuple[float, ...]:
        return self._scorer.score(self._asked.text, [self._text], [spans]).passages[0].odds

    def _in_sentence(self, start: int, end: int) -> float:
        """The log-odds of a run where its sentence is all that is read."""
        for a, b in self._sentences:
            if a <= start and end <= b:
                scored = self._scorer.score(self._asked.text, [self._text[a:b]], [[(start - a, end - a)]])
                return scored.passages[0].odds[0]
        return NOWHERE

    def _runs(self) -> list[Run]:
        """The likely runs of the passage as a whole, and the likeliest of each sentence read by itself."""
        spans = [(s.start, s.end, s.odds) for s in self._scorer.best(self._asked.text, [self._text], _TRIED)]
        chosen: list[Span] = []
        for start, end, odds in spans:
            if odds < spans[0][2] - _SECOND:
                break
            self._take(chosen, start, end, odds, spans)
        for a, b in self._sentences:
            within = self._scorer.best(self._asked.text, [self._text[a:b]], _TRIED)
            if within and within[0].odds >= _OF_SENTENCE:
                moved = [(s.start + a, s.end + a, s.odds) for s in within]
                self._take(chosen, *moved[0], moved)
        in_passage = self._odds(chosen)
        return [Run(*run, odds, self._in_sentence(*run)) for run, odds in zip(chosen, in_passage, strict=True)]

    def _take(
        self, chosen: list[Span], start: int, end: int, odds: float, spans: Sequence[tuple[int, int, float]]
    ) -> None:
        if "\n" in self._text[start:end] or any(start < b and a < end for a, b in chosen):
            return
        whole = whole_run(self._text, start, end, odds, spans)
        if not any(whole[0] < b and a < whole[1] for a, b in chosen):
            chosen.append(whole)


def _clipped(odds: float) -> float:
    return max(-20.0, min(15.0, odds))
