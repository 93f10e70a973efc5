"""Templates as pages: everything that is put into one is escaped, and a name that is missing is an error."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from askdocs.serving.access import Caller
from askdocs.serving.service import CallerDep, CorpusNameDep, Service, ServiceDep

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).parent


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, **values: object) -> str:
    """A template filled in, for a piece of a page."""
    return _environment().get_template(template).render(**values)


class Frame:
    """What every page shows around its own: who asks, which corpora they may choose from, and which is chosen.

    ``base.html.j2`` draws it: the name, the way to the other pages, the choice of a corpus, the colours.
    """

    def __init__(self, request: Request, service: ServiceDep, caller: CallerDep, name: CorpusNameDep) -> None:
        self.request = request
        self.service: Service = service
        self.caller: Caller = caller
        self.name: str = name

    def page(self, template: str, **values: object) -> HTMLResponse:
        """A template as a reply."""
        corpora = [name for name in self.service.corpora.names if self.caller.may_reach(name)]
        common = {"path": self.request.url.path, "corpora": corpora, "corpus": self.name, "caller": self.caller.name}
        return HTMLResponse(render(template, **common, logged_in=self.service.tokens.needed, **values))


FrameDep = Annotated[Frame, Depends()]


def static_files() -> StaticFiles:
    """The styles and scripts of the pages; nothing else in this package can be reached through it."""
    return StaticFiles(directory=_FOLDER / "static")
