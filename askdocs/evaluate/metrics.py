"""The metrics, each a pure function of one or many results. What a metric means is written here and nowhere else."""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from askdocs.evaluate.cases import Case, DateGold, ListGold, gold_words
from askdocs.types import Value, ValueKind
from askdocs.value_dates import PART_DAYS
from askdocs.values import close, normalise_words, parse, same_unit, stated

Span = tuple[int, int]
QuoteClass = Literal["exact", "normalised", "misattributed", "fabricated"]
Floats = NDArray[np.float64]


def squad_exact(answer: str, accepted: Sequence[str]) -> float:
    """1 where the answer equals an accepted one after SQuAD's normalisation, else 0 (Rajpurkar et al. 2016).

    >>> squad_exact("The Normans", ["Normans"]), squad_exact("", [])
    (1.0, 1.0)
    """
    if not accepted:
        return float(not normalise_squad(answer))
    return float(any(normalise_squad(answer) == normalise_squad(gold) for gold in accepted))


def squad_f1(answer: str, accepted: Sequence[str]) -> float:
    """The best F1 of the words shared with an accepted answer (Rajpurkar et al. 2016, 2018).

    >>> round(squad_f1("33 million XPeng shares", ["33 million shares"]), 4)
    0.8571
    """
    words = normalise_squad(answer).split()
    return max((_f1(words, normalise_squad(gold).split()) for gold in accepted or ("",)), default=0.0)


@functools.lru_cache(maxsize=65_536)
def normalise_squad(text: str) -> str:
    """Lower case, without ASCII punctuation, articles and extra space: the official script's normalisation."""
    text = "".join(character for character in text.lower() if character not in _PUNCTUATION)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


def _f1(words: Sequence[str], gold: Sequence[str]) -> float:
    if not words or not gold:
        return float(words == gold)
    shared = sum((Counter(words) & Counter(gold)).values())
    return 0.0 if not shared else 2 * shared / (len(words) + len(gold))


def accepted_words(case: Case) -> tuple[str, ...]:
    """The answers in words that SQuAD's measures are taken against; none for an unanswerable case.

    >>> accepted_words(Case(id="a", question="?", type="percent", gold={"value": 0.6}))
    ('0.6%',)
    """
    gold = case.gold.model_dump() if case.gold is not None else {}
    names = tuple(gold.get("aliases") or gold.get("accepted") or ())
    if case.type == "list":
        names = ("; ".join(item[0] for item in gold["items"]),)
    if case.type == "boolean":
        names = ("yes" if gold["value"] else "no",)
    accepted = tuple(dict.fromkeys((*((case.answer,) if case.answer else ()), *names)))
    return accepted or ((gold_words(case),) if case.answerable else ())


def is_right(case: Case, answer: str, typed: Value | None = None) -> bool:
    """Whether the words of an answer have the gold value of a case: typed exact match.

    Numbers, money and percentages are compared as values (in the case's tolerance), dates at the case's precision;
    words that hold several values say none, unless they begin with one. Entities may have any alias, lists are sets,
    booleans go by their opening word (or ``typed``, what the answerer read), text as SQuAD compares it. An
    unanswerable case has no right answer; abstaining is judged elsewhere.

    >>> case = Case(id="a", question="?", type="money", gold={"value": 317e6, "currency": "USD"})
    >>> is_right(case, "$317 million"), is_right(case, "€317 million"), is_right(case, "$317")
    (True, False, False)
    """
    if case.gold is None or not answer.strip():
        return False
    checks: dict[str, Callable[[Case, str, Value | None], bool]] = {
        "number": _right_quantity,
        "money": _right_quantity,
        "percent": _right_quantity,
        "date": _right_date,
        "entity": _right_name,
        "list": _right_list,
        "boolean": _right_boolean,
    }
    if case.type in checks:
        return checks[case.type](case, answer, typed)
    return squad_exact(answer, accepted_words(case)) == 1.0


def _right_quantity(case: Case, answer: str, typed: Value | None) -> bool:
    hint: ValueKind = case.type  # type: ignore[assignment]
    found = stated(answer, hint)
    gold = case.gold.model_dump() if case.gold is not None else {}
    if found is None:
        return False
    ends = found.value if isinstance(found.value, tuple) else (found.value,)
    wanted = gold["value"] if isinstance(gold["value"], tuple) else (gold["value"],)
    if case.type == "money" and found.currency != gold["currency"]:
        return False
    if case.type == "percent" and (found.unit == "percentage points") != (gold["unit"] == "percentage points"):
        return False
    if case.type == "number" and not same_unit(found.unit, gold["unit"]):
        return False
    return len(ends) == len(wanted) and all(
        close(end, value, case.tolerance) for end, value in zip(ends, wanted, strict=True)
    )


def _right_date(case: Case, answer: str, typed: Value | None) -> bool:
    found = stated(answer, "date")
    return found is not None and isinstance(case.gold, DateGold) and date_agrees(found, case.gold)


def date_agrees(found: Value, gold: DateGold) -> bool:
    """Whether a date says what gold says, at gold's precision: it may be more precise, never less.

    A year left out ("on Nov. 17") is understood where gold names more than the year; a day lies in gold's part of
    the month (early: 1 to 10, mid: 11 to 20, late: from 21).

    >>> gold = DateGold(value="2023-11")
    >>> [date_agrees(parse(words, "date"), gold) for words in ("Nov. 17, 2023", "November", "2023", "Nov. 2022")]
    [True, True, False, False]
    """
    value, wanted = str(found.value), gold.value
    year, rest = _split_year(value)
    wanted_year, wanted_rest = _split_year(wanted)
    if wanted_year and year != wanted_year and not (year == "" and wanted_rest):
        return False
    if not (rest == wanted_rest or rest.startswith(wanted_rest + "-") or not wanted_rest):
        quarter = {
            "Q1": ("01", "02", "03"),
            "Q2": ("04", "05", "06"),
            "Q3": ("07", "08", "09"),
            "Q4": ("10", "11", "12"),
        }
        return False if wanted_rest not in quarter else rest[:2] in quarter[wanted_rest]
    if gold.part is None or found.unit == gold.part:
        return True
    first, last = PART_DAYS[gold.part]
    return found.precision == "day" and first <= int(value[-2:]) <= last


def _split_year(value: str) -> tuple[str, str]:
    """The year, or "", and what follows it.

    >>> _split_year("2023-11-17"), _split_year("--11-17"), _split_year("2023")
    (('2023', '11-17'), ('', '11-17'), ('2023', ''))
    """
    if value.startswith("--"):
        return "", value[2:]
    year, _, rest = value.partition("-")
    return year, rest


def _right_name(case: Case, answer: str, typed: Value | None) -> bool:
    said = _plain_name(answer)
    return any(said == _plain_name(name) for name in accepted_words(case))


def _plain_name(text: str) -> str:
    """A name without case, punctuation, articles and possessive: "Alibaba's" is "alibaba"."""
    return normalise_words(re.sub(r"['’]s$", "", text.strip()))


def _right_list(case: Case, answer: str, typed: Value | None) -> bool:
    if not isinstance(case.gold, ListGold):
        return False
    found = parse(answer, "list")
    items = found.value if found is not None and isinstance(found.value, tuple) else ()
    said = [_plain_name(str(item)) for item in items]
    wanted = [{_plain_name(name) for name in names} for names in case.gold.items]
    return all(any(item in names for item in said) for names in wanted) and all(
        any(item in names for names in wanted) for item in said
    )


def _right_boolean(case: Case, answer: str, typed: Value | None) -> bool:
    found = parse(answer, "boolean") or (typed if typed is not None and typed.kind == "boolean" else None)
    gold = case.gold.model_dump()["value"] if case.gold is not None else None
    return found is not None and found.value is gold


def occurrences(quote: str, text: str) -> list[Span]:
    """Every place where a quote stands in a text, letter for letter.

    >>> occurrences("a b", "a b, a b")
    [(0, 3), (5, 8)]
    """
    if not quote:
        return []
    return [(match.start(), match.end()) for match in re.finditer(re.escape(quote), text)]


def overlap(a: Span, b: Span) -> int:
    """How many characters two spans share."""
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def covers(span: Span, quote: Span) -> bool:
    """Whether a span holds at least half of a quote."""
    return 2 * overlap(span, quote) >= quote[1] - quote[0] > 0


def union(spans: Sequence[Span]) -> list[Span]:
    """Spans without overlaps, in order.

    >>> union([(5, 9), (0, 6), (12, 13)])
    [(0, 9), (12, 13)]
    """
    result: list[Span] = []
    for start, end in sorted(span for span in spans if span[1] > span[0]):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def character_scores(cited: Sequence[tuple[str, Span]], gold: Sequence[tuple[str, Span]]) -> tuple[float, float]:
    """Precision and recall of cited characters against those of the gold quotes, article by article.

    >>> character_scores([("a", (0, 10))], [("a", (5, 25))])
    (0.5, 0.25)
    """
    shared = size = wanted = 0
    for article in {name for name, _ in (*cited, *gold)}:
        ours = union([span for name, span in cited if name == article])
        theirs = union([span for name, span in gold if name == article])
        shared += sum(overlap(a, b) for a in ours for b in theirs)
        size += sum(end - start for start, end in ours)
        wanted += sum(end - start for start, end in theirs)
    return (shared / size if size else 0.0, shared / wanted if wanted else 0.0)


def quote_class(quote: str, article: str, span: Span, texts: dict[str, str]) -> QuoteClass:
    """How a quote stands to the suite's own articles.

    "exact": it stands at its place in the article it names, letter for letter. "normalised": it stands in that
    article, but for case, whitespace, typographic signs or the place. "misattributed": it stands in another article
    only. "fabricated": in none.

    >>> texts = {"a": "It rained. It poured.", "b": "The sun shone."}
    >>> [quote_class(q, "a", (0, 10), texts) for q in ("It rained.", "it  rained.", "The sun shone.", "It snowed.")]
    ['exact', 'normalised', 'misattributed', 'fabricated']
    """
    text = texts.get(article, "")
    if quote and text[span[0] : span[1]] == quote:
        return "exact"
    plain = plain_words(quote)
    if plain and plain in plain_words(text):
        return "normalised"
    if plain and any(plain in plain_words(other) for name, other in texts.items() if name != article):
        return "misattributed"
    return "fabricated"


_TYPOGRAPHY = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "–": "-", "—": "-", "−": "-", "…": "..."}
)


@functools.lru_cache(maxsize=65_536)
def plain_words(text: str) -> str:
    """Case, whitespace and typographic signs taken out of the comparison."""
    return " ".join(text.translate(_TYPOGRAPHY).casefold().split())


def retrieval_scores(relevant: Sequence[frozenset[int]], gold_count: int) -> tuple[float, float, float]:
    """Recall at k, reciprocal rank and nDCG of one question's hits, best first.

    ``relevant[i]`` are the gold items (quotes, or articles where a case has no quote) that hit ``i`` holds; a hit
    that only repeats an earlier one gains nothing. nDCG: Järvelin and Kekäläinen 2002, gains 0 and 1.

    >>> retrieval_scores([frozenset(), frozenset({0}), frozenset({0})], 1)
    (1.0, 0.5, 0.6309297535714575)
    """
    if gold_count == 0:
        return 0.0, 0.0, 0.0
    found: set[int] = set()
    first, gain = 0.0, 0.0
    for rank, items in enumerate(relevant, 1):
        if items and not first:
            first = 1 / rank
        if items - found:
            gain += 1 / math.log2(rank + 1)
        found |= items
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(gold_count, len(relevant)) + 1))
    return len(found) / gold_count, first, gain / ideal if ideal else 0.0


def risk_coverage(confidence: Floats, right: Floats) -> tuple[Floats, Floats]:
    """Coverage and risk (the share wrong) when only the most confident are answered, after 1, 2, ... answers.

    Equal confidences are one step: no order among them is assumed. Geifman and El-Yaniv 2017.

    >>> coverage, risk = risk_coverage(np.array([0.9, 0.8, 0.1]), np.array([1.0, 0.0, 1.0]))
    >>> risk.round(3).tolist()
    [0.0, 0.5, 0.333]
    """
    order = np.argsort(-confidence, kind="stable")
    ordered = confidence[order]
    wrong = np.cumsum(1.0 - right[order])
    last = np.append(ordered[1:] != ordered[:-1], True) if len(ordered) else np.array([], dtype=bool)
    counts = np.arange(1, len(order) + 1)[last]
    return counts / max(len(order), 1), wrong[last] / counts


def area_under_risk(confidence: Floats, right: Floats) -> float:
    """The mean risk over all coverages, 0 the best; steps of equal confidence are interpolated in a straight line.

    >>> round(area_under_risk(np.array([0.9, 0.8, 0.1]), np.array([1.0, 0.0, 1.0])), 4)
    0.2778
    """
    if not len(confidence):
        return 0.0
    order = np.argsort(-confidence, kind="stable")
    ordered, wrong = confidence[order], 1.0 - right[order]
    _, group, sizes = np.unique(-ordered, return_inverse=True, return_counts=True)
    shares = np.bincount(group, weights=wrong) / sizes
    expected = np.cumsum(shares[group])
    return float(np.mean(expected / np.arange(1, len(order) + 1)))


def reliability(confidence: Floats, right: Floats, bins: int = 10) -> list[tuple[int, float, float]]:
    """Count, mean confidence and accuracy of each of ``bins`` bins of equal width, empty ones as zeros.

    >>> reliability(np.array([0.15, 0.95, 1.0]), np.array([0.0, 1.0, 0.0]), bins=2)
    [(1, 0.15, 0.0), (2, 0.975, 0.5)]
    """
    index = np.clip((confidence * bins).astype(int), 0, bins - 1)
    counts = np.bincount(index, minlength=bins)
    sums = np.bincount(index, weights=confidence, minlength=bins)
    hits = np.bincount(index, weights=right, minlength=bins)
    return [
        (int(n), float(s / n) if n else 0.0, float(h / n) if n else 0.0)
        for n, s, h in zip(counts, sums, hits, strict=True)
    ]


def calibration_error(confidence: Floats, right: Floats, bins: int = 10) -> float:
    """Expected calibration error: the mean gap of confidence and accuracy over bins (Guo et al. 2017).

    >>> calibration_error(np.array([0.8, 0.8, 0.2]), np.array([1.0, 0.0, 0.0]))
    0.26666666666666666
    """
    total = max(len(confidence), 1)
    return sum(n / total * abs(mean - share) for n, mean, share in reliability(confidence, right, bins))


def auroc(scores: Floats, positive: Floats) -> float:
    """The probability that a positive case scores above a negative one, ties half (Hanley and McNeil 1982).

    >>> auroc(np.array([0.9, 0.4, 0.4]), np.array([1.0, 1.0, 0.0]))
    0.75
    """
    high, low = scores[positive > 0.5], np.sort(scores[positive <= 0.5])
    if not len(high) or not len(low):
        return math.nan
    below = np.searchsorted(low, high, side="left")
    ties = np.searchsorted(low, high, side="right") - below
    return float((below + ties / 2).sum() / (len(high) * len(low)))
