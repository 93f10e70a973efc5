"""Draws docs/rooms.svg and docs/ways.svg: the rooms by the import contract, and the ways of an article and a question.

The rooms and their sentences are read from pyproject.toml and the packages; ``--check`` exits 1 when a drawing is old.
"""

from __future__ import annotations

import argparse
import ast
import html
import sys
import textwrap
import tomllib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WIDTH, GAP, LINE = 920, 12, 15
# Each step with the room that does it.
INGEST = [
    ("files, folders, addresses", ""),
    ("find and read: Markdown, HTML, PDF, ...", "ingest.sources"),
    ("clean; title and date", "ingest.cleaning, text"),
    ("cut into chunks at sentences", "ingest.chunk"),
    ("chunks to vectors", "embedding"),
    ("store text, vectors, checksums", "storage"),
]
ASK = [
    ("a question", ""),
    ("follow-up made self-contained", "conversation"),
    ("hits by words and by vectors", "retrieval, embedding"),
    ("passages read; planted sentences left out", "reading"),
    ("words decoded that stand in a passage", "decoding, models"),
    ("citation, value, yes or no, confidence", "answering, values, yesno"),
]
STYLE = (
    "<style>text{font:13px sans-serif;fill:#1b1f24}.room{font-weight:bold}.small{font-size:11px;fill:#4b5563}"
    "rect{fill:#eef2ff;stroke:#4f46e5}path{stroke:#4f46e5;fill:none;marker-end:url(#tip)}.page{fill:#fff;stroke:none}"
    '</style><defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0 8 4 0 8z" style="fill:#4f46e5;marker-end:none"/></marker></defs>'
)


def layers() -> list[list[str]]:
    """The rooms of each layer, the uppermost first, as import-linter checks them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (found,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    return [line.split(" | ") for line in found]


def sentence(room: str) -> str:
    """The first sentence of a room's docstring."""
    text = ast.get_docstring(ast.parse((ROOT / "askdocs" / room / "__init__.py").read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split())


def rooms_drawing() -> str:
    parts, top = [], GAP
    for row in layers():
        width = (WIDTH - GAP * (len(row) + 1)) // len(row)
        texts = [textwrap.wrap(sentence(room).replace("``", ""), max(10, width // 7)) for room in row]
        height = 28 + LINE * max(map(len, texts))
        for column, (room, lines) in enumerate(zip(row, texts, strict=True)):
            parts.append(box(GAP + column * (width + GAP), top, width, height, room, lines))
        top += height + GAP
    return drawing(top, parts, "The rooms of askdocs; each imports only from rooms below it")


def ways_drawing() -> str:
    parts = []
    width, height, step = (WIDTH - 3 * GAP) // 2, 46, 70
    for column, way in enumerate((INGEST, ASK)):
        left = GAP + column * (width + GAP)
        for row, (what, room) in enumerate(way):
            parts.append(box(left, GAP + row * step, width, height, what, [room]))
            if row:
                middle = left + width // 2
                parts.append(f'<path d="M{middle} {GAP + row * step - (step - height)}V{GAP + row * step - 2}"/>')
    return drawing(GAP + step * len(INGEST), parts, "The way of an article (left) and of a question (right)")


def box(left: int, top: int, width: int, height: int, head: str, lines: Sequence[str]) -> str:
    text = f'<text class="room" x="{left + 8}" y="{top + 18}">{html.escape(head)}</text>'
    for number, line in enumerate(lines, 1):
        text += f'<text class="small" x="{left + 8}" y="{top + 19 + LINE * number}">{html.escape(line)}</text>'
    return f'<rect x="{left}" y="{top}" width="{width}" height="{height}" rx="5"/>{text}'


def drawing(height: int, parts: Sequence[str], title: str) -> str:
    page = f'<rect class="page" width="{WIDTH}" height="{height}"/>'
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
    return "\n".join([f"{opening}<title>{html.escape(title)}</title>{STYLE}{page}", *parts, "</svg>", ""])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with what is there; write nothing")
    arguments = parser.parse_args()
    old = []
    for name, text in (("rooms.svg", rooms_drawing()), ("ways.svg", ways_drawing())):
        path = ROOT / "docs" / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            old.append(name)
            if not arguments.check:
                path.write_text(text, encoding="utf-8")
    print(f"{', '.join(old)}: {'old' if arguments.check else 'written'}" if old else "the drawings are up to date")
    return 1 if old and arguments.check else 0


if __name__ == "__main__":
    sys.exit(main())
