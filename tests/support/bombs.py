"""Small files that unpack to a great deal."""

from __future__ import annotations

import functools
import io
import zipfile
import zlib

MIB = 1024**2


@functools.cache
def packed_blanks(size: int) -> bytes:
    """So many blanks, packed by zlib."""
    packer = zlib.compressobj(9)
    pieces = [packer.compress(b" " * MIB) for _ in range(size // MIB)]
    return b"".join([*pieces, packer.flush()])


@functools.cache
def archive(*members: str, size: int) -> bytes:
    """A ZIP archive in which each of the members holds so many blanks."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        for member in members:
            with file.open(member, "w", force_zip64=True) as opened:
                for _ in range(size // MIB):
                    opened.write(b" " * MIB)
    return out.getvalue()


def pdf(stream: bytes, entries: bytes = b"", media: bytes = b"[0 0 612 792]") -> bytes:
    """A PDF of one page with this stream, of which ``entries`` say how it is packed."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox " + media + b"/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(stream), entries, stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"xref\n0 6\n0000000000 65535 f \n" + table + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
    return out + end % len(out)
