"""Names of models as columns are headed with them: short, and no two of a table alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from askdocs.models.registry import split_adapter


def short_names(models: Iterable[str]) -> dict[str, str]:
    """A short name for each of ``models``, all different: a file's name, a served model's without its address.

    Where two would be the same, each gets as much of its folders, or the address, as tells them apart.

    >>> list(short_names(["smollm2", "hf:owner/repo/tiny.gguf", "/models/big.gguf+/adapters/news.gguf"]).values())
    ['smollm2', 'tiny.gguf', 'big.gguf+news.gguf']
    >>> list(short_names(["/home/ann/old/m.gguf", "/home/ann/new/m.gguf", "openai:m@http://localhost/v1"]).values())
    ['old/m.gguf', 'new/m.gguf', 'openai:m']
    """
    left = order = list(dict.fromkeys(models))
    names: dict[str, str] = {}
    folders = 0
    while left:
        shortened = {model: _shortened(model, folders) for model in left}
        counts = Counter([*shortened.values(), *names.values()])
        for model, name in shortened.items():
            if counts[name] == 1 or name == model:
                names[model] = name
        left = [model for model in left if model not in names]
        folders += 1
    return {model: names[model] for model in order}


def _shortened(model: str, folders: int) -> str:
    """The model's name with at most so many folders before each file; a server's address counts as one folder."""
    if folders > model.count("/"):
        return model
    if model.startswith("openai:"):
        return model if folders else model.partition("@http")[0]
    return "+".join("/".join(file.split("/")[-folders - 1 :]) for file in split_adapter(model) if file)
