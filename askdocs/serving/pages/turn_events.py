"""A question that is being answered, as the events that the page listens to."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, AsyncIterator

from fastapi.sse import format_sse_event

from askdocs.core.answers import Answered, Event, Retrieved, Token
from askdocs.core.errors import AnswerTimeout, AskdocsError
from askdocs.serving.pages.asked import Asked
from askdocs.serving.pages.rendering import render
from askdocs.serving.pages.talk import Talk


async def turn_events(
    first: Event, events: AsyncGenerator[Event, None], asked: Asked, talk: Talk
) -> AsyncIterator[bytes]:
    """``retrieved`` (how much is read), ``token`` ..., then ``answered`` with the answer as HTML, or ``error``.

    What is answered is stored before it is sent.
    """
    try:
        async with contextlib.aclosing(events):
            yield await _sent(first, asked, talk)
            async for event in events:
                yield await _sent(event, asked, talk)
    except AskdocsError as error:
        yield _event("error", type=type(error).__name__, message=in_words(error))


def in_words(error: AskdocsError) -> str:
    """What is wrong, for a reader: the error's own words may name options that the page does not have."""
    if isinstance(error, AnswerTimeout):
        return "It took too long. Ask for less at once, choose fewer articles under Options, or ask again later."
    return str(error)


async def _sent(event: Event, asked: Asked, talk: Talk) -> bytes:
    match event:
        case Retrieved():
            articles = {hit.chunk.article_id for hit in event.hits}
            return _event("retrieved", passages=len(event.hits), articles=len(articles))
        case Token():
            return _event("token", text=event.text)
        case Answered():
            turn = await asyncio.to_thread(talk.keep, asked, event.answer)
            html = render("turn.html.j2", turn=turn)
            return _event("answered", conversation=talk.number, turn=turn.number, html=html, spoken=turn.spoken)


def _event(name: str, **data: object) -> bytes:
    return format_sse_event(data_str=json.dumps(data), event=name)
