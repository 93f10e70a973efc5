"""Puts the table of an evaluation into the README, between its markers, so that no figure there is typed.

A suite but the sample one has markers of its own, with its name: ``<!-- eval-table tables: begin, ...``.

::

    askdocs eval news --model smollm2 --model smollm2+base --model extractive --out out/
    python scripts/readme_table.py out/report.json
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from askdocs.evaluation.render import FORM_HEADLINE, TABLE_HEADLINE, count_shown, headline, markdown, shown
from askdocs.evaluation.report import Report

BEGIN, END = "<!-- eval-table: begin, written by scripts/readme_table.py -->", "<!-- eval-table: end -->"
SAMPLE = "news"
COLUMNS = (
    "exact",
    "squad_f1",
    "citation.exact",
    "citation.character_recall",
    "abstention.answered",
    "abstention.abstained",
)


def table(report: Report) -> str:
    """The table of the runs, and where its figures are from."""
    known = headline(report)
    columns = [*COLUMNS, *(name for name in (*TABLE_HEADLINE, *FORM_HEADLINE) if name in known)]
    titles = [known[name] for name in columns]
    lines = [
        f"| model | {' | '.join(titles)} | seconds, median |",
        "|---" * (len(titles) + 2) + "|",
    ]
    for run in report.runs:
        estimates = {name: run.metrics.get(name) for name in columns}
        cells = [shown(estimate, 2) + count_shown(name, estimate) for name, estimate in estimates.items()]
        lines.append(f"| {markdown(run.label)} | {' | '.join(cells)} | {run.seconds_median:.2f} |")
    machine = report.manifest.machine
    cores = "1 core" if machine.cpu_count == 1 else f"{machine.cpu_count} cores"
    lines += [
        "",
        f"`{report.suite}`, {report.n} cases; means with 95% intervals; {machine.cpu}, {cores}.",
    ]
    lines += [comparison.statement for comparison in report.comparisons]
    return "\n".join(lines)


def put(readme: str, text: str, suite: str = SAMPLE) -> str:
    """The README with this text between the suite's markers; raises ValueError where it has none."""
    begin, end = (mark if suite == SAMPLE else mark.replace(":", f" {suite}:", 1) for mark in (BEGIN, END))
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.S)
    if not pattern.search(readme):
        raise ValueError(f"the README has no line {begin!r} with {end!r} after it")
    return pattern.sub(lambda _: f"{begin}\n{text}\n{end}", readme, count=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", type=Path, help="report.json of an evaluation")
    parser.add_argument("--readme", type=Path, default=Path(__file__).parent.parent / "README.md")
    options = parser.parse_args()
    report = Report.model_validate_json(options.report.read_bytes())
    options.readme.write_text(put(options.readme.read_text("utf-8"), table(report), report.suite), "utf-8")


if __name__ == "__main__":
    main()
