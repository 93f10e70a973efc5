"""Do follow-up questions find their article? Two sets of conversations, asked as typed, joined and as rewritten.

For every later turn of a conversation the question is searched for as it stands; after the one and the two questions
before it; and as ``askdocs.conversation.rewriter`` puts it. It counts whether the article that answers it is among the
first four passages, and whether it comes first. The history holds the right answers, as in ``askdocs eval``. Intervals
are Wilson's (95%), differences from the question after the one before it are tested with McNemar's exact test.

``evals/followups`` was written before its author had read the code of the rules of that time, to differ from
``evals/news``: typed carelessly, short, with changes of topic. Its 26 articles are searched together
with those of ``evals/news``.

Writes docs/benchmarks/followups.json and followups.md.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from askdocs.conversation.rewriter import rewrite
from askdocs.corpus.corpus import Corpus
from askdocs.evaluation import load_suite
from scripts.benchmarks.bench_retrieval import machine

History = Sequence[tuple[str, str]]
JOINED = "after the question before"
WAYS: dict[str, Callable[[str, History], str]] = {
    "as typed": lambda question, history: question,
    JOINED: lambda question, history: f"{history[-1][0]} {question}",
    "after the two before": lambda question, history: " ".join([*(asked for asked, _ in history[-2:]), question]),
    "rewritten": rewrite,
}
FIRST = 4
FOLLOWUPS = Path(__file__).parents[2] / "evals" / "followups"


class FollowUp(NamedTuple):
    """A question, what was asked and answered before it, and the names of the articles that answer it."""

    id: str
    question: str
    history: History
    articles: frozenset[str]


def of_suite(suite: Any) -> list[FollowUp]:
    """Every case that has a history and an article."""
    found: list[FollowUp] = []
    for case in suite.cases:
        history = [(turn.question, turn.answer) for turn in suite.history(case)]
        if history and case.article:
            names = frozenset(Path(article).name for article in case.article)
            found.append(FollowUp(case.id, case.question, history, names))
    return found


def of_conversations(path: Path) -> list[FollowUp]:
    """Every later turn of a file of conversations, one a line."""
    found: list[FollowUp] = []
    for line in path.read_text("utf-8").splitlines():
        conversation = json.loads(line)
        turns = conversation["turns"]
        for n, turn in enumerate(turns[1:], start=1):
            history = [(earlier["question"], earlier["answer"]) for earlier in turns[:n]]
            found.append(
                FollowUp(f"{conversation['id']}/{n + 1}", turn["question"], history, frozenset([turn["article"]]))
            )
    return found


def measure(follow_ups: Sequence[FollowUp], corpus: Corpus) -> list[dict[str, Any]]:
    """One row a follow-up: for each way the rank of its article among the first passages, or None."""
    rows = []
    for one in follow_ups:
        row: dict[str, Any] = {"id": one.id, "question": one.question}
        row["rewritten_question"] = rewrite(one.question, one.history)
        for way, made in WAYS.items():
            names = [Path(hit.source).name for hit in corpus.search(made(one.question, one.history), k=FIRST)]
            row[way] = next((rank for rank, name in enumerate(names, start=1) if name in one.articles), None)
        rows.append(row)
    return rows


def wilson(successes: int, total: int, z: float = 1.959964) -> tuple[float, float]:
    """Wilson's score interval of a share (1927)."""
    if not total:
        return 0.0, 1.0
    share = successes / total
    centre = share + z * z / (2 * total)
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    low, high = ((centre + sign * spread) / (1 + z * z / total) for sign in (-1, 1))
    return max(low, 0.0), min(high, 1.0)


def mcnemar(first: Sequence[bool], second: Sequence[bool]) -> float:
    """McNemar's exact test: how likely so uneven a split of the differing cases is by chance."""
    wins = sum(a and not b for a, b in zip(first, second, strict=True))
    losses = sum(b and not a for a, b in zip(first, second, strict=True))
    differing = wins + losses
    tail: float = sum(math.comb(differing, n) for n in range(min(wins, losses) + 1)) / 2**differing
    return min(1.0, 2 * tail)


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """For each way how many were found, how many came first, and both against the joined question."""
    result: dict[str, Any] = {}
    for way in WAYS:
        result[way] = {}
        for name, most in (("found", FIRST), ("rank 1", 1)):
            hits, joined = ([row[key] is not None and row[key] <= most for row in rows] for key in (way, JOINED))
            result[way][name] = {
                "count": sum(hits),
                "share": sum(hits) / len(hits) if hits else 0.0,
                "interval": wilson(sum(hits), len(hits)),
                "p": mcnemar(hits, joined),
            }
    return result


def table(label: str, rows: Sequence[dict[str, Any]]) -> list[str]:
    """One set as a part of the page."""
    lines = [f"## {label}: {len(rows)} follow-ups", ""]
    lines += ["| question | found | 95% interval | p | rank 1 | 95% interval | p |", "|---|---|---|---|---|---|---|"]
    for way, entry in summary(rows).items():
        cells = []
        for part in entry.values():
            low, high = part["interval"]
            cells += [f"{part['count']} ({part['share']:.3f})", f"{low:.3f} to {high:.3f}"]
            cells += ["" if way == JOINED else f"{part['p']:.2g}"]
        lines.append(f"| {way} | {' | '.join(cells)} |")
    missed = [row for row in rows if row["rewritten"] is None]
    lines += ["", "Not found when rewritten:" if missed else "Every rewritten question found its article.", ""]
    return [*lines, *(f"- `{row['id']}`: {row['rewritten_question']}" for row in missed), ""]


def markdown(report: dict[str, Any]) -> str:
    """The report as a page."""
    on = report["machine"]
    lines = [
        "# Follow-up questions",
        "",
        "Made by `python scripts/benchmarks/bench_followups.py`; what is compared stands in its docstring.",
        f"Machine: {on['cpu']}, {on['cores']} cores, Python {on['python']}, {on['system']}.",
        "",
        f"Found: an article that answers is among the first {FIRST} passages; p: against `{JOINED}`. What was kept of"
        " the rules, and why: [what-follow-ups-need](../decisions/what-follow-ups-need.md).",
        "",
    ]
    for label, rows in report["rows"].items():
        lines += table(label, rows)
    return "\n".join(lines).rstrip().replace("\n\n\n", "\n\n") + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks"))
    arguments = parser.parse_args()
    suite = load_suite("news")
    with tempfile.TemporaryDirectory() as folder, Corpus.open(Path(folder) / "followups.askdocs") as corpus:
        corpus.add(*suite.sources)
        rows = {"news": measure(of_suite(suite), corpus)}
        corpus.add(FOLLOWUPS / "articles")
        rows["followups"] = measure(of_conversations(FOLLOWUPS / "conversations.jsonl"), corpus)
    results = {label: summary(measured) for label, measured in rows.items()}
    report = {"machine": machine(), "first": FIRST, "results": results, "rows": rows}
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "followups.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")
    (arguments.out / "followups.md").write_text(markdown(report), "utf-8")
    print(markdown(report))


if __name__ == "__main__":
    main()
