"""Checks the built site: nothing is loaded from elsewhere, no link is dead, every public name is described."""

from __future__ import annotations

import inspect
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import askdocs

SITE = Path(__file__).resolve().parent.parent / "build" / "site"
# What a browser fetches by itself; an <a> is followed by people, a canonical <link> by nobody.
LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
NOT_FETCHED = {"canonical", "next", "prev", "alternate", "edit"}


class Links(HTMLParser):
    """The loads, links and anchors of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors.add(given.get("id", ""))
        if (address := given.get(LOADING.get(tag, ""))) and not NOT_FETCHED & set(given.get("rel", "").split()):
            self.loads.append(address)
        if tag == "a" and "href" in given:
            self.links.append(given["href"])


def problems(site: Path = SITE) -> list[str]:
    """Each as "page: what is wrong"."""
    pages = {path: Links(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    found = []
    for path, page in pages.items():
        if path.name == "404.html":  # its addresses begin at the place where the site is published
            continue
        name = path.relative_to(site)
        found += [f"{name}: loads {address}" for address in page.loads if urlsplit(address).netloc]
        found += [f"{name}: dead link {link}" for link in page.links if is_dead(link, path, pages)]
    styles = [path for path in site.rglob("*.css") if "url(http" in path.read_text(encoding="utf-8")]
    found += [f"{path.relative_to(site)}: loads from elsewhere" for path in styles]
    return found + undescribed(pages[site / "reference" / "index.html"])


def is_dead(link: str, path: Path, pages: dict[Path, Links]) -> bool:
    if urlsplit(link).scheme or link.startswith("//"):
        return False
    target, anchor = urldefrag(unquote(link))
    place = (path.parent / target).resolve() if target else path
    place = place / "index.html" if place.is_dir() else place
    return not place.exists() or bool(anchor and place in pages and anchor not in pages[place].anchors)


def undescribed(reference: Links) -> list[str]:
    """Public names that have no entry in the reference, or no docstring."""
    names = [name for name in askdocs.__all__ if name != "__version__"]
    missing = [f"reference: no {name}" for name in names if f"askdocs.{name}" not in reference.anchors]
    return missing + [f"askdocs.{name}: no docstring" for name in names if not inspect.getdoc(getattr(askdocs, name))]


if __name__ == "__main__":
    found = problems()
    print("\n".join(found) or "the site is whole")
    sys.exit(1 if found else 0)
