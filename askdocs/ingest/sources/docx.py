"""Word files to HTML, by mammoth (which markitdown uses for them too, and less comes with)."""

from __future__ import annotations

import io
import zipfile

from askdocs.core.errors import SourceError
from askdocs.core.extras import ExtraMissing, require

# What a small archive may unpack to: far more than any article, far less than a memory.
UNPACKED_BYTES = 64 * 1024 * 1024
_CORE = "docProps/core.xml"


def docx_html(source: str, data: bytes) -> tuple[str, str]:
    """The HTML of a ``.docx`` file, and the title its properties give, or an empty one.

    Raises :class:`SourceError` where it is damaged, locked, too large when unpacked, or mammoth is not installed.
    """
    try:
        require("mammoth", extra="office", needed_for="reading .docx")
    except ExtraMissing as error:
        raise SourceError(source, str(error)) from error
    import mammoth

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > UNPACKED_BYTES:
                raise SourceError(source, f"it unpacks to more than {UNPACKED_BYTES // 1024**2} MiB")
            title = _title(archive)
        no_pictures = mammoth.images.img_element(lambda image: {"src": ""})
        return str(mammoth.convert_to_html(io.BytesIO(data), convert_image=no_pictures).value), title
    except SourceError:
        raise
    except zipfile.BadZipFile as error:
        raise SourceError(source, "it is not a Word file, or it is damaged or locked by a password") from error
    except RecursionError as error:
        raise SourceError(source, "the Word file is nested too deeply") from error
    except Exception as error:  # mammoth has no error type of its own; whatever it meets, other files go on
        raise SourceError(source, f"the Word file cannot be read: {error}") from error


def _title(archive: zipfile.ZipFile) -> str:
    from lxml import etree

    if _CORE not in archive.namelist():
        return ""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    properties = etree.fromstring(archive.read(_CORE), parser)
    found = None if properties is None else properties.find("{http://purl.org/dc/elements/1.1/}title")
    return (found.text or "").strip() if found is not None else ""
