"""Checks that every relative link of the Markdown pages leads to a file; exit 1 names those that do not."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)\s]*)?\)")


def broken_links(root: Path = ROOT) -> list[str]:
    """Each as "page: target"; links to other sites are not followed."""
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=root, capture_output=True, text=True, check=True).stdout
    pages = [root / name for name in listed.splitlines() if not name.startswith(("evals/", "tests/"))]
    return [
        f"{page.relative_to(root)}: {target}"
        for page in pages
        if page.exists()
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not re.match(r"[a-z]+:", target) and not (page.parent / target).exists()
    ]


if __name__ == "__main__":
    broken = broken_links()
    print("\n".join(broken) or "every link leads somewhere")
    sys.exit(1 if broken else 0)
