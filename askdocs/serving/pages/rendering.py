"""Templates as pages: everything that is put into one is escaped, and a name that is missing is an error."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import Request
from fastapi.responses import HTMLResponse

from askdocs.serving.access import Caller
from askdocs.serving.service import Service

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, **values: object) -> str:
    """A template filled in, for a piece of a page."""
    return _environment().get_template(template).render(**values)


def page(
    request: Request, template: str, service: Service, caller: Caller, corpus: str, **values: object
) -> HTMLResponse:
    """A template as a reply; every page knows which corpora the caller may choose from, and which is chosen.

    ``base.html.j2`` draws the frame: the name, the way to the other pages, the choice of a corpus, the colours.
    """
    corpora = [name for name in service.corpora.names if caller.may_reach(name)]
    common = {"path": request.url.path, "corpora": corpora, "corpus": corpus, "caller": caller.name}
    return HTMLResponse(render(template, **common, logged_in=service.tokens.needed, **values))
