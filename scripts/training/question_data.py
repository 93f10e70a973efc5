"""SQuAD-format files -> training contexts: passages with the questions asked about them.

The paragraphs of a file are grouped one to four to a context, so that every paragraph's questions have the other
paragraphs as tempting neighbours. A tenth of the questions are made unanswerable, by taking the paragraph away or by
putting another name or number into the question; more are asked a second time, changed, where ``tempting`` says so.
"""

from __future__ import annotations

import gzip
import itertools
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from scripts.training.contexts import TrainingContext, TrainingItem, TrainingPassage
from scripts.training.question_changes import change, put_stranger

LONGEST_PASSAGE = 170  # words; about the 220 embedder tokens at which askdocs cuts a chunk
UNANSWERABLE = "unanswerable"


class Question(NamedTuple):
    """A question and the words that answer it; empty where the paragraph does not."""

    text: str
    answer: str


class Paragraph(NamedTuple):
    """A paragraph, the title of its article and its questions."""

    title: str
    text: str
    questions: tuple[Question, ...]


def load(path: Path) -> list[Paragraph]:
    """Read a SQuAD 1.1 or 2.0 file, gzipped or not; paragraphs longer than a chunk are cut at a sentence."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    paragraphs: list[Paragraph] = []
    for article in articles:
        for paragraph in article["paragraphs"]:
            paragraphs.extend(pieces(article["title"].replace("_", " "), paragraph))
    return paragraphs


def pieces(title: str, paragraph: dict[str, Any]) -> Iterator[Paragraph]:
    """Cut one paragraph into passages no longer than a chunk, each with the questions answered in it."""
    text = paragraph["context"]
    bounds = [0, *sentence_cuts(text), len(text)]
    for start, end in itertools.pairwise(bounds):
        body = text[start:end].strip()
        lead = start + len(text[start:end]) - len(text[start:end].lstrip())
        questions = []
        for item in paragraph["qas"]:
            if item.get("is_impossible"):
                questions.append(Question(item["question"].strip(), ""))
                continue
            answer, offset = central_answer(item["answers"])
            if lead <= offset and offset + len(answer) <= lead + len(body):
                words = whole_words(body, offset - lead, offset - lead + len(answer))
                if words and len(words.split()) <= 16:
                    questions.append(Question(item["question"].strip(), words))
        if questions and len(body.split()) >= 8:
            yield Paragraph(title, " ".join(body.split()) if "\n" not in body else body, tuple(questions))


def sentence_cuts(text: str) -> list[int]:
    """Offsets at which a paragraph that is too long is cut into equal parts, at sentence ends."""
    parts = -(-len(text.split()) // LONGEST_PASSAGE)
    ends = [match.end() for match in re.finditer(r"[.!?][\"')]*\s+(?=[A-Z\"'(])", text)]
    if not ends:
        return []
    return sorted({min(ends, key=lambda end: abs(end - len(text) * part / parts)) for part in range(1, parts)})


def central_answer(answers: list[dict[str, Any]]) -> tuple[str, int]:
    """The answer most like the other annotators' answers; the shorter of two that are equally so."""

    def likeness(words: Counter[str]) -> float:
        return sum(2 * (words & other).total() / max(1, words.total() + other.total()) for other in bags)

    bags = [Counter(re.findall(r"\w+", answer["text"].lower())) for answer in answers]
    best = max(range(len(answers)), key=lambda i: (round(likeness(bags[i]), 4), -len(answers[i]["text"])))
    return answers[best]["text"], answers[best]["answer_start"]


def whole_words(text: str, start: int, end: int) -> str:
    """The span widened to whole words and numbers, without the punctuation around it."""
    while start < end and text[start] in " \n,.;:":
        start += 1
    while end > start and text[end - 1] in " \n,.;:!?":
        end -= 1
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    if end < len(text) and text[end] == "%":
        end += 1
    if start > 0 and text[start - 1] in "$€£¥":
        start -= 1
    return text[start:end]


class QuestionSource:
    """An endless, seeded stream of contexts from one file's paragraphs; every paragraph once an epoch.

    ``tempting`` is how many of the answerable questions are asked a second time, changed so that no passage of the
    context answers them (``question_changes``).
    """

    def __init__(
        self, name: str, paragraphs: list[Paragraph], sizes: tuple[float, ...], seed: int, tempting: float = 0.0
    ) -> None:
        self.name = name
        self.tempting = tempting
        self.paragraphs = paragraphs
        self.sizes = sizes
        self.seed = seed
        self.by_title: dict[str, list[int]] = {}
        for i, paragraph in enumerate(paragraphs):
            self.by_title.setdefault(paragraph.title, []).append(i)
        self.words = [frozenset(re.findall(r"\w{4,}", paragraph.text.lower())) for paragraph in paragraphs]

    def __iter__(self) -> Iterator[TrainingContext]:
        epoch = 0
        while True:
            rng = random.Random(f"{self.seed} {self.name} {epoch}")
            yield from self._epoch(rng)
            epoch += 1

    def _epoch(self, rng: random.Random) -> Iterator[TrainingContext]:
        order = list(range(len(self.paragraphs)))
        rng.shuffle(order)
        left = dict.fromkeys(order)
        while left:
            first = next(iter(left))
            del left[first]
            size = rng.choices(range(1, len(self.sizes) + 1), self.sizes)[0]
            group = [first, *self._neighbours(first, size - 1, left, rng)]
            for i in group:
                left.pop(i, None)
            yield self._context(group, rng)

    def _neighbours(self, first: int, count: int, left: dict[int, None], rng: random.Random) -> list[int]:
        """Mostly the paragraphs of the same article that share most words with it; some at random."""
        chosen: list[int] = []
        same = [i for i in self.by_title[self.paragraphs[first].title] if i in left]
        same.sort(key=lambda i: -len(self.words[i] & self.words[first]))
        everything = list(left)
        while len(chosen) < count and everything:
            pool = same[:6] if same and rng.random() < 0.65 else everything
            pick = rng.choice(pool)
            if pick not in chosen:
                chosen.append(pick)
            everything = everything if len(everything) > count else [i for i in everything if i not in chosen]
            same = [i for i in same if i not in chosen]
        return chosen

    def _context(self, group: list[int], rng: random.Random) -> TrainingContext:
        rng.shuffle(group)
        titled = rng.random() < 0.6
        passages = tuple(
            TrainingPassage(self.paragraphs[i].title if titled else "", None, self.paragraphs[i].text) for i in group
        )
        items = []
        for number, i in enumerate(group, start=1):
            for question in self.paragraphs[i].questions:
                items.append(self._item(number, question, group, rng))
                changed = self._tempting(question, i, group, rng) if rng.random() < self.tempting else None
                if changed:
                    items.append(TrainingItem(changed, UNANSWERABLE))
        items.extend(self._strangers(group, len(items), rng))
        rng.shuffle(items)
        return TrainingContext(passages, tuple(items), self.name)

    def _item(self, number: int, question: Question, group: list[int], rng: random.Random) -> TrainingItem:
        if not question.answer:
            return TrainingItem(question.text, UNANSWERABLE)
        if rng.random() < 0.07:
            held = " ".join(self.paragraphs[i].text for i in group)
            changed = put_stranger(question.text, held, [rng.choice(self.paragraphs).text], rng)
            if changed:
                return TrainingItem(changed, UNANSWERABLE)
        return TrainingItem(question.text, f"[{number}] {question.answer}")

    def _tempting(self, question: Question, i: int, group: list[int], rng: random.Random) -> str | None:
        """The question changed in one of the ways that people use to make it look answerable."""
        if not question.answer:
            return None
        held = "\n".join(self.paragraphs[j].text for j in group)
        title = self.paragraphs[i].title
        others = [self.paragraphs[rng.choice(self.by_title[title])].text for _ in range(2)]
        return change(question.text, held, question.answer, others, rng)

    def _strangers(self, group: list[int], asked: int, rng: random.Random) -> list[TrainingItem]:
        """Questions about paragraphs that are not there, mostly of the same article."""
        items = []
        for _ in range(asked):
            if rng.random() >= 0.06:
                continue
            pool = self.by_title[self.paragraphs[group[0]].title] if rng.random() < 0.7 else range(len(self.paragraphs))
            other = rng.choice(list(pool))
            if other not in group:
                question = rng.choice(self.paragraphs[other].questions)
                items.append(TrainingItem(question.text, UNANSWERABLE))
        return items
