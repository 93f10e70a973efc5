"""A form as a model filled it in that is not held to it: JSON in its reply, each leaf looked for in the passages.

A leaf whose words stand in no passage is left empty, and so is one of a shape the form does not have.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

from askdocs.core.decoding import Passage
from askdocs.decoding.form_decoder import FilledForm, FilledLeaf
from askdocs.decoding.form_grammar import MOST_ITEMS, FormGroup, FormLeaf, FormList, FormNode, Path
from askdocs.reading.citations import read_reply


def form_schema(form: FormGroup) -> dict[str, Any]:
    """The JSON schema of a form, for servers that hold a reply to one.

    >>> form_schema(FormGroup((("seller", FormLeaf()),)))["properties"]
    {'seller': {'type': ['string', 'null']}}
    """
    return _schema(form)


def _schema(node: FormNode) -> dict[str, Any]:
    if isinstance(node, FormLeaf):
        return {"type": ["string", "null"]}
    if isinstance(node, FormList):
        return {"type": "array", "items": _schema(node.item), "maxItems": MOST_ITEMS}
    return {
        "type": ["object", "null"] if node.optional else "object",
        "properties": {key: _schema(value) for key, value in node.fields},
        "required": [key for key, _ in node.fields],
        "additionalProperties": False,
    }


def read_form(text: str, form: FormGroup, passages: Sequence[Passage], probability: float) -> FilledForm | None:
    """The form in a reply, its words located; ``None`` where there is no JSON object in it.

    ``probability`` is the mean one of a token of the reply, which every leaf is given.
    """
    start, end = text.find("{"), text.rfind("}")
    try:
        document = json.loads(text[start : end + 1]) if start >= 0 else None
    except ValueError:
        document = None
    if not isinstance(document, dict):
        return None
    leaves = tuple(_leaves(document, form, (), passages, math.log(max(probability, 1e-9))))
    return FilledForm(leaves=leaves, passages=tuple(passages))


def _leaves(
    value: Any, node: FormNode, path: Path, passages: Sequence[Passage], log_probability: float
) -> Iterator[FilledLeaf]:
    if isinstance(node, FormList):
        for i, one in enumerate(value[:MOST_ITEMS] if isinstance(value, list) else []):
            yield from _leaves(one, node.item, (*path, i), passages, log_probability)
    elif isinstance(node, FormGroup):
        for key, inner in node.fields if isinstance(value, dict) else ():
            yield from _leaves(value.get(key), inner, (*path, key), passages, log_probability)
    else:
        yield _leaf(value, node, path, passages, log_probability)


def _leaf(value: Any, leaf: FormLeaf, path: Path, passages: Sequence[Passage], log_probability: float) -> FilledLeaf:
    words = str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    reply = read_reply(words, passages)
    found = len(reply.items) == 1 and (reply.boolean is not None) == leaf.polar
    return FilledLeaf(
        path=path,
        item=reply.items[0] if found else None,
        boolean=reply.boolean if found else None,
        log_probability=log_probability,
    )
