"""Reads ``listed_articles.txt``: articles with all that they name, and questions for lists with the items wanted."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

CLASS_OF = {
    "p": "person", "c": "company", "i": "institution", "m": "media", "t": "city", "n": "country", "r": "region",
    "d": "product", "w": "work", "o": "other",
}  # fmt: skip
_MARK = re.compile(r"\[([^|\]=]+)(?:=([^|\]]*))?\|(\w)\]")


class AskedList(NamedTuple):
    """A question, and for each item wanted the wordings that are right."""

    question: str
    items: tuple[tuple[str, ...], ...]


class ListedArticle(NamedTuple):
    """An article, the names in it with their classes, and the questions that it alone answers."""

    title: str
    text: str
    names: dict[str, str]
    asked: tuple[AskedList, ...]


def listed_articles() -> tuple[list[ListedArticle], list[AskedList]]:
    """The articles, and the questions asked of all of them together."""
    text = (Path(__file__).parent / "listed_articles.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    articles: list[ListedArticle] = []
    of_all = [_asked(line[3:]) for line in lines if line.startswith("?? ")]
    for block in "\n".join(line for line in lines if not line.startswith("?? ")).split("\n= "):
        head, *rest = block.removeprefix("= ").split("\n")
        body = "\n\n".join(line for line in rest if not line.startswith("? "))
        names = {match[2] or match[1]: CLASS_OF[match[3]] for match in _MARK.finditer(body)}
        asked = tuple(_asked(line[2:]) for line in rest if line.startswith("? "))
        articles.append(ListedArticle(head.split(" | ")[0], _MARK.sub(r"\1", body), names, asked))
    return articles, of_all


def _asked(line: str) -> AskedList:
    question, _, wanted = line.partition("=>")
    items = tuple(tuple(one.strip() for one in item.split(" / ")) for item in wanted.split(";") if item.strip())
    return AskedList(question.strip(), items)
