"""Patterns of paths, as the shell writes them, for files that need not be there any more."""

from __future__ import annotations

import re


def expression(pattern: str) -> re.Pattern[str]:
    """A pattern with ``*``, ``?`` and ``**`` as a regular expression that whole paths match.

    >>> [bool(expression("/a/*.md").match(path)) for path in ("/a/b.md", "/a/b/c.md", "/a/b.mdx")]
    [True, False, False]
    >>> bool(expression("/a/**/c.md").match("/a/b/b/c.md")), bool(expression("/a/[bc].md").match("/a/c.md"))
    (True, True)
    """
    parts = re.split(r"(\*\*/?|\*|\?|\[!?\]?[^\]]*\])", pattern)
    wild = {"**": ".*", "**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(wild.get(part) or _class(part) or re.escape(part) for part in parts) + r"\Z")


def _class(part: str) -> str:
    """``[abc]``, ``[a-z]`` or ``[!abc]``; what is not one of these is taken as it stands."""
    if len(part) < 3 or not (part.startswith("[") and part.endswith("]")):
        return ""
    inside = part[1:-1].replace("\\", r"\\")
    return f"[^{inside[1:]}]" if inside.startswith("!") else f"[{inside}]"
