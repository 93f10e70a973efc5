"""Finds out what works on this machine and what does not, and says what to do about it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from askdocs.core.base import Model
from askdocs.core.errors import AskdocsError
from askdocs.core.settings import Settings, available_cores, load_settings
from askdocs.models import registry
from askdocs.models.cpu import cpu_flags, rebuild_command
from askdocs.models.file_cache import sha256_of
from askdocs.models.gguf_header import read_gguf
from askdocs.models.lora_cache import prompt_of
from askdocs.models.probe import Probe, probe

_PYTHONS = ((3, 11), (3, 14))
_SHOWN_FLAGS = ("avx", "avx2", "fma", "f16c", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "asimddp", "i8mm")
_LOW_DISK_BYTES = 1024**3
_REQUIREMENT = re.compile(r"[A-Za-z0-9._-]+")


class Check(Model):
    """One thing looked at: ``message`` says what was found and, when not ``ok``, what to do."""

    name: str
    ok: bool
    message: str


class DoctorReport(Model):
    """Every check in order; ``ok`` when none failed."""

    ok: bool
    checks: tuple[Check, ...]


def examine(corpus: Path | None = None) -> DoctorReport:
    """Make every check; ``corpus`` is the folder to look at, the one of the settings if not given.

    What goes wrong in a check is that check's message; this raises nothing.
    """
    try:
        settings = load_settings(corpus=corpus)
    except AskdocsError as error:
        return DoctorReport(ok=False, checks=(Check(name="settings", ok=False, message=str(error)),))
    looks: dict[str, Callable[[Settings], str]] = {
        "python": _python,
        "packages": _packages,
        "cpu": _cpu,
        "language model": lambda settings: _bundled(registry.bundled_model_path()),
        "embedder": lambda settings: _bundled(registry.bundled_embedder_path() / "model.safetensors"),
        "adapter": _adapter,
        "llama.cpp": _llama_cpp,
        "cache": _cache,
        "corpus": _corpus,
    }
    checks = tuple(_look(name, look, settings) for name, look in looks.items())
    return DoctorReport(ok=all(check.ok for check in checks), checks=checks)


def _look(name: str, look: Callable[[Settings], str], settings: Settings) -> Check:
    try:
        return Check(name=name, ok=True, message=look(settings))
    except (AskdocsError, OSError) as error:
        return Check(name=name, ok=False, message=str(error))


def _python(settings: Settings) -> str:
    lowest, beyond = _PYTHONS
    found = platform.python_version()
    if not lowest <= sys.version_info[:2] < beyond:
        raise AskdocsError(f"{found}; askdocs is tested with 3.11, 3.12 and 3.13, make an environment with one of them")
    return f"{found} on {platform.platform()}"


def _packages(settings: Settings) -> str:
    missing, count = [], 0
    for requirement in importlib.metadata.requires("askdocs") or []:
        if "extra ==" in requirement:
            continue
        name, count = _REQUIREMENT.findall(requirement)[0], count + 1
        try:
            importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        raise AskdocsError(f"not installed: {', '.join(missing)}; run: pip install {' '.join(missing)}")
    return f"all {count} that askdocs needs are installed"


def _cpu(settings: Settings) -> str:
    flags = cpu_flags()
    shown = [flag for flag in _SHOWN_FLAGS if flag in flags]
    return f"{platform.machine()}, {available_cores()} cores for this process, {' '.join(shown) or 'features unknown'}"


def _bundled(path: Path) -> str:
    if sha256_of(path) != registry.BUNDLED_SHA256[path.name]:
        raise AskdocsError(f"{path}: its bytes are not those of the published file; {registry.INSTALL_BUNDLED}")
    return f"{path.name}, {path.stat().st_size / 1e6:.0f} MB, SHA-256 as published"


def _adapter(settings: Settings) -> str:
    path = registry.adapter_path()
    read_gguf(path)
    prompt = prompt_of(registry.gguf_record(path, settings))
    return f"{path.name}, {path.stat().st_size / 1e6:.1f} MB, for the prompt {prompt!r}"


def _llama_cpp(settings: Settings) -> str:
    version = importlib.metadata.version("llama-cpp-python")
    result = probe(registry.bundled_model_path())
    if not result.ok:
        raise AskdocsError(explain_probe(result, version))
    return f"llama-cpp-python {version} loaded the model and decoded a token in {result.seconds:.1f} s"


def explain_probe(result: Probe, version: str) -> str:
    """What to tell the user of a failed probe; after a crash, the command that builds llama.cpp for this CPU."""
    if result.crashed:
        return f"{result.reason}; build it for this CPU: {rebuild_command(version)}"
    return f"{result.reason}; reinstall llama-cpp-python {version}, or see docs/install.md"


def _cache(settings: Settings) -> str:
    folder = settings.cache_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            file.write(b"askdocs")
    except OSError as error:
        raise AskdocsError(f"{folder}: cannot be written ({error.strerror}); set ASKDOCS_CACHE_DIR") from error
    free = shutil.disk_usage(folder).free
    if free < _LOW_DISK_BYTES:
        raise AskdocsError(f"{folder}: only {free / 1e6:.0f} MB free; models and indexes need about 1 GB")
    return f"{folder}, writable, {free / 1e9:.0f} GB free"


def _on_server(address: str) -> str:
    from askdocs.corpus.corpus import Corpus
    from askdocs.terminal.render import counted

    with Corpus.open(address, create=False) as corpus:
        status = corpus.status()
    return f"{status.path}, {counted(status.articles, 'article')}, {counted(status.chunks, 'chunk')}"


def _corpus(settings: Settings) -> str:
    folder = settings.corpus
    if isinstance(folder, str):
        return _on_server(folder)
    if not folder.exists():
        return f"none at {folder} yet; `askdocs add PATHS` makes it"
    from askdocs.corpus.corpus import Corpus
    from askdocs.terminal.render import counted

    with Corpus.open(folder, create=False) as corpus:
        status = corpus.status()
    writable = "" if os.access(folder, os.W_OK) else ", read-only"
    return f"{folder}, {counted(status.articles, 'article')}, {counted(status.chunks, 'chunk')}{writable}"
