"""Text that can be sent: a metadata entry may hold half of a character, which no UTF-8 has, and would end a reply."""

from __future__ import annotations

from pydantic import JsonValue


def encodable_text(text: str) -> str:
    r"""The text with each half of a character exchanged for a sign.

    >>> encodable_text("caf\udce9")
    'caf�'
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def encodable(value: JsonValue) -> JsonValue:
    r"""The same of every text in a JSON value.

    >>> encodable({"title": ["caf\udce9", 3]})
    {'title': ['caf�', 3]}
    """
    if isinstance(value, str):
        return encodable_text(value)
    if isinstance(value, dict):
        return {encodable_text(key): encodable(one) for key, one in value.items()}
    if isinstance(value, list):
        return [encodable(one) for one in value]
    return value
