"""A report as JSON, Markdown and HTML. Rendering is pure: the same report gives the same bytes.

The charts are drawn by Chart.js (MIT; ``templates/chart.LICENSE.md``), whose script is written into the page, so that
it needs no network. What comes from articles, cases and models reaches the page as text only.
"""

from __future__ import annotations

import functools
import html
import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from askdocs.evaluation.compare import Estimate, RunReport
from askdocs.evaluation.report import Report
from askdocs.terminal.render import counted
from askdocs.text.sanitize import sanitize

if TYPE_CHECKING:
    from jinja2 import Environment

HEADLINE = {
    "exact": "exact",
    "squad_f1": "F1",
    "citation.exact": "quotes exact",
    "citation.character_precision": "citation precision",
    "citation.character_recall": "citation recall",
    "citation.unsupported": "words in no passage",
    "retrieval.recall": "retrieval recall",
    "abstention.answered": "answered when answerable",
    "abstention.abstained": "abstained when not",
    "confidence.ece": "calibration error",
    "confidence.aurc": "risk-coverage area",
}
TABLE_HEADLINE = {"cell": "right cells cited", "wrong_value": "wrong values"}
FORM_HEADLINE = {
    "items": "lists: F1 of items", "facts": "summaries: facts held", "parts": "comparisons, parts: right",
    "form": "what is asked for told",
}  # fmt: skip
COUNTED = ("wrong_value",)  # also shown as so many of so many
RETRIEVAL_HEADLINE = {"retrieval.recall": "recall@k", "retrieval.mrr": "MRR", "retrieval.ndcg": "nDCG"}
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~])")


def render_json(report: Report) -> str:
    """The report as JSON; what was not measured is null."""
    return report.model_dump_json(indent=1) + "\n"


def render_markdown(report: Report) -> str:
    """The report as Markdown: the tables, without the cases."""
    return _environment().get_template("report.md.j2").render(**_context(report))


def render_html(report: Report) -> str:
    """The report as one HTML file with everything in it."""
    context = _context(report) | {
        "chart_script": _resource("chart.umd.min.js"),
        "script": _resource("report.js"),
        "style": _resource("report.css"),
        "data": script_json(_page_data(report)),
    }
    return _environment().get_template("report.html.j2").render(**context)


def script_json(document: Any) -> str:
    r"""JSON that may stand inside a script element: no character in it can end the element or the script.

    >>> script_json({"a": "</script><!--"})
    '{"a":"\\u003c/script\\u003e\\u003c!--"}'
    """
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def headline(report: Report) -> dict[str, str]:
    """The metrics that the report's first table shows, with their titles."""
    if report.retrieval_only:
        return RETRIEVAL_HEADLINE
    special = {name: title for name, title in (TABLE_HEADLINE | FORM_HEADLINE).items() if name in report.definitions}
    return HEADLINE | special


def count_shown(name: str, estimate: Estimate | None) -> str:
    """How many cases a share stands for, for the metrics of which that is asked; else nothing.

    >>> count_shown("wrong_value", Estimate(value=0.25, n=8)), count_shown("exact", Estimate(value=0.25, n=8))
    (' (2 of 8)', '')
    """
    if name not in COUNTED or estimate is None or estimate.value is None:
        return ""
    return f" ({round(estimate.value * estimate.n)} of {estimate.n})"


def shown(estimate: Estimate | None, digits: int = 3) -> str:
    """A value with its interval, as tables show it.

    >>> shown(Estimate(value=0.5, low=0.4, high=0.6, n=10))
    '0.500 [0.400, 0.600]'
    """
    if estimate is None or estimate.value is None:
        return "–"
    value = f"{estimate.value:.{digits}f}"
    if estimate.low is None or estimate.high is None:
        return value
    return f"{value} [{estimate.low:.{digits}f}, {estimate.high:.{digits}f}]"


def markdown(text: str) -> str:
    r"""Text as Markdown shows it literally, on one line, control characters visible.

    >>> markdown("a|b\n<script> \x1b[31m")
    'a\\|b \\<script\\> ␛\\[31m'
    """
    return _MARKDOWN.sub(r"\\\1", " ".join(sanitize(text).split()))


def _context(report: Report) -> dict[str, Any]:
    return {
        "report": report,
        "headline": headline(report),
        "count_shown": count_shown,
        "shortened": {run.label: run.model for run in report.runs if run.model not in run.label},
        "shown": shown,
        "counted": counted,
        "metric_rows": [name for name in report.definitions if any(name in run.metrics for run in report.runs)],
        "types": sorted({name for run in report.runs for name in run.by_type}),
        "tags": sorted({name for run in report.runs for name in run.by_tag}),
        "verdicts": _verdict_order(report),
    }


def _verdict_order(report: Report) -> list[str]:
    """Every verdict that occurs, the most frequent first."""
    totals: dict[str, int] = {}
    for run in report.runs:
        for name, count in run.verdicts.items():
            totals[name] = totals.get(name, 0) + count
    return sorted(totals, key=lambda name: (-totals[name], name))


def _page_data(report: Report) -> dict[str, Any]:
    """What the page's script needs: charts and cases. Control characters are made visible, lengths unchanged."""
    return {
        "runs": [_chart_data(run) for run in report.runs],
        "passages": [visible(text) for text in report.passages],
        "cases": _visible_in([case.model_dump(mode="json", exclude_defaults=True) for case in report.cases]),
    }


def _visible_in(document: Any) -> Any:
    if isinstance(document, str):
        return visible(document)
    if isinstance(document, dict):
        return {key: _visible_in(value) for key, value in document.items()}
    return [_visible_in(value) for value in document] if isinstance(document, list) else document


_CONTROL = {code: chr(0x2400 + code) for code in range(0x20) if code not in (0x09, 0x0A, 0x0D)} | {0x7F: "␡"}
_BIDIRECTIONAL = dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)), "�")
_VISIBLE = _CONTROL | dict.fromkeys(range(0x80, 0xA0), "�") | _BIDIRECTIONAL | dict.fromkeys(range(0xD800, 0xE000), "�")


def visible(text: str) -> str:
    r"""Text with each control character exchanged for one visible sign, so that offsets stay right.

    >>> visible("\x1b[31mred")
    '␛[31mred'
    """
    return text.translate(_VISIBLE)


def _chart_data(run: RunReport) -> dict[str, Any]:
    return {
        "label": visible(run.label),
        "by_type": {name: estimate.model_dump() for name, estimate in run.by_type.items()},
        "exact": run.metrics["exact"].model_dump() if "exact" in run.metrics else None,
        "recall": run.metrics["retrieval.recall"].model_dump() if "retrieval.recall" in run.metrics else None,
        "reliability": [bin_.model_dump() for bin_ in run.reliability],
        "risk_coverage": run.risk_coverage,
        "seconds": run.seconds_median,
    }


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("askdocs.evaluation", "templates"),
        autoescape=lambda name: name is not None and ".html" in name,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["markdown"] = markdown
    environment.filters["visible"] = visible
    return environment


@functools.cache
def _resource(name: str) -> str:
    return (files("askdocs.evaluation") / "templates" / name).read_text(encoding="utf-8")


def escape_xml(text: str) -> str:
    """Text as XML holds it."""
    return html.escape(visible(text))
