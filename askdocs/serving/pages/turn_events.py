"""A question that is being answered, as the events that the page listens to."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator

from askdocs.core.answers import Answered, Event, Retrieved, Token
from askdocs.core.base import Model
from askdocs.core.errors import AnswerTimeout, AskdocsError
from askdocs.serving.errors import detail_of
from askdocs.serving.event_stream import sse
from askdocs.serving.pages.asked import Asked
from askdocs.serving.pages.rendering import render
from askdocs.serving.pages.talk import Talk
from askdocs.serving.works import Waiting


class Reading(Model):
    """How much is read to answer the question."""

    passages: int
    articles: int


class Shown(Model):
    """The answer as a piece of the page, and in one sentence for those who hear it.

    ``conversation`` is ``None`` where it could not be stored.
    """

    conversation: int | None
    html: str
    spoken: str


async def turn_events(
    first: Event | Waiting, events: AsyncGenerator[Event | Waiting, None], asked: Asked, talk: Talk
) -> AsyncGenerator[bytes, None]:
    """``waiting`` ..., ``retrieved``, ``token`` ..., then ``answered`` with the answer as HTML, or ``error``.

    What is answered is stored before it is sent.
    """
    try:
        async with contextlib.aclosing(events):
            yield await _sent(first, asked, talk)
            async for event in events:
                yield await _sent(event, asked, talk)
    except AnswerTimeout as error:
        yield sse("error", detail_of(error).model_copy(update={"message": in_words(error)}))
    except Exception as error:
        yield sse("error", detail_of(error))


def in_words(error: AskdocsError) -> str:
    """What is wrong, for a reader: the error's own words may name options that the page does not have."""
    if isinstance(error, AnswerTimeout):
        return "It took too long. Ask for less at once, choose fewer articles under Options, or ask again later."
    return str(error)


async def _sent(event: Event | Waiting, asked: Asked, talk: Talk) -> bytes:
    match event:
        case Retrieved():
            articles = {hit.chunk.article_id for hit in event.hits}
            return sse("retrieved", Reading(passages=len(event.hits), articles=len(articles)))
        case Answered():
            turn = await asyncio.to_thread(talk.keep, asked, event.answer)
            html = render("turn.html.j2", turn=turn)
            return sse("answered", Shown(conversation=talk.number, html=html, spoken=turn.spoken))
        case Token() | Waiting():
            return sse(type(event).__name__.lower(), event)
