"""Checks every byte of a corpus and says in words what is lost."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from askdocs.core.errors import CorpusDamaged, CorpusError
from askdocs.storage import script_index
from askdocs.storage.checksum import checksum_problem
from askdocs.storage.database import Database
from askdocs.storage.reader import Store
from askdocs.storage.rows import ArticleRow, MetaRow, SourceRow, columns, is_intact
from askdocs.storage.vectors import file_format
from askdocs.storage.vectors.manager import IndexManager
from askdocs.storage.word_lists_making import lists_are_right

_MOST = 50  # problems of one kind that are told


def verify(store: Store, database: Database, keeper: IndexManager) -> list[str]:
    """What is wrong with the corpus, empty when nothing is: each line names the file, the article and what to do.

    ``database`` is what ``store`` reads.

    Compares the checksum of the file, SQLite's own structure, the hash of every article, text, source, chunk and
    vector, that chunks are slices of their texts, that words, vectors and index hold exactly the chunks there are.
    """
    problems: list[str] = []
    with store.snapshot():
        for of_file in (_bytes, _structure):
            problems += _checked(lambda store: of_file(store, database), store)  # noqa: B023  # called at once
        problems += verify_rows(store)
    problems += _checked(lambda store: _words(store, database), store)
    with store.snapshot():
        problems += _index(store, keeper)
    return list(dict.fromkeys(problems))


def verify_rows(store: Store) -> list[str]:
    """What is wrong with the rows that a store reads, whatever database holds them."""
    return [problem for check in (_meta, _articles, _sources, _counts, _strays) for problem in _checked(check, store)]


def _checked(check: Callable[[Store], Iterator[str]], store: Store) -> list[str]:
    """The first problems a check finds; what it cannot even read is one."""
    found: list[str] = []
    try:
        for problem in check(store):
            found.append(problem)
            if len(found) == _MOST:
                found.append(f"{store.name}: and more of this kind")
                break
    except CorpusError as error:
        found.append(str(error))
    return found


def _bytes(store: Store, database: Database) -> Iterator[str]:
    beside_a_log = database.path.with_name(database.path.name + "-wal").exists()
    if database.mode == "immutable" and beside_a_log:
        return  # the snapshot does not keep another user's process from writing
    problem = checksum_problem(database, store.state())
    if problem:
        yield problem


def _structure(store: Store, database: Database) -> Iterator[str]:
    for (line,) in database.each("PRAGMA integrity_check(20)"):
        if line != "ok":
            yield f"{store.name}: {line}"


def _meta(store: Store) -> Iterator[str]:
    for row in map(MetaRow._make, store.database.each(f"SELECT {columns(MetaRow)} FROM meta")):
        if not is_intact(row):
            yield f"{store.name}: the corpus's own entry {row.key!r} changed"
    store.state()
    store.fingerprint()


def _articles(store: Store) -> Iterator[str]:
    for number in store.article_numbers():
        try:
            row = store.article_row(number)
            text = store.article_numbered(number).text
        except CorpusDamaged as error:
            yield str(error)
            continue
        yield from _chunks(store, row, text)


def _chunks(store: Store, article: ArticleRow, text: str) -> Iterator[str]:
    ids = list(article.chunk_ids)
    chunks = store.unchecked_chunk_rows(article.chunk_ids)
    if [chunk.id for chunk in chunks] != ids:
        yield str(store.damaged(article.number, article.source, "some of its chunks"))
    for chunk in chunks:
        right = is_intact(chunk) and chunk.article == article.number
        if not right or text[chunk.start : chunk.stop] != chunk.text:
            yield str(store.damaged(article.number, article.source, f"chunk {chunk.id}"))
    if store.intact_vector_ids(article.chunk_ids) != ids:
        name = f"article {article.number} ({article.source})"
        yield f"{store.name}: {name}: vectors changed; `askdocs rebuild` computes them again"


def _sources(store: Store) -> Iterator[str]:
    for row in map(SourceRow._make, store.database.each(f"SELECT {columns(SourceRow)} FROM sources")):
        if not is_intact(row):
            yield f"{store.name}: what is known of the source {row.source} changed; add it again"
    orphans = "SELECT source FROM sources WHERE article NOT IN (SELECT number FROM articles)"
    for (source,) in store.database.each(orphans):
        yield f"{store.name}: the article of {source} is lost; add it again"
    for number, source in store.database.each(
        "SELECT number, source FROM articles WHERE number NOT IN (SELECT article FROM sources)"
    ):
        yield str(store.damaged(number, str(source), "where it came from"))


def _counts(store: Store) -> Iterator[str]:
    state = store.state()
    for table, wanted in (("articles", state.articles), ("chunks", state.chunks), ("vectors", state.chunks)):
        for (found,) in store.database.all(f"SELECT count(*) FROM {table}"):
            if found != wanted:
                yield f"{store.name}: {found} {table} instead of {wanted}"
    if store.database.one("SELECT 1 FROM chunks WHERE id > ?", (state.last_chunk,)):
        yield f"{store.name}: a chunk has a number that was never given"


def _strays(store: Store) -> Iterator[str]:
    for (number,) in store.database.each(
        "SELECT article FROM texts WHERE article NOT IN (SELECT number FROM articles)"
    ):
        yield f"{store.name}: a text belongs to article {number}, which is not there"


def _words(store: Store, database: Database) -> Iterator[str]:
    """FTS5 compares its index with the chunks by a command that counts as writing, so it is rolled back."""
    with _writable_copy(database) as copy:
        try:
            copy.all("BEGIN IMMEDIATE")
            copy.change("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
            copy.change(f"INSERT INTO {script_index.NAME} ({script_index.NAME}) VALUES ('integrity-check')")
            if script_index.indexed_ids(copy) != script_index.ids_to_index(copy):
                raise CorpusDamaged(f"{store.name}: the index of words in other scripts holds other chunks")
            if not lists_are_right(copy, store.state().last_chunk):
                raise CorpusDamaged(f"{store.name}: the lists of words hold other chunks")
        except CorpusDamaged:
            yield f"{store.name}: the index of words does not agree with the chunks; `askdocs rebuild` makes it anew"
        finally:
            copy.roll_back()


@contextlib.contextmanager
def _writable_copy(database: Database) -> Iterator[Database]:
    """The database where it can be written, otherwise a copy of it."""
    if database.mode != "immutable":
        with contextlib.closing(Database(database.path, "write")) as opened:
            yield opened
        return
    with tempfile.TemporaryDirectory(prefix="askdocs-") as folder:
        copy = Path(folder, database.path.name)
        database.copy_to(copy)
        with contextlib.closing(Database(copy, "write")) as opened:
            yield opened


def _index(store: Store, keeper: IndexManager) -> Iterator[str]:
    """A missing index is none lost: it is made when it is needed."""
    if not keeper.path.exists():
        return
    try:
        file_format.check_blocks(keeper.path)
    except file_format.IndexFileDamaged as error:
        yield f"{error}; `askdocs rebuild` makes it anew"
        return
    try:
        held = keeper.current(store).ids().tolist()
        chunks = store.chunk_ids()
    except CorpusError as error:
        yield str(error)
        return
    if held != chunks:
        yield f"{keeper.path}: does not hold the chunks of corpus.db; `askdocs rebuild` makes it anew"
