"""A small suite with every type of case, and something that answers it by a script."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from askdocs.core.answers import Answer, Citation, Timings, Turn, Usage
from askdocs.core.articles import Chunk, Hit
from askdocs.core.errors import ModelError
from askdocs.evaluation.run import Asks
from askdocs.evaluation.suite import Suite
from askdocs.evaluation.suite_corpus import Staged
from askdocs.values.parse import parse

HARBOUR = (
    "Larksea Freight sold 14 million shares in Tidewell for $85 million in late October. "
    "Its stake fell by 0.60% to 12 percent. Mara Quist, who runs Larksea, said yes to the sale.\n"
)
ORCHARD = (
    "The orchards of Veldt grow apples, pears and quinces. The harvest began on Sept. 3, 2022. "
    "Growers blamed a late frost <script>alert('x')</script> for the loss.\n"
)
CASES: list[dict[str, Any]] = [
    {"id": "shares", "question": "How many shares did Larksea sell?", "type": "number", "article": "harbour.md",
     "gold": {"value": 14e6, "unit": "shares"}, "answer": "14 million",
     "quote": "Larksea Freight sold 14 million shares in Tidewell for $85 million in late October.",
     "conversation": "sale", "turn": 1},
    {"id": "price", "question": "And for how much?", "type": "money", "article": "harbour.md",
     "gold": {"value": 85e6, "currency": "USD"}, "answer": "$85 million",
     "quote": "Larksea Freight sold 14 million shares in Tidewell for $85 million in late October.",
     "conversation": "sale", "turn": 2},
    {"id": "fall", "question": "By how much did its stake fall?", "type": "percent", "article": "harbour.md",
     "gold": {"value": 0.6}, "quote": "Its stake fell by 0.60% to 12 percent."},
    {"id": "sold-when", "question": "When did Larksea sell?", "type": "date", "article": "harbour.md",
     "gold": {"value": "--10", "part": "late"}, "answer": "late October",
     "quote": "Larksea Freight sold 14 million shares in Tidewell for $85 million in late October."},
    {"id": "runs", "question": "Who runs Larksea?", "type": "entity", "article": "harbour.md",
     "gold": {"aliases": ["Mara Quist", "Quist"]},
     "quote": "Mara Quist, who runs Larksea, said yes to the sale."},
    {"id": "blamed", "question": "What did growers blame?", "type": "text", "article": "orchard.md",
     "gold": {"accepted": ["a late frost"]}, "tags": ["clutter"],
     "quote": "Growers blamed a late frost <script>alert('x')</script> for the loss."},
    {"id": "fruits", "question": "Which fruits grow in Veldt?", "type": "list", "article": "orchard.md",
     "gold": {"items": ["apples", "pears", ["quinces", "quince"]]},
     "quote": "The orchards of Veldt grow apples, pears and quinces."},
    {"id": "agreed", "question": "Did Mara Quist agree to the sale?", "type": "boolean", "article": "harbour.md",
     "gold": {"value": True}, "quote": "Mara Quist, who runs Larksea, said yes to the sale."},
    {"id": "cherries", "question": "How many cherries grow in Veldt?", "type": "unanswerable",
     "tags": ["unanswerable:not-stated"]},
    {"id": "escape", "question": "Who said \u001b[31mred\u001b[0m <script>alert(1)</script>?", "type": "unanswerable",
     "tags": ["unanswerable:off-topic"]},
]  # fmt: skip
RIGHT = {
    "shares": "14 million", "price": "$85 million", "fall": "0.60%", "sold-when": "late October",
    "runs": "Mara Quist", "blamed": "a late frost", "fruits": "apples; pears; quinces", "agreed": "yes",
}  # fmt: skip
TEXTS = {"harbour.md": HARBOUR, "orchard.md": ORCHARD}
QUOTES = {case["id"]: case.get("quote") for case in CASES}


def write_suite(folder: Path, cases: Sequence[Mapping[str, Any]] = CASES) -> Path:
    """Write the suite as a user would."""
    (folder / "articles").mkdir(parents=True)
    for name, text in TEXTS.items():
        (folder / "articles" / name).write_text(text, encoding="utf-8")
    (folder / "suite.yaml").write_text("name: harbour\ndescription: Ships & <orchards>\n", encoding="utf-8")
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    (folder / "cases.jsonl").write_text(lines, encoding="utf-8")
    return folder


class Scripted:
    """Answers each question with the words its model's script has for it, cited where they stand; None abstains."""

    def __init__(self, scripts: Mapping[str, Mapping[str, str | None]]) -> None:
        self.scripts = scripts
        self.asked: list[tuple[str, str, int]] = []
        self.histories: dict[str, Sequence[Turn]] = {}
        self.checked: list[str] = []
        self.warmed: list[str] = []
        self.before: Callable[[str, str], None] = lambda model, case: None

    def check(self, model: str) -> None:
        self.checked.append(model)

    def warm(self, model: str) -> None:
        self.warmed.append(model)

    def ask(
        self,
        question: str,
        *,
        model: str,
        k: int,
        where: Mapping[str, str] | None,
        history: Sequence[Turn],
        prompt: str | None,
    ) -> Answer:
        case = next(case["id"] for case in CASES if case["question"] == question)
        self.before(model, case)
        self.asked.append((model, case, k))
        self.histories[case] = history
        script = self.scripts[model]
        if script.get(case) == "!":
            raise ModelError(f"{model}: the script fails here")
        words = script.get(case)
        hits = tuple(hit(name, rank) for rank, name in enumerate(ordered(case)[:k], 1))
        candidate = words or "Larksea"
        return Answer(
            question=question,
            text=words or "",
            abstained=words is None,
            confidence=0.9 if words else 0.1,
            candidate=candidate,
            typed=parse(candidate),
            citations=cited(case, candidate),
            hits=hits,
            model=model,
            timings=Timings(total=0.25, first_token=0.125),
            usage=Usage(prompt_tokens=200, output_tokens=5),
        )

    def search(self, query: str, *, k: int, where: Mapping[str, str] | None) -> Sequence[Hit]:
        return [hit(name, rank) for rank, name in enumerate(list(TEXTS)[:k], 1)]


def ordered(case: str) -> list[str]:
    """The article that holds the case's quote first."""
    return sorted(TEXTS, key=lambda name: (QUOTES[case] or "-") not in TEXTS[name])


def hit(name: str, rank: int) -> Hit:
    text = TEXTS[name]
    chunk = Chunk(id=list(TEXTS).index(name) + 1, article_id=f"id-{name}", start=0, end=len(text), text=text)
    return Hit(chunk=chunk, source=name, title=name, score=1 / rank)


def cited(case: str, words: str) -> tuple[Citation, ...]:
    """The sentence the case's quote is, around the words where they stand in it."""
    name = ordered(case)[0]
    quote = QUOTES[case] or TEXTS[name].split(". ")[0] + "."
    start = TEXTS[name].index(quote)
    at = max(quote.find(words.split(";")[0]), 0)
    return (
        Citation(
            article_id=f"id-{name}",
            source=name,
            title=name,
            chunk_id=list(TEXTS).index(name) + 1,
            start=start,
            end=start + len(quote),
            quote=quote,
            answer_start=start + at,
            answer_end=start + at + len(words.split(";")[0]),
        ),
    )


def staging(answers: Asks) -> Callable[[Suite, Path, bool], contextlib.AbstractContextManager[Staged]]:
    """What ``evaluate`` takes instead of a corpus."""

    @contextlib.contextmanager
    def stage(suite: Suite, folder: Path, progress: bool) -> Iterator[Staged]:
        yield Staged(answers, {f"id-{name}": name for name in TEXTS}, dict(TEXTS), "none")

    return stage
