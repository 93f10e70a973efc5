"""The ways in which servers hold a reply to a form, how each is tried, and how a reply in JSON is read.

A server says nothing of the ways it knows, and ignores fields that it does not. So each way is tried once with a form
that no model would write by itself: a server that replies in it holds to the way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from pydantic import Field, ValidationError

from askdocs.core.answers import Unsupported
from askdocs.core.base import Model
from askdocs.core.decoding import Passage
from askdocs.reading.citations import Reply, located_reply
from askdocs.reading.servers.quote_grammar import MOST_ITEMS, answer_grammar

Holds = Literal["quotes", "form", "nothing"]
JsonSchema = dict[str, Any]
_TRIED_WORD = "zq-71"
_TRIED_NUMBER = 71
_NEXT_ITEM = re.compile(r"; \[\d+\] ")


class Way(NamedTuple):
    """A way to ask for a form: its name, and what it holds: the ``quotes``, the ``form`` alone, or ``nothing``."""

    name: str
    holds: Holds


FREE = Way("free", "nothing")
WAYS = (
    Way("grammar", "quotes"),  # llama-server, llama_cpp.server
    Way("structured_outputs", "quotes"),  # vLLM since 0.11
    Way("guided_grammar", "quotes"),  # vLLM before 0.12
    Way("json_schema", "form"),  # OpenAI, vLLM, llama-server, Ollama (which makes it its own `format`)
    Way("guided_json", "form"),  # vLLM before 0.12
    Way("json_object", "form"),  # llama_cpp.server and others that took the schema before OpenAI had one
)


class Form(NamedTuple):
    """What a reply is held to: a grammar, or a JSON schema; None where there is no such form of it."""

    grammar: str | None
    schema: JsonSchema | None


def answer_form(way: Way, passages: Sequence[Passage], yes_or_no: bool | None) -> Form:
    """The form of an answer from these passages, as this way takes it."""
    if way.holds == "quotes":
        return Form(answer_grammar(passages, yes_or_no), None)
    if way.holds == "form":
        return Form(None, answer_schema([passage.number for passage in passages], yes_or_no))
    return Form(None, None)


def fields(way: Way, form: Form) -> dict[str, Any]:
    """What a request in this way has beside its messages; nothing where the form does not go with the way."""
    if way.holds == "quotes" and form.grammar is not None:
        return (
            {"structured_outputs": {"grammar": form.grammar}}
            if way.name == "structured_outputs"
            else {way.name: form.grammar}
        )
    if way.holds != "form" or form.schema is None:
        return {}
    if way.name == "guided_json":
        return {"guided_json": form.schema}
    if way.name == "json_object":
        return {"response_format": {"type": "json_object", "schema": form.schema}}
    named = {"name": "answer", "strict": True, "schema": form.schema}
    return {"response_format": {"type": "json_schema", "json_schema": named}}


def trial() -> Form:
    """A form that no model replies in to a greeting."""
    number = {"type": "integer", "enum": [_TRIED_NUMBER]}
    return Form(f'root ::= "{_TRIED_WORD}"\n', _object({"n": number}))


def holds_trial(way: Way, text: str) -> bool:
    """Whether a reply is in the form of the trial.

    >>> holds_trial(WAYS[0], "zq-71"), holds_trial(WAYS[3], '{"n": 71}'), holds_trial(WAYS[3], "Hello!")
    (True, True, False)
    """
    if way.holds == "quotes":
        return text.strip() == _TRIED_WORD
    try:
        return bool(json.loads(text) == {"n": _TRIED_NUMBER})
    except ValueError:
        return False


def is_whole(way: Way, text: str) -> bool:
    """Whether a reply in this way may be whole: in JSON, whether it is a document."""
    if way.holds != "form":
        return True
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def whole_items(text: str) -> str:
    """The items of an answer that was cut off, without the last; nothing where there was one.

    Small models that are held to a grammar go on from item to item; what they began with is the answer.

    >>> whole_items("[1] 33 million; [2] 7; [1] 3"), whole_items("[1] 33 mil")
    ('[1] 33 million; [2] 7', '')
    """
    starts = [found.start() for found in _NEXT_ITEM.finditer(text)]
    return text[: starts[-1]] if starts else ""


# --- answers in JSON --------------------------------------------------------------------------------------------------


class _Item(Model):
    passage: int
    quote: str


class _Answer(Model):
    answerable: bool
    verdict: Literal["yes", "no"] | None = None
    items: tuple[_Item, ...] = Field(())


def answer_schema(numbers: Sequence[int], yes_or_no: bool | None) -> JsonSchema:
    """The JSON schema of an answer; where it may be yes or no, with a ``verdict``.

    >>> list(answer_schema([1, 2], True)["properties"])
    ['answerable', 'verdict', 'items']
    >>> answer_schema([1, 2], False)["properties"]["items"]["items"]["properties"]["passage"]["enum"]
    [1, 2]
    """
    item = _object({"passage": {"type": "integer", "enum": list(numbers)}, "quote": {"type": "string"}})
    verdict: dict[str, JsonSchema] = {"verdict": {"type": "string", "enum": ["yes", "no"]}} if yes_or_no else {}
    items = {"type": "array", "items": item, "maxItems": MOST_ITEMS}
    return _object({"answerable": {"type": "boolean"}, **verdict, "items": items})


def wanted_in_json(yes_or_no: bool | None) -> str:
    """The end of a prompt that asks for an answer in JSON: without it a model that is held to JSON writes nonsense."""
    verdict = '"verdict": "yes" or "no", ' if yes_or_no else ""
    return (
        "\n\nReply in JSON instead, with the same words: "
        f'{{"answerable": true, {verdict}"items": [{{"passage": number, "quote": "words copied exactly"}}]}}, '
        'or {"answerable": false, '
        + ('"verdict": "no", ' if yes_or_no else "")
        + '"items": []} if the passages do not hold the answer.'
    )


def read_json_reply(text: str, passages: Sequence[Passage]) -> Reply | None:
    """An answer in JSON with its quotes located; None where it is not one, or not whole."""
    start, end = text.find("{"), text.rfind("}")
    try:
        answer = _Answer.model_validate_json(text[start : end + 1])
    except ValidationError:
        return None
    boolean = None if answer.verdict is None else answer.verdict == "yes"
    parts = [(item.passage, item.quote.strip()) for item in answer.items if item.quote.strip()]
    if not answer.answerable or (not parts and boolean is None):
        return Reply(gave_up=True)
    if not parts:
        why = Unsupported(text=str(answer.verdict), reason="no words of a passage come with it")
        return Reply(unsupported=(why,))
    return located_reply(boolean, parts, passages)


def quoted_stretches(text: str) -> list[tuple[int, int]]:
    """Where the strings of the quotes stand in an answer in JSON; its other tokens say nothing of the answer."""
    decoder, found, at = json.JSONDecoder(), [], 0
    while (at := text.find('"quote"', at)) != -1:
        start = text.find('"', at + len('"quote"'))
        if start == -1:
            break
        try:
            _, end = decoder.raw_decode(text, start)
        except ValueError:
            break
        found.append((start + 1, end - 1))
        at = end
    return found


def _object(properties: dict[str, JsonSchema]) -> JsonSchema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
