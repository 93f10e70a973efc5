"""Word files to HTML, by mammoth (which markitdown uses for them too, and less comes with)."""

from __future__ import annotations

import io

from askdocs.core.errors import SourceError
from askdocs.core.extras import ExtraMissing, require
from askdocs.ingest.sources.office_archive import opened, title


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
        with opened(source, data, "Word file") as archive:
            named = title(archive)
            no_pictures = mammoth.images.img_element(lambda image: {"src": ""})
            return str(mammoth.convert_to_html(io.BytesIO(data), convert_image=no_pictures).value), named
    except SourceError:
        raise
    except RecursionError as error:
        raise SourceError(source, "the Word file is nested too deeply") from error
    except Exception as error:  # mammoth has no error type of its own; whatever it meets, other files go on
        raise SourceError(source, f"the Word file cannot be read: {error}") from error
