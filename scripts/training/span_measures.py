"""How well spans are found on paragraphs that training never saw: words, passages, and noticing there is no answer."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch

from askdocs.evaluation.correctness import squad_exact, squad_f1
from scripts.training.question_data import Paragraph, load
from scripts.training.span_data import Encoded, Example, collate, encode, held_back

LONGEST_ANSWER = 64  # tokens
Pair = tuple[str, str]  # a question and a passage


class Best(NamedTuple):
    """A passage's best span, and its log-odds against there being no answer."""

    words: str
    odds: float


def span_loss(scores: torch.Tensor, present: torch.Tensor, starts: torch.Tensor, ends: torch.Tensor) -> torch.Tensor:
    """Mean over the batch of the negative log-probability of a right start and of a right end."""
    scores = scores.masked_fill(~present[:, :, None], -1e4)
    losses = [
        torch.logsumexp(scores[:, :, k], 1) - torch.logsumexp(scores[:, :, k].masked_fill(~right, -1e4), 1)
        for k, right in ((0, starts), (1, ends))
    ]
    return (losses[0] + losses[1]).mean() / 2


def best_span(scores: torch.Tensor, row: Encoded, text: str) -> Best:
    """The best span of one row's (length, 2) scores."""
    begin, end = row.passage, row.passage + len(row.offsets)
    if begin == end:
        return Best("", -1e4)
    table = scores[begin:end, 0][:, None] + scores[begin:end, 1][None]
    table = table.masked_fill(torch.ones_like(table).triu().tril(LONGEST_ANSWER - 1) == 0, -1e4)
    first, last = divmod(int(table.argmax()), end - begin)
    odds = float(table[first, last] - scores[0].sum())
    return Best(text[row.offsets[first][0] : row.offsets[last][1]], odds)


@torch.no_grad()
def best_spans(model: Any, tokenizer: Any, pairs: Sequence[Pair], size: int = 16) -> list[Best]:
    """The best span of every (question, passage)."""
    encoded = [encode(Example(question, text, ""), tokenizer) for question, text in pairs]
    rows = [row for row in encoded if row is not None]  # without an answer asked for there is always one
    order = sorted(range(len(rows)), key=lambda i: len(rows[i].ids))
    found: dict[int, Best] = {}
    for at in range(0, len(order), size):
        chosen = order[at : at + size]
        batch = collate([rows[i] for i in chosen])
        here = next(model.parameters()).device
        scores = model(batch.ids.to(here), batch.types.to(here), batch.present.to(here)).cpu()
        found.update({i: best_span(scores[k], rows[i], pairs[i][1]) for k, i in enumerate(chosen)})
    return [found[i] for i in range(len(rows))]


def among_four(
    paragraphs: Sequence[Paragraph], everything: Sequence[Paragraph], count: int
) -> list[list[tuple[str, str]]]:
    """Questions with their passage first and three of the same article behind it."""
    rng = random.Random(7)
    asked = [(p, q) for p in paragraphs for q in p.questions if q.answer]
    tasks = []
    for paragraph, question in rng.sample(asked, min(count, len(asked))):
        others = [p.text for p in everything if p.title == paragraph.title and p.text != paragraph.text]
        if len(others) >= 3:
            tasks.append([(question.text, text) for text in (paragraph.text, *rng.sample(others, 3))])
    return tasks


def area(right: Sequence[float], wrong: Sequence[float]) -> float:
    """The probability that one of ``right`` is above one of ``wrong`` (area under the ROC curve)."""
    wins = sum((a > b) + 0.5 * (a == b) for a in right for b in wrong)
    return wins / max(1, len(right) * len(wrong))


def dev_metrics(model: Any, tokenizer: Any, data: Path, count: int = 100) -> dict[str, float]:
    """Exact match, F1, the right passage of four, and the area under the curve of answerable against not."""
    metrics: dict[str, float] = {}
    for name, stem in (("wiki", "squadshifts-new-wiki"), ("squad2", "squad2-train-7-articles")):
        paragraphs, everything = held_back(data, stem), load(data / f"{stem}.json.gz")
        asked = {(q.text, p.text): q.answer for p in paragraphs for q in p.questions}
        tasks = among_four(paragraphs, everything, count)
        best = best_spans(model, tokenizer, [pair for task in tasks for pair in task])
        gold, chosen = best[::4], [best[i : i + 4] for i in range(0, len(best), 4)]
        answers = [asked[task[0]] for task in tasks]
        metrics[f"{name} exact"] = mean([squad_exact(b.words, (a,)) for b, a in zip(gold, answers, strict=True)])
        metrics[f"{name} f1"] = mean([squad_f1(b.words, (a,)) for b, a in zip(gold, answers, strict=True)])
        metrics[f"{name} passage"] = mean([float(max(four, key=lambda b: b.odds) is four[0]) for four in chosen])
    pairs = [(pair, bool(answer)) for pair, answer in asked.items()]
    best = best_spans(model, tokenizer, [pair for pair, _ in pairs])
    right = [b.odds for b, (_, answerable) in zip(best, pairs, strict=True) if answerable]
    wrong = [b.odds for b, (_, answerable) in zip(best, pairs, strict=True) if not answerable]
    metrics["squad2 area"] = round(area(right, wrong), 4)
    return metrics


def mean(values: Sequence[float]) -> float:
    """The mean, to four places."""
    return round(sum(values) / max(1, len(values)), 4)
