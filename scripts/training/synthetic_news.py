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
from dataclasses import dataclass, replace
from itertools import pairwise

from scripts.training import synthetic_names as names
from scripts.training import synthetic_noise as noise
from scripts.training.contexts import UNANSWERABLE, TrainingContext, TrainingItem, TrainingPassage, parse_answer, stands
from scripts.training.synthetic_events import Kind, Told, kinds, tell
from scripts.training.synthetic_questions import Asked, questions
from scripts.training.synthetic_tables import Table, table
from scripts.training.synthetic_values import Style, style

REPORT_CURRENCIES = (
    ("$", "", "word", 2, 1), ("$", "", "word", 2, 1), ("$", "", "word", 2, 1), ("$", "", "word", 2, 1),
    ("£", "", "bn", 2, 1), ("€", "", "word", 2, 1), ("€", "", "bn", 2, 1), ("US$", "", "word", 2, 1),
)  # fmt: skip
PASSAGES = ((1, 25), (2, 15), (3, 20), (4, 40))


@dataclass
class Draft:
    """A passage being written: its events, then its text."""

    company: names.Company
    look: Style
    events: list[Told]
    table: Table | None = None
    title: str = ""
    text: str = ""
    published: str | None = None


def contexts(count: int, seed: int) -> Iterator[TrainingContext]:
    """`count` contexts with their questions; the same for the same seed."""
    for index in range(count):
        yield _context(random.Random(f"news {seed} {index}"))


def _context(rng: random.Random) -> TrainingContext:
    while True:
        drafts = _plan(rng)
        source = _write(drafts, rng)
        passages = tuple(TrainingPassage(draft.title, draft.published, draft.text) for draft in drafts)
        tables = [draft.table for draft in drafts]
        asked = questions(
            [draft.events for draft in drafts], [p.text for p in passages], [p.title for p in passages], tables, rng
        )
        items = _choose(asked, passages, rng)
        if len(items) >= 6:
            return TrainingContext(passages, tuple(items), source)


def _companies(rng: random.Random, count: int) -> list[names.Company]:
    found: dict[str, names.Company] = {}
    while len(found) < count:
        firm = names.company(rng)
        found.setdefault(firm.short.lower()[:4], firm)
    return list(found.values())


def _plan(rng: random.Random) -> list[Draft]:
    """Which companies and kinds of events meet in a context."""
    (total,) = rng.choices([n for n, _ in PASSAGES], [w for _, w in PASSAGES])
    pool = _companies(rng, 40)
    families = {"news": [], "reports": [], "tables": []}  # type: dict[str, list[Kind]]
    for kind in kinds().values():
        families["reports" if "reports" in kind.flags else "news"].append(kind)
    report = bool(families["reports"]) and rng.random() < 0.17
    choices = families["reports"] if report else families["news"]
    repeated = rng.choice(choices) if rng.random() < 0.5 else None
    if report and repeated is not None and "series" not in repeated.flags:
        repeated = None  # questions on reports seldom name the company, so a kind stands once in a context
    series = repeated is not None and "series" in repeated.flags and (report or rng.random() < 0.6)
    same = series or (report and rng.random() < 0.6)
    told_kinds: set[str] = set()
    drafts: list[Draft] = []
    look = style(rng)
    used: set[tuple[str, str]] = set()
    first = _fit(pool, repeated, rng)
    for place in range(total):
        shift = rng.choice((0, -1, 1, -2)) if not series else -2 * place
        own = replace(look if rng.random() < 0.5 else style(rng), year=look.year + shift)
        if report:
            own = replace(own, currency=rng.choice(REPORT_CURRENCIES), percent="%", hedge=rng.choice((0.0, 0.2)))
        firm = first if (same or place == 0) else _fit(pool, repeated, rng)
        if rng.random() < 0.08:
            drafts.append(Draft(firm, own, [], table(firm, pool, own, rng, {d.table.name for d in drafts if d.table})))
            continue
        picked = [repeated] if repeated is not None and (place < 2 or rng.random() < 0.6) else []
        while len(picked) < (2 if total < 3 or rng.random() < 0.5 else 1):
            (other,) = rng.choices(choices, [_weight(firm, kind) for kind in choices])
            if (
                other not in picked
                and (firm.full, other.name) not in used
                and _suits(firm, other)
                and not _clash(other, picked)
                and not (report and other.name in told_kinds)
            ):
                told_kinds.add(other.name)
                picked.append(other)
        events = []
        for kind in picked:
            if kind is repeated and series and (firm.full, kind.name) in used and "series" not in kind.flags:
                continue
            used.add((firm.full, kind.name))
            events.append(tell(kind, firm, pool, own, rng, bool(events)))
        drafts.append(Draft(firm, own, events))
    rng.shuffle(drafts)
    return drafts


def _weight(firm: names.Company, kind: Kind) -> int:
    """Kinds that only firms of one sector have come up more often for such firms."""
    return 8 if any(flag.startswith("sector=") for flag in kind.flags) and _suits(firm, kind) else 1


def _suits(firm: names.Company, kind: Kind) -> bool:
    wanted = [flag.partition("=")[2] for flag in kind.flags if flag.startswith("sector=")]
    return not wanted or firm.sector.replace(" ", "_") in wanted


def _clash(kind: Kind, picked: list[Kind]) -> bool:
    """Whether another kind told of the same company could answer this kind's questions."""
    topics = {flag for flag in kind.flags if flag.startswith("topic=")}
    return any(topics & other.flags for other in picked)


def _fit(pool: list[names.Company], kind: Kind | None, rng: random.Random) -> names.Company:
    """A company of the pool; for a kind of one sector, one renamed into it."""
    firm = pool.pop()
    if kind is None or _suits(firm, kind):
        return firm
    wanted = next(flag.partition("=")[2].replace("_", " ") for flag in sorted(kind.flags) if flag.startswith("sector="))
    return firm._replace(full=f"{firm.short} {rng.choice(names.SECTORS[wanted])}", sector=wanted)


def _write(drafts: list[Draft], rng: random.Random) -> str:
    """Give every draft its title and text; returns what the context is made of."""
    marks: set[str] = set()
    several = len({draft.company.full for draft in drafts}) > 1
    for draft in drafts:
        if draft.table is not None:
            marks.add("table")
            draft.title, draft.text = draft.table.title, draft.table.text
            continue
        report = any("reports" in told.kind.flags for told in draft.events)
        marks.add("report" if report else "news")
        sentences = [list(told.sentences) for told in draft.events]
        blocks = [sentence for told in sentences for sentence in told]
        wanted = rng.randint(50, 140)
        spare = noise.fillers(rng, report, draft.company.short, draft.look)
        while spare and sum(len(block.split()) for block in blocks) < wanted:
            blocks.insert(rng.randint(1, len(blocks)), spare.pop())
        if rng.random() < 0.06:
            marks.add("injected")
            blocks.insert(rng.randint(0, len(blocks)), noise.injection(rng, draft.look))
        text = _join(blocks, rng)
        if not report and rng.random() < 0.08:
            marks.add("clutter")
            text = noise.clutter(text, draft.look, rng)
        draft.text = text
        draft.title = rng.choice([told.title for told in draft.events])
        if report and several and draft.company.short not in draft.title:
            draft.title = f"{draft.company.short}: {draft.title}"
        if rng.random() < 0.5:
            draft.published = f"{draft.look.year}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    return "synthetic:" + "+".join(sorted(marks))


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
