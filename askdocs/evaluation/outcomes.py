"""What is kept of a run: its settings, and one outcome a case, as lines of ``outcomes.jsonl``."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Self

from pydantic import ValidationError

from askdocs.core.answers import Answer, AnswerForm, Value
from askdocs.core.base import Model
from askdocs.core.errors import SuiteError

SCHEMA = 1
OUTCOMES = "outcomes.jsonl"


class RunSettings(Model):
    """One column of the matrix: a model, how many passages it is given, and its prompt (None: the model's own)."""

    model: str
    k: int = 4
    prompt: str | None = None

    def run_id(self, suite_fingerprint: str, build: Mapping[str, str]) -> str:
        """A hash of the settings, the suite's articles, the schema, and ``build``: what else outcomes depend on."""
        parts = [SCHEMA, suite_fingerprint, dict(build), self.model_dump(mode="json")]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]


class Place(Model):
    """A span ``[start, end)`` of an article, by the name that the suite's cases use; ``chunk`` is its id."""

    article: str
    chunk: int
    start: int
    end: int


class Cited(Place):
    """A citation as it was given: the span is the citation's, ``chunk_start`` and ``chunk_end`` its chunk's.

    ``row`` and ``column`` are the labels that it gives a cell of a table.
    """

    quote: str
    answer_start: int
    answer_end: int
    chunk_start: int | None = None
    chunk_end: int | None = None
    row: str | None = None
    column: str | None = None


class Cost(Model):
    """What a case took. The model is loaded before the first case, in ``load`` seconds; memory is in MiB.

    ``peak_memory`` is the process's so far, since its run began.
    """

    seconds: float = 0.0
    first_token: float = 0.0
    load: float = 0.0
    prompt_tokens: int = 0
    reused_tokens: int = 0
    output_tokens: int = 0
    peak_memory: float = 0.0


class Failure(Model):
    """The error that a case ended with."""

    type: str
    message: str


class PartOutcome(Model):
    """The answer to one side of a comparison, or to one question of several."""

    text: str = ""
    abstained: bool = False
    typed: Value | None = None


class Outcome(Model):
    """One case in one run. Two runs of one build with one seed differ in ``cost`` only."""

    version: int = SCHEMA
    run: str
    case: str
    question: str
    text: str = ""
    abstained: bool = False
    confidence: float = 0.0
    candidate: str = ""
    typed: Value | None = None
    formula: str | None = None
    form: AnswerForm = "span"
    parts: tuple[PartOutcome, ...] = ()
    citations: tuple[Cited, ...] = ()
    hits: tuple[Place, ...] = ()
    unsupported: int = 0
    error: Failure | None = None
    cost: Cost = Cost()

    @classmethod
    def of(cls, run: str, case: str, answer: Answer, names: Mapping[str, str], peak_memory: float = 0.0) -> Self:
        """Keep what is scored and shown of an answer; ``names`` gives the suite's name of each article id."""
        chunks = {hit.chunk.id: hit.chunk for hit in (*answer.hits, *answer.omitted)}
        citations = []
        for cited in answer.citations:
            chunk = chunks.get(cited.chunk_id)
            citations.append(
                Cited(
                    article=names.get(cited.article_id, cited.source),
                    chunk=cited.chunk_id,
                    start=cited.start,
                    end=cited.end,
                    quote=cited.quote,
                    answer_start=cited.answer_start,
                    answer_end=cited.answer_end,
                    chunk_start=chunk.start if chunk else None,
                    chunk_end=chunk.end if chunk else None,
                    row=cited.row,
                    column=cited.column,
                )
            )
        hits = tuple(
            Place(
                article=names.get(hit.chunk.article_id, hit.source),
                chunk=hit.chunk.id,
                start=hit.chunk.start,
                end=hit.chunk.end,
            )
            for hit in answer.hits
        )
        return cls(
            run=run,
            case=case,
            question=answer.question,
            text=answer.text,
            abstained=answer.abstained,
            confidence=answer.confidence,
            candidate=answer.candidate,
            typed=answer.typed,
            formula=answer.formula,
            form=answer.form,
            parts=tuple(
                PartOutcome(text=part.text, abstained=part.abstained, typed=part.typed) for part in answer.parts
            ),
            citations=tuple(citations),
            hits=hits,
            unsupported=len(answer.unsupported),
            cost=_cost(answer, peak_memory),
        )


def _cost(answer: Answer, peak_memory: float) -> Cost:
    timings = answer.timings
    return Cost(
        seconds=timings.total,
        first_token=timings.first_token,
        load=timings.load,
        prompt_tokens=answer.usage.prompt_tokens,
        reused_tokens=answer.usage.reused_tokens,
        output_tokens=answer.usage.output_tokens,
        peak_memory=peak_memory,
    )


class OutcomeLog:
    """``outcomes.jsonl``, open for appending. Each outcome is on the disk before the next case is asked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found = read_outcomes(path, mend=True) if path.exists() else []
        self._file: IO[str] = path.open("a", encoding="utf-8", newline="\n")

    def write(self, outcome: Outcome) -> None:
        """Append one line and see it to the disk."""
        self._file.write(outcome.model_dump_json(exclude_defaults=True, exclude={"version"})[:-1])
        self._file.write(f',"version":{SCHEMA}}}\n')
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_outcomes(path: Path, mend: bool = False) -> list[Outcome]:
    """Read outcomes; a torn last line, as a killed process leaves it, is left out, and cut off with ``mend``.

    A case that a run was asked twice keeps its first outcome, unless that failed. Raises SuiteError for any other
    line that cannot be read.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise SuiteError(
            f"{path}: no such file; a run's folder holds it, made with askdocs eval SUITE --out"
        ) from error
    outcomes: dict[tuple[str, str], Outcome] = {}
    whole = 0
    lines = data.splitlines(keepends=True)
    for number, line in enumerate(lines, 1):
        if not line.endswith(b"\n"):
            break
        if line.strip():
            outcome = _outcome(path, number, line)
            former = outcomes.setdefault((outcome.run, outcome.case), outcome)
            if former.error is not None:
                outcomes[outcome.run, outcome.case] = outcome
        whole += len(line)
    if mend and whole < len(data):
        with path.open("r+b") as file:
            file.truncate(whole)
    return list(outcomes.values())


def _outcome(path: Path, number: int, line: bytes) -> Outcome:
    try:
        outcome = Outcome.model_validate_json(line)
    except ValidationError as error:
        problem = error.errors()[0]
        field = ".".join(str(part) for part in problem["loc"]) or "the line"
        raise SuiteError(f"{path}, line {number}, field {field}: {problem['msg']}") from error
    if outcome.version != SCHEMA:
        raise SuiteError(f"{path}, line {number}: outcomes of schema {outcome.version}; this askdocs reads {SCHEMA}")
    return outcome


def by_run(outcomes: Iterable[Outcome]) -> dict[str, dict[str, Outcome]]:
    """Outcomes by run id and case id."""
    runs: dict[str, dict[str, Outcome]] = {}
    for outcome in outcomes:
        runs.setdefault(outcome.run, {})[outcome.case] = outcome
    return runs
