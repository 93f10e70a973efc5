"""Bytes to text: which encoding a file is in, and whether it is text at all."""

from __future__ import annotations

import codecs
import re

# The start of a file says what encoding it is in as well as all of it would.
SAMPLE = 64 * 1024
# Of what charset-normalizer may propose, the encodings articles are found in.
ENCODINGS = [
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "shift_jis",
    "gb18030",
    "big5",
    "euc_kr",
]

_MARKS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
_DECLARED = re.compile(
    rb"""<(?:meta\b[^<>]{0,200}?charset|\?xml\b[^<>]{0,200}?encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I
)
_MAGIC = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP archive",
    b"\x1f\x8b": "gzip data",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"GGUF": "a model",
    b"SQLite format 3\0": "a database",
}
# What English and its neighbours use beyond ASCII; guessing by a few letters alone would take "£" for "Ł".
_WESTERN = frozenset("£€¥§©®™°±·•–—‘’“”„«»…½¼¾\xa0àâäáåãæçèéêëíîïñóôöõøœßùúûüÀÂÄÁÅÇÈÉÊËÍÎÓÔÖØÑÚÜ")
_CONTROL = bytes(code for code in range(32) if chr(code) not in "\t\n\x0b\x0c\r\x1b\x08")


class NotText(ValueError):
    """The bytes are not text; the message says what they look like."""


def decode(data: bytes, declared: str | None = None) -> str:
    """Decode ``data`` by its byte order mark, as UTF-8, by what it declares, or by what its letters suggest.

    ``declared`` is the encoding an HTTP header named. A few bytes that are no UTF-8 in a text that otherwise is
    become U+FFFD. Raises :class:`NotText` for binary data.

    >>> decode(b"Caf\\xc3\\xa9"), decode("Café – 5 £, déjà vu".encode("cp1252"))
    ('Café', 'Café – 5 £, déjà vu')
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if wide := _wide_encoding(data[:SAMPLE]):
        return data.decode(wide, errors="replace")
    _refuse_binary(data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    for name in (declared, _declared_inside(data)):
        if name and (text := _decoded_as(data, name)) is not None:
            return text
    return data.decode(_likely_encoding(data), errors="replace")


def _wide_encoding(sample: bytes) -> str:
    """UTF-16 that has no mark: every other byte of most letters is zero, and the others are text."""
    for encoding, zeros, letters in (
        ("utf-16-le", sample[1::2], sample[::2]),
        ("utf-16-be", sample[::2], sample[1::2]),
    ):
        if zeros.count(0) * 2 > len(zeros) > 3 and len(letters.translate(None, _CONTROL)) == len(letters):
            return encoding
    return ""


def _refuse_binary(data: bytes) -> None:
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise NotText(f"it is not text but {what}")
    sample = data[:SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROL))
    if controls > len(sample) // 100:
        raise NotText("it is binary data, not text")


def _declared_inside(data: bytes) -> str | None:
    found = _DECLARED.search(data[:4096])
    return found[1].decode("ascii") if found else None


def _decoded_as(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (LookupError, UnicodeError):
        return None


def _likely_encoding(data: bytes) -> str:
    """The encoding of text that is not plain UTF-8 and does not say what it is."""
    sample = data[:SAMPLE]
    if _mostly_utf8(sample):
        return "utf-8"
    western = _decoded_as(sample, "cp1252")
    if western is not None and all(character.isascii() or character in _WESTERN for character in western):
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=ENCODINGS).best()
    if best is None:
        raise NotText("it is binary data, not text, or in an encoding that could not be told")
    return "cp1252" if "cp1252" in best.could_be_from_charset else best.encoding


def _mostly_utf8(sample: bytes) -> bool:
    """Whether more characters are UTF-8 sequences than bytes stand where UTF-8 allows none."""
    text = sample.decode("utf-8", errors="replace")
    wrong = text.count("\ufffd")
    return sum(character > "\x7f" for character in text) - wrong > wrong
