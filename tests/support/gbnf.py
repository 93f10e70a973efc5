"""Whether a text is in a GBNF grammar: as much of the notation as the grammars of askdocs use.

https://github.com/ggml-org/llama.cpp/blob/master/grammars/README.md
"""

from __future__ import annotations

import functools
import re
from typing import Any

_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\[(?:\\.|[^\]\\])*\]|[a-z][a-z0-9-]*|[()|?*+]')
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|(.))")
Node = tuple[Any, ...]


def accepts(grammar: str, text: str) -> bool:
    """Whether the whole text is in the grammar.

    >>> accepts('root ::= "a" b? | c+\\nb ::= "\\\\"b"\\nc ::= [^a-b"]', 'a"b'), accepts('root ::= ("x" | "y")+', "xyz")
    (True, False)
    """
    rules = dict(line.split(" ::= ", 1) for line in grammar.splitlines() if line)
    parsed = {name: _parsed(body) for name, body in rules.items()}
    missing = {name for body in rules.values() for name in re.findall(r"\b[a-z]\w*\b", re.sub(_QUOTED, "", body))}
    assert missing <= set(rules), f"rules that are used and not there: {missing - set(rules)}"

    @functools.cache
    def ends(node: Node, at: int) -> frozenset[int]:
        kind, *parts = node
        if kind == "literal":
            return frozenset({at + len(parts[0])} if text.startswith(parts[0], at) else ())
        if kind == "class":
            return frozenset({at + 1} if at < len(text) and re.match(parts[0], text[at], re.DOTALL) else ())
        if kind == "rule":
            return ends(parsed[parts[0]], at)
        if kind == "choice":
            return frozenset().union(*(ends(part, at) for part in parts))
        if kind == "sequence":
            places = frozenset({at})
            for part in parts:
                places = frozenset().union(*(ends(part, place) for place in places))
            return places
        least, found, new = parts[1], frozenset({at}), frozenset({at})
        while parts[2] and new:
            new = frozenset().union(*(ends(parts[0], place) for place in new)) - found
            found |= new
        once = ends(parts[0], at)
        return (found if parts[2] else found | once) - (frozenset({at}) - once if least else frozenset())

    return len(text) in ends(("rule", "root"), 0)


_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"|\[(?:\\.|[^\]\\])*\]')


def _parsed(body: str) -> Node:
    tokens = [found.group() for found in _TOKEN.finditer(body)]

    def choice() -> Node:
        options = [sequence()]
        while tokens and tokens[0] == "|":
            tokens.pop(0)
            options.append(sequence())
        return ("choice", *options)

    def sequence() -> Node:
        parts: list[Node] = []
        while tokens and tokens[0] not in "|)":
            part = single(tokens.pop(0))
            if tokens and tokens[0] in "?*+":
                sign = tokens.pop(0)
                part = ("repeat", part, sign == "+", sign != "?")
            parts.append(part)
        return ("sequence", *parts)

    def single(token: str) -> Node:
        if token == "(":
            inner = choice()
            assert tokens.pop(0) == ")"
            return inner
        if token[0] == '"':
            return ("literal", _unescaped(token[1:-1]))
        if token[0] == "[":
            return ("class", token)
        return ("rule", token)

    return choice()


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], text)
