"""What a corpus tells about itself and about what was done to it, as frozen models."""

from __future__ import annotations

from askdocs.core.base import Model


class Skipped(Model):
    """A source that was not added, and why."""

    source: str
    reason: str


class AddReport(Model):
    """What ``Corpus.add`` did: counts of articles, and every source it skipped with its reason.

    ``moved`` counts articles whose content was already stored under a source that has gone, and ``removed``
    those that ``prune=True`` took out.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    moved: int = 0
    removed: int = 0
    skipped: tuple[Skipped, ...] = ()


class AddProgress(Model):
    """How far ``Corpus.add`` is: files and addresses that were read, and that are stored, and articles that are stored.

    A file that is skipped, or did not change, is done with: it counts as both. Files are stored many at a time.
    """

    read: int = 0
    stored: int = 0
    articles: int = 0


class FilterCounts(Model):
    """What a filter lets through: ``articles`` of ``total``.

    ``undated`` counts the articles that a condition on ``published`` leaves out because they have no date.
    """

    articles: int
    total: int
    undated: int = 0


class Fingerprint(Model):
    """Which embedder made a vector; two equal fingerprints give comparable vectors."""

    name: str
    revision: str = ""
    file_hash: str = ""
    dimension: int
    pooling: str = "mean"
    normalised: bool = True
    precision: str = "float32"
    maximum_length: int = 256


class IndexStatus(Model):
    """The saved vector index: its ``kind`` ("flat", "ivf", "none"), how many vectors it holds, and its ``state``.

    ``state`` is "fresh", "behind" (caught up when it is next used), "missing" or "damaged" (then made anew).
    """

    kind: str
    vectors: int
    state: str


class Status(Model):
    """What a corpus holds, where, and in which files. ``problems`` is ``None`` unless it was verified."""

    path: str
    articles: int
    sources: int
    chunks: int
    embedder: Fingerprint | None
    index: IndexStatus
    bytes: int
    files: dict[str, int]
    generation: int
    problems: tuple[str, ...] | None = None


class Capability(Model):
    """Whether a model is taken to write prose, so that ``style="auto"`` asks it for sentences, and why.

    ``parameters`` is ``None`` where they are not known, as behind a server. ``tested`` is whether it was given the two
    questions of the self-test, ``seconds`` what they took.
    """

    capable: bool
    reason: str
    parameters: int | None = None
    tested: bool = False
    seconds: float = 0.0
