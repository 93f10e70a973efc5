"""Models that are published in several files: ``NAME-00001-of-00003.gguf`` and so on.

llama.cpp is given the first and finds the others beside it by their names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from askdocs.core.errors import ModelUnusable

_PART = re.compile(r"(?P<stem>.+)-(?P<part>\d{5})-of-(?P<count>\d{5})\.gguf", re.DOTALL)
_SHOWN = 3


def part_names(name: str) -> list[str]:
    """The names of all parts of the model that ``name`` is a part of; itself alone where it is no part.

    >>> part_names("big-00002-of-00002.gguf")
    ['big-00001-of-00002.gguf', 'big-00002-of-00002.gguf']
    >>> part_names("small.gguf")
    ['small.gguf']
    """
    match = _PART.fullmatch(name)
    if match is None:
        return [name]
    stem, count = match["stem"], int(match["count"])
    return [f"{stem}-{part:05}-of-{count:05}.gguf" for part in range(1, count + 1)]


def part_paths(path: Path) -> list[Path]:
    """The files of the model that ``path`` is a part of, the first first. Raises ModelUnusable, naming missing ones."""
    paths = [path.with_name(name) for name in part_names(path.name)]
    missing = [part.name for part in paths if not part.is_file()]
    if missing:
        named = ", ".join(missing[:_SHOWN]) + (f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else "")
        raise ModelUnusable(
            f"{path}: this model is split into {len(paths)} files, and of them {named} "
            f"{'is' if len(missing) == 1 else 'are'} not in {path.parent}; put all parts into one folder"
        )
    return paths


def check_name(path: Path, metadata: Mapping[str, object]) -> None:
    """Raise ModelUnusable for a part that was given another name, by which llama.cpp cannot find the others."""
    count = metadata.get("split.count")
    if isinstance(count, int) and count > 1 and len(part_names(path.name)) != count:
        number = metadata.get("split.no")
        which = f"part {number + 1} of {count}" if isinstance(number, int) else f"one of {count} parts"
        raise ModelUnusable(
            f"{path}: this is {which} of a split model under another name; give the parts the names that they were "
            f"published under (NAME-00001-of-{count:05}.gguf)"
        )
