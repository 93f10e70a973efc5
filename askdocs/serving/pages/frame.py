"""What every page loads: the files of ``static``."""

from __future__ import annotations

from fastapi.staticfiles import StaticFiles

from askdocs.serving.pages.rendering import FOLDER


def static_files() -> StaticFiles:
    """The styles and scripts of the pages; nothing else in this package can be reached through it."""
    return StaticFiles(directory=FOLDER / "static")
