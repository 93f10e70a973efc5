"""A form that a server filled in: words are located, what is not there is left empty."""

from __future__ import annotations

import json

import pytest

from askdocs.decoding.form_grammar import FormGroup, FormLeaf, FormList
from askdocs.reading.form_reply import form_schema, read_form
from tests.support.made import passages

TEXT = "Alibaba sold 33 million shares to UBS and Citi. The board approved it."
FORM = FormGroup(
    (
        ("seller", FormLeaf()),
        ("approved", FormLeaf(polar=True)),
        ("buyers", FormList(FormLeaf())),
        ("boss", FormGroup((("name", FormLeaf()),), optional=True)),
    )
)


def found(document: object, before: str = "", after: str = "") -> dict[str, str | None]:
    filled = read_form(f"{before}{json.dumps(document)}{after}", FORM, passages(TEXT), 0.5)
    assert filled is not None
    located = {".".join(map(str, leaf.path)): leaf.item for leaf in filled.leaves}
    return {path: None if item is None else TEXT[item.start : item.end] for path, item in located.items()}


def test_words_are_located_with_marks_or_without() -> None:
    document = {"seller": "[1] Alibaba", "approved": "yes [1] The board approved it", "buyers": ["UBS", "[1] Citi"]}
    wanted = {"seller": "Alibaba", "approved": "The board approved it", "buyers.0": "UBS", "buyers.1": "Citi"}
    assert found(document) == wanted
    assert found(document, "Here it is:\n```json\n", "\n```") == wanted


@pytest.mark.parametrize("value", ["Tencent", None, True, ["Alibaba"], {"a": 1}, "", "unanswerable", "UBS; Citi"])
def test_what_is_not_words_of_a_passage_is_left_empty(value: object) -> None:
    assert found({"seller": value})["seller"] is None


def test_yes_or_no_needs_the_words_that_say_so() -> None:
    assert found({"approved": "yes"})["approved"] is None
    assert found({"approved": "The board approved it"})["approved"] is None
    assert found({"seller": "yes [1] Alibaba"})["seller"] is None


@pytest.mark.parametrize("text", ["", "null", "I cannot.", '{"seller": ', "[1, 2]"])
def test_a_reply_without_a_form_is_none(text: str) -> None:
    assert read_form(text, FORM, passages(TEXT), 0.5) is None


def test_its_schema_has_every_key() -> None:
    schema = form_schema(FORM)
    assert schema["required"] == ["seller", "approved", "buyers", "boss"]
    assert schema["properties"]["boss"]["type"] == ["object", "null"]
    assert schema["properties"]["buyers"]["items"] == {"type": ["string", "null"]}
