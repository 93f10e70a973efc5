"""The environment of the libraries under comparison: their newest releases that can be installed here together.

It is made once, in the user's cache, and made anew with another list of packages; remove the folder for newer
releases. torch and llama-cpp-python are ours, copied, so that all engines run the same code and nothing is built.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import subprocess
import venv
from pathlib import Path

from scripts.setup_environment import LLAMA, say, user_cache

PACKAGES = (
    "llama-index-core", "llama-index-llms-llama-cpp", "llama-index-embeddings-huggingface",
    "haystack-ai", "llama-cpp-haystack", "sentence-transformers-haystack",
    "langchain", "langchain-core", "langchain-classic", "langchain-community", "langchain-huggingface",
    "txtai", "httpx",
)  # fmt: skip
COPIED = (LLAMA, "torch")
NOTE, NEWER = "peers.txt", "newer.json"


def ensure(folder: Path | None = None, pip_arguments: tuple[str, ...] = ()) -> Path:
    """The Python of the environment, which is made if it is not there as wanted. Raises CalledProcessError."""
    folder = (folder or user_cache() / "peers").absolute()
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = [*(f"{name}=={importlib.metadata.version(name).split('+')[0]}" for name in COPIED), *PACKAGES]
    note = folder / NOTE
    if note.is_file() and note.read_text("utf-8").split() == wanted:
        return python
    say(f"installing the libraries to compare with into {folder} (minutes, once)")
    venv.create(folder, with_pip=True, clear=True)
    for name in COPIED:
        copy_distribution(name, site_packages(python))
    pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "-qq", *pip_arguments, *wanted], check=True)
    newer = subprocess.run([*pip, "list", "--outdated", "--format", "json"], check=True, capture_output=True, text=True)
    (folder / NEWER).write_text(newer.stdout, "utf-8")
    note.write_text("\n".join(wanted) + "\n", "utf-8")
    return python


def newer_releases(python: Path) -> dict[str, str]:
    """Of the packages asked for, the newest release where it is not the one installed: another one stood against it."""
    found = json.loads((python.parent.parent / NEWER).read_text("utf-8"))
    return {package["name"]: package["latest_version"] for package in found if package["name"] in PACKAGES}


def site_packages(python: Path) -> Path:
    code = "import sysconfig; print(sysconfig.get_path('platlib'))"
    return Path(subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip())


def copy_distribution(name: str, target: Path) -> None:
    """Copy an installed package with its metadata; pip then takes it as installed. Files are linked where possible."""
    for file in importlib.metadata.files(name) or ():
        source = Path(str(file.locate()))
        if file.parts[0] == ".." or not source.is_file():
            continue  # the commands, which have the path of our Python in them
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source, target / file)
        except OSError:
            shutil.copy2(source, target / file)
