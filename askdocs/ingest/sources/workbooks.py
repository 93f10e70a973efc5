"""Workbooks of all kinds to articles: one a file, its sheets under headings, its tables as grids."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import PurePosixPath

from askdocs.core.articles import RawArticle
from askdocs.core.errors import SourceError
from askdocs.core.tables import Grid, table_mark
from askdocs.ingest.sources.ods import ods_workbook
from askdocs.ingest.sources.old_workbooks import old_workbook
from askdocs.ingest.sources.sheet_grids import Workbook, sheet_grids
from askdocs.ingest.sources.xlsx import xlsx_workbook
from askdocs.text.publication_date import date_in_name

READERS: dict[str, Callable[[str, bytes], Workbook]] = {
    ".xlsx": xlsx_workbook,
    ".xlsm": xlsx_workbook,
    ".ods": ods_workbook,
    ".xls": old_workbook,
    ".xlsb": old_workbook,
}
# What programs call a sheet that nobody named.
_UNNAMED = re.compile(r"(?i)(?:sheet|tabelle|feuil|hoja|blad|ark|foglio|table|list)\s?\d*")


def workbook_article(source: str, data: bytes, ending: str) -> RawArticle:
    """The article of a workbook; its title is the file's own, else the file's name, and ``meta`` says what was hidden.

    Raises :class:`SourceError` where it cannot be read or shows nothing.
    """
    if ending == ".xls" and data.startswith(b"PK\x03\x04"):
        ending = ".xlsx"  # saved anew under its old name
    book = READERS[ending](source, data)
    blocks: list[str] = []
    grids: list[Grid] = []
    for sheet in book.sheets:
        found = sheet_grids(sheet)
        if found and not _UNNAMED.fullmatch(sheet.name):
            blocks.append(f"## {' '.join(sheet.name.split())}")
        for grid in found:
            if len(grid.rows[0]) == 1:  # texts below each other
                blocks += [line for line in (grid.caption, *grid.notes, *(row[0] for row in grid.rows)) if line]
            else:
                blocks.append(table_mark(len(grids)))
                grids.append(grid)
    if not blocks:
        hidden = "; it has " + ", ".join(book.left_out) if book.left_out else ""
        raise SourceError(source, f"the workbook shows no cell with anything in it{hidden}")
    return RawArticle(
        source=source,
        title=book.title or PurePosixPath(source.replace("\\", "/")).stem,
        published=date_in_name(PurePosixPath(source).name),
        body="\n\n".join(blocks),
        format="text",
        grids=tuple(grids),
        meta={"left_out": "; ".join(book.left_out)} if book.left_out else {},
        content_hash=hashlib.sha256(data).hexdigest(),
    )
