"""Question-and-passage pairs for the second opinion: the answer's place in the passage, or that it is not there.

Drawn from the same paragraphs and the same synthetic news as the adapter of the generating model is.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import torch

from scripts.training.contexts import TrainingContext, parse_answer
from scripts.training.drawing import draw
from scripts.training.question_changes import change
from scripts.training.question_data import Paragraph, QuestionSource, load
from scripts.training.synthetic_noise import dress, injection
from scripts.training.synthetic_values import style

LONGEST_QUESTION = 64
LONGEST = 384
MOST_PLACES = 6
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'(])")
FILES = (
    ("squadshifts-new-wiki", 0.25),
    ("squad2-train-7-articles", 0.15),
    ("squadshifts-reddit", 0.16),
    ("squadshifts-amazon-reviews", 0.10),
)
SYNTHETIC, REPORTS, SHORT = 0.13, 0.21, 0.0
HELD_BACK = 12  # as in train_adapter.py: every twelfth paragraph is never trained on


class Example(NamedTuple):
    """A question, a passage and the words of it that answer; empty where it does not."""

    question: str
    text: str
    answer: str


class Encoded(NamedTuple):
    """``ids`` of "[CLS] question [SEP] passage [SEP]"; ``passage`` is where the passage begins among them.

    ``places`` are the (first, last) tokens of the answer wherever its words stand; (0, 0) when there is none.
    """

    ids: list[int]
    passage: int
    places: list[tuple[int, int]]
    offsets: list[tuple[int, int]]


class SpanSource:
    """An endless, seeded stream of examples from one file: every question once an epoch, and negatives between."""

    NEGATIVE, CHANGED, DISTURBED, DRESSED = 0.35, 0.35, 0.2, 0.5

    def __init__(self, name: str, paragraphs: list[Paragraph], seed: int) -> None:
        self.contexts = QuestionSource(name, paragraphs, (1.0,), seed)
        self.paragraphs = paragraphs
        self.rng = random.Random(f"{seed} spans {name}")

    def __iter__(self) -> Iterator[Example]:
        for example in self.undisturbed():
            if self.rng.random() < self.DRESSED:
                example = example._replace(question=dress(example.question, self.rng))
            yield self.disturbed(example) if self.rng.random() < self.DISTURBED else example

    def disturbed(self, example: Example) -> Example:
        """The example with something in its passage that has nothing to do with it, and changes no answer."""
        if self.rng.random() < 0.5:
            stranger = injection(self.rng, style(self.rng))
        else:
            sentences = SENTENCE_END.split(self.rng.choice(self.paragraphs).text)
            stranger = self.rng.choice(sentences)
        text = put_into(example.text, stranger, self.rng)
        return example._replace(text=text) if example.answer in text else example

    def undisturbed(self) -> Iterator[Example]:
        """Every question once an epoch, and negatives between."""
        pairs = [(i, question) for i, p in enumerate(self.paragraphs) for question in p.questions]
        while True:
            self.rng.shuffle(pairs)
            for i, question in pairs:
                text = self.paragraphs[i].text
                yield Example(question.text, text, question.answer)
                if question.answer and self.rng.random() < self.CHANGED:
                    others = [self.paragraphs[self.neighbour(i)].text for _ in range(2)]
                    changed = change(question.text, text, question.answer, others, self.rng)
                    if changed:
                        yield Example(changed, text, "")
                if question.answer and self.rng.random() < self.NEGATIVE:
                    other = self.neighbour(i)
                    if question.answer not in self.paragraphs[other].text:
                        yield Example(question.text, self.paragraphs[other].text, "")

    def neighbour(self, i: int) -> int:
        """Another paragraph, mostly one of the same article that shares many words with it."""
        words = self.contexts.words
        same = [j for j in self.contexts.by_title[self.paragraphs[i].title] if j != i]
        if not same or self.rng.random() < 0.25:
            return self.rng.randrange(len(self.paragraphs))
        same = self.rng.sample(same, min(12, len(same)))
        same.sort(key=lambda j: -len(words[j] & words[i]))
        return self.rng.choice(same[:4])


def put_into(text: str, stranger: str, rng: random.Random) -> str:
    """The text with a stranger before it, after it, or between two of its sentences.

    >>> put_into("One.", "Two.", random.Random(1))
    'Two.\\n\\nOne.'
    """
    ends = list(SENTENCE_END.finditer(text))
    place = rng.random()
    if place < 0.25:
        return f"{stranger}\n\n{text}"
    if place < 0.5 or not ends:
        return f"{text}\n\n{stranger}"
    chosen = rng.choice(ends)
    return f"{text[: chosen.start()]} {stranger} {text[chosen.end() :]}"


def synthetic_examples(contexts: Iterator[TrainingContext], seed: int) -> Iterator[Example]:
    """The questions of synthetic contexts with no earlier turns; of a list its first item."""
    rng = random.Random(f"{seed} spans synthetic")
    for context in contexts:
        texts = [passage.text for passage in context.passages]
        for item in context.items:
            if item.history or (len(context.items) > 8 and rng.random() < 0.4):
                continue
            items = parse_answer(item.answer)
            if not items:
                yield Example(item.question, rng.choice(texts), "")
                continue
            number, words = items[0]
            yield Example(item.question, texts[number - 1], words)
            others = [t for n, t in enumerate(texts, start=1) if n not in {n for n, _ in items} and words not in t]
            if others and rng.random() < 0.35:
                yield Example(item.question, rng.choice(others), "")


def mostly_clauses(examples: Iterator[Example], seed: int) -> Iterator[Example]:
    """Half of the examples whose answer is a word or two are left out: clauses are what reports are read for."""
    rng = random.Random(f"{seed} clauses")
    for example in examples:
        if not example.answer or len(example.answer.split()) > 2 or rng.random() < 0.5:
            yield example


def training_examples(data: Path, seed: int, reports: float = REPORTS, short: float = SHORT) -> Iterator[Example]:
    """Examples without end, drawn from the sources by their shares; ``short`` is that of the short news, ``reports``
    that of the reports among the others."""
    from scripts.training import short_news
    from scripts.training.synthetic_news import contexts
    from scripts.training.synthetic_reports import report_contexts

    streams: list[Iterator[Example]] = []
    shares: list[float] = []
    for stem, share in FILES:
        paragraphs = [p for i, p in enumerate(load(data / f"{stem}.json.gz")) if i % HELD_BACK]
        streams.append(iter(SpanSource(stem, paragraphs, seed)))
        shares.append(share)
    streams.append(synthetic_examples(contexts(10**9, seed), seed))
    streams.append(mostly_clauses(synthetic_examples(report_contexts(10**9, seed), seed), seed))
    others = draw(streams, [*shares, SYNTHETIC], reports, seed)
    return draw([others, short_news.examples(seed)], [1.0], short, seed)


def held_back(data: Path, stem: str) -> list[Paragraph]:
    """The paragraphs of a file that training never sees."""
    return [p for i, p in enumerate(load(data / f"{stem}.json.gz")) if i % HELD_BACK == 0]


def encode(example: Example, tokenizer: Any) -> Encoded | None:
    """Tokens and targets; of a long passage a window that holds the answer. None when the answer fits no window."""
    question = tokenizer.encode(example.question, add_special_tokens=False).ids[:LONGEST_QUESTION]
    passage = tokenizer.encode(example.text, add_special_tokens=False)
    places = token_places(example, passage.offsets)
    if example.answer and not places:
        return None
    room = LONGEST - len(question) - 3
    begin = 0
    if places and places[0][1] >= room:
        begin = max(0, min(places[0][0] - room // 2, len(passage.ids) - room))
    first = len(question) + 2
    shift = first - begin
    inside = [(a + shift, b + shift) for a, b in places if a >= begin and b < begin + room]
    if places and not inside:
        return None
    mark, end = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    ids = [mark, *question, end, *passage.ids[begin : begin + room], end]
    return Encoded(ids, first, inside or [(0, 0)], passage.offsets[begin : begin + room])


def token_places(example: Example, offsets: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """First and last token of every place where the answer's words stand as whole words."""
    answer, text = example.answer, example.text
    found: list[tuple[int, int]] = []
    start = text.find(answer) if answer else -1
    while start >= 0 and len(found) < MOST_PLACES:
        end = start + len(answer)
        cut = (start and text[start - 1].isalnum() and answer[0].isalnum()) or (
            text[end : end + 1].isalnum() and answer[-1].isalnum()
        )
        covered = [i for i, (a, b) in enumerate(offsets) if a < end and b > start] if not cut else []
        if covered:
            found.append((covered[0], covered[-1]))
        start = text.find(answer, start + 1)
    return found


class Batch(NamedTuple):
    """Padded tensors (batch, length), and where answers may start and end, as masks of the same shape."""

    ids: torch.Tensor
    types: torch.Tensor
    present: torch.Tensor
    starts: torch.Tensor
    ends: torch.Tensor


def collate(rows: list[Encoded], multiple: int = 32) -> Batch:
    """Rows -> one batch, padded to a multiple of ``multiple``."""
    length = -(-max(len(row.ids) for row in rows) // multiple) * multiple
    ids = torch.zeros(len(rows), length, dtype=torch.long)
    types = torch.zeros_like(ids)
    present, starts, ends = (torch.zeros(ids.shape, dtype=torch.bool) for _ in range(3))
    for i, row in enumerate(rows):
        ids[i, : len(row.ids)] = torch.tensor(row.ids)
        types[i, row.passage : len(row.ids)] = 1
        present[i, : len(row.ids)] = True
        for start, end in row.places:
            starts[i, start] = True
            ends[i, end] = True
    return Batch(ids, types, present, starts, ends)


def batches(examples: Iterator[Example], tokenizer: Any, size: int, seed: int) -> Iterator[Batch]:
    """Batches of rows of like length, in random order within a pool of 32 batches."""
    rng = random.Random(f"{seed} batches")
    while True:
        pool: list[Encoded] = []
        while len(pool) < 32 * size:
            row = encode(next(examples), tokenizer)
            if row is not None:
                pool.append(row)
        pool.sort(key=lambda row: len(row.ids))
        cut = [pool[i : i + size] for i in range(0, len(pool), size)]
        rng.shuffle(cut)
        for rows in cut:
            yield collate(rows)
