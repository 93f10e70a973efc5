"""Articles given in one call that would take each other's place: only the first is stored, and the rest are named."""

from __future__ import annotations

from askdocs.core.articles import Article


class Distinct:
    """Remembers the ids and sources of the articles of one call; a corpus holds one article for each of both.

    >>> seen = Distinct()
    >>> first = Article(id="1", source="postgres", title="", text="One row.")
    >>> seen.clash(first), seen.clash(first)
    ('', '')
    >>> seen.clash(first.model_copy(update={"id": "2", "text": "Another."}))
    "the source 'postgres' holds the article '1' already; give '2' a source of its own, such as 'postgres#2'"
    """

    def __init__(self) -> None:
        self._by_id: dict[str, tuple[int, str]] = {}
        self._by_source: dict[str, tuple[int, str]] = {}

    def clash(self, article: Article) -> str:
        """Why an article would overwrite one given before it; empty where it does not, or says the same."""
        said = hash(article.model_dump_json(exclude={"source"}))
        mark, other = self._by_source.get(article.source, (said, ""))
        if mark != said:
            return (
                f"the source {article.source!r} holds the article {other!r} already; give {article.id!r} a source of "
                f"its own, such as '{article.source}#{article.id}'"
            )
        mark, other = self._by_id.get(article.id, (said, ""))
        if mark != said:
            return f"the article from {other!r} has the id {article.id!r} already; give this one an id of its own"
        self._by_source[article.source] = said, article.id
        self._by_id.setdefault(article.id, (said, article.source))
        return ""
