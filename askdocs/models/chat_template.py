"""A user's turn in a model's own chat format: the template of its file, rendered, with the thought switched off.

The prompt is one user's turn. So a template may refuse a system role or demand that roles alternate: neither is sent.
The one exception is ``/no_think`` as a system message, for templates that look for it there.
A template comes with the file and may hold anything: it runs in Jinja's sandbox, as in llama-cpp-python and in
transformers, whose names for templates (``raise_exception``, ``strftime_now``, ``{% generation %}``) are known here.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from askdocs.models.thoughts import closed, is_open

if TYPE_CHECKING:
    from jinja2 import Template

MARK = "\x01content\x01"
_ANSWER = "\x01answer\x01"
# The day that templates are told is today. The real one would change the prompt, and with it answers, from day to day.
TODAY = datetime.datetime(2026, 1, 1)
_LONGEST = 100_000  # characters of a rendered turn; more is a mistake of the template
# What the families call it: Qwen3, SmolLM3, Gemma 4 and GLM; DeepSeek and Granite; Seed-OSS.
_NO_THOUGHT = {"enable_thinking": False, "thinking": False, "thinking_budget": 0}

Message = dict[str, object]


class ChatFrame(NamedTuple):
    """The text ``before`` and ``after`` a user's message, and what closes an answer (empty where that is not known)."""

    before: str
    after: str
    closing: str = ""


class TemplateFailed(Exception):
    """A template that cannot be rendered; says why."""


def render_frame(template: str, begin: str = "", end: str = "") -> ChatFrame:
    """The frame of a user's turn; ``begin`` and ``end`` are the texts of the model's begin and end tokens.

    A thought that the template opens is closed. Raises TemplateFailed.

    >>> render_frame("{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}<|assistant|>")
    ChatFrame(before='<|user|>', after='<|end|><|assistant|>', closing='<|end|><|assistant|>')
    """
    compiled = _compile(template)
    tokens = {"bos_token": begin, "eos_token": end}
    before, after = _around(MARK, compiled, tokens, [("user", MARK)])
    if is_open(after) and "/no_think" in template:
        try:
            told = _around(MARK, compiled, tokens, [("system", "/no_think"), ("user", MARK)])
        except TemplateFailed:
            told = before, after
        before, after = (before, after) if is_open(told[1]) else told
    try:
        _, closing = _around(_ANSWER, compiled, tokens, [("user", MARK), ("assistant", _ANSWER)])
    except TemplateFailed:
        closing = ""
    return ChatFrame(before, closed(after), closing)


def _around(mark: str, template: Template, tokens: dict[str, str], said: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """What the template puts before and after the mark, in the first way of giving the messages that it renders.

    A content is a text, or a list of parts as models of pictures want it. ``tools`` is None in transformers;
    templates written for other programs ask whether it is defined. The answer is asked for unless it is given.
    """
    as_texts: list[Message] = [{"role": role, "content": text} for role, text in said]
    as_parts: list[Message] = [{"role": role, "content": [{"type": "text", "text": text}]} for role, text in said]
    failed = ""
    for messages in (as_texts, as_parts):
        for tools in ({"tools": None}, {}):
            try:
                text = _render(template, messages, said[-1][0] == "user", **tokens, **tools)
            except TemplateFailed as error:
                failed = failed or str(error)
                continue
            before, found, after = text.partition(mark)
            if found and mark not in after:
                return before, after
            failed = failed or "it leaves the message out, or changes it"
    raise TemplateFailed(failed)


def _render(template: Template, messages: list[Message], asks: bool, **values: object) -> str:
    try:
        text = template.render(
            messages=messages,
            add_generation_prompt=asks,
            raise_exception=_raise_exception,
            strftime_now=TODAY.strftime,
            **_NO_THOUGHT,
            **values,
        )
    except Exception as error:  # the expressions of a template may fail in any way
        raise TemplateFailed(str(error) or type(error).__name__) from error
    if len(text) > _LONGEST:
        raise TemplateFailed(f"it makes {len(text):,} characters of a short message")
    return text


def _raise_exception(message: str) -> None:
    raise TemplateFailed(message)


def _compile(template: str) -> Template:
    from jinja2 import nodes
    from jinja2.ext import Extension, loopcontrols
    from jinja2.parser import Parser
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Generation(Extension):
        """Passes over ``{% generation %}``, which marks answers for training."""

        tags = {"generation"}

        def parse(self, parser: Parser) -> list[nodes.Node]:
            parser.stream.skip(1)
            return parser.parse_statements(("name:endgeneration",), drop_needle=True)

    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols]
    )
    environment.filters["tojson"] = _tojson
    try:
        return environment.from_string(template)
    except Exception as error:  # a syntax error, or a filter that Jinja does not have
        raise TemplateFailed(str(error) or type(error).__name__) from error


def _tojson(value: Any, ensure_ascii: bool = False, indent: int | None = None, **options: Any) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, **options)
