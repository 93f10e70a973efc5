"""``/``: the page where one asks, with the conversations so far; it works without its script too."""

from __future__ import annotations

import asyncio
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from askdocs.core.errors import AnswerTimeout, AskdocsError
from askdocs.corpus.corpus import Corpus
from askdocs.serving import asking
from askdocs.serving.access import Caller
from askdocs.serving.conversations import UnknownConversation
from askdocs.serving.errors import error_reply, status_of
from askdocs.serving.event_stream import EventStream
from askdocs.serving.pages.asked import Asked
from askdocs.serving.pages.rendering import page, render
from askdocs.serving.pages.talk import Talk
from askdocs.serving.pages.turn_events import in_words, turn_events
from askdocs.serving.service import CallerDep, CorpusDep, CorpusNameDep, Service, ServiceDep
from askdocs.storage.chat_history import Conversation
from askdocs.text.sanitize import one_line

router = APIRouter(include_in_schema=False)
_LISTED = 30  # conversations that are listed unless all are asked for
Number = Annotated[int | None, Query(ge=1, le=2**63 - 1)]


class Visit:
    """Who is on the page, and about which corpus."""

    def __init__(self, service: ServiceDep, caller: CallerDep, name: CorpusNameDep, corpus: CorpusDep) -> None:
        self.service: Service = service
        self.caller: Caller = caller
        self.name: str = name
        self.corpus: Corpus = corpus

    def talk(self, number: int | None) -> Talk:
        """A conversation of theirs, or a new one. Raises UnknownConversation."""
        return Talk(self.service.conversations, self.caller, self.name, self.corpus, number)

    def conversations(self) -> tuple[list[Conversation], bool]:
        """All of theirs, the latest first, and whether they are gone when the service ends."""
        with self.service.conversations.of(self.name, self.caller) as chats:
            known = [one.model_copy(update={"title": one_line(one.title, 200)}) for one in chats.conversations()]
            return known, chats.in_memory is not None

    def address(self, conversation: int | None) -> str:
        """The address of the page with a conversation on it."""
        number = {} if conversation is None else {"conversation": conversation}
        return "/?" + urlencode({"corpus": self.name} | number)


VisitDep = Annotated[Visit, Depends()]


@router.get("/")
def show(
    request: Request,
    visit: VisitDep,
    conversation: Number = None,
    listed: Annotated[str, Query(alias="list")] = "",
) -> HTMLResponse:
    """Show the page, with a conversation in full where one is named."""
    try:
        talk = visit.talk(conversation)
    except UnknownConversation as error:
        return _page(request, visit, None, trouble=error)
    return _page(request, visit, talk, listed=listed)


@router.post("/")
async def ask(request: Request, asked: Annotated[Asked, Form()], visit: VisitDep) -> Response:
    """Answer a question of a plain form, and lead to the conversation that it became a part of."""
    talk: Talk | None = None
    try:
        talk = await asyncio.to_thread(visit.talk, asked.conversation)
        options = asked.options(visit.service, talk.history)
        work = asking.ask(visit.service, visit.caller.name, visit.corpus, asked.question, options)
        answer = await asking.unless_left(request, work)
        turn = await asyncio.to_thread(talk.keep, asked, answer)
    except AskdocsError as error:
        return await asyncio.to_thread(_page, request, visit, talk, asked=asked, trouble=error)
    return RedirectResponse(f"{visit.address(talk.number)}#turn-{turn.number}", status_code=303)


@router.post("/conversations/turns")
async def stream(request: Request, asked: Asked, visit: VisitDep) -> Response:
    """Answer a question in events, the last of which brings the answer as a piece of the page."""
    talk = await asyncio.to_thread(visit.talk, asked.conversation)
    options = asked.options(visit.service, talk.history)
    events = asking.events(visit.service, visit.caller.name, visit.corpus, asked.question, options)
    try:
        first = await asking.unless_left(request, anext(events))  # whose errors still have a status of their own
    except AnswerTimeout as error:
        return error_reply(status_of(error), type(error).__name__, in_words(error))
    return EventStream(turn_events(first, events, asked, talk))


@router.get("/conversations")
def conversations(
    visit: VisitDep, current: Number = None, listed: Annotated[str, Query(alias="list")] = ""
) -> Response:
    """List the conversations, as a piece of the page."""
    return HTMLResponse(render("conversations.html.j2", corpus=visit.name, **_listed(visit, current, listed)))


@router.post("/conversations/{conversation}/delete")
def delete(visit: VisitDep, conversation: int) -> Response:
    """Delete a conversation, and lead to a new one. One that is gone already is no error."""
    with visit.service.conversations.of(visit.name, visit.caller) as chats:
        if any(known.id == conversation for known in chats.conversations()):
            chats.delete(conversation)
    return RedirectResponse(visit.address(None), status_code=303)


def _page(
    request: Request,
    visit: Visit,
    talk: Talk | None,
    *,
    listed: str = "",
    asked: Asked | None = None,
    trouble: AskdocsError | None = None,
) -> HTMLResponse:
    """The page; with ``trouble`` the question stands in its field again, and the status says what kind it is."""
    reply = page(
        request, "ask.html.j2", visit.service, visit.caller, visit.name,
        turns=talk.turns if talk else [], asked=asked, trouble=in_words(trouble) if trouble else "",
        ready=visit.service.ready, articles=visit.corpus.status().articles,
        **_listed(visit, talk.number if talk else None, listed),
    )  # fmt: skip
    if trouble:
        reply.status_code = status_of(trouble)
    return reply


def _listed(visit: Visit, current: int | None, listed: str) -> dict[str, object]:
    known, in_memory = visit.conversations()
    shown = known if listed == "all" else known[:_LISTED]
    return {"conversations": shown, "conversation": current, "more": len(known) - len(shown), "in_memory": in_memory}
