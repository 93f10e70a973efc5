"""Makes the virtual environment of this checkout: every version pinned, llama.cpp built for this CPU, models checked.

Runs on the system's Python with nothing installed. What it did is noted in the environment; while versions, Python
and CPU are the same, the next run does nothing. The wheel of llama-cpp-python is kept in the user's cache, under a
key of its version and flags, so that another checkout takes it from there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from askdocs.models.cpu import cmake_arguments  # noqa: E402  # the standard library only

CONSTRAINTS = ROOT / "constraints.txt"
INSTALLED_FIRST = ("pip", "hatchling")
EXTRAS = "all"
LLAMA = "llama-cpp-python"
# Vision is not used here, and takes a third of the build.
LLAMA_ARGUMENTS = ("-DLLAVA_BUILD=OFF",)
CHECK_MODELS = """
from askdocs.models import registry
from askdocs.models.file_cache import sha256_of
for path in (registry.bundled_model_path(), registry.bundled_embedder_path() / "model.safetensors"):
    if sha256_of(path) != registry.BUNDLED_SHA256[path.name]:
        raise SystemExit(f"{path}: its SHA-256 is not the published one; remove the environment and run this again")
    print(f"{path.name}: SHA-256 as published")
"""


class SetupError(Exception):
    """A step failed; the message says which and what to do."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv", help="the environment's folder")
    parser.add_argument("pip_arguments", nargs="*", help="passed on to every pip install")
    arguments = parser.parse_args()
    try:
        set_up(arguments.venv.absolute(), arguments.pip_arguments)
    except SetupError as error:
        print(f"set-up stopped: {error}", file=sys.stderr)
        return 1
    return 0


def set_up(folder: Path, pip_arguments: list[str]) -> None:
    if not (3, 11) <= sys.version_info[:2] < (3, 14):
        raise SetupError(f"this is Python {platform.python_version()}; run `make PYTHON=python3.11` (to 3.13)")
    done, state = folder / "askdocs-setup.json", wanted_state()
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if python.exists() and done.is_file() and done.read_text(encoding="utf-8") == state:
        return
    if not python.exists():
        say(f"making {folder}")
        venv.create(folder, with_pip=True)
    pip = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check", *pip_arguments]
    pinned = ["-c", str(CONSTRAINTS)]
    run([*pip, *pinned, *INSTALLED_FIRST], "installing pip and hatchling")
    wheel = llama_wheel(python, pip_arguments)
    project = ["--no-build-isolation", "-e", f"{ROOT}[{EXTRAS}]", "--group", f"{ROOT / 'pyproject.toml'}:dev"]
    run([*pip, *pinned, str(wheel), *project], "installing askdocs and what it needs (minutes, the first time)")
    run([str(python), "-c", CHECK_MODELS], "checking the bundled models")
    done.write_text(state, encoding="utf-8")


def wanted_state() -> str:
    """What the environment depends on; another state means that the set-up has to run again."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return json.dumps(
        {
            "project": pyproject["project"],
            "groups": pyproject["dependency-groups"],
            "constraints": hashlib.sha256(CONSTRAINTS.read_bytes()).hexdigest(),
            "python": platform.python_version(),
            "cmake": cmake_arguments(),
            "root": str(ROOT),
        },
        indent=1,
    )


def llama_wheel(python: Path, pip_arguments: list[str]) -> Path:
    """The wheel of llama-cpp-python for this CPU, from the user's cache or built now."""
    version = pinned_version(LLAMA)
    flags = [*cmake_arguments(), *LLAMA_ARGUMENTS, *shlex.split(os.environ.get("CMAKE_ARGS", ""))]
    key = hashlib.sha256(" ".join([version, platform.machine(), platform.libc_ver()[0], *flags]).encode()).hexdigest()
    folder = user_cache() / "wheels" / f"llama-{version}-{key[:12]}"
    for wheel in folder.glob("*.whl"):
        return wheel
    if not (shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")):
        raise SetupError("install a C++ compiler (Debian: apt install g++; macOS: xcode-select --install)")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        build = [str(python), "-m", "pip", "wheel", "-qq", "--no-deps", "--no-cache-dir", *pip_arguments]
        build += ["--no-binary", LLAMA, "--build-constraint", str(CONSTRAINTS), "-w", temporary, f"{LLAMA}=={version}"]
        environment = {"CMAKE_ARGS": " ".join(flags), "CMAKE_BUILD_PARALLEL_LEVEL": str(cores())}
        run(build, f"building llama.cpp for this CPU (minutes, once): {' '.join(flags)}", environment)
        folder.mkdir(exist_ok=True)
        (built,) = Path(temporary).glob("*.whl")
        return built.replace(folder / built.name)


def pinned_version(package: str) -> str:
    found = re.search(rf"^{re.escape(package)}==(\S+)", CONSTRAINTS.read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise SetupError(f"{CONSTRAINTS} does not pin {package}")
    return found[1]


def user_cache() -> Path:
    """Where askdocs keeps things, as ``askdocs.core.settings`` has it, without platformdirs."""
    if given := os.environ.get("ASKDOCS_CACHE_DIR"):
        return Path(given)
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/askdocs"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "askdocs"


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(command: list[str], what: str, environment: dict[str, str] | None = None) -> None:
    say(what)
    done = subprocess.run(command, env={**os.environ, **(environment or {})}, check=False)
    if done.returncode != 0:
        raise SetupError(f"{what}: exit {done.returncode} from: {shlex.join(command)}")


def say(message: str) -> None:
    print(f"== {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
