"""A question as the page asks it, by its script or as a plain form, and the options that it comes with."""

from __future__ import annotations

import datetime
from typing import Any

from pydantic import Field, field_validator

from askdocs.core.base import Model
from askdocs.corpus.ask_options import AskKeywords
from askdocs.serving.service import Service
from askdocs.storage.filters import Where


class Asked(Model):
    """A question with what the form under "Options" says; what was left empty is ``None``.

    ``since`` and ``until`` are the first and the last day of publication, ``source`` is a piece of a file's name or
    a URL. ``anyway`` asks for the likeliest answer, however unsure.

    >>> Asked(question="Who?", since="2023-12-01", source="reuters").where
    {'published': ['>=2023-12-01'], 'source': '*reuters*'}
    """

    question: str
    conversation: int | None = None
    k: int | None = Field(None, ge=1, le=100)
    since: datetime.date | None = None
    until: datetime.date | None = None
    source: str | None = Field(None, max_length=500)
    anyway: bool = False

    @field_validator("conversation", "k", "since", "until", "source", mode="before")
    @classmethod
    def _nothing_where_empty(cls, given: Any) -> Any:
        """Forms send an empty text for a field that was left empty."""
        return given if not isinstance(given, str) or given.strip() else None

    @property
    def where(self) -> Where:
        """Which articles may answer; empty for all of them."""
        days = [f">={self.since}"] * bool(self.since) + [f"<={self.until}"] * bool(self.until)
        found: dict[str, str | list[str]] = {"published": days} if days else {}
        if self.source:
            found["source"] = f"*{self.source.strip()}*"
        return found

    @property
    def conditions(self) -> str:
        """Which articles may answer, in words."""
        parts = [f"from {self.since}" * bool(self.since), f"until {self.until}" * bool(self.until)]
        return " ".join(filter(None, [*parts, f"source with “{self.source}”" if self.source else ""]))

    def options(self, service: Service, history: tuple[tuple[str, str], ...]) -> AskKeywords:
        """The options for ``Corpus.ask``."""
        return AskKeywords(
            model=service.model(None), k=self.k, where=self.where or None, threshold=0.0 if self.anyway else None,
            history=history, timeout=service.settings.timeout,
        )  # fmt: skip
