"""``askdocs mcp`` as an assistant starts it: a process of its own, with nothing but MCP on its stdout."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters

from askdocs import Corpus
from askdocs.cli.main import main
from askdocs.cli.named_places import named_places
from askdocs.mcp.results import AskResult
from tests.mcp.serving import SALE, run
from tests.support.started import LIGHT, ROOT

ENVIRONMENT = {"PYTHONPATH": str(ROOT), "OMP_WAIT_POLICY": "PASSIVE"}
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}


def told(folder: Path, model: str, arguments: Mapping[str, object], start: list[str]) -> tuple[list[Any], str]:
    """What a process says on stdout, each line as JSON, to one question over stdio, and what on stderr."""
    command = [sys.executable, *start, "mcp", "--corpus", f"works={folder}", "--model", model]
    call = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "ask", "arguments": arguments}}
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **ENVIRONMENT},
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        for message in (HELLO, {"jsonrpc": "2.0", "method": "notifications/initialized"}, call):
            process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()
        lines = [process.stdout.readline(), process.stdout.readline()]
        process.stdin.close()
        lines += process.stdout.read().splitlines()
        said = process.stderr.read()
    assert process.returncode == 0, said
    return [json.loads(line) for line in lines], said


def test_a_client_starts_it_and_asks(folder: Path) -> None:
    corpora = ["--corpus", f"works={folder}", "--corpus", f"second={folder}"]
    arguments = ["-c", LIGHT, "mcp", *corpora, "--model", "extractive"]

    async def asked() -> None:
        started = StdioServerParameters(command=sys.executable, args=arguments, env=ENVIRONMENT, cwd=folder.parent)
        async with Client(started) as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            names = tools["ask"].input_schema["properties"]["corpus"]["enum"]
            assert names == ["works", "second"]
            result = await client.call_tool("ask", {"question": "Who leads Norhaven?", "corpus": "works"})
            citation = AskResult.model_validate(result.structured_content).citations[0]
            assert SALE[citation.start : citation.end] == citation.quote

    run(asked())


@pytest.mark.model
def test_a_language_model_writes_nothing_else_to_stdout(tmp_path: Path) -> None:
    (tmp_path / "sale.md").write_text(SALE, encoding="utf-8")
    with Corpus.open(tmp_path / "works") as corpus:
        corpus.add(tmp_path / "sale.md")
    question = {"question": "How many shares of Vestia did Norhaven sell?"}
    (hello, answer), said = told(tmp_path / "works", "smollm2", question, ["-m", "askdocs"])
    assert hello["result"]["serverInfo"]["name"] == "askdocs"
    found = answer["result"]["structuredContent"]
    assert (found["model"], found["value"], found["abstained"]) == ("smollm2", 12_000_000, False)
    assert "Traceback" not in said


def test_http_until_it_is_interrupted(folder: Path) -> None:
    command = [sys.executable, "-c", LIGHT, "mcp", "--corpus", str(folder), "--model", "extractive", "--http"]
    process = subprocess.Popen(
        [*command, "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **ENVIRONMENT},
    )

    async def searched(url: str) -> bool:
        async with Client(url) as client:
            found = await client.call_tool("search", {"query": "kiln at Torsby"})
            process.send_signal(signal.SIGINT)  # with a client that is still there
            return not found.is_error and await asyncio.to_thread(process.wait, 30) is not None

    with process:
        assert process.stderr is not None
        assert process.stdout is not None
        line = process.stderr.readline()
        assert line.startswith("askdocs: MCP at http://127.0.0.1:")
        assert line.endswith("/mcp (works)\n")
        assert run(searched(line.split()[3]))
        assert "Traceback" not in process.stderr.read()
        assert process.stdout.read() == ""
    assert process.returncode == 130


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    status = main(["mcp", *arguments])
    printed = capsys.readouterr()
    assert printed.out == ""
    return status, printed.err


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--http", "--host", "0.0.0.0"], 1, "0.0.0.0 is open to others, so a token is wanted"),
        (["--http", "--token-file", "{folder}/none"], 1, "the token cannot be read"),
        (["--host", "0.0.0.0"], 2, "belong to --http"),
        (["--token-file", "x"], 2, "belong to --http"),
        (["--corpus", "a/b={folder}"], 2, "a name of letters, figures, - and _ is wanted"),
        (["--corpus", "works={folder}"], 2, "the name 'works' is taken"),
        (["--corpus", "gone=/nowhere/at-all"], 1, "/nowhere/at-all"),
    ],
)
def test_what_cannot_be_served_is_said(
    folder: Path, arguments: list[str], status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [argument.replace("{folder}", str(folder)) for argument in arguments]
    found, printed = refused(["--corpus", str(folder), *given], capsys)
    assert (found, said in printed) == (status, True), printed


def test_a_corpus_is_named_after_its_folder(tmp_path: Path) -> None:
    for name in (".askdocs", "Q3 reports (final)", "news.askdocs", "a=b"):
        (tmp_path / name).mkdir()
    given = [f"{tmp_path}/{name}" for name in (".askdocs", "Q3 reports (final)", "news.askdocs", "a=b")]
    named = named_places((*given, f"x={tmp_path}/a=b"))
    assert [*named] == ["askdocs", "Q3-reports-final", "news", "a-b", "x"]
    assert named["x"] == named["a-b"] == tmp_path / "a=b"


def test_the_package_that_it_needs(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    status, printed = refused(["--corpus", str(folder)], capsys)
    assert status == 1
    assert printed == "askdocs: askdocs mcp needs a package that is not installed: pip install 'askdocs[mcp]'\n"
