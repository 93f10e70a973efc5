"""What a client of OpenAI's chat completions sends, and the question and history that it means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from askdocs.conversation.rewriter import rewrite
from askdocs.core.answers import Turn
from askdocs.core.errors import AskdocsError
from askdocs.serving.chat_completions.reply import without_abstention

_TURNS = 20  # of the history, the latest


class ChatRequestError(AskdocsError):
    """A chat completion cannot be made of this request; ``param`` names the part of it."""

    def __init__(self, param: str, message: str) -> None:
        super().__init__(message)
        self.param = param


class _Lenient(BaseModel):
    """Clients send what their version knows: fields that mean nothing here are left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ContentPart(_Lenient):
    """A part of a message. Only texts are read."""

    type: str
    text: str | None = None


class ChatMessage(_Lenient):
    """A message. Those of the system and of tools are not read: the articles are the only authority."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | tuple[ContentPart, ...] | None = None


class StreamOptions(_Lenient):
    """``include_usage`` asks for one more chunk, which holds the usage."""

    include_usage: bool = Field(False, strict=True)


class ChatCompletionRequest(_Lenient):
    """A request for a chat completion.

    The last message is the question, earlier ones of the user and the assistant are its history. Parameters that tell
    a model how to write (``temperature``, ``max_tokens``, ``seed`` ...) are accepted and mean nothing: the answer is
    made of the words of the articles. ``k``, ``where``, ``threshold`` and ``style`` are those of ``/v1/ask``; the
    ``openai`` client sends them as ``extra_body``.
    """

    model: str | None = Field(None, description="One of those that are served.")
    messages: tuple[ChatMessage, ...] = Field(min_length=1, max_length=1000)
    stream: bool | None = Field(None, strict=True)
    stream_options: StreamOptions | None = None
    n: int | None = Field(None, strict=True, description="1: there is one answer.")
    tools: tuple[JsonValue, ...] | None = Field(None, description="Accepted; none is ever called.")
    tool_choice: JsonValue = Field(None, description='"auto" or "none".')
    function_call: JsonValue = Field(None, description='"auto" or "none".')
    response_format: dict[str, JsonValue] | None = Field(None, description='{"type": "text"}.')
    modalities: tuple[str, ...] | None = Field(None, description='["text"].')
    k: int | None = Field(None, strict=True, ge=1, le=100)
    where: dict[str, str | list[str]] | None = None
    threshold: float | None = Field(None, strict=True, ge=0, le=1)
    style: Literal["auto", "span", "prose"] | None = None

    def check(self) -> None:
        """Refuse what would be answered with something else than is wanted. Raises ChatRequestError."""
        if self.n not in (None, 1):
            raise ChatRequestError("n", f"n={self.n}: there is one answer to a question; leave n out")
        for name, wish in (("tool_choice", self.tool_choice), ("function_call", self.function_call)):
            if wish not in (None, "auto", "none"):
                raise ChatRequestError(name, f'{name}: no tool is ever called here; leave it out, or give "none"')
        wanted = (self.response_format or {}).get("type", "text")
        if wanted != "text":
            raise ChatRequestError(
                "response_format", f"response_format {wanted!r}: the answer is text; POST /v1/ask gives JSON"
            )
        if self.modalities and "text" not in self.modalities:
            raise ChatRequestError("modalities", 'modalities: the answer is text; leave it out, or give ["text"]')


class ChatQuestion(NamedTuple):
    """A question with its history, self-contained as that of a ``Chat`` is."""

    text: str
    history: tuple[Turn, ...]


def question_of(messages: Sequence[ChatMessage]) -> ChatQuestion:
    """The question that messages end with, and the turns before it.

    Raises ChatRequestError where the last one is none of the user, or holds something else than text.

    >>> said = [("system", "Be brief."), ("user", "Who sold?"), ("assistant", "Alibaba"), ("user", "For how much?")]
    >>> question_of([ChatMessage(role=role, content=content) for role, content in said])
    ChatQuestion(text='For how much?', history=(Turn(question='Who sold?', answer='Alibaba'),))
    """
    read = [(number, one) for number, one in enumerate(messages) if one.role in ("user", "assistant")]
    if not read or read[-1][1].role != "user":
        raise ChatRequestError("messages", "messages: the last one is to be the user's, with the question")
    asked = _text(*read[-1])
    if not asked.strip():
        raise ChatRequestError("messages", f"messages.{read[-1][0]}.content: the question is empty")
    turns: list[tuple[str, str]] = []
    for question, answer in list(_pairs(read[:-1]))[-_TURNS:]:
        turns.append((rewrite(question, turns) if turns else question, answer))
    return ChatQuestion(asked, tuple(Turn(question=question, answer=answer) for question, answer in turns))


def _pairs(messages: Sequence[tuple[int, ChatMessage]]) -> Iterator[tuple[str, str]]:
    """Each question with what it was answered with, nothing where it was not."""
    asked, said = "", ""
    for number, message in messages:
        text = _text(number, message).strip()
        if message.role == "assistant":
            said = f"{said} {text}".strip()
        else:
            if asked:
                yield asked, without_abstention(said)
            asked, said = text, ""
    if asked:
        yield asked, without_abstention(said)


def _text(number: int, message: ChatMessage) -> str:
    """The text of a message; of several parts, with a line between them."""
    content = message.content
    if content is None or isinstance(content, str):
        return content or ""
    for place, part in enumerate(content):
        if part.type != "text" and message.role == "user":
            at = f"messages.{number}.content.{place}"
            raise ChatRequestError("messages", f"{at}: {part.type!r} cannot be read here; ask in text")
    return "\n".join(part.text for part in content if part.type == "text" and part.text)
