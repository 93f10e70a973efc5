"""``ask(question, sources)``, and the corpora it keeps in the user's cache: one for each set of sources and embedder.

Each is brought up to its sources at every use, by content like any other. The least recently used ones go when all
of them together are larger than the setting ``cache_bytes``.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, Unpack, overload

from askdocs.core import validation
from askdocs.core.answers import Answer
from askdocs.core.articles import Article
from askdocs.core.errors import CorpusError, CorpusLocked, SourceError
from askdocs.core.protocols import Embedder
from askdocs.core.settings import load_settings
from askdocs.corpus.ask_options import AskKeywords, AskOptions
from askdocs.corpus.corpus import Corpus
from askdocs.ingest.inputs import SourceInput, checked_sources
from askdocs.ingest.sources.files import name
from askdocs.storage.lock import writing

if TYPE_CHECKING:
    from pydantic import BaseModel

    from askdocs.corpus.typed import TypedAnswer

Filled = TypeVar("Filled", bound="BaseModel")
_FOLDER = "corpora"
_USED = "used"  # an empty file; its time says when the corpus was last used
_log = logging.getLogger(__name__)


@overload
def ask(
    question: str, sources: SourceInput | Iterable[SourceInput], *, as_: None = ..., **options: Unpack[AskKeywords]
) -> Answer: ...


@overload
def ask(
    question: str, sources: SourceInput | Iterable[SourceInput], *, as_: type[Filled], **options: Unpack[AskKeywords]
) -> TypedAnswer[Filled]: ...


def ask(
    question: str,
    sources: SourceInput | Iterable[SourceInput],
    *,
    as_: type[Any] | None = None,
    **options: Unpack[AskKeywords],
) -> Any:
    """Answer a question from files, folders, patterns, addresses or ``Article`` objects.

    They are indexed once, by content, in the user's cache; options (``model``, ``k``, ``where``, ``threshold``,
    ``timeout``, ``as_`` and more) and errors as for :meth:`Corpus.ask`.
    """
    AskOptions.of(**options)  # a misspelt or wrong option is told before any work
    validation.check_question(question)
    with cached_corpus(sources) as corpus:
        return corpus.ask(question, as_=as_, **options)


def cached_corpus(
    *sources: SourceInput | Iterable[SourceInput], embedder: Embedder | None = None, progress: bool = False
) -> Corpus:
    """The open corpus of these sources and nothing else, brought up to them; close it after use.

    Raises:
        SourceError: nothing could be read from them, or one that was given is not there.
    """
    inputs = list(checked_sources(sources))
    paths = [source for source in inputs if not isinstance(source, Article)]
    settings = load_settings()
    folder = settings.cache_dir / _FOLDER / _key(inputs, embedder, settings.embedder)
    _used(folder)
    corpus = Corpus.open(folder, embedder=embedder)
    try:
        report = corpus.add(inputs, prune=True, progress=progress)
        named = {str(source) for source in inputs} | {name(Path(source).expanduser()) for source in paths}
        for skipped in report.skipped:
            if skipped.source in named:
                raise SourceError(skipped.source, skipped.reason)
            _log.warning("skipped %s: %s", skipped.source, skipped.reason)
        if corpus.status().articles == 0:
            raise SourceError(
                ", ".join(sorted({str(source) for source in inputs})) or "no source", "there is no article in it"
            )
    except BaseException:
        corpus.close()
        raise
    _make_room(folder, settings.cache_bytes)
    return corpus


def _key(sources: list[SourceInput], embedder: Embedder | None, named: str = "minilm") -> str:
    """A name for a set of sources: paths by where they are, articles by what they say."""
    names = [
        source.model_dump_json()
        if isinstance(source, Article)
        else str(source)
        if "://" in str(source)
        else os.path.abspath(os.path.expanduser(source))
        for source in sources
    ]
    by_name = None if named == "minilm" else named
    made_by = by_name if embedder is None else embedder.fingerprint.model_dump()
    text = json.dumps([sorted(set(names)), made_by], sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _used(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _USED).touch()
    except OSError as error:
        raise CorpusError(
            f"{folder}: the cache cannot be written ({error.strerror}); set ASKDOCS_CACHE_DIR to another folder"
        ) from error


def _make_room(kept: Path, allowed: int) -> None:
    """Remove the least recently used corpora until what is left is small enough; ``kept`` always stays."""
    folders = [path for path in kept.parent.iterdir() if path.is_dir()]
    sizes = {path: sum(file.stat().st_size for file in path.iterdir() if file.is_file()) for path in folders}
    total = sum(sizes.values())
    for path in sorted(folders, key=_last_used):
        if total <= allowed:
            return
        if path != kept and _removed(path):
            total -= sizes[path]


def _last_used(folder: Path) -> float:
    marker = folder / _USED
    return marker.stat().st_mtime if marker.exists() else 0.0


def _removed(folder: Path) -> bool:
    """Remove a corpus nobody is writing to; processes that read it go on until they close it."""
    gone = folder.with_name(f".{folder.name}-{os.getpid()}")
    try:
        with writing(folder, 0.0):
            folder.rename(gone)
    except (CorpusLocked, OSError):
        return False
    shutil.rmtree(gone, ignore_errors=True)
    return True
