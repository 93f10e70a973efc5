"""Demands on a report that a CI can fail on: a floor of a metric, no significant loss, and JUnit XML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from askdocs.core.base import Model
from askdocs.core.errors import SuiteError
from askdocs.evaluation.compare import CURVE_METRICS, SIGNIFICANT, Comparison, RunReport, better, correct
from askdocs.evaluation.render import visible
from askdocs.evaluation.report import Gate, Report
from askdocs.evaluation.score import METRICS, SMALLER


class Demand(Model):
    """``[RUN:]METRIC=X`` as it was asked for; without a run it holds for all."""

    text: str
    run: str | None
    metric: str
    limit: float


def parse_demand(text: str) -> Demand:
    """Read ``exact=0.8`` or ``smollm2:exact=0.8``. The run may hold colons itself, the metric may not.

    Raises SuiteError where it is no demand or names no metric.

    >>> parse_demand("openai:m@http://localhost:8080/v1:exact=0.8").run
    'openai:m@http://localhost:8080/v1'
    """
    left, _, limit = text.rpartition("=")
    run, _, metric = left.rpartition(":")
    known = METRICS | CURVE_METRICS
    try:
        number = float(limit)
    except ValueError:
        number = float("nan")
    if number != number or not left:
        raise SuiteError(f'gate "{text}": write METRIC=X or RUN:METRIC=X, for example exact=0.8')
    if metric not in known:
        raise SuiteError(f'gate "{text}": no metric "{metric}"; known are {", ".join(known)}')
    return Demand(text=text, run=run or None, metric=metric, limit=number)


def check_demands(demands: Sequence[Demand], runs: Sequence[RunReport]) -> list[Gate]:
    """Hold the runs against the demands. Where smaller is better (cost, errors) the number is a ceiling.

    A metric that was not measured fails its gate. Raises SuiteError where a demand names no run.
    """
    gates = []
    for demand in demands:
        held = [run for run in runs if demand.run is None or demand.run in (run.label, run.run, run.model)]
        if not held:
            labels = ", ".join(f'"{run.label}"' for run in runs)
            raise SuiteError(f'gate "{demand.text}": no run "{demand.run}"; the runs are {labels}')
        gates += [_check(demand, run) for run in held]
    return gates


def _check(demand: Demand, run: RunReport) -> Gate:
    estimate = run.metrics.get(demand.metric)
    value = estimate.value if estimate is not None else None
    ceiling = demand.metric in SMALLER
    met = value is not None and (value <= demand.limit if ceiling else value >= demand.limit)
    reached = "was not measured" if value is None else f"is {value:.4g}"
    bound = "at most" if ceiling else "at least"
    message = f"{run.label}: {demand.metric} {reached}, wanted {bound} {demand.limit:g}"
    return Gate(demand=demand.text, run=run.label, metric=demand.metric, value=value, met=met, message=message)


def baseline_gates(comparisons: Sequence[Comparison]) -> list[Gate]:
    """One gate a comparison of a baseline (first) with a run (second): met unless something is significantly worse.

    p-values are corrected over all that is compared.
    """
    gates = []
    for comparison in correct(comparisons):
        losses = []
        test = comparison.mcnemar
        if test.p_holm < SIGNIFICANT and test.first_only > test.second_only:
            losses.append(f"exact by {(test.first_only - test.second_only) / comparison.n:.3f} (p = {test.p_holm:.2g})")
        for name, mean in comparison.means.items():
            if mean.p_holm < SIGNIFICANT and not better(name, mean.difference):
                losses.append(f"{name} by {abs(mean.difference):.3f} (p = {mean.p_holm:.2g})")
        found = "worse in " + ", ".join(losses) if losses else "no significant loss"
        message = f"{comparison.second} against the baseline: {found} at n = {comparison.n}"
        gates.append(
            Gate(
                demand="baseline", run=comparison.second, metric="baseline", value=None, met=not losses, message=message
            )
        )
    return gates


_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(report: Report) -> str:
    """The report as JUnit XML: a suite a run, a test a case, and a suite of the gates."""
    root = ElementTree.Element("testsuites", name=_xml(f"askdocs eval {report.suite}"))
    for i, run in enumerate(report.runs):
        answers = [(case, case.answers[i]) for case in report.cases]
        failed = sum(answer.verdict == "failed" for _, answer in answers)
        wrong = sum(
            answer.verdict not in ("right", "rightly abstained", "retrieved", "failed") for _, answer in answers
        )
        suite = ElementTree.SubElement(
            root, "testsuite", name=_xml(run.label), tests=str(run.n), failures=str(wrong), errors=str(failed),
            time=f"{sum(answer.seconds for _, answer in answers):.3f}",
        )  # fmt: skip
        for case, answer in answers:
            test = ElementTree.SubElement(
                suite, "testcase", classname=_xml(f"{report.suite}.{run.label}"), name=_xml(case.id),
                time=f"{answer.seconds:.3f}",
            )  # fmt: skip
            if answer.verdict == "failed":
                ElementTree.SubElement(test, "error", message=_xml(answer.error or "failed"))
            elif answer.verdict not in ("right", "rightly abstained", "retrieved"):
                said = "abstained" if answer.abstained else f"answered {answer.text!r}"
                message = f"{answer.verdict}: {case.question} {said}, gold {case.gold!r}"
                ElementTree.SubElement(test, "failure", message=_xml(message))
    if report.gates:
        _junit_gates(root, report.gates)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _junit_gates(root: ElementTree.Element, gates: Sequence[Gate]) -> None:
    failures = str(sum(not gate.met for gate in gates))
    suite = ElementTree.SubElement(
        root, "testsuite", name="gates", tests=str(len(gates)), failures=failures, errors="0"
    )
    for gate in gates:
        name = _xml(f"{gate.run}: {gate.demand}")
        test = ElementTree.SubElement(suite, "testcase", classname="gates", name=name, time="0")
        if not gate.met:
            ElementTree.SubElement(test, "failure", message=_xml(gate.message))


def _xml(text: str) -> str:
    """Text that XML 1.0 can hold."""
    return _NOT_XML.sub("\ufffd", visible(text))
