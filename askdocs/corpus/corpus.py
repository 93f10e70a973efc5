"""``Corpus``: articles stored in a folder, searched and asked.

A corpus holds an :class:`Ingester`, which articles come in through, a :class:`Searcher` and an :class:`Answerer`. Every
question sees one state of the corpus from its first search to its last citation.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack, overload

from askdocs.core import validation
from askdocs.core.answers import Answer, Event, Explanation
from askdocs.core.articles import Article, ArticleList, Hit
from askdocs.core.errors import QuestionError
from askdocs.core.protocols import Embedder, Generator
from askdocs.core.reports import AddReport, Capability, FilterCounts, Status
from askdocs.corpus.answerer import Answerer, in_thread
from askdocs.corpus.ask_options import AskKeywords, AskOptions, ModelRequest
from askdocs.corpus.opening import open_storage
from askdocs.corpus.repair import repair
from askdocs.corpus.searcher import CorpusEmbedder, Searcher
from askdocs.corpus.worker_opening import opened_anew
from askdocs.ingest.ingester import Ingester
from askdocs.ingest.inputs import SourceInput
from askdocs.ingest.progress import ShownProgress
from askdocs.storage.database import Step, no_step
from askdocs.storage.filters import Where
from askdocs.storage.listing import Listing, listed
from askdocs.storage.protocol import Storage, never
from askdocs.storage.vectors.faiss_index import Choice

if TYPE_CHECKING:
    from pydantic import BaseModel

    from askdocs.corpus.article_table.table import ArticleTable, TypedTable
    from askdocs.corpus.chat import Chat
    from askdocs.corpus.typed import TypedAnswer

Filled = TypeVar("Filled", bound="BaseModel")
Progress = bool | Callable[[int, int], object]


class Corpus:
    """The articles in a folder, with their chunks and index. Open one with ``Corpus.open``, and close it.

    May be used by several threads; several processes may have it open, one of them writing at a time.
    """

    def __init__(
        self, storage: Storage, embedder: Embedder | None = None, lost: str = "", place: str | Path = ""
    ) -> None:
        """``lost`` is what was found to be lost when the storage was opened, ``place`` where it was opened."""
        self.storage = storage
        self._embedder = CorpusEmbedder(storage.name, embedder)
        self.ingester = Ingester(storage, self._embedder.of, partial(opened_anew, place or storage.name, embedder))
        self.searcher = Searcher(storage, self._embedder)
        self.answerer = Answerer(storage.folder, self.searcher)
        self._lost = lost

    @property
    def path(self) -> Path:
        """The folder of the corpus; of one on a server, the folder here for what stands beside it."""
        return self.storage.folder

    @classmethod
    def open(
        cls,
        path: str | Path,
        create: bool = True,
        embedder: Embedder | None = None,
        *,
        index: Choice = "auto",
        lock_seconds: float = 30.0,
        step: Step = no_step,
    ) -> Self:
        """Open the corpus in the folder ``path``, or at a ``postgresql://`` address; it is made if it is not there.

        With ``create=False`` it is not made. ``embedder`` is the bundled one unless given; the one that made a corpus
        must be given again. ``index`` is "auto", "flat" or "ivf", for a folder. A second writer waits
        ``lock_seconds`` for the first.

        Raises:
            CorpusError: there is none, it cannot be made or reached, or the path is a file.
            CorpusMismatch: made by another embedder, or by a later askdocs.
            CorpusDamaged: its files lost or changed bytes.
        """
        validation.check_embedder(embedder)
        storage, lost = open_storage(path, create, index=index, lock_seconds=lock_seconds, step=step)
        corpus = cls(storage, embedder, lost, path)
        with corpus.searcher.snapshot() as store:
            store.state()
            if embedder is not None:
                corpus._embedder.check(store.fingerprint(), embedder.fingerprint)
        return corpus

    # -- what it holds

    def articles(self) -> Iterator[Article]:
        """Every article, in the order they were added, one at a time."""
        return self.searcher.articles()

    def article(self, article_id: str) -> Article:
        """The article with this id, as the question being answered sees it.

        Raises:
            CorpusError: there is none.
        """
        return self.searcher.article(article_id)

    def list_articles(
        self,
        where: Where | None = None,
        words: str = "",
        *,
        limit: int = 100,
        after: str | None = None,
        newest_first: bool = False,
    ) -> ArticleList:
        """The articles without their texts, in the order they were added, ``limit`` (up to 1000) at a time.

        ``where`` limits them as for ``search``; each of the ``words`` stands in the title or the source. ``after`` is
        the ``next`` of the part before. None is missed that was there from the first part to the last, whatever is
        added between them; one that is changed meanwhile comes again at the end, in its new state.

        Raises:
            AskdocsError: ``limit`` or ``after`` is not what it should be.
            CorpusError: ``where`` cannot be understood, or no article has a field of it.
        """
        limit = validation.check_whole_number("limit", limit, least=1)
        with self.searcher.snapshot() as store:
            return listed(store, Listing(where or {}, words, limit, after, newest_first))

    def search(self, question: str, k: int = 10, where: Where | None = None) -> list[Hit]:
        """The ``k`` chunks most likely to answer a question, best first.

        ``where`` limits them to some articles, as ``{"published": ">=2023-01-01", "source": "*.md"}``.

        Raises:
            QuestionError: the question is empty.
            AskdocsError: ``k`` is no whole number of at least 1.
            CorpusError: ``where`` cannot be understood, or no article has a field of it.
        """
        return self.searcher.search(question, k, where)

    def kept(self, where: Where) -> FilterCounts:
        """How many articles ``where`` lets through, and how many it leaves out because they have no date.

        Raises:
            CorpusError: ``where`` cannot be understood, or no article has a field of it.
        """
        return self.searcher.kept(where)

    @property
    def embedder(self) -> Embedder:
        """The embedder of this corpus, loaded when it is first used.

        Raises:
            CorpusMismatch: another one made the vectors.
        """
        return self.searcher.embedder()

    # -- asking it

    @overload
    def ask(self, question: str, *, as_: None = ..., **options: Unpack[AskKeywords]) -> Answer: ...

    @overload
    def ask(self, question: str, *, as_: type[Filled], **options: Unpack[AskKeywords]) -> TypedAnswer[Filled]: ...

    def ask(
        self, question: str, *, as_: type[Filled] | None = None, **options: Unpack[AskKeywords]
    ) -> Answer | TypedAnswer[Filled]:
        """Answer a question from the articles.

        ``k`` passages are found to answer from; ``where`` limits them, as for ``search``. ``model`` is a name as
        ``askdocs models`` lists them, or a ``Generator``. Under ``threshold`` (0 to 1; as calibrated unless given)
        the answer abstains. ``timeout`` is in seconds, loading of the model not counted; ``cancel``, a
        ``threading.Event``, may be set from another thread. ``history`` holds earlier questions with the words they
        were answered with. ``prompt`` names a template. ``as_`` fills a pydantic model instead: in
        one piece by a model that writes prose, models within it and lists of them too, else a question a field.

        ``style`` is "span" (words of the articles), "prose" (sentences of the model; each quotes a passage, and holds
        no number or name that the quoted sentences do not), or "auto", the default: prose of a model that is capable
        of it, as ``capability`` says, else words. What is no span, as a list, a count or a cell of a table, stays so.

        Raises:
            QuestionError: the question is empty.
            AskdocsError: an option is not what it should be, or a field of ``as_`` is of a type words cannot fill.
            ModelError: the model cannot be used; AnswerTimeout when time ran out or it was cancelled.
            CorpusError: the corpus cannot be used, or ``where`` cannot be understood.
        """
        checked = AskOptions.of(**options)
        if as_ is not None:
            from askdocs.corpus.typed import ask_typed

            return ask_typed(self.answerer, question, as_, checked)
        return self.answerer.ask(question, checked)

    def stream(self, question: str, **options: Unpack[AskKeywords]) -> Iterator[Event]:
        """The events of answering: ``Retrieved``, then ``Token`` as words become certain, then ``Answered``.

        In prose the tokens are the sentences as they are written, before they are checked.

        Options and errors as for ``ask``. Leaving the iterator early cancels the question.
        """
        yield from self.answerer.stream(question, AskOptions.of(**options))

    def explain(self, question: str, **options: Unpack[AskKeywords]) -> Explanation:
        """Answer once more and say why: the prompt, the probability of each token, the features of the confidence.

        Options and errors as for ``ask``.
        """
        return self.answerer.explain(question, AskOptions.of(**options))

    def capability(self, model: str | Generator | None = None) -> Capability:
        """Whether ``style="auto"`` asks a model for prose, and why; a large model is loaded and tested once for that.

        Raises ModelError.
        """
        return ModelRequest(AskOptions.of(model=model)).capability

    @overload
    async def aask(self, question: str, *, as_: None = ..., **options: Unpack[AskKeywords]) -> Answer: ...

    @overload
    async def aask(
        self, question: str, *, as_: type[Filled], **options: Unpack[AskKeywords]
    ) -> TypedAnswer[Filled]: ...

    async def aask(self, question: str, *, as_: type[Any] | None = None, **options: Unpack[AskKeywords]) -> Any:
        """``ask`` without blocking the event loop; cancelling the task cancels the question."""
        cancel = options.get("cancel") or threading.Event()
        options["cancel"] = cancel
        return await in_thread(lambda: self.ask(question, as_=as_, **options), cancel.set)

    def ask_many(self, questions: Iterable[str], **options: Unpack[AskKeywords]) -> list[Answer]:
        """Answer many questions, order kept; options and errors as for ``ask``, the time limit for each.

        All are retrieved first, then read a few at a time, in an order that lets neighbours share the beginning of
        their prompts. One state of the corpus serves them all.
        """
        from askdocs.corpus.batch import ask_many

        checked = AskOptions.of(**options)
        if isinstance(questions, str):  # whose letters would be asked one by one
            raise QuestionError("ask_many takes a list of questions; ask one with ask()")
        return ask_many(self.answerer, list(questions), checked)

    @overload
    def table(
        self,
        columns: Mapping[str, str],
        *,
        progress: Progress = ...,
        again: bool = ...,
        **options: Unpack[AskKeywords],
    ) -> ArticleTable: ...

    @overload
    def table(
        self, columns: type[Filled], *, progress: Progress = ..., again: bool = ..., **options: Unpack[AskKeywords]
    ) -> TypedTable[Filled]: ...

    def table(
        self,
        columns: Mapping[str, str] | type[BaseModel],
        *,
        progress: Progress = False,
        again: bool = False,
        **options: Unpack[AskKeywords],
    ) -> ArticleTable:
        """Ask the same questions of every article: a row an article, a column a question.

        ``columns`` are questions by the names of their columns, as ``{"shares": "How many shares were sold?"}``, or a
        pydantic model: a question a field, as for ``ask``, and each row has a filled one. ``where`` limits the
        articles. ``progress`` shows a bar on stderr, or is called with how many cells are done, of how many.

        What was answered is kept in the folder of the corpus: a table that was interrupted goes on where it was, and
        only changed articles and new columns are asked again, unless ``again`` says to ask everything. A cell that
        cannot be asked holds its error. One state of the corpus serves the whole table.

        Other options and errors as for ``ask``, the time limit for each cell.
        """
        from askdocs.corpus.article_table.making import article_table, typed_table
        from askdocs.corpus.article_table.progress import CellProgress

        checked = AskOptions.of(**options)
        with CellProgress(progress) as bar:
            if isinstance(columns, type):
                return typed_table(self.path, self.answerer, columns, checked, bar.tick, again)
            return article_table(self.path, self.answerer, columns, checked, bar.tick, again)

    def chat(self) -> Chat:
        """Begin a conversation."""
        from askdocs.corpus.chat import Chat

        with self.searcher.snapshot():  # which says so where the corpus was closed
            return Chat(self)

    def warm(self, model: str | Generator | None = None) -> None:
        """Load the model and the embedder, so that the first question does not wait for them.

        Raises ModelError.
        """
        self.answerer.warm(AskOptions.of(model=model))

    # -- changing it

    def add(
        self,
        *sources: SourceInput | Iterable[SourceInput],
        progress: ShownProgress = False,
        prune: bool = False,
        stop: threading.Event | None = None,
        workers: int | None = None,
    ) -> AddReport:
        """Add files, folders, patterns, addresses or ``Article`` objects; do work only for what changed.

        ``prune`` removes the articles of files under these sources that are gone. What cannot be read is skipped
        and named in the report. Each article is stored whole or not at all, whenever the process ends.
        ``progress`` shows a count on stderr, or is called with an ``AddProgress`` as it goes on. Once ``stop`` is set
        it ends after the file it is at, and the report says what was done.

        ``workers`` is for a corpus on Postgres: so many processes read, embed and store at once, each with its share
        of the cores and an embedder of its own. Other machines may add to it at the same time. They are started by
        multiprocessing's "spawn": call this under ``if __name__ == "__main__":``.

        Raises:
            CorpusLocked: another process is writing, and did not finish in time.
            CorpusError: the corpus cannot be written; what was stored before is still there. ``workers`` is given,
                and the corpus is in a folder.
            AskdocsError: ``workers`` is no whole number of at least 1.
        """
        self.storage.check_open()
        stopped = never if stop is None else stop.is_set
        if workers is not None:
            count = validation.check_whole_number("workers", workers, least=1)
            return self.ingester.add_with_workers(sources, count, progress=progress, prune=prune, stopped=stopped)
        return self.ingester.add(sources, progress=progress, prune=prune, stopped=stopped)

    def add_with_ray(
        self,
        *sources: SourceInput | Iterable[SourceInput],
        address: str = "local",
        workers: int | None = None,
        progress: ShownProgress = False,
        prune: bool = False,
        stop: threading.Event | None = None,
    ) -> AddReport:
        """``add`` on the machines of a Ray cluster, to a corpus on Postgres.

        ``address`` is "local", for one that is started on this machine, "auto", or ``ray://host:port``. ``workers`` is
        how many actors each stage has; unless given, one for each core. Every machine has askdocs, reaches the server
        and finds the files under the same paths.

        Raises:
            ExtraMissing: Ray is not installed.
            CorpusError: the corpus is in a folder or cannot be written, or Ray failed.
            AskdocsError: ``workers`` is no whole number of at least 1.
        """
        self.storage.check_open()
        if workers is not None:
            workers = validation.check_whole_number("workers", workers, least=1)
        stopped = never if stop is None else stop.is_set
        return self.ingester.add_with_ray(sources, address, workers, progress=progress, prune=prune, stopped=stopped)

    def watch(
        self, *sources: SourceInput | Iterable[SourceInput], prune: bool = False, stop: threading.Event | None = None
    ) -> Iterator[AddReport]:
        """Add the sources, then follow them: one report after each time something changed, until ``stop`` is set.

        A writer that holds the corpus for long is waited for. Needs paths that exist: folders, files, patterns.
        Adding stops as well, after the file it is at; the last report says what was done of it.
        """
        self.storage.check_open()
        yield from self.ingester.watch(sources, prune, stop)

    def remove(
        self,
        source: str | Path | None = None,
        article_id: str | None = None,
        *,
        each: Callable[[str], object] = lambda source: None,
    ) -> int:
        """Remove the articles of a source, of a folder of sources, or with an id; gives how many went.

        ``source`` is what ``articles()`` shows, the path of a file or folder, or, where no source has it, an id.
        ``each`` is called with the source of each article that went.
        """
        self.storage.check_open()
        gone = self.ingester.remove(source, article_id)
        for one in gone:
            each(one)
        return len(gone)

    def rebuild(self) -> None:
        """Make anew all that can be computed again: damaged vectors, the index of words, the index of vectors.

        Raises:
            CorpusDamaged: articles are lost that cannot be computed again; it names them.
        """
        self.storage.check_open()
        with self.storage.writing() as writer:
            self.storage.forget_caches()
            repair(writer, lambda: self._embedder.of(writer))

    # -- what state it is in

    def status(self, verify: bool = False) -> Status:
        """What the corpus holds; ``verify=True`` checks every byte and lists the ``problems``."""
        with self.searcher.snapshot() as store:
            state, fingerprint, sources = store.state(), store.fingerprint(), store.source_count()
        files = self.storage.sizes()
        return Status(
            path=self.storage.name,
            articles=state.articles,
            sources=sources,
            chunks=state.chunks,
            embedder=fingerprint,
            index=self.storage.index_status(state),
            bytes=sum(files.values()),
            files=files,
            generation=state.generation,
            problems=tuple(self.verify()) if verify else None,
        )

    def verify(self) -> list[str]:
        """Check everything, and say in words what is wrong; empty when nothing is."""
        return [self._lost] * bool(self._lost) + self.storage.verify()

    # -- the end

    def close(self) -> None:
        """Close its files; it cannot be used any more."""
        self.storage.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.storage.name!r})"

    def __enter__(self) -> Self:
        self.storage.check_open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
