"""Synthetic business news with questions, to teach a small model figures, dates, names and when to abstain.

Everything named is invented. Contexts hold one to four passages that tempt: the same kind of event at other
companies, the same company in other periods, two figures of one kind side by side. Seeded and standard library
only, so that a training run can be repeated:

    python -m scripts.training.synthetic_news --show 3 --count 4000
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from scripts.training import synthetic_noise as noise
from scripts.training.contexts import UNANSWERABLE, TrainingContext, TrainingItem, TrainingPassage, parse_answer, stands
from scripts.training.synthetic_plan import Draft, plan
from scripts.training.synthetic_questions import questions
from scripts.training.synthetic_scene import Asked


def contexts(count: int, seed: int) -> Iterator[TrainingContext]:
    """`count` contexts with their questions; the same for the same seed."""
    for index in range(count):
        yield _context(random.Random(f"news {seed} {index}"))


def _context(rng: random.Random) -> TrainingContext:
    while True:
        drafts = plan(rng)
        source = _write(drafts, rng)
        passages = tuple(TrainingPassage(draft.title, draft.published, draft.text) for draft in drafts)
        tables = [draft.table for draft in drafts]
        asked = questions(
            [draft.events for draft in drafts], [p.text for p in passages], [p.title for p in passages], tables, rng
        )
        items = _choose(asked, passages, rng)
        if len(items) >= 6:
            return TrainingContext(passages, tuple(items), source)


def _write(drafts: list[Draft], rng: random.Random) -> str:
    """Give every draft its title and text; returns what the context is made of."""
    marks: set[str] = set()
    alike = len(drafts) > 1 and len({draft.company.full for draft in drafts}) == 1
    several = len({draft.company.full for draft in drafts}) > 1
    for draft in drafts:
        if draft.table is not None:
            marks.add("table")
            draft.title, draft.text = draft.table.title, draft.table.text
            continue
        report = any("reports" in told.kind.flags for told in draft.events)
        marks.add("report" if report else "news")
        blocks = _filled(draft, report, rng)
        if rng.random() < 0.06:
            marks.add("injected")
            blocks.insert(rng.randint(0, len(blocks)), noise.injection(rng, draft.look))
        text = _join(blocks, rng)
        if not report and rng.random() < 0.08:
            marks.add("clutter")
            text = noise.clutter(text, draft.look, rng)
        draft.text = text
        draft.title = rng.choice([told.title for told in draft.events])
        if (several if report else alike) and draft.company.short not in draft.title:
            draft.title = f"{draft.company.short}: {draft.title}"
        if rng.random() < 0.5:
            draft.published = f"{draft.look.year}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    if alike and marks.isdisjoint({"report", "table"}) and rng.random() < 0.7:
        for draft in drafts:  # the chunks of one article share its title and date
            draft.title, draft.published = drafts[0].title, drafts[0].published
    return "synthetic:" + "+".join(sorted(marks))


def _filled(draft: Draft, report: bool, rng: random.Random) -> list[str]:
    """The sentences of a draft's events among fillers, up to a length; figures of others first or last."""
    blocks = [sentence for told in draft.events for sentence in told.sentences]
    wanted = rng.randint(50, 140)
    for filler in noise.fillers(rng, report, draft.company.short):
        if sum(len(block.split()) for block in blocks) >= wanted:
            break
        blocks.insert(rng.randint(1, len(blocks)), filler)
    if not report and rng.random() < 0.2:
        blocks.insert(rng.choice((0, len(blocks))), noise.distractor(rng, draft.look))
    return blocks


def _join(blocks: list[str], rng: random.Random) -> str:
    shape = rng.random()
    text = blocks[0]
    for last, block in pairwise(blocks):
        apart = "\n" in last + block or (shape > 0.6 and rng.random() < 0.3)
        text += ("\n\n" if apart else " ") + block
    return text


def _choose(asked: list[Asked], passages: tuple[TrainingPassage, ...], rng: random.Random) -> list[TrainingItem]:
    """A mix of the questions in the shares the training wants."""
    shares = {"short": 60, "unanswerable": 22, "verdict": 7, "list": 7, "follow": 7}
    rng.shuffle(asked)
    kept: dict[str, list[TrainingItem]] = {name: [] for name in shares}
    seen: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
    for one in asked:
        key = (one.item.question, one.item.history)
        if key not in seen and _holds(one.item, passages):
            seen.add(key)
            kept[one.shape].append(one.item)
    wanted = rng.randint(6, 14)
    chosen: list[TrainingItem] = []
    while len(chosen) < wanted and any(kept.values()):
        name = rng.choices(list(shares), [w if kept[s] else 0 for s, w in shares.items()])[0]
        chosen.append(kept[name].pop())
    for item in chosen:
        assert all(stands(words, passages[n - 1].text) for n, words in parse_answer(item.answer)), item
    return chosen


def _holds(item: TrainingItem, passages: tuple[TrainingPassage, ...]) -> bool:
    """Whether the answer's words stand in the text as written (a capital at a sentence's start may differ)."""
    return all(stands(words, passages[n - 1].text) for n, words in parse_answer(item.answer))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--show", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    tally: Counter[str] = Counter()
    for index, context in enumerate(contexts(arguments.count, arguments.seed)):
        tally[f"passages={len(context.passages)}"] += 1
        tally[context.source] += 1
        for item in context.items:
            tally["item:" + _shape(item)] += 1
        if index < arguments.show:
            for number, passage in enumerate(context.passages, 1):
                print(f"[{number}] {passage.title} ({passage.published})\n{passage.text}\n")
            for item in context.items:
                print("  ", item.history or "", item.question, "->", item.answer)
            print("-" * 80)
    for name, number in sorted(tally.items()):
        print(f"{number:7d} {name}")


def _shape(item: TrainingItem) -> str:
    if item.history:
        return "follow"
    if item.answer == UNANSWERABLE:
        return UNANSWERABLE
    if re.match(r"(yes|no) \[", item.answer):
        return "verdict"
    return "list" if "; [" in item.answer else "short"


if __name__ == "__main__":
    main()
