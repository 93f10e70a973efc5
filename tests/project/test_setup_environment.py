"""Set-up installs pinned versions and a llama.cpp for this CPU, once; the second run does nothing."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scripts import setup_environment as setup
from scripts.setup_environment import SetupError

ROOT = Path(__file__).parents[2]


class Commands:
    """Stands in for running commands: keeps them, and makes the wheel that a build would make."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.ran: list[list[str]] = []
        self.environments: list[dict[str, str]] = []

    def __call__(self, command: list[str], what: str, environment: dict[str, str] | None = None) -> None:
        self.said.append(what)
        self.ran.append(command)
        self.environments.append(environment or {})
        if "wheel" in command:
            (Path(command[command.index("-w") + 1]) / "llama_cpp_python-0-py3-none-any.whl").write_text("wheel")


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Commands:
    commands = Commands()
    monkeypatch.setattr(setup, "run", commands)
    monkeypatch.setenv("ASKDOCS_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("CMAKE_ARGS", raising=False)
    return commands


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """An environment as ``venv`` leaves it, as far as set-up looks at it."""
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("")
    return tmp_path / "venv"


def test_the_first_run_installs_and_the_second_does_nothing(commands: Commands, environment: Path) -> None:
    setup.set_up(environment, ["--quiet"])
    assert [what.split()[0] for what in commands.said] == ["installing", "building", "installing", "checking"]
    for command in commands.ran[:1] + commands.ran[2:3]:
        assert command[command.index("-c") + 1] == str(ROOT / "constraints.txt")
        assert "--quiet" in command
    commands.ran.clear()
    setup.set_up(environment, [])
    assert commands.ran == []


def test_another_checkout_takes_the_wheel_from_the_cache(commands: Commands, environment: Path) -> None:
    setup.set_up(environment, [])
    (environment / "askdocs-setup.json").unlink()
    setup.set_up(environment, [])
    assert [what.split()[0] for what in commands.said].count("building") == 1
    assert any(part.endswith(".whl") for part in commands.ran[-2])


def test_changed_versions_run_it_again(commands: Commands, environment: Path) -> None:
    setup.set_up(environment, [])
    note = environment / "askdocs-setup.json"
    note.write_text(note.read_text().replace('"constraints": "', '"constraints": "0'))
    commands.ran.clear()
    setup.set_up(environment, [])
    assert commands.ran


def test_the_build_names_every_feature_and_never_amx(
    commands: Commands, environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CMAKE_ARGS", "-DGGML_CUDA=ON")
    setup.set_up(environment, [])
    flags = commands.environments[1]["CMAKE_ARGS"].split()
    assert {"-DGGML_NATIVE=OFF", "-DGGML_CUDA=ON"} <= set(flags)
    assert not [flag for flag in flags if "AMX" in flag and flag.endswith("=ON")]
    build = commands.ran[1]
    assert "--no-cache-dir" in build  # pip's own cache knows nothing of the flags
    assert f"llama-cpp-python=={setup.pinned_version('llama-cpp-python')}" in build


def test_no_compiler_is_said_before_anything_is_built(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(SetupError, match=r"install a C\+\+ compiler"):
        setup.llama_wheel(Path("python"), [])


def test_another_python_is_refused(commands: Commands, environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.version_info", (3, 10, 1))
    with pytest.raises(SetupError, match=r"PYTHON=python3\.11"):
        setup.set_up(environment, [])


def test_a_command_that_fails_is_named() -> None:
    with pytest.raises(SetupError, match="trying: exit 3 from: sh -c 'exit 3'"):
        setup.run(["sh", "-c", "exit 3"], "trying")


def test_ci_runs_check_and_test() -> None:
    assert "make check test" in (ROOT / ".ci" / "run").read_text()
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o100
    for target in ("demo", "test", "check", "bench", "docs"):
        done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "setup_environment.py" in done.stdout
