"""Questions of a SQuAD-format file read with their gold passage among four, a row a question.

The three other passages are the paragraphs of the same file that share most words with the gold one, so they tempt,
or three drawn by a seed; so is the order. Rows are written as they come, so that a stopped measurement goes on where
it was, and hold the features of the confidence, so that a calibration is fitted and judged without reading again.
"""

from __future__ import annotations

import functools
import gzip
import json
import math
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from askdocs.answering.calibration import Calibration
from askdocs.answering.composer import Composer
from askdocs.core.answers import Citation
from askdocs.core.articles import Article, Chunk, Hit
from askdocs.core.base import FloatArray, Model
from askdocs.core.protocols import Embedder
from askdocs.embedding.embedder import chunk_text, default_embedder
from askdocs.evaluation.correctness import normalise_squad, squad_exact, squad_f1
from askdocs.reading.dates_in_questions import STANDINGS, Standing
from askdocs.reading.reader import Reader
from askdocs.values.question_analysis import analyse_question

NOTHING = Calibration(features=(), means=(), scales=(), weights=(), bias=0.0)


class Asked(NamedTuple):
    """A question of the file; ``gold`` is empty where its paragraph does not answer it."""

    id: str
    text: str
    gold: tuple[str, ...]


class Task(NamedTuple):
    """A paragraph's questions and the passages they are read with; ``gold`` is the paragraph's place among them."""

    hits: tuple[Hit, ...]
    gold: int
    questions: tuple[Asked, ...]


class RowAnswer(Model):
    """One answer of the beam: how good it is, and what is known about it without the gold answer.

    ``holds`` is whether a gold answer stands in its words, which is what can be asked of whole sentences.
    ``verdict`` is the probability of a yes or no that rules decided; the calibration has no part in it.
    """

    words: str
    exact: float
    f1: float
    holds: bool
    right_passage: bool
    quoted_exactly: bool
    score: float
    log_odds: float
    features: dict[str, float]
    verdict: float | None = None

    def confidence(self, calibration: Calibration) -> float:
        """The probability of being right."""
        if self.verdict is not None:
            return self.verdict
        return calibration.probability(self.features) if self.features else 0.0


NO_ANSWER = RowAnswer(
    words="",
    exact=0.0,
    f1=0.0,
    holds=False,
    right_passage=False,
    quoted_exactly=True,
    score=-30.0,
    log_odds=0.0,
    features={},
)


class Row(Model):
    """One question read by one model; ``score`` of an answer is that without a second opinion, whatever its length."""

    id: str
    question: str
    gold: tuple[str, ...]
    answers: tuple[RowAnswer, ...]
    seconds: float

    def chosen(self, calibration: Calibration) -> RowAnswer:
        """The answer that would be taken with this calibration's weights of second opinion, length and nearness."""

        def score(answer: RowAnswer) -> float:
            nearness = answer.features["nearness"] if calibration.nearness and answer.features else 0.0
            time: Standing = next((name for name in STANDINGS if answer.features.get(f"time_{name}")), "")
            return answer.score + calibration.moves(answer.log_odds, answer.words, nearness, time)

        return max(self.answers, key=score, default=NO_ANSWER)


def paragraphs_of(path: Path) -> list[tuple[str, dict[str, object]]]:
    """Every (title, paragraph) of a file, gzipped or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    return [(article["title"].replace("_", " "), p) for article in articles for p in article["paragraphs"]]


def tasks(path: Path, seed: int = 0, keep: int | None = None, others: str = "nearest") -> list[Task]:
    """The tasks of a file in its order; with ``keep``, those paragraphs whose number it divides (held-back ones).

    ``others`` says which passages stand beside the gold one: the "nearest", or any ("random").
    """
    paragraphs = paragraphs_of(path)
    groups = beside([(title, str(paragraph["context"])) for title, paragraph in paragraphs], seed, keep, others)
    chosen = [paragraph for i, (_, paragraph) in enumerate(paragraphs) if keep is None or i % keep == 0]
    return [
        Task(hits, gold, tuple(questions_of(paragraph))) for paragraph, (hits, gold) in zip(chosen, groups, strict=True)
    ]


def beside(
    texts: Sequence[tuple[str, str]], seed: int, keep: int | None = None, others: str = "nearest"
) -> list[tuple[tuple[Hit, ...], int]]:
    """Each text, a title and words, as a hit beside three others in an order drawn by the seed; and its place."""
    hits = [hit_of(i, title, text) for i, (title, text) in enumerate(texts)]
    bags = [Counter(re.findall(r"\w{4,}", hit.chunk.text.lower())) for hit in hits]
    spread = Counter(word for bag in bags for word in bag)
    found = []
    for i in range(len(hits)):
        if keep is not None and i % keep:
            continue
        rng = random.Random(f"{seed} {i}")
        any_others = [j for j in range(len(bags)) if bags[j] != bags[i]]
        group = [i, *(nearest(i, bags, spread, 3) if others == "nearest" else rng.sample(any_others, 3))]
        rng.shuffle(group)
        found.append((tuple(hits[j] for j in group), group.index(i)))
    return found


def hit_of(number: int, title: str, text: str) -> Hit:
    """A paragraph as a hit of an article of its own."""
    chunk = Chunk(id=number + 1, article_id=str(number), start=0, end=len(text), text=text)
    return Hit(chunk=chunk, source=title, title=title, score=0.0)


def nearest(i: int, bags: Sequence[Counter[str]], spread: Counter[str], count: int) -> list[int]:
    """The paragraphs sharing most with the i-th, rare words weighing more."""

    def likeness(j: int) -> float:
        return sum(math.log(len(bags) / spread[word]) for word in bags[i].keys() & bags[j].keys())

    others = sorted((j for j in range(len(bags)) if j != i and bags[j] != bags[i]), key=lambda j: -likeness(j))
    return others[:count]


def questions_of(paragraph: dict[str, object]) -> Iterator[Asked]:
    """The questions about a paragraph."""
    for item in paragraph["qas"]:  # type: ignore[attr-defined]
        gold = () if item.get("is_impossible") else tuple(answer["text"] for answer in item["answers"])
        yield Asked(item["id"], item["question"].strip(), gold)


def sampled(chosen: Sequence[Task], limit: int | None, seed: int = 0) -> list[Task]:
    """About ``limit`` of the questions, drawn by a seed; whole tasks stay together, so that prompts are shared."""
    ids = [question.id for task in chosen for question in task.questions]
    if limit is None or limit >= len(ids):
        return list(chosen)
    kept = set(random.Random(seed).sample(ids, limit))
    fewer = [task._replace(questions=tuple(q for q in task.questions if q.id in kept)) for task in chosen]
    return [task for task in fewer if task.questions]


def read_rows(reader: Reader, chosen: Sequence[Task], path: Path) -> list[Row]:
    """Read every question that ``path`` does not hold yet; gives the rows of these tasks."""
    known = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.endswith("}"):
                row = Row.model_validate_json(line)
                known[row.id] = row
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        for task in chosen:
            for question in task.questions:
                if question.id not in known:
                    known[question.id] = row = read_row(reader, task, question)
                    file.write(row.model_dump_json() + "\n")
                    file.flush()
    return [known[question.id] for task in chosen for question in task.questions]


def with_nearness(question: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The hits with the cosine to the question that a search in a corpus finds for them, unless one found them."""
    if all(hit.dense_score is not None for hit in hits):
        return tuple(hits)
    asked = np.ravel(_embedder().embed_query(question))
    return tuple(
        hit.model_copy(update={"dense_score": float(_vector(chunk_text(hit.chunk, hit.title)) @ asked)}) for hit in hits
    )


@functools.cache
def _embedder() -> Embedder:
    return default_embedder()


@functools.lru_cache(maxsize=2000)
def _vector(text: str) -> FloatArray:
    vector: FloatArray = _embedder().embed_texts([text])[0]
    return vector


def read_row(reader: Reader, task: Task, question: Asked) -> Row:
    """Read one question and score its answers, whatever the confidence."""
    hits = with_nearness(question.text, task.hits)
    reading = reader.read(analyse_question(question.text), hits)
    articles = {hit.chunk.article_id: Article(id=hit.chunk.article_id, source=hit.source, title=hit.title,
                                              text=hit.chunk.text) for hit in task.hits}  # fmt: skip
    composer = Composer(analyse_question(question.text), reading, hits, NOTHING, articles.__getitem__)
    scores = composer.scores()
    odds = reading.span_scores.log_odds if reading.span_scores else (0.0,) * len(scores)
    answers = []
    for i, answer in enumerate(reading.decoding.answers):
        words, cited = composer.texts[i], composer.citations(answer)
        answers.append(
            RowAnswer(
                words=words,
                exact=squad_exact(words, question.gold) if question.gold else 0.0,
                f1=squad_f1(words, question.gold) if question.gold else 0.0,
                holds=any(f" {normalise_squad(gold)} " in f" {normalise_squad(words)} " for gold in question.gold),
                right_passage=all(c.article_id == task.hits[task.gold].chunk.article_id for c in cited),
                quoted_exactly=all(located(c, articles[c.article_id].text) for c in cited),
                score=scores[i],
                log_odds=odds[i],
                features=composer.judge(answer).features,
                verdict=reading.verdict.probabilities[i] if reading.verdict else None,
            )
        )
    seconds = reading.timings.prompt + reading.timings.prefill + reading.timings.decode
    return Row(id=question.id, question=question.text, gold=question.gold, answers=tuple(answers), seconds=seconds)


def located(citation: Citation, text: str) -> bool:
    """Whether the quote stands where the citation says, and the answer's words in it."""
    inside = citation.start <= citation.answer_start < citation.answer_end <= citation.end
    return inside and text[citation.start : citation.end] == citation.quote
