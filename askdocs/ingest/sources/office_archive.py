"""Office files are ZIP archives of XML: opened with care, for they may be locked, damaged or far too large."""

from __future__ import annotations

import contextlib
import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from askdocs.core.errors import SourceError

# What a small archive may unpack to: far more than any article, far less than a memory. Sheets are read row by row.
UNPACKED_BYTES = 64 * 1024 * 1024
UNPACKED_BYTES_OF_SHEETS = 384 * 1024 * 1024
CORE = "docProps/core.xml"

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@contextlib.contextmanager
def opened(source: str, data: bytes, kind: str, limit: int = UNPACKED_BYTES) -> Iterator[zipfile.ZipFile]:
    """The archive of an office file of this ``kind`` ("Word file"), while it is read.

    Raises :class:`SourceError` where it is locked by a password, damaged, of another kind, or would unpack to more than
    ``limit`` bytes, and for what goes wrong in its XML while it is read.
    """
    from lxml import etree

    if data.startswith(_OLD_OFFICE):
        raise SourceError(source, _locked_or_old(data, kind))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > limit:
                raise SourceError(source, f"it unpacks to more than {limit // 1024**2} MiB")
            if any(member.flag_bits & 1 for member in archive.infolist()):
                raise SourceError(source, f"the {kind} is locked by a password; save it without one")
            yield archive
    except zipfile.BadZipFile as error:
        raise SourceError(source, f"it is not a {kind}, or it is damaged or locked by a password") from error
    # KeyError: a member is missing. UnicodeError: its text is not of the encoding it names. The cause stays attached.
    except (etree.LxmlError, zlib.error, EOFError, KeyError, NotImplementedError, UnicodeError) as error:
        raise SourceError(source, f"the {kind} is damaged: {error}") from error
    except RecursionError as error:
        raise SourceError(source, f"the {kind} is nested too deeply") from error


def is_old_office(data: bytes) -> bool:
    """Whether a file is in the binary form of before 2007, which also holds files that are locked."""
    return data.startswith(_OLD_OFFICE)


def is_locked(data: bytes) -> bool:
    """Whether such a file holds one that is locked by a password."""
    return is_old_office(data) and "EncryptedPackage".encode("utf-16-le") in data


def elements(archive: zipfile.ZipFile, member: str, *names: str) -> Iterator[Any]:
    """The elements of these local names in a member, each when it has been read to its end; none where it is not there.

    What an element holds is dropped once the next one is asked for, so that memory does not grow with the member.
    """
    from lxml import etree

    if member not in archive.namelist():
        return
    with archive.open(member) as file:
        tags = [f"{{*}}{name}" for name in names]
        for _, element in etree.iterparse(
            file, events=("end",), tag=tags, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
        ):
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def local(element: Any) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: Any, name: str) -> str:
    """An attribute by its local name, "" where it is not there."""
    return next((str(value) for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def relations(archive: zipfile.ZipFile, member: str) -> dict[str, tuple[str, str]]:
    """What a member of an archive refers to: the kind and the member, by the id it is referred to by."""
    folder, name = posixpath.split(member)
    found = {}
    for element in elements(archive, f"{folder}/_rels/{name}.rels".lstrip("/"), "Relationship"):
        target = element.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        if element.get("TargetMode") != "External":
            found[element.get("Id", "")] = (element.get("Type", "").rpartition("/")[2], path)
    return found


def title(archive: zipfile.ZipFile) -> str:
    """The title that the properties of a file give, or an empty one."""
    from lxml import etree

    if CORE not in archive.namelist():
        return ""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    properties = etree.fromstring(archive.read(CORE), parser)
    found = None if properties is None else properties.find("{http://purl.org/dc/elements/1.1/}title")
    return (found.text or "").strip() if found is not None else ""


def _locked_or_old(data: bytes, kind: str) -> str:
    if is_locked(data):
        return f"the {kind} is locked by a password; save it without one"
    return f"it is not a {kind} but one of before 2007 under another name; save it in its present form"
