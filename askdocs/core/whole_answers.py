"""What is shown of answers that are more than a span: the labels of parts, sentences with marks, sources by article."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from askdocs.core.answer_text import words_with_unit
from askdocs.text.sanitize import one_line

if TYPE_CHECKING:
    from askdocs.core.answers import Answer, Citation


class ArticleCitations(NamedTuple):
    """The numbers of the citations that stand in one article, the first of them, and the pages they stand on."""

    numbers: tuple[int, ...]
    citation: Citation
    pages: tuple[int, ...]


def by_article(citations: Sequence[Citation], first: int = 1) -> list[ArticleCitations]:
    """Citations, numbered from ``first`` on, together where they stand in one article."""
    kept: dict[str, list[tuple[int, Citation]]] = {}
    for number, citation in enumerate(citations, start=first):
        kept.setdefault(citation.article_id, []).append((number, citation))
    return [
        ArticleCitations(
            tuple(number for number, _ in found),
            found[0][1],
            tuple(sorted({one.page for _, one in found if one.page is not None})),
        )
        for found in kept.values()
    ]


def marks(numbers: Sequence[int]) -> str:
    """Numbers as marks; three and more that follow each other are a range.

    >>> marks([1, 2, 4, 5, 6, 9])
    '[1] [2] [4]–[6] [9]'
    """
    runs: list[list[int]] = [[number] for number in numbers[:1]]
    for before, number in pairwise(numbers):
        if number == before + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return " ".join(
        f"[{run[0]}]–[{run[-1]}]" if len(run) > 2 else " ".join(f"[{number}]" for number in run) for run in runs
    )


def listed_items(answer: Answer) -> tuple[str, ...]:
    """The items of a list, or the sentences of a summary, one for each citation; empty where they are not such."""
    if answer.abstained or answer.style == "prose" or answer.form not in ("list", "summary"):
        return ()
    if not isinstance(answer.value, tuple) or len(answer.value) != len(answer.citations):
        return ()
    return tuple(one_line(str(item)) for item in answer.value)


def part_labels(answer: Answer) -> tuple[str, ...]:
    """What each part is about: the side of a comparison as the words of the whole name it, else its question."""
    if answer.form != "comparison":
        return tuple(part.question for part in answer.parts)
    labels: list[str] = []
    left = answer.candidate
    for part in answer.parts:
        said = f": {words_with_unit(part) or 'no answer'}"
        at = left.find(said)
        if at < 0:
            return tuple(part.question for part in answer.parts)
        labels.append(left[:at])
        left = left[at + len(said) :].removeprefix("; ")
    return tuple(labels)


def is_cited(part: Answer, whole: Answer) -> bool:
    """Whether the citations of a part are among those of the whole: an abstained part's only where all abstain."""
    return not part.abstained or whole.abstained
