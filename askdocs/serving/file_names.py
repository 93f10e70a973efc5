"""The name under which a file that somebody sent is stored: of this folder, of every system, and what it looks like."""

from __future__ import annotations

import os
import re
import unicodedata

from askdocs.ingest.sources.dispatch import ENDINGS
from askdocs.serving.refusals import KindNotRead

LONGEST = 180  # bytes: systems take 255, and a suffix may be added
_SEPARATORS = re.compile(r"[/\\]")
_FORBIDDEN = re.compile(r'[<>:"|?*\[\]#%]')  # by Windows; marks of patterns; marks of records and addresses
# https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|\Z)")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # control, bidi, zero-width, unassigned, line ends
_PREFIX = "_"


def safe_name(sent: str) -> str:
    r"""The name of a file to store, made of the one that was sent, whatever that holds.

    It has no folder, no leading dot, nothing that is not seen, no character that a system or a pattern takes
    otherwise, is composed (NFC), and has at most 180 bytes. The ending stays.

    >>> safe_name("../../etc/Report 2023.pdf"), safe_name("C:\\files\\NUL.txt"), safe_name("a\u202efdp.md")
    ('Report 2023.pdf', '_NUL.txt', 'afdp.md')

    Raises KindNotRead where files of this ending are not read.
    """
    base = _SEPARATORS.split(sent)[-1]
    seen = "".join(letter for letter in base if unicodedata.category(letter) not in _UNSEEN)
    composed = unicodedata.normalize("NFC", " ".join(seen.split()))
    plain = _FORBIDDEN.sub("_", composed).strip(". ")
    stem, ending = os.path.splitext(plain)
    if ending.lower() not in ENDINGS:
        shown = f"{plain[:60] or 'a file without a name'}: files of this kind ({ending[:20] or 'no ending'})"
        raise KindNotRead(f"{shown} are not read; known are {' '.join(ENDINGS)}")
    stem = _cut(stem.rstrip(". "), LONGEST - len(ending.encode())) or "file"
    return (_PREFIX if _RESERVED.match(stem + ending) else "") + stem + ending


def numbered(name: str, number: int) -> str:
    """The same name with a number.

    >>> numbered("report.pdf", 2)
    'report-2.pdf'
    """
    stem, ending = os.path.splitext(name)
    return f"{stem}-{number}{ending}"


def _cut(stem: str, most: int) -> str:
    return stem.encode()[:most].decode(errors="ignore").rstrip(". ")
