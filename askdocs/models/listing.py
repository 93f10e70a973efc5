"""Which models can be named: those that come with askdocs, those recommended, those downloaded, and forms of names."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from askdocs.core.base import Model
from askdocs.core.errors import ModelNotFound
from askdocs.models.catalogue import CatalogueEntry, catalogue
from askdocs.models.hub import downloaded, downloads
from askdocs.models.registry import NAME_FORMS, locate

Group = Literal["bundled", "form", "recommended", "downloaded"]
BUNDLED = ("smollm2", "smollm2+base", "extractive")


class KnownModel(Model):
    """A line of ``askdocs models``: a name, or the form of one, and whether its file is here.

    ``available`` is ``None`` for a form, which stands for many. ``entry`` is what the catalogue says of a recommended
    model.
    """

    name: str
    description: str
    group: Group
    available: bool | None = None
    path: Path | None = None
    entry: CatalogueEntry | None = None


def known_models() -> list[KnownModel]:
    """Every name, or form of one, with whether its file is here; asks nothing of the network."""
    recommended = [
        _found("recommended", entry.name, entry.good_for, downloaded(entry.hf), entry) for entry in catalogue()
    ]
    places = {entry.hf for entry in catalogue()}
    others = [
        _found("downloaded", name, "in the cache of the Hugging Face hub", path)
        for name, path in downloads().items()
        if name not in places
    ]
    return [*_named(), *recommended, *others]


def _found(
    group: Group, name: str, description: str, path: Path | None, entry: CatalogueEntry | None = None
) -> KnownModel:
    available = path is not None
    return KnownModel(name=name, description=description, group=group, available=available, path=path, entry=entry)


def _named() -> list[KnownModel]:
    """The names that come with askdocs, and the forms of names."""
    models = []
    for name, description in NAME_FORMS.items():
        if name not in BUNDLED:
            models.append(KnownModel(name=name, description=description, group="form"))
        elif name == "extractive":
            models.append(KnownModel(name=name, description=description, group="bundled", available=True))
        else:
            models.append(_found("bundled", name, description, _located(name)))
    return models


def _located(name: str) -> Path | None:
    try:
        return locate(name)
    except ModelNotFound:
        return None
