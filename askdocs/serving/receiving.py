"""Files of a multipart form, written to disk as they come and within limits, so that a body is never held as a whole.

FastAPI's ``UploadFile`` has stored the whole form by the time a route sees it; here a file that grows too large, or one
too many, ends the request before more of it is written.
"""

from __future__ import annotations

import asyncio
import errno
import io
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal, NamedTuple

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from askdocs.core.errors import AskdocsError
from askdocs.ingest.sources.files import MAX_BYTES
from askdocs.serving.asking import ClientLeft
from askdocs.serving.file_names import numbered, safe_name
from askdocs.serving.refusals import KindNotRead, NoRoom, UploadBroken, UploadTooLarge, UploadTooSlow
from askdocs.serving.settings import ServeSettings
from askdocs.serving.upload_folder import UploadFolder

FIELD = "files"
_OVERHEAD = 4096  # bytes of a form beside each file: its boundary and its headers
_LOOK_AT_ROOM = 8 * 1024**2  # bytes written between two looks at how much room the disk has
_WHOLE_SECONDS = 900.0


class Limits(NamedTuple):
    """What one request may hold: bytes of a file, files, bytes of all files; and seconds without anything coming."""

    file: int
    files: int
    request: int
    idle: float
    whole: float = _WHOLE_SECONDS

    @classmethod
    def of(cls, settings: ServeSettings) -> Limits:
        """The limits of a service; a file is never larger than what is read."""
        file = min(settings.upload_bytes, MAX_BYTES)
        return cls(file, settings.upload_files, settings.upload_request_bytes, settings.timeout)


async def receive_files(request: Request, folder: UploadFolder, batch: Path, limits: Limits) -> tuple[str, ...]:
    """Write the files of a form into ``batch``; gives the names they have there.

    Raises UploadTooLarge, KindNotRead, UploadBroken, UploadTooSlow, NoRoom, and ClientLeft; files that were written
    until then stay, and the caller removes the folder.
    """
    parser = _Form(_boundary(request), limits)
    most = limits.request + _OVERHEAD * limits.files
    said = _said_length(request)
    if said > most:
        raise UploadTooLarge(_too_large_together(limits))
    folder.check_room(said)
    writer = _Writer(folder, batch, limits)
    size = 0
    try:
        async with asyncio.timeout(limits.whole):
            async for piece in _pieces(request, limits.idle):
                size += len(piece)
                if size > most:
                    raise UploadTooLarge(_too_large_together(limits))
                await asyncio.to_thread(writer.take, parser.events(piece))
    except TimeoutError as error:
        raise UploadTooSlow(f"the files did not arrive within {limits.whole:g} s; send fewer of them") from error
    finally:
        await asyncio.to_thread(writer.close)
    if not parser.ended:
        raise UploadBroken("the form ends early; send it again")
    if not writer.names:
        raise UploadBroken(f"the form holds no file; send them in the field {FIELD!r}")
    return tuple(writer.names)


async def _pieces(request: Request, seconds: float) -> AsyncIterator[bytes]:
    pieces = request.stream()
    while True:
        try:
            piece = await asyncio.wait_for(anext(pieces), seconds)
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            raise UploadTooSlow(f"nothing of the files came for {seconds:g} s; send them again") from error
        except ClientDisconnect as error:
            raise ClientLeft("the client closed the connection") from error
        yield piece


def _boundary(request: Request) -> bytes:
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise KindNotRead("a packed body is not read; send the form as it is, without Content-Encoding")
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data":
        raise KindNotRead(f"files are sent as multipart/form-data, in the field {FIELD!r}")
    boundary = options.get(b"boundary", b"")
    if not 0 < len(boundary) <= 70:  # RFC 2046, 5.1.1
        raise UploadBroken("the form has no boundary of 1 to 70 characters in its Content-Type")
    return boundary


def _said_length(request: Request) -> int:
    said = request.headers.get("content-length", "0")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 16 else 0


class _Event(NamedTuple):
    kind: Literal["begin", "data", "end"]
    data: bytes = b""
    name: str = ""


class _Form:
    """Takes a form apart as it comes."""

    def __init__(self, boundary: bytes, limits: Limits) -> None:
        self.ended = False
        self._limits = limits
        self._events: list[_Event] = []
        self._parts = 0
        self._header: tuple[bytearray, bytearray] = (bytearray(), bytearray())
        self._disposition = b""
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._part_begin,
                "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": lambda data, start, end: self._events.append(_Event("data", data[start:end])),
                "on_part_end": lambda: self._events.append(_Event("end")),
                "on_end": self._end,
            },
        )

    def events(self, piece: bytes) -> list[_Event]:
        """What a piece of the body holds. Raises UploadBroken, UploadTooLarge, KindNotRead."""
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise UploadBroken(f"the body is no form: {error}") from error
        events, self._events = self._events, []
        return events

    def _part_begin(self) -> None:
        self._parts += 1
        self._disposition = b""
        if self._parts > self._limits.files:
            raise UploadTooLarge(f"one request takes {self._limits.files} files; send the rest in another")

    def _header_end(self) -> None:
        name, value = (bytes(part) for part in self._header)
        self._header = bytearray(), bytearray()
        if name.lower() == b"content-disposition":
            self._disposition = value

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        field = options.get(b"name", b"").decode(errors="replace")
        if field != FIELD or b"filename" not in options:
            raise UploadBroken(f"the form has a field {field[:40]!r}; files with their names, in {FIELD!r}, are taken")
        self._events.append(_Event("begin", name=_text(options[b"filename"])))

    def _end(self) -> None:
        self.ended = True


def _text(name: bytes) -> str:
    """The name of a file; browsers write a quotation mark in it as ``%22`` (WHATWG HTML, multipart form data)."""
    try:
        return name.decode().replace("%22", '"')
    except UnicodeDecodeError:
        return name.decode("latin-1")


class _Writer:
    """Writes files one after another; each is given a name of its own in the folder of the request."""

    def __init__(self, folder: UploadFolder, batch: Path, limits: Limits) -> None:
        self.names: list[str] = []
        self._folder = folder
        self._batch = batch
        self._limits = limits
        self._file: io.BufferedWriter | None = None
        self._size = self._total = self._looked_at = 0

    def take(self, events: list[_Event]) -> None:
        """Write what has come. Raises UploadTooLarge, KindNotRead, NoRoom."""
        try:
            for event in events:
                if event.kind == "begin":
                    self._begin(event.name)
                elif event.kind == "data":
                    self._write(event.data)
                else:
                    self._finish()
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise NoRoom("the disk of the service is full; remove something, or send less") from error
            raise AskdocsError(f"the file could not be stored ({error.strerror})") from error

    def _begin(self, sent: str) -> None:
        name = wanted = safe_name(sent)
        number, taken = 1, {one.casefold() for one in self.names}
        while name.casefold() in taken:
            number += 1
            name = numbered(wanted, number)
        self.names.append(name)
        self._size = 0
        self._file = (self._batch / name).open("xb")

    def _write(self, data: bytes) -> None:
        assert self._file is not None, "data follows the headers of its part"
        self._size += len(data)
        self._total += len(data)
        if self._size > self._limits.file:
            most = _megabytes(self._limits.file)
            raise UploadTooLarge(f"{self.names[-1]}: it is larger than {most}; split it into articles")
        if self._total > self._limits.request:
            raise UploadTooLarge(_too_large_together(self._limits))
        if self._total - self._looked_at > _LOOK_AT_ROOM:
            self._looked_at = self._total
            self._folder.check_room()
        self._file.write(data)

    def _finish(self) -> None:
        assert self._file is not None, "the end follows the beginning"
        self._file.flush()
        os.fsync(self._file.fileno())  # so that a file in its place is whole, also after the power failed
        self._file.close()
        self._file = None

    def close(self) -> None:
        """Close the file that is being written, if one is."""
        if self._file is not None:
            self._file.close()


def _too_large_together(limits: Limits) -> str:
    return f"the files of one request may hold {_megabytes(limits.request)} together; send them in several"


def _megabytes(size: int) -> str:
    return f"{size / 1024**2:.0f} MiB" if size >= 1024**2 else f"{size} bytes"
