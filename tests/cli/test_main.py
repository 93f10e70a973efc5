"""The commands as scripts use them: documents on stdout, messages on stderr, exit statuses, and a fast ``--help``."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from askdocs.cli.main import COMMANDS, cli, main
from askdocs.embedding import embedder
from askdocs.testing import DeterministicEmbedder

SALE = "# Norhaven cuts its stake\n\nNorhaven has sold 12 million shares of Vestia. The sale raised $98 million.\n"
RECALL = "# Kettles recalled\n\nBrightwell is recalling its kettles because of a faulty switch.\n"
HEAVY = ("torch", "sentence_transformers", "faiss", "llama_cpp", "pydantic", "numpy", "rich", "prompt_toolkit")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command in a folder with two articles, with an embedder that loads nothing."""
    monkeypatch.setattr(embedder, "default_embedder", DeterministicEmbedder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASKDOCS_MODEL", "extractive")
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "sale.md").write_text(SALE)
    (tmp_path / "articles" / "recall.md").write_text(RECALL)

    def run_command(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        status = main(arguments)
        captured = capfd.readouterr()
        return status, captured.out, captured.err

    return run_command


def document(run: Run, *arguments: str, status: int = 0) -> Any:
    """The one JSON document of a command."""
    code, out, err = run(*arguments, "--json")
    assert code == status, err
    return json.loads(out)


def test_help_is_fast_and_loads_nothing_heavy() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "askdocs", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    imported = {line.split("|")[-1].strip() for line in done.stderr.splitlines() if "|" in line}
    assert not [name for name in imported if name.split(".")[0] in HEAVY]
    assert all(name in done.stdout for name in COMMANDS)
    seconds = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command[:1] + command[3:], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        # Processor time: what else runs on the machine does not count.
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(seconds) < 0.25


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_listed_as_it_describes_itself(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.name == name
    assert any(parameter.name == "as_json" for parameter in command.params) or name in ("completion", "mcp", "serve")
    assert main([name, "--help"]) == 0


def test_add_list_search_status_remove(run: Run) -> None:
    assert document(run, "add", "articles")["added"] == 2
    assert document(run, "add", "articles")["unchanged"] == 2
    listed = document(run, "list")["articles"]
    assert sorted(article["title"] for article in listed) == ["Kettles recalled", "Norhaven cuts its stake"]
    hits = document(run, "search", "shares of Vestia", "-k", "1")["hits"]
    assert "12 million" in hits[0]["chunk"]["text"]
    status = document(run, "status", "--verify")
    assert {"articles", "chunks", "embedder", "index", "bytes"} <= set(status)
    assert status["problems"] == []
    assert document(run, "rebuild")["chunks"] == status["chunks"]
    assert document(run, "remove", listed[0]["source"]) == {"removed": 1}
    assert len(document(run, "list")["articles"]) == 1


def test_ask_answers_with_a_citation(run: Run) -> None:
    run("add", "articles")
    answer = document(run, "ask", "How many shares of Vestia did Norhaven sell?", "--threshold", "0")
    assert answer["citations"][0]["quote"].startswith("Norhaven has sold 12 million")
    assert answer["style"] == "span"
    status, out, _ = run("ask", "How many shares of Vestia did Norhaven sell?", "--threshold", "0", "--style", "span")
    assert status == 0
    assert "[1] Norhaven cuts its stake" in out
    assert "\x1b" not in out


def test_ask_indexes_paths_in_the_cache_and_leaves_the_corpus_alone(run: Run, tmp_path: Path) -> None:
    answer = document(run, "ask", "Why were kettles recalled?", "articles", "--threshold", "0")
    assert "faulty switch" in answer["citations"][0]["quote"]
    assert not (tmp_path / ".askdocs").exists()
    status, _, err = run("ask", "Why?", "articles", "--corpus", "other")
    assert status == 2
    assert "not both" in err


def test_the_corpus_is_an_option_or_a_variable(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    run("add", "articles", "--corpus", "one.askdocs")
    monkeypatch.setenv("ASKDOCS_CORPUS", str(tmp_path / "one.askdocs"))
    assert document(run, "status")["articles"] == 2
    assert not (tmp_path / ".askdocs").exists()


@pytest.mark.parametrize(
    ("arguments", "status", "type_name", "said"),
    [
        (["ask", "Who?"], 1, "CorpusError", "askdocs add"),
        (["search", "x", "--corpus", "articles/sale.md"], 1, "CorpusError", "file"),
        (["remove", "nothing"], 1, "CorpusError", "askdocs list"),
        (["models", "path", "smollm3"], 1, "ModelNotFound", "smollm2"),
        (["add"], 2, "MissingParameter", "PATHS"),
        (["ask", "Who?", "-k", "0"], 2, "BadParameter", "range"),
        (["ask", "Who?", "--where", "published"], 2, "UsageError", "published>="),
        (["serach", "x"], 2, "UsageError", "search"),
        (["eval"], 2, "UsageError", "SUITE"),
    ],
)
def test_errors_are_one_line_a_status_and_a_document(
    run: Run, arguments: list[str], status: int, type_name: str, said: str
) -> None:
    if arguments[0] == "remove":
        run("add", "articles")
    code, out, err = run(*arguments, "--json")
    assert code == status
    error = json.loads(out)["error"]
    assert error["type"] in {type_name, "BadParameter"}
    assert said in error["message"]
    last = err.strip().splitlines()[-1]
    assert said in last
    assert status == 2 or last.startswith("askdocs: ")
    code, out, _ = run(*arguments)
    assert (code, out) == (status, "")


def test_nothing_added_is_a_failure_and_something_skipped_is_not(run: Run, tmp_path: Path) -> None:
    status, _, err = run("add", "missing.md")
    assert status == 1
    assert "skipped missing.md" in err
    (tmp_path / "articles" / "empty.md").write_text("")
    status, out, err = run("add", "articles", "--json")
    assert status == 0
    assert json.loads(out)["added"] == 2
    assert "empty.md" in err


def test_articles_without_a_date_are_counted_where_others_have_one(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "dates"
    folder.mkdir()
    for number in (1, 2):
        (folder / f"{number}.txt").write_text(f"Harrow sold {number} ferries to a company in the north.")
    assert run("add", "dates", "--corpus", "dated")[2].strip() == "2 added"
    (folder / "3.txt").write_text("Ferries sold\n\nBy Ann Lee, 5 March 2024\n\nHarrow sold 3 ferries.")
    status, _, err = run("add", "dates", "--corpus", "dated")
    assert status == 0
    assert err.strip().startswith("1 added, 2 unchanged; 2 of 3 articles have no date")
    for number in (1, 2):
        (folder / f"{number}.txt").write_text(f"Published: {number} March 2024\n\nHarrow sold {number} ferries.")
    assert run("add", "dates", "--corpus", "dated")[2].strip() == "2 updated, 1 unchanged"


def test_file_names_cannot_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    (tmp_path / "articles" / "evil\x1b[2J\u202e.md").write_text(SALE.replace("12", "13"))
    _, _, err = run("add", "articles")
    assert "\x1b" not in err
    status, out, _ = run("list")
    assert status == 0
    assert "␛[2J<U+202E>" in out
    assert "\x1b" not in out
    _, out, _ = run("list", "--json")
    assert "\u202e" not in out
    assert any("\u202e" in article["source"] for article in json.loads(out)["articles"])


def test_watch_follows_changes_until_interrupted(run: Run, tmp_path: Path) -> None:
    script = (
        # a shell that starts the tests in the background has them ignore interrupts
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import sys; from askdocs.embedding import embedder; from askdocs.testing import DeterministicEmbedder\n"
        "embedder.default_embedder = DeterministicEmbedder\n"
        "from askdocs.cli.main import main; sys.exit(main(['add', 'articles', '--watch', '--json']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    )
    assert process.stderr is not None
    said = [process.stderr.readline(), process.stderr.readline()]
    assert any("watching" in line for line in said)
    assert any("2 added" in line for line in said)
    time.sleep(0.5)
    (tmp_path / "articles" / "more.md").write_text(SALE.replace("12 million", "11 million"))
    assert "1 added" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    assert json.loads(out)["added"] == 3


def test_a_closed_pipe_ends_quietly(run: Run, tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / "articles" / f"{number}.md").write_text(f"# {'Title ' * 200}\n\nArticle number {number}.\n")
    run("add", "articles")
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "askdocs", "list"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, cwd=tmp_path)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_characters_the_encoding_lacks_do_not_end_the_command(run: Run, tmp_path: Path) -> None:
    (tmp_path / "articles" / "sale.md").write_text("# Żółć 漢字\n\nNorhaven has sold 12 million shares.\n", "utf-8")
    run("add", "articles")
    environment = os.environ | {"PYTHONIOENCODING": "latin-1", "PYTHONPATH": str(Path(__file__).parents[2])}
    for flags in ([], ["--json"]):
        command = [sys.executable, "-m", "askdocs", "list", *flags]
        done = subprocess.run(command, capture_output=True, cwd=tmp_path, env=environment)
        assert done.returncode == 0, done.stderr
        if flags:
            titles = [article["title"] for article in json.loads(done.stdout.decode("latin-1"))["articles"]]
            assert "Żółć 漢字" in titles


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_and_what_they_complete(shell: str) -> None:
    command = [sys.executable, "-m", "askdocs"]
    script = subprocess.run([*command, "completion", shell], capture_output=True, text=True, check=True).stdout
    assert f"{shell}_complete" in script
    words = {"COMP_WORDS": "askdocs mo", "COMP_CWORD": "1" if shell != "fish" else "mo"}
    environment = os.environ | words | {"_ASKDOCS_COMPLETE": f"{shell}_complete"}
    completed = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert "models" in completed.stdout


def test_the_version_is_the_package_s(capfd: pytest.CaptureFixture[str]) -> None:
    from askdocs import __version__

    assert main(["--version"]) == 0
    assert capfd.readouterr().out == f"askdocs {__version__}\n"


def test_a_filter_that_keeps_nothing_or_names_no_field_is_said(run: Run) -> None:
    run("add", "articles")
    status, _, err = run("ask", "Why?", "--where", "publishd=2024")
    assert status == 1
    assert "did you mean published?" in err
    assert document(run, "search", "kettles", "--where", "publishd=2024", status=1)["error"]["type"] == "CorpusError"
    _, out, err = run("ask", "Why were kettles recalled?", "--where", "published>=2024")
    assert out.startswith("The filter keeps no article: published>=2024")
    assert "2 of 2 articles have no date" in err
    _, out, _ = run("search", "kettles", "--where", "source=*.pdf")
    assert out == "The filter keeps no article: source=*.pdf\n"


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        (["How", "much", "did", "Brightwell", "pay?"], "askdocs ask 'How much did Brightwell pay?'"),
        (["Who", "won", "articles"], "askdocs ask 'Who won' articles"),
    ],
)
def test_a_question_without_quotes_is_answered_with_what_to_type(run: Run, words: list[str], typed: str) -> None:
    status, _, err = run("ask", *words)
    assert status == 2
    assert f"put the question in quotes: {typed}" in " ".join(err.split())
    assert "quotes" not in run("ask", "Why?", "missing.md")[2]
