"""What a run was made with: versions, hashes, seed and machine, as ``manifest.json``."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
import subprocess
from pathlib import Path

from pydantic import ValidationError

from askdocs.core.base import Model
from askdocs.core.errors import SuiteError
from askdocs.evaluation.outcomes import SCHEMA, RunSettings

MANIFEST = "manifest.json"
PACKAGES = (
    "llama-cpp-python",
    "sentence-transformers",
    "torch",
    "faiss-cpu",
    "numpy",
    "pydantic",
    "gguf",
    "tokenizers",
)


class RunEntry(Model):
    """A run in the manifest; ``files`` are the SHA-256 of the model's files, ``prompts`` of its templates."""

    settings: RunSettings
    label: str
    files: dict[str, str] = {}


class Machine(Model):
    """What a run ran on."""

    python: str = ""
    system: str = ""
    cpu: str = ""
    cpu_count: int = 0
    memory_mib: int = 0


class Manifest(Model):
    """Everything needed to say what the outcomes beside it are outcomes of."""

    version: int = SCHEMA
    askdocs: str
    commit: str | None = None
    suite: str
    description: str = ""
    retrieval_only: bool = False
    suite_fingerprint: str
    runs: dict[str, RunEntry] = {}
    packages: dict[str, str] = {}
    prompts: dict[str, str] = {}
    embedder: str = ""
    seed: int = 0
    machine: Machine = Machine()


def machine() -> Machine:
    """The machine, as far as it says: processor, cores this process may use, memory."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 0
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    except (AttributeError, ValueError, OSError):
        memory = 0
    return Machine(
        python=platform.python_version(),
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        cpu=_cpu_name(),
        cpu_count=cores,
        memory_mib=memory,
    )


def _cpu_name() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def package_versions() -> dict[str, str]:
    """Versions of the packages that outcomes depend on, of those installed."""
    versions = {}
    for name in PACKAGES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = "not installed"
    return versions


def commit() -> str | None:
    """The git commit of this checkout, with "+changes" where files differ from it; ``None`` in an installation."""
    root = Path(__file__).parents[2]
    if not (root / ".git").exists():
        return None

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(root), *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout.strip()

    try:
        return git("rev-parse", "HEAD") + ("+changes" if git("status", "--porcelain", "-uno") else "")
    except (OSError, subprocess.SubprocessError):
        return None


def file_hash(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """Read a run's manifest; raises SuiteError where there is none or it cannot be read."""
    path = folder / MANIFEST
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise SuiteError(f"{folder}: no {MANIFEST} there, so it is no folder that askdocs eval --out wrote") from error
    except ValidationError as error:
        raise SuiteError(f"{path}: {error.errors()[0]['loc']}: {error.errors()[0]['msg']}") from error


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
