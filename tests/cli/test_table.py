"""``askdocs table``: the table in a terminal, in a pipe and in files, and what is wrong with what was typed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from askdocs.cli.main import main
from askdocs.embedding import embedder
from askdocs.testing import DeterministicEmbedder

SALE = "# Norhaven cuts its stake\n\nNorhaven has sold 12 million shares of Vestia. The sale raised $98 million.\n"
RECALL = "# Kettles recalled\n\nBrightwell is recalling its kettles because of a faulty switch.\n"
Run = Callable[..., tuple[int, str, str]]
ASK = ("--column", "shares=How many shares were sold?", "--column", "sum=How much did the sale raise?")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command in a folder with two articles, with an embedder that loads nothing."""
    monkeypatch.setattr(embedder, "default_embedder", DeterministicEmbedder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASKDOCS_MODEL", "extractive")
    monkeypatch.setenv("ASKDOCS_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "sale.md").write_text(SALE)
    (tmp_path / "articles" / "recall.md").write_text(RECALL)

    def run_command(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        status = main(["table", *arguments])
        captured = capfd.readouterr()
        return status, captured.out, captured.err

    return run_command


def test_in_a_pipe_it_is_separated_by_tabs(run: Run) -> None:
    status, out, err = run(*ASK, "--threshold", "0", "articles")
    assert status == 0
    head, *rows = [line.split("\t") for line in out.splitlines()]
    assert head == ["article", "shares", "sum"]
    assert sorted(row[0] for row in rows) == ["Kettles recalled", "Norhaven cuts its stake"]
    assert "2 articles; 4 of 4 cells answered; 4 cells asked" in err
    assert "4 known from before" in run(*ASK, "--threshold", "0", "articles")[2]
    assert "4 cells asked" in run(*ASK, "--again", "articles")[2]


def test_of_a_corpus_with_a_filter_as_json(run: Run) -> None:
    assert main(["add", "articles"]) == 0
    status, out, _ = run(*ASK, "--where", "source=*sale.md", "--json")
    assert status == 0
    table = json.loads(out)
    assert [column["name"] for column in table["columns"]] == ["shares", "sum"]
    (row,) = table["rows"]
    assert row["title"] == "Norhaven cuts its stake"
    assert row["cells"]["shares"]["citations"]
    assert (Path(".askdocs") / "tables.db").is_file()


def test_into_a_file(run: Run, tmp_path: Path) -> None:
    status, out, err = run(*ASK, "articles", "--out", "t.html")
    assert (status, out) == (0, "")
    assert "Norhaven cuts its stake" in (tmp_path / "t.html").read_text("utf-8")
    assert err.startswith("t.html: 2 articles")


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("articles",), 2, "--column"),
        (("--column", "How many?", "articles"), 2, 'NAME="QUESTION"'),
        (("--column", "a=", "articles"), 2, 'NAME="QUESTION"'),
        (("--column", "a=b?", "--column", "a=c?", "articles"), 2, "two columns"),
        (("--column", "a=?!", "articles"), 1, "is no question"),
        ((*ASK, "articles", "--out", "t.doc"), 1, "one of these endings"),
        ((*ASK, "articles", "--corpus", "x"), 2, "not both"),
        ((*ASK, "nowhere"), 1, "nowhere"),
    ],
)
def test_what_is_wrong_is_said(run: Run, arguments: tuple[str, ...], status: int, message: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (status, "")
    assert message in err


def test_a_filter_that_keeps_nothing_says_so(run: Run) -> None:
    main(["add", "articles"])
    status, out, err = run(*ASK, "--where", "source=*nothing*")
    assert (status, out) == (0, "article\tshares\tsum\n")
    assert "The filter keeps no article: source=*nothing*" in err


SLOW = """
import sys, time
from askdocs.reading import extractive
from askdocs.embedding import embedder
from askdocs.testing import DeterministicEmbedder
embedder.default_embedder = DeterministicEmbedder
read = extractive.ExtractiveReader.read_many
def slowly(self, questions, **options):
    time.sleep(0.25)
    return read(self, questions, **options)
extractive.ExtractiveReader.read_many = slowly
from askdocs.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_after_an_interruption_or_a_kill_it_goes_on(run: Run, tmp_path: Path, how: signal.Signals) -> None:
    for number in range(12):
        (tmp_path / "articles" / f"more-{number}.md").write_text(f"# Sale {number}\n\nIt sold {number} shares.\n")
    assert main(["add", "articles"]) == 0
    command = [sys.executable, "-c", SLOW, "table", *ASK]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
    kept = tmp_path / ".askdocs" / "tables.db"
    end = time.monotonic() + 60
    while answers(kept) < 4:
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.02)
    process.send_signal(how)
    _, err = process.communicate(timeout=60)
    if how is signal.SIGINT:
        assert process.returncode == 130
        assert "the same command goes on from there" in err
    before = answers(kept)
    assert 4 <= before < 28
    status, out, err = run(*ASK)
    assert status == 0
    assert len(out.splitlines()) == 15
    assert f"{28 - before} cells asked, {before} known from before" in err


def answers(path: Path) -> int:
    """How many answers are on disk."""
    import sqlite3

    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            return int(connection.execute("SELECT count(*) FROM answers").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
