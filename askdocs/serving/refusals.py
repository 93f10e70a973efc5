"""Why articles that a client sends, or asks for, are refused; each has a status of its own."""

from __future__ import annotations

from askdocs.core.errors import AskdocsError, CorpusError


class UploadTooLarge(AskdocsError):
    """A file, or a request, holds more than is taken."""


class KindNotRead(AskdocsError):
    """Files of this kind are not read, or not sent this way."""


class UploadBroken(AskdocsError):
    """The body is no form with files, or ends early."""


class UploadTooSlow(AskdocsError):
    """Nothing came of a body for too long."""


class NoRoom(AskdocsError):
    """The disk has too little room left."""


class NotWritable(CorpusError):
    """The corpus can only be read here."""


class UnknownArticle(AskdocsError):
    """No article has this id."""


class UnknownJob(AskdocsError):
    """There is no such job, or not any more, or it is not the caller's to see."""


class ServiceEnding(AskdocsError):
    """The service is ending: it takes nothing more, and what it was at is left."""


class TooMuchAtOnce(AskdocsError):
    """Too much is being sent or indexed already; ``retry_after`` is in how many seconds to try again."""

    def __init__(self, what: str, retry_after: int) -> None:
        super().__init__(f"{what}; try again in {retry_after} s")
        self.retry_after = retry_after
