"""The package on each Python that is installed: ``nox -s start_up`` is light, ``nox -s tests`` installs everything."""

from __future__ import annotations

import nox

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
# What the command's start and the public errors import; no torch, no models.
LIGHT = ["click", "pydantic", "pydantic-settings", "platformdirs", "pyyaml", "rich", "numpy"]
nox.options.sessions = ["start_up"]
nox.options.error_on_missing_interpreters = False


@nox.session(python=PYTHONS)
def start_up(session: nox.Session) -> None:
    """Compile every file and start the command, with the light dependencies alone."""
    session.install("-c", "constraints.txt", *LIGHT)
    session.env["PYTHONPATH"] = "."
    session.run("python", "-m", "compileall", "-q", "-f", "askdocs", "scripts", "tests")
    session.run("python", "-W", "error", "-m", "askdocs", "--help", silent=True)
    for command in ("add", "ask", "chat", "eval"):
        session.run("python", "-m", "askdocs", command, "--help", silent=True)
    session.run("python", "-c", "from askdocs import Answer, AddReport, CorpusLocked, Hit")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Everything: minutes, and gigabytes where pip takes torch with CUDA."""
    session.install("-c", "constraints.txt", "-e", ".[bundled,office]", "--group", "dev")
    session.run("python", "-m", "pytest", *session.posargs)
