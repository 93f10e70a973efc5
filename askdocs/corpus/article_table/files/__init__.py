"""A table of answers as a file: the formats, and how one is written."""

from __future__ import annotations

import importlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from askdocs.core.errors import AskdocsError
from askdocs.core.extras import require

if TYPE_CHECKING:
    from askdocs.corpus.article_table.table import ArticleTable

Write = Callable[["ArticleTable", Path], None]


class _Format(NamedTuple):
    """The module that writes a format, its function, and the package of which extra it needs."""

    module: str
    function: str
    package: str = ""
    extra: str = ""


_FORMATS = {
    ".csv": _Format("text_files", "write_csv"),
    ".tsv": _Format("text_files", "write_tsv"),
    ".json": _Format("text_files", "write_json"),
    ".md": _Format("text_files", "write_markdown"),
    ".html": _Format("html_page", "write_html"),
    ".xlsx": _Format("workbook", "write_workbook", "openpyxl", "office"),
    ".parquet": _Format("parquet_file", "write_parquet", "pyarrow", "parquet"),
}


def check_writable(path: Path) -> None:
    """See to it, before anything is asked, that a table can be written to ``path``.

    Raises AskdocsError.

    >>> check_writable(Path("t.doc"))
    Traceback (most recent call last):
    askdocs.core.errors.AskdocsError: t.doc: a table is written as .csv, .tsv, .json, .md, .html, .xlsx or .parquet; ...
    """
    known = _FORMATS.get(path.suffix.lower())
    if known is None:
        endings = ", ".join(list(_FORMATS)[:-1]) + f" or {list(_FORMATS)[-1]}"
        raise AskdocsError(f"{path}: a table is written as {endings}; give the file one of these endings")
    if known.package:
        require(known.package, extra=known.extra, needed_for=f"writing {path.suffix.lower()}")
    if path.is_dir():
        raise AskdocsError(f"{path}: this is a folder; name a file in it")
    if not path.absolute().parent.is_dir():
        raise AskdocsError(f"{path}: there is no folder {path.parent}; make it first")


def write_table(table: ArticleTable, path: Path) -> Path:
    """Write a table as the ending of ``path`` says; a file that was there is replaced when the new one is whole."""
    check_writable(path)
    known = _FORMATS[path.suffix.lower()]
    write: Write = getattr(importlib.import_module(f"{__name__}.{known.module}"), known.function)
    number, name = tempfile.mkstemp(prefix=f".{path.name}-", suffix=path.suffix, dir=path.absolute().parent)
    os.close(number)
    made = Path(name)
    try:
        write(table, made)
        made.chmod(_mode_of(path))
        made.replace(path)
    except BaseException:
        made.unlink(missing_ok=True)
        raise
    return path


def _mode_of(path: Path) -> int:
    """The permissions of the file that is replaced, else those that a new file has."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
