"""What the routes of one app share, and how they ask for it."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Depends, Query, Request

from askdocs.core.errors import AskdocsError
from askdocs.core.protocols import Embedder, Generator
from askdocs.corpus.corpus import Corpus
from askdocs.models.registry import resolve
from askdocs.serving.access import Caller, NotAllowed, caller_in
from askdocs.serving.conversations import Conversations
from askdocs.serving.corpora import Corpora
from askdocs.serving.fair_queue import FairQueue
from askdocs.serving.guarding.tokens import Tokens
from askdocs.serving.indexing import Indexing
from askdocs.serving.metrics import Metrics
from askdocs.serving.settings import ServeSettings
from askdocs.serving.works import Works

_SEARCHES = 2  # at once; they need no model


class UnknownModel(AskdocsError):
    """A request names a model that is not served."""


class Service:
    """The corpora, the queue before the model and the counters of one app.

    ``generator`` stands in for the model of every request, and ``embedder`` for that of every corpus: for tests.
    """

    def __init__(
        self, settings: ServeSettings, embedder: Embedder | None = None, generator: Generator | None = None
    ) -> None:
        self.settings = settings
        self.corpora = Corpora(settings.corpora, embedder)
        self.conversations = Conversations(settings)
        self.queue = FairQueue(settings.at_once, settings.waiting)
        self.questions = Works(self.queue, "question")
        self.searches = Works(FairQueue(_SEARCHES, settings.waiting, "too many searches are waiting"), "search")
        self.tables = Works(FairQueue(1, 0, "another table is being made"), "table")
        self.metrics = Metrics(self.queue)
        self.indexing = Indexing(self.corpora)
        self.tokens = Tokens(settings.access, settings.port)
        self._generator = generator
        self.ready = False

    def model(self, name: str | None) -> str | Generator:
        """The model that a request names, the first that is served where it names none.

        Raises UnknownModel: others could be any file of this machine, or any server.
        """
        if name is not None and name not in self.settings.models:
            raise UnknownModel(f"model {name!r} is not served; there are: {', '.join(self.settings.models)}")
        return self._generator or name or self.settings.models[0]

    def open(self) -> None:
        """Open the corpora and find the models. Raises AskdocsError for the first that is wrong."""
        for name in self.corpora.names:
            self.corpora.get(name)
        for model in () if self._generator else self.settings.models:
            resolve(model)

    def stop(self) -> None:
        """Take no more; questions that run may end, a table that is being made stops: what it has is kept."""
        self.queue.close()
        self.searches.queue.close()
        self.tables.stop()

    def stop_questions(self) -> None:
        """Stop the questions that still run, and tell their clients."""
        self.questions.stop()
        self.searches.stop()

    async def close(self) -> None:
        """Take no more questions and articles, stop what runs, and close the corpora."""
        for works in (self.questions, self.searches, self.tables):
            works.stop()
        await asyncio.to_thread(self.indexing.close)  # which waits for the file that is being read
        for works in (self.questions, self.searches, self.tables):
            await works.end()
        self.conversations.close()
        self.corpora.close()


def service_of(request: Request) -> Service:
    """The service that an app was made for."""
    service = request.app.state.service
    assert isinstance(service, Service)
    return service


def caller_of(request: Request) -> Caller:
    """Who asks, as the guard found out; their address where no token is asked for."""
    return caller_in(request.scope)


ServiceDep = Annotated[Service, Depends(service_of)]
CallerDep = Annotated[Caller, Depends(caller_of)]
CorpusName = Annotated[str | None, Query(alias="corpus", description="The name of a corpus; the first if not given.")]


def corpus_name_of(service: ServiceDep, caller: CallerDep, corpus: CorpusName = None) -> str:
    """The name of the corpus that a request means. Raises NotAllowed where it is not the caller's to use."""
    reachable = [name for name in service.corpora.names if caller.may_reach(name)]
    name = corpus or next(iter(reachable), service.settings.default_corpus)
    if not caller.may_reach(name):  # said in the same words whether there is one or not
        raise NotAllowed(f"corpus {name!r}: your token does not reach it; it reaches: {', '.join(reachable) or 'none'}")
    return name


CorpusNameDep = Annotated[str, Depends(corpus_name_of)]


def corpus_of(service: ServiceDep, name: CorpusNameDep) -> Corpus:
    """The corpus that a request means, open."""
    return service.corpora.get(name)


CorpusDep = Annotated[Corpus, Depends(corpus_of)]


class Visit:
    """A caller at one corpus of a service: what most routes work with."""

    def __init__(self, service: ServiceDep, caller: CallerDep, name: CorpusNameDep, corpus: CorpusDep) -> None:
        self.service: Service = service
        self.caller: Caller = caller
        self.name: str = name
        self.corpus: Corpus = corpus


VisitDep = Annotated[Visit, Depends()]
