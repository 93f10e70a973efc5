"""``askdocs models``: what is listed, pulled and located, on stdout as lines or as one document."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from askdocs.cli.main import main
from askdocs.models.catalogue import catalogue
from tests.support.hub_server import Hub, serve
from tests.support.tiny_llama import write_llama

ROOT = Path(__file__).parents[2]
NAME = "hf:owner/repo/tiny.gguf"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with serve(Hub(write_llama(tmp_path / "tiny.gguf").read_bytes())) as served:
        yield served


def environment(hub: Hub, folder: Path) -> dict[str, str]:
    return {**os.environ, "HF_ENDPOINT": hub.address, "HF_HOME": str(folder / "home"), "PYTHONPATH": str(ROOT)}


def run(hub: Hub, folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "askdocs", "models", *arguments]
    known = environment(hub, folder) | variables
    return subprocess.run(command, env=known, capture_output=True, text=True, check=False)


def test_every_recommended_model_is_listed_with_all_that_is_needed_to_choose(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list"]) == 0
    out = capfd.readouterr().out
    for entry in catalogue():
        assert f"  {entry.name} " in out
        assert entry.hf in out
        assert entry.good_for.split(";")[0] in " ".join(out.split())
    assert "4.0 B weights, 2.50 GB file, 4.2 GB memory, Apache-2.0" in out
    assert "0.81 GB file, 1.8 GB memory, Gemma" in out
    assert "smollm2+base" in out
    assert main(["models"]) == 0
    assert capfd.readouterr().out == out


def test_the_list_as_a_document(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list", "--json"]) == 0
    models = {model["name"]: model for model in json.loads(capfd.readouterr().out)["models"]}
    entry = catalogue()[0]
    assert models[entry.name]["entry"] == entry.model_dump()
    assert models[entry.name]["group"] == "recommended"
    assert models["smollm2"]["entry"] is None


def test_a_model_is_pulled_located_and_listed(hub: Hub, tmp_path: Path) -> None:
    missing = run(hub, tmp_path, "path", NAME, "--json")
    assert missing.returncode == 1
    assert json.loads(missing.stdout)["error"]["message"].endswith(f"run `askdocs models pull {NAME}`")
    pulled = run(hub, tmp_path, "pull", NAME, "--json")
    assert pulled.returncode == 0, pulled.stderr
    assert Path(json.loads(pulled.stdout)["path"]).read_bytes() == hub.files["tiny.gguf"]
    located = run(hub, tmp_path, "path", NAME)
    assert Path(located.stdout.strip()).resolve() == Path(json.loads(pulled.stdout)["path"])
    assert NAME in run(hub, tmp_path, "list").stdout


def test_a_gated_model_says_the_step_to_take(hub: Hub, tmp_path: Path) -> None:
    hub.refusal = (401, "GatedRepo")
    refused = run(hub, tmp_path, "pull", NAME)
    assert refused.returncode == 1
    assert "accept its licence there, then set HF_TOKEN" in refused.stderr


@pytest.mark.parametrize("variable", ["ASKDOCS_OFFLINE", "HF_HUB_OFFLINE"])
def test_offline_is_said_with_the_variable_that_asks_for_it(hub: Hub, tmp_path: Path, variable: str) -> None:
    refused = run(hub, tmp_path, "pull", NAME, **{variable: "1"})
    assert (refused.returncode, hub.requests) == (1, [])
    assert f"not downloaded yet, and {variable} forbids it; unset it" in refused.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_a_terminal_shows_how_far_it_is(hub: Hub, tmp_path: Path) -> None:
    import pexpect

    command = ["-m", "askdocs", "models", "pull", NAME]
    child = pexpect.spawn(sys.executable, command, env=environment(hub, tmp_path), timeout=60)
    child.expect("tiny.gguf: 100%")
    child.expect(pexpect.EOF)
    child.wait()
    assert child.exitstatus == 0


def test_a_pull_that_is_interrupted_says_that_it_can_go_on(hub: Hub, tmp_path: Path) -> None:
    hub.files["tiny.gguf"] += bytes(30_000_000)
    hub.pause = 0.1
    command = [sys.executable, "-m", "askdocs", "models", "pull", NAME]
    pulling = subprocess.Popen(command, env=environment(hub, tmp_path), stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 30
    while not (parts := list(tmp_path.rglob("*.part"))) or not parts[0].stat().st_size:
        assert time.monotonic() < end
        time.sleep(0.02)
    pulling.send_signal(signal.SIGINT)
    said = pulling.communicate(timeout=30)[1]
    assert pulling.returncode == 130
    assert "the same command goes on there" in said
    assert parts[0].stat().st_size > 0


def test_trying_says_at_once_what_is_wrong(hub: Hub, tmp_path: Path) -> None:
    failed = run(hub, tmp_path, "try", "none.gguf", "--json")
    assert failed.returncode == 1
    assert json.loads(failed.stdout)["error"]["type"] == "ModelNotFound"
