"""What mkdocs does to the pages beyond its own: the README as first page, lists of pages, links out of docs/.

mkdocs.yml names this file under ``hooks``; mkdocs calls the ``on_...`` functions.
"""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
REPOSITORY = "https://github.com/askdocs/askdocs/blob/main"
LINK = re.compile(r"(\]\()([^)\s#]+)([^)]*\))")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the README as index.md, so that it is written once."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    files.append(File.generated(config, "index.md", content=with_links(text, ROOT)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Complete the lists of decisions and benchmarks, and point links out of docs/ at the repository."""
    source = DOCS / page.file.src_uri
    if page.file.src_uri in ("decisions/index.md", "benchmarks/index.md"):
        markdown += "\n" + listing(source.parent)
    return markdown if page.file.src_uri == "index.md" else with_links(markdown, source.parent)


def listing(folder: Path) -> str:
    """A line a page of the folder, by its heading."""
    pages = [path for path in sorted(folder.glob("*.md")) if path.name != "index.md"]
    return "".join(f"- [{heading(path)}]({path.name})\n" for path in pages)


def heading(page: Path) -> str:
    found = re.search(r"^# (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else page.stem


def with_links(markdown: str, folder: Path) -> str:
    """The page with its relative links, seen from ``folder``, leading to pages of the site or into the repository.

    >>> with_links("[a](docs/chat.md#keys) [b](NOTICE) [c](https://x.org)", ROOT)
    '[a](chat.md#keys) [b](https://github.com/askdocs/askdocs/blob/main/NOTICE) [c](https://x.org)'
    """

    def target(match: re.Match[str]) -> str:
        path = (folder / match[2]).resolve()
        if re.match(r"[a-z]+:", match[2]) or not path.is_relative_to(ROOT) or not path.exists():
            return match[0]
        if not path.is_relative_to(DOCS):
            return f"{match[1]}{REPOSITORY}/{path.relative_to(ROOT).as_posix()}{match[3]}"
        return f"{match[1]}{path.relative_to(DOCS).as_posix()}{match[3]}" if folder == ROOT else match[0]

    return LINK.sub(target, markdown)
