"""The MCP server under the service: the same corpora, the same tokens, the same queue before the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from typing import Any

from askdocs.core.answers import Answer
from askdocs.corpus.ask_options import AskKeywords
from askdocs.corpus.corpus import Corpus
from askdocs.mcp.asking import AskedQuestion
from askdocs.mcp.http_endpoint import HttpEndpoint
from askdocs.mcp.server import build_server
from askdocs.serving import asking
from askdocs.serving.access import Caller, caller_in
from askdocs.serving.corpora import Corpora
from askdocs.serving.service import Service, Visit


class ServedCorpora(Mapping[str, Corpus]):
    """The corpora of a service by name; each opens when it is first asked for."""

    def __init__(self, corpora: Corpora) -> None:
        self._corpora = corpora

    def __getitem__(self, name: str) -> Corpus:
        return self._corpora.get(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._corpora.names)

    def __len__(self) -> int:
        return len(self._corpora.names)


def mcp_endpoint(service: Service) -> HttpEndpoint:
    """The MCP server of a service, for ``askdocs.mcp.http_endpoint.PATH``; the guard stands before it."""

    async def ask(asked: AskedQuestion, /) -> Answer:
        visit = Visit(service, _caller(asked.scope), asked.corpus_name, asked.corpus)
        options = AskKeywords(
            model=service.model(None), history=asked.history, where=asked.where, k=asked.k,
            timeout=service.settings.timeout,
        )  # fmt: skip
        return await asking.ask(visit, asked.question, options)

    def reach(scope: MutableMapping[str, Any] | None) -> Sequence[str]:
        caller = _caller(scope)
        return [name for name in service.corpora.names if caller.may_reach(name)]

    return HttpEndpoint(build_server(ServedCorpora(service.corpora), ask, reach=reach))


def _caller(scope: MutableMapping[str, Any] | None) -> Caller:
    """Who asks. Without a request nobody does, who may reach nothing."""
    return Caller(name="nobody", corpora=frozenset()) if scope is None else caller_in(scope)
