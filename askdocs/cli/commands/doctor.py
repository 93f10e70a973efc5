"""``askdocs doctor``: check the installation, the machine and the models."""

from __future__ import annotations

import click

from askdocs.cli.common import emit_json, json_option, terminal
from askdocs.text.sanitize import one_line


@click.command("doctor")
@json_option
def doctor_command(as_json: bool) -> int:
    """Check the installation, the machine and the models; exit 1 when something does not work."""
    from askdocs.cli.doctor import examine

    report = examine()
    if as_json:
        emit_json(report)
        return 0 if report.ok else 1
    from askdocs.terminal.render import print_plain

    console = terminal()
    for check in report.checks:
        mark = "ok  " if check.ok else "FAIL"
        print_plain(console, f"{mark}  {check.name}: {one_line(check.message)}")
    return 0 if report.ok else 1
