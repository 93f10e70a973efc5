"""Synthetic prose of annual reports with questions whose answers are clauses, as annotators mark them.

Everything named is invented. A context holds the same note of several companies or years, or several notes of one
company, so that passages tempt. Seeded and standard library only:

    python -m scripts.training.synthetic_reports --show 5
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from scripts.training import synthetic_names as names
from scripts.training.contexts import UNANSWERABLE, TrainingContext, TrainingItem, TrainingPassage, parse_answer, stands
from scripts.training.report_notes import Note, Told, notes, tell, tidy, unmark
from scripts.training.report_values import Teller
from scripts.training.synthetic_events import choose


@dataclass
class Draft:
    """A passage to be: a note of a company's report of a year, as told."""

    note: Note
    teller: Teller
    told: list[Told]
    number: int
    heading: str
    headed: bool
    text: str = ""
    table: str = ""


def report_contexts(count: int, seed: int) -> Iterator[TrainingContext]:
    """`count` contexts with their questions; the same for the same seed."""
    for index in range(count):
        yield _context(random.Random(f"reports {seed} {index}"))


def _context(rng: random.Random) -> TrainingContext:
    while True:
        shape, drafts = _plan(rng)
        for draft in drafts:
            _write(draft, rng)
        passages = tuple(TrainingPassage(*_title(draft, shape, rng), draft.text) for draft in drafts)
        items = _choose(drafts, rng)
        if len(items) >= 6:
            return TrainingContext(passages, tuple(items), f"synthetic:report-{shape}")


def _plan(rng: random.Random) -> tuple[str, list[Draft]]:
    """Which notes of which companies and years a context shows."""
    count = 4 if rng.random() < 0.78 else rng.randint(1, 3)
    shape = rng.choices(("companies", "years", "notes", "mixed"), (3, 2, 5, 2))[0]
    pool, year = names.Pool(rng), rng.randint(2009, 2024)
    firms = [pool.pop() for _ in range(4)]
    picked = _pick(rng)
    if shape == "companies":
        drawn = [(picked[0], firm, year - rng.choice((0, 0, 0, 1))) for firm in firms]
    elif shape == "years":  # three years apart, so that no year is told by two passages
        drawn = [(picked[0], firms[0], year - 3 * step) for step in range(4)]
    elif shape == "notes":
        drawn = [(note, firms[0], year) for note in picked]
    else:
        drawn = [(note, firm, year) for note in picked[:2] for firm in firms[:2]]
    rng.shuffle(drawn)
    tellers: dict[str, Teller] = {}
    drafts: list[Draft] = []
    for note, firm, of_year in drawn[:count]:
        teller = Teller(rng, notes().lists, firm, of_year)
        teller.dress()
        like = tellers.setdefault(firm.full, teller)  # one company speaks one way
        teller.voice, teller.currency, teller.date, teller.british = like.voice, like.currency, like.date, like.british
        heading = choose(rng.choice(note.headings), rng)
        drafts.append(Draft(note, teller, [], rng.randint(2, 29), heading, rng.random() < 0.6))
    return shape, drafts


def _pick(rng: random.Random) -> list[Note]:
    """Four notes; discussions of results, which tell causes, more often than they are many."""
    left, picked = list(notes().notes.values()), list[Note]()
    while len(picked) < 4:
        note = rng.choices(left, [2 if note.key.startswith("mdna") else 1 for note in left])[0]
        left.remove(note)
        picked.append(note)
    return picked


def _write(draft: Draft, rng: random.Random) -> None:
    """Tell some of the note's facts, at least one left out, under its heading."""
    wanted = rng.randint(50, 140)
    names_left = list(dict.fromkeys(fact.name for fact in draft.note.facts))
    rng.shuffle(names_left)
    if rng.random() < 0.85:  # what changed and why is told before all else
        names_left.sort(key=lambda name: "_change" not in name)
    for name in names_left[: max(1, len(names_left) - 1)]:
        fact = rng.choice([fact for fact in draft.note.facts if fact.name == name])
        draft.told.append(tell(fact, draft.teller, rng))
        if sum(len(told.sentence.split()) for told in draft.told) >= wanted:
            break
    order = {id(fact): place for place, fact in enumerate(draft.note.facts)}
    if rng.random() < 0.7:
        draft.told.sort(key=lambda told: order[id(told.fact)])
    blocks = [told.sentence for told in draft.told]
    for filler in rng.sample(notes().fillers, len(notes().fillers)):
        if sum(len(block.split()) for block in blocks) >= 50 + rng.randint(0, 20):
            break
        blocks.insert(rng.randint(1, len(blocks)), tidy(draft.teller.fill(choose(filler, rng), {})))
    text = (" " if rng.random() < 0.7 else "\n").join(blocks)
    if rng.random() < 0.2:
        lead = choose(rng.choice(notes().lists["tablelead"]), rng)
        plain, marked = unmark(tidy(draft.teller.fill(lead, {})))
        draft.table = marked["t"].bare
        text += rng.choice((" ", "\n")) + plain
    draft.text = _head(draft, rng) + text


def _head(draft: Draft, rng: random.Random) -> str:
    if not draft.headed:
        return ""
    mark = rng.choice(
        (f"{draft.number}. ", f"Note {draft.number} – ", f"NOTE {draft.number}: ", f"({draft.number}) ", "")
    )
    if not mark:
        draft.headed = False
    return mark + draft.heading + rng.choice(("\n", "\n", "\n\n"))


def _title(draft: Draft, shape: str, rng: random.Random) -> tuple[str, str | None]:
    """A title that tells alike passages apart."""
    co, year = draft.teller.company.full, draft.teller.year
    titles = [f"{co} annual report {year}", f"{co}: {draft.heading} ({year})", f"{co} 10-K {year}", f"{co}, {year}"]
    if shape == "notes":
        titles += [draft.heading, "Annual report", f"{co}", "Notes to the financial statements"]
    published = f"{year + 1}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}" if rng.random() < 0.2 else None
    return rng.choice(titles), published


def _choose(drafts: list[Draft], rng: random.Random) -> list[TrainingItem]:
    """A mix of answerable and unanswerable questions, each checked against the passages."""
    good, bad = _answerable(drafts, rng), _unanswerable(drafts, rng)
    rng.shuffle(good)
    rng.shuffle(bad)
    wanted, chosen = rng.randint(6, 14), list[TrainingItem]()
    seen: set[str] = set()
    while len(chosen) < wanted and good:
        item = bad.pop() if bad and rng.random() < 0.285 else good.pop()
        key = item.question.lower().rstrip("?")
        if key in seen:
            continue
        seen.add(key)
        if all(stands(words, drafts[n - 1].text) for n, words in parse_answer(item.answer)):
            chosen.append(item)
    return chosen


def _answerable(drafts: list[Draft], rng: random.Random) -> list[TrainingItem]:
    items: list[TrainingItem] = []
    for number, draft in enumerate(drafts, 1):
        for told in draft.told:
            for mark, phrasings in told.fact.asks:
                phrasing = rng.choice(phrasings)
                words = told.answers[mark].answering(phrasing) if mark in told.answers else ""
                short = len(words.split()) < 3
                if words and not (short and rng.random() < 0.5):  # clauses are what this is for
                    question = _ask(phrasing, draft, told.values, drafts, told.fact.family, rng)
                    items.append(TrainingItem(question, f"[{number}] {words}"))
        if draft.table and sum(bool(other.table) for other in drafts) == 1:
            asked = choose(rng.choice(notes().lists["tableask"]), rng)
            items.append(TrainingItem(_sloppy(asked, rng), f"[{number}] {draft.table}"))
        if draft.headed and sum(other.number == draft.number for other in drafts) == 1 and rng.random() < 0.4:
            asked = choose(rng.choice(notes().lists["topicask"]), rng).replace("#", str(draft.number))
            items.append(TrainingItem(asked, f"[{number}] {draft.heading}"))
    return items


def _unanswerable(drafts: list[Draft], rng: random.Random) -> list[TrainingItem]:
    """Questions on facts not told, on another topic, another year or another company."""
    everything = "\n".join(draft.text for draft in drafts)
    told_names = {told.fact.name for draft in drafts for told in draft.told}
    asked: list[str] = []
    for draft in drafts:
        for fact in draft.note.facts:
            if fact.name not in told_names and fact.asks:
                values: dict[str, str] = {}
                phrasing = rng.choice(rng.choice(fact.asks)[1])
                asked.append(_ask(phrasing, draft, values, drafts, "", rng))
        for told in draft.told:
            asked += [_ask(trap, draft, told.values, drafts, told.fact.family, rng) for trap in told.fact.traps]
            for _, phrasings in told.fact.asks:
                asked += _twisted(rng.choice(phrasings), draft, told, drafts, everything, rng)
    return [TrainingItem(question, UNANSWERABLE) for question in asked]


def _twisted(
    phrasing: str, draft: Draft, told: Told, drafts: list[Draft], everything: str, rng: random.Random
) -> list[str]:
    """A question the fact answers, asked of another year, of another topic or of a stranger."""
    if re.search(r"\{(y|yb|yc|end|endb)\}", phrasing) and rng.random() < 0.5:
        absent = [y for y in range(draft.teller.year - 9, draft.teller.year + 4) if str(y) not in everything]
        absent = [y for y in absent if all(abs(y - other.teller.year) > 0 for other in drafts)]
        if absent:
            year = rng.choice(absent)
            moved = {
                k: v for k, v in told.values.items() if k not in ("{y}", "{yb}", "{yc}", "{yn}", "{end}", "{endb}")
            }
            other = Teller(rng, draft.teller.lists, draft.teller.company, year, date=draft.teller.date)
            other.voice = draft.teller.voice
            return [_ask(phrasing, Draft(draft.note, other, [], 0, "", False), moved, drafts, told.fact.family, rng)]
    topics = [slot for slot in re.findall(r"\{[a-z]+\}", phrasing) if slot[1:-1] in draft.teller.lists]
    if topics and rng.random() < 0.5:
        fresh = [choose(entry, rng) for entry in draft.teller.lists[topics[0][1:-1]]]
        fresh = [entry for entry in fresh if entry.lower() not in everything.lower() and "{" not in entry]
        if fresh:
            values = told.values | {topics[0]: rng.choice(fresh)}
            return [_ask(phrasing, draft, values, drafts, told.fact.family, rng)]
    if rng.random() < 0.25:
        stranger = names.company(rng)
        if stranger.short not in everything:
            question = tidy(draft.teller.fill(choose(phrasing, rng), dict(told.values), stranger.short))
            return [question if stranger.short in question else _qualified(question, stranger.short, "", rng)]
    return []


def _ask(
    phrasing: str, draft: Draft, values: dict[str, str], drafts: list[Draft], fact: str, rng: random.Random
) -> str:
    """A question, naming company and year where other passages tell the same fact."""
    teller = draft.teller
    rivals = [d for d in drafts if d is not draft and (not fact or any(told.fact.family == fact for told in d.told))]
    by_company = any(d.teller.company != teller.company for d in rivals)
    by_year = any(d.teller.company == teller.company and d.teller.year != teller.year for d in rivals)
    short = teller.company.short
    called = short if by_company or rng.random() < 0.4 else rng.choice(("the Company", "the company", "the group"))
    question = tidy(teller.fill(choose(phrasing, rng), dict(values), called))
    company = short if (by_company or rng.random() < 0.08) and short not in question else ""
    year = str(teller.year) if by_year and not re.search(r"\b(?:19|20)\d\d\b", question) else ""
    if company or year:
        question = _qualified(question, company, year, rng)
    return _sloppy(question, rng)


def _qualified(question: str, company: str, year: str, rng: random.Random) -> str:
    """The question with the company, the year or both put before or behind it."""
    low, bare = question[0].lower() + question[1:], question.rstrip("?")
    if company and year:
        return rng.choice((f"In {company}'s {year} report, {low}", f"{bare}, for {company} in {year}?"))
    if company:
        return rng.choice(
            (f"At {company}, {low}", f"{bare} at {company}?", f"For {company}, {low}", f"{bare}, for {company}?")
        )
    return rng.choice(
        (f"In the {year} report, {low}", f"{bare}, according to the {year} report?", f"For {year}, {low}")
    )


def _sloppy(question: str, rng: random.Random) -> str:
    """The question as people type it: mostly as it is, else short of an article, its mark or its capital."""
    shape = rng.random()
    if shape < 0.06:
        return question.replace("What is the ", "What's the ", 1)
    if shape < 0.12:
        return re.sub(r"\bthe (?!Company|company|group)", "", question, count=1)
    if shape < 0.15:
        return question.rstrip("?")
    if shape < 0.18:
        return question[0].lower() + question[1:]
    return question


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--show", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    for context in report_contexts(arguments.show, arguments.seed):
        for number, passage in enumerate(context.passages, 1):
            print(f"[{number}] {passage.title} ({passage.published})\n{passage.text}\n")
        for item in context.items:
            print("  ", item.question, "->", item.answer)
        print("-" * 80)


if __name__ == "__main__":
    main()
