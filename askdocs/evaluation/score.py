"""Outcomes -> scores: every metric of every case, without any model."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from askdocs.core.answers import Value
from askdocs.evaluation.cases import Case
from askdocs.evaluation.cells import cells_cited
from askdocs.evaluation.correctness import accepted_words, is_right, quantity_agrees, squad_exact, squad_f1
from askdocs.evaluation.metrics import (
    Floats,
    QuoteClass,
    Span,
    character_scores,
    covers,
    occurrences,
    plain_words,
    quote_class,
    retrieval_scores,
)
from askdocs.evaluation.outcomes import Outcome, Place
from askdocs.evaluation.whole import ENOUGH_FACTS, facts_covered, items_f1, items_of, parts_right

Verdict = Literal[
    "right",
    "rightly abstained",
    "retrieved but answered wrong",
    "not retrieved and answered wrong",
    "abstained though answerable",
    "answered though unanswerable",
    "retrieved",
    "not retrieved",
    "failed",
]
NAN = math.nan

# What each metric is a mean of. Larger is better but for those in SMALLER.
METRICS = {
    "exact": "right by value; an unanswerable case is right when abstained (all cases)",
    "exact.answerable": "right by value (answerable cases)",
    "squad_em": "exact match as SQuAD 2.0 has it (all cases)",
    "squad_f1": "F1 of words as SQuAD 2.0 has it (all cases)",
    "citation.exact": "quotes that stand at their place, letter for letter (cases with citations)",
    "citation.normalised": "quotes that stand there but for case, space, signs or place (cases with citations)",
    "citation.misattributed": "quotes that stand in another article only (cases with citations)",
    "citation.fabricated": "quotes that stand nowhere (cases with citations)",
    "citation.unsupported": "answers with words that stand in no passage read (cases with an answer, given or not)",
    "citation.given": "answers with at least one citation (answered cases)",
    "citation.support": "citations that hold the gold words or a gold quote (answered answerable cases)",
    "citation.article_precision": "citations that name a gold article (answered answerable cases)",
    "citation.article_recall": "gold articles that are cited (answered answerable cases)",
    "citation.chunk_precision": "citations in a chunk that holds a gold quote (answered answerable cases)",
    "citation.chunk_recall": "gold quotes in a cited chunk (answered answerable cases)",
    "citation.character_precision": "cited characters that are gold (answered answerable cases)",
    "citation.character_recall": "gold characters that are cited (answered answerable cases)",
    "cell": "gold cells that are cited with their labels (answered answerable cases with cells)",
    "wrong_value": "typed values that are not gold, none counting as right (answered cases with cells and a quantity)",
    "items": "F1 of the items of a list (answerable cases with a form that ask for one)",
    "facts": "gold facts that a summary holds (answerable cases that ask for one)",
    "parts": "parts of a comparison, or of several questions, that are right (answerable cases of these)",
    "form": "what is asked for was told: a fact, a list, a summary, ... (cases with a form)",
    "retrieval.recall": "gold quotes among the hits (cases with a gold article)",
    "retrieval.mrr": "1 / rank of the first hit with a gold quote (cases with a gold article)",
    "retrieval.ndcg": "gain of the hits by rank, against the best order (cases with a gold article)",
    "abstention.accuracy": "answered if answerable, abstained if not (all cases)",
    "abstention.answered": "answerable cases that were answered",
    "abstention.abstained": "unanswerable cases that were abstained from",
    "failed": "cases that ended with an error",
    "cost.seconds": "seconds to the whole answer, without loading the model",
    "cost.first_token": "seconds to the first token",
    "cost.prompt_tokens": "tokens of the prompt",
    "cost.output_tokens": "tokens of the answer",
    "cost.tokens_per_second": "prompt and output tokens by the second",
}
# Measured, and shown, only where a suite has cases on cells of tables.
TABLE_METRICS = ("cell", "wrong_value")
# Only where a suite has cases with a form.
FORM_METRICS = ("items", "facts", "parts", "form")
QUANTITIES = ("number", "money", "percent")
SMALLER = frozenset(
    ("citation.normalised", "citation.misattributed", "citation.fabricated", "citation.unsupported", "failed",
     "wrong_value", "cost.seconds", "cost.first_token", "cost.prompt_tokens", "cost.output_tokens", "confidence.ece",
     "confidence.aurc")
)  # fmt: skip


class CaseScore(NamedTuple):
    """One outcome judged. ``values`` has a number for each of METRICS, NaN where it does not apply."""

    verdict: Verdict
    candidate_right: bool
    quotes: tuple[QuoteClass, ...]
    values: dict[str, float]


class Gold:
    """Where a case's gold quotes stand, worked out once for all runs."""

    def __init__(self, case: Case, texts: Mapping[str, str]) -> None:
        self.places: list[list[tuple[str, Span]]] = []
        if case.answerable:
            for quote in case.quote:
                self.places.append(
                    [(name, span) for name in case.article for span in occurrences(quote, texts.get(name, ""))]
                )
        self.places = [places for places in self.places if places]
        self.articles = case.article if case.answerable else ()
        self.accepted = accepted_words(case)

    def items_in(self, place: Place | tuple[str, Span]) -> frozenset[int]:
        """Which gold quotes a span holds; where the case has no quotes, which gold articles it is from."""
        article, span = place if isinstance(place, tuple) else (place.article, (place.start, place.end))
        if not self.places:
            return frozenset(i for i, name in enumerate(self.articles) if name == article)
        return frozenset(
            i
            for i, places in enumerate(self.places)
            if any(name == article and covers(span, where) for name, where in places)
        )

    @property
    def count(self) -> int:
        """How many gold items there are to find."""
        return len(self.places) or len(self.articles)


class Scorer:
    """Scores outcomes of one suite. ``texts`` are the articles' cleaned texts by the names that cases use."""

    def __init__(self, cases: Sequence[Case], texts: Mapping[str, str], retrieval_only: bool = False) -> None:
        self.cases = {case.id: case for case in cases}
        self.texts = dict(texts)
        self.retrieval_only = retrieval_only
        self._gold = {case.id: Gold(case, texts) for case in cases}
        self._right = functools.lru_cache(maxsize=100_000)(self._is_right)
        self._class = functools.lru_cache(maxsize=100_000)(self._quote_class)

    def _is_right(self, case: str, words: str) -> bool:
        return is_right(self.cases[case], words)

    def _quote_class(self, quote: str, article: str, start: int, end: int) -> QuoteClass:
        return quote_class(quote, article, (start, end), self.texts)

    def score(self, outcome: Outcome) -> CaseScore:
        """Judge one outcome."""
        case, gold = self.cases[outcome.case], self._gold[outcome.case]
        values = dict.fromkeys(METRICS, NAN)
        recall = self._retrieval(outcome, gold, values)
        values["failed"] = float(outcome.error is not None)
        self._cost(outcome, values)
        if self.retrieval_only:
            verdict: Verdict = "failed" if outcome.error else "retrieved" if recall else "not retrieved"
            return CaseScore(verdict, False, (), values)
        answered = outcome.error is None and not outcome.abstained
        right = answered and self._judge(outcome, case, outcome.text)
        candidate = outcome.error is None and self._judge(outcome, case, outcome.candidate or outcome.text)
        rightly_abstained = not case.answerable and outcome.error is None and outcome.abstained
        values["exact"] = float(right or rightly_abstained)
        self._words(outcome, case, gold, values)
        self._decision(case, outcome, values)
        quotes = self._citations(outcome, case, gold, answered, values)
        self._form(outcome, case, values)
        if answered and case.cells:
            self._cells(outcome, case, values)
        verdict = _verdict(case, outcome, right, rightly_abstained, bool(recall))
        return CaseScore(verdict, candidate, quotes, values)

    def _form(self, outcome: Outcome, case: Case, values: dict[str, float]) -> None:
        """How much of a list, a summary, a comparison or several questions is there; nothing where it abstained."""
        if case.form is None:
            return
        values["form"] = float(outcome.error is None and outcome.form == case.form)
        answered = outcome.error is None and not outcome.abstained
        if case.type == "list":
            values["items"] = items_f1(case, items_of(outcome)) if answered else 0.0
        if case.type == "summary":
            values["facts"] = facts_covered(case, outcome) if answered else 0.0
        if case.type == "parts":
            values["parts"] = parts_right(case, outcome) if answered else 0.0

    def _judge(self, outcome: Outcome, case: Case, words: str) -> bool:
        if case.type == "summary":
            return bool(words) and facts_covered(case, outcome) >= ENOUGH_FACTS
        if case.type == "parts":
            return bool(words) and parts_right(case, outcome) == 1.0
        if case.form == "list" and case.type == "list":
            return bool(words) and items_f1(case, items_of(outcome)) == 1.0
        typed = _meant(outcome, case)
        return self._right(case.id, words) if typed is None else is_right(case, words or "-", typed)

    def _words(self, outcome: Outcome, case: Case, gold: Gold, values: dict[str, float]) -> None:
        """SQuAD 2.0's measures; no answer is the empty string, and a failure never counts as one."""
        if outcome.error is not None:
            values["squad_em"] = values["squad_f1"] = 0.0
        else:
            values["squad_em"] = squad_exact(outcome.text, gold.accepted)
            values["squad_f1"] = squad_f1(outcome.text, gold.accepted)
        if case.answerable:
            values["exact.answerable"] = values["exact"]

    def _cells(self, outcome: Outcome, case: Case, values: dict[str, float]) -> None:
        """Whether the right cells are cited, and whether a typed value is wrong; a value left out is not."""
        values["cell"] = cells_cited(case, outcome.citations, self.texts)
        if case.type in QUANTITIES:
            values["wrong_value"] = float(outcome.typed is not None and not quantity_agrees(outcome.typed, case))

    def _decision(self, case: Case, outcome: Outcome, values: dict[str, float]) -> None:
        """Whether it was right to answer or to abstain; a failure is neither."""
        abstained = outcome.abstained
        decided = outcome.error is None
        good = float(decided and abstained != case.answerable)
        values["abstention.accuracy"] = good
        values["abstention.answered" if case.answerable else "abstention.abstained"] = good

    def _retrieval(self, outcome: Outcome, gold: Gold, values: dict[str, float]) -> float:
        """Recall, MRR and nDCG; a case without a gold article has nothing to find."""
        if not gold.count:
            return 0.0
        found = retrieval_scores([gold.items_in(hit) for hit in outcome.hits], gold.count)
        values["retrieval.recall"], values["retrieval.mrr"], values["retrieval.ndcg"] = found
        return found[0]

    def _citations(
        self, outcome: Outcome, case: Case, gold: Gold, answered: bool, values: dict[str, float]
    ) -> tuple[QuoteClass, ...]:
        """Quote classes of every citation, and how the citations of an answer meet gold."""
        classes = tuple(self._class(cited.quote, cited.article, cited.start, cited.end) for cited in outcome.citations)
        if classes:
            for name in ("exact", "normalised", "misattributed", "fabricated"):
                values[f"citation.{name}"] = classes.count(name) / len(classes)
        if outcome.candidate or outcome.text:
            values["citation.unsupported"] = float(outcome.unsupported > 0)
        if not answered:
            return classes
        values["citation.given"] = float(bool(classes))
        if not case.answerable:
            return classes
        cited = outcome.citations
        articles = self._answer_articles(gold)
        named = {citation.article for citation in cited}
        wanted = {plain_words(words) for words in gold.accepted} if case.type != "boolean" else set()
        chunks = [
            gold.items_in((c.article, (c.chunk_start, c.chunk_end) if c.chunk_end else (c.start, c.end)))  # type: ignore[arg-type]
            for c in cited
        ]
        held = [gold.items_in((c.article, (c.start, c.end))) for c in cited]
        support = [
            bool(items) or any(w in plain_words(c.quote) for w in wanted) for c, items in zip(cited, held, strict=True)
        ]
        values["citation.support"] = _share(support)
        values["citation.article_precision"] = _share([c.article in articles for c in cited])
        values["citation.article_recall"] = len(named & articles) / len(articles) if articles else NAN
        values["citation.chunk_precision"] = _share([bool(items) for items in chunks])
        values["citation.chunk_recall"] = len(frozenset().union(*chunks)) / gold.count if gold.count else NAN
        if gold.places:
            marked = [(c.article, (c.start, c.end)) for c in cited]
            first = [_nearest(places, marked) for places in gold.places]
            values["citation.character_precision"], values["citation.character_recall"] = character_scores(
                marked, first
            )
        return classes

    def _answer_articles(self, gold: Gold) -> frozenset[str]:
        """The gold articles: where a quote stands, or all of the case's where it has none."""
        if not gold.places:
            return frozenset(gold.articles)
        return frozenset(name for places in gold.places for name, _ in places)

    def _cost(self, outcome: Outcome, values: dict[str, float]) -> None:
        cost = outcome.cost
        values["cost.seconds"] = cost.seconds
        if outcome.error is not None or self.retrieval_only:
            return
        values["cost.first_token"] = cost.first_token
        values["cost.prompt_tokens"] = float(cost.prompt_tokens)
        values["cost.output_tokens"] = float(cost.output_tokens)
        if cost.seconds > 0:
            fresh = cost.prompt_tokens - cost.reused_tokens + cost.output_tokens
            values["cost.tokens_per_second"] = fresh / cost.seconds


def _meant(outcome: Outcome, case: Case) -> Value | None:
    """What an answer means by its answerer, where its words alone do not tell: a boolean, a cell, a computed value."""
    typed = outcome.typed
    if typed is None or case.type == "boolean":
        return typed if typed is not None and typed.kind == "boolean" else None
    first = outcome.citations[0] if outcome.citations else None
    is_cell = first is not None and (first.row is not None or first.column is not None)
    return typed if is_cell or outcome.formula is not None else None


def _share(flags: Sequence[bool]) -> float:
    """The share that is true; an answer that cites nothing has precision 0."""
    return sum(flags) / len(flags) if flags else 0.0


def _nearest(places: list[tuple[str, Span]], cited: Sequence[tuple[str, Span]]) -> tuple[str, Span]:
    """Of a quote's places the one that is cited; a quote may stand twice, and once is enough."""
    return max(
        places,
        key=lambda place: max((covers(span, place[1]) for name, span in cited if name == place[0]), default=False),
    )


def _verdict(case: Case, outcome: Outcome, right: bool, rightly_abstained: bool, retrieved: bool) -> Verdict:
    if outcome.error is not None:
        return "failed"
    if right:
        return "right"
    if rightly_abstained:
        return "rightly abstained"
    if outcome.abstained:
        return "abstained though answerable"
    if not case.answerable:
        return "answered though unanswerable"
    return "retrieved but answered wrong" if retrieved else "not retrieved and answered wrong"


class RunScores(NamedTuple):
    """All scores of one run as columns, in the order of ``cases``.

    ``table`` has a row for each case and a column for each of METRICS, NaN where a metric does not apply.
    """

    label: str
    cases: tuple[str, ...]
    scores: tuple[CaseScore, ...]
    table: Floats
    confidence: Floats
    right: Floats
    answerable: Floats
    asked: NDArray[np.bool_]

    def column(self, metric: str) -> Floats:
        """One metric, case by case."""
        return self.table[:, list(METRICS).index(metric)]


def score_run(label: str, scorer: Scorer, outcomes: Mapping[str, Outcome]) -> RunScores:
    """Score one run; ``outcomes`` are by case id. The cases keep the suite's order."""
    ids = tuple(case for case in scorer.cases if case in outcomes)
    scores = tuple(scorer.score(outcomes[case]) for case in ids)
    rows = [[score.values[name] for name in METRICS] for score in scores]
    return RunScores(
        label=label,
        cases=ids,
        scores=scores,
        table=np.array(rows, dtype=np.float64).reshape(len(ids), len(METRICS)),
        confidence=np.array([outcomes[case].confidence for case in ids], dtype=np.float64),
        right=np.array([score.candidate_right for score in scores], dtype=np.float64),
        answerable=np.array([scorer.cases[case].answerable for case in ids], dtype=np.float64),
        asked=np.array([outcomes[case].error is None for case in ids], dtype=bool),
    )
