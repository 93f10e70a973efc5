"""Writes constraints.txt from the environment it runs in: every package that askdocs, its extras, its tests and the
build of llama.cpp reach, with the version installed here.

    .venv/bin/python -m pip install --upgrade ...      # what is to change
    .venv/bin/python scripts/pin_versions.py
"""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
# Of the set-up itself; cmake and ninja are taken by the build of llama.cpp where the system has none.
SET_UP = ["pip", "hatchling", "scikit-build-core", "cmake", "ninja"]
HEADER = """\
# Every version that `make demo` installs and the tests ran with. Written by scripts/pin_versions.py.
# For an environment of your own: pip install -c constraints.txt 'askdocs[bundled]'
"""


def roots() -> list[Requirement]:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = pyproject["project"]
    listed = [*project["dependencies"], *pyproject["dependency-groups"]["dev"], *SET_UP]
    for extra in project["optional-dependencies"].values():
        listed.extend(text for text in extra if not text.startswith("askdocs["))  # `all` names the others
    return [Requirement(text) for text in listed]


def closure(requirements: list[Requirement]) -> dict[str, str]:
    """The version of every package reached, by its normalised name; what is not installed here is left out."""
    versions: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    while requirements:
        requirement = requirements.pop()
        name = canonicalize_name(requirement.name)
        for extra in {"", *requirement.extras}:
            if (name, extra) in seen:
                continue
            seen.add((name, extra))
            try:
                found = importlib.metadata.distribution(name)
            except importlib.metadata.PackageNotFoundError:
                print(f"not installed here, not pinned: {name}")
                break
            # "2.13.0+cpu" is a build of 2.13.0; other machines take another build of the same version.
            versions[name] = re.sub(r"\+.*", "", found.version)
            for text in found.requires or []:
                needed = Requirement(text)
                if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                    requirements.append(needed)
    return versions


if __name__ == "__main__":
    pins = closure(roots())
    lines = [f"{name}=={version}\n" for name, version in sorted(pins.items())]
    (ROOT / "constraints.txt").write_text(HEADER + "".join(lines), encoding="utf-8")
    print(f"{len(pins)} versions")
