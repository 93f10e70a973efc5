"""The articles and questions of ``short_articles.txt``, written for the calibration, as tasks to read.

Every other article is read alone, as in a corpus of one article, the others beside three that share words with them.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from scripts.training.reading_rows import Asked, Task, beside

FILE = Path(__file__).with_suffix(".txt")


class ShortArticle(NamedTuple):
    """A title, a text, and questions with their gold answers; none where the text does not answer."""

    title: str
    text: str
    questions: tuple[tuple[str, tuple[str, ...]], ...]


def short_articles(path: Path = FILE) -> list[ShortArticle]:
    """Read the articles of a file.

    Raises ValueError where a gold answer does not stand in its article.
    """
    found = []
    for block in path.read_text(encoding="utf-8").split("\n== ")[1:]:
        title, *lines = block.splitlines()
        text = "\n\n".join(line for line in lines if line[:2] not in ("? ", "! "))
        questions: list[tuple[str, tuple[str, ...]]] = []
        for line in lines:
            if line.startswith("? "):
                asked, _, gold = line[2:].partition(" = ")
                questions.append((asked, tuple(gold.split(" || "))))
            elif line.startswith("! "):
                questions.append((line[2:], ()))
        for asked, golds in questions:
            if golds and not any(gold in text for gold in golds):
                raise ValueError(f"{title}: {asked!r} is answered by words that do not stand there: {golds}")
        found.append(ShortArticle(title, text, tuple(questions)))
    return found


def short_tasks(path: Path = FILE) -> list[Task]:
    """Their questions as tasks."""
    articles = short_articles(path)
    groups = beside([(article.title, article.text) for article in articles], seed=3)
    found = []
    for i, (article, (hits, gold)) in enumerate(zip(articles, groups, strict=True)):
        asked = tuple(Asked(f"short-{i}-{n}", text, golds) for n, (text, golds) in enumerate(article.questions))
        found.append(Task((hits[gold],), 0, asked) if i % 2 else Task(hits, gold, asked))
    return found
