"""One model of a server, asked for replies in a form: which way it holds is found out when it is first asked.

What a server does not take (probabilities, switching thoughts off, a form) is left away once it has been refused, and
not sent again. Nothing here depends on which program the server is.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from askdocs.core.errors import ModelUnusable
from askdocs.reading.servers.client import ServerClient, Stopped
from askdocs.reading.servers.completion import Completion, read_completion
from askdocs.reading.servers.cut_prompts import CutPrompts
from askdocs.reading.servers.server_errors import Refused
from askdocs.reading.servers.structured_output import (
    FREE,
    WAYS,
    Form,
    Way,
    fields,
    holds_trial,
    is_whole,
    trial,
    whole_items,
)

logger = logging.getLogger(__name__)

_TRIAL_TOKENS = 48  # some write blanks between the parts of JSON
_MORE_TOKENS = 4  # times as many where a reply was cut off
_TOKENS_OF_THOUGHTS = 2048
_EXTRAS: dict[str, tuple[str, dict[str, Any]]] = {
    # by what a refusal calls it; some tell probabilities only where a number of rivals is asked for as well
    "thoughts": ("chat_template", {"chat_template_kwargs": {"enable_thinking": False}}),
    "effort": ("reasoning", {"reasoning_effort": "none"}),
    "probabilities": ("logprob", {"logprobs": True, "top_logprobs": 1}),
}


class Asked(NamedTuple):
    """A reply, and the way in which it was asked for."""

    completion: Completion
    way: Way


class ChatModel:
    """Asks one model, in the first of the ``ways`` that it holds to. Threads may share it."""

    def __init__(self, client: ServerClient, ways: Sequence[Way] = WAYS) -> None:
        self._client = client
        self._cut = CutPrompts(client.server.served_model, client.get)
        self._extras = ["thoughts", "probabilities"]
        self._refused: set[str] = set()
        self._room_for_thoughts = 0  # tokens, once thoughts have taken all that an answer needs
        self._untried = [*ways, FREE]
        self._way: Way | None = None
        self._trying = threading.Lock()

    def ask(
        self,
        message: Callable[[Way], str],
        form: Callable[[Way], Form],
        stopped: Stopped,
        most_tokens: int,
        *,
        whole: bool = True,
    ) -> Asked:
        """The reply to a message, which with its form depends on the way; ``whole`` where a part is of no use.

        Raises ModelNotFound, ModelUnusable, PromptTooLong as the server answers, AnswerTimeout when ``stopped``.
        """
        while True:
            way = self.way(stopped)
            extra = fields(way, form(way))
            body = self._body(message(way), most_tokens) | extra
            try:
                return Asked(self._completed(body, way, stopped, whole=whole and bool(extra)), way)
            except Refused as refused:
                if not extra:
                    raise self._useless(refused) from refused
                self._give_up(way, refused)

    def way(self, stopped: Stopped) -> Way:
        """The first way that the server holds to; the others are not asked of it again. Errors as for ``ask``."""
        with self._trying:
            while self._way is None:
                way = self._untried[0]
                if way == FREE or self._tried(way, stopped):
                    self._way = way
                    logger.info("%s: replies are asked for by %s", self._client.server.name, way.name)
                else:
                    self._untried.pop(0)
            return self._way

    def _give_up(self, way: Way, refused: Refused) -> None:
        """Go on with the ways after this one: the server refused a form that is larger than that of the trial."""
        logger.info("%s: %s is refused (%s)", self._client.server.name, way.name, refused)
        with self._trying:
            if self._way == way:
                self._way = None
                self._untried.remove(way)

    def _tried(self, way: Way, stopped: Stopped) -> bool:
        """Whether the server holds a reply to a greeting to a form that fits no greeting."""
        body = self._body("Say hi.", _TRIAL_TOKENS) | fields(way, trial())
        try:
            completion = self._sent(body, stopped)
            if completion.thought and self._quieten():
                completion = self._sent(body, stopped)
        except Refused as refused:
            logger.info("%s: %s is refused (%s)", self._client.server.name, way.name, refused)
            return False
        return holds_trial(way, completion.text)

    def _body(self, message: str, most_tokens: int) -> dict[str, Any]:
        return {
            "model": self._client.server.served_model,
            "messages": [{"role": "user", "content": message}],
            "temperature": 0,
            "max_tokens": max(most_tokens, self._room_for_thoughts),
        }

    def _completed(self, body: dict[str, Any], way: Way, stopped: Stopped, *, whole: bool) -> Completion:
        """A reply with words in it, to its end where it is to be whole; each asked for once more at most.

        Raises ModelUnusable where it still has none, or is cut off, PromptTooLong where its prompt was.
        """
        completion, tokens = self._sent(body, stopped), int(body["max_tokens"])
        if not completion.text:
            if completion.thought:
                self._quieten()
                self._room_for_thoughts = _TOKENS_OF_THOUGHTS
                tokens = max(_TOKENS_OF_THOUGHTS, tokens)
            completion = self._sent(body | {"max_tokens": tokens}, stopped)
        elif whole and not (completion.ended and is_whole(way, completion.text)):
            tokens *= _MORE_TOKENS
            completion = self._sent(body | {"max_tokens": tokens}, stopped)
        server = self._client.server
        if self._cut.is_cut(completion):
            raise server.too_long("the prompt fills the context, so the server has cut off its beginning")
        if not completion.text and completion.thought:
            raise ModelUnusable(
                f"model {server.name!r}: {server.url} sent thoughts and no answer within {tokens} tokens; switch "
                "thinking off at the server (llama-server --reasoning-budget 0), or use a model that does not think"
            )
        if not completion.text:
            raise ModelUnusable(
                f"model {server.name!r}: {server.url} sent an empty reply twice; check the model's chat template "
                "and the length of its context, or use another model"
            )
        if not whole or completion.ended:
            return completion
        items = whole_items(completion.text) if way.holds == "quotes" else ""
        if not items:
            raise ModelUnusable(
                f"model {server.name!r}: the reply of {server.url} was cut off after {tokens} tokens "
                f"({completion.text[-80:]!r}); ask for less at a time, or use another model"
            )
        return completion._replace(text=items)

    def _quieten(self) -> bool:
        """Ask from now on in one more way not to think; whether that is new."""
        if "effort" in self._extras or "effort" in self._refused:
            return False
        self._extras.append("effort")
        return True

    def _sent(self, body: dict[str, Any], stopped: Stopped) -> Completion:
        """One reply, without the extras that the server refuses. Raises Refused where it refuses the rest."""
        while True:
            extras = list(self._extras)
            asked = body | {key: value for extra in extras for key, value in _EXTRAS[extra][1].items()}
            try:
                document = self._client.chat(asked, stopped)
            except Refused as refused:
                unwanted = self._unwanted(extras, body, refused)
                if unwanted is None:
                    raise
                logger.info("%s: %s is refused (%s)", self._client.server.name, unwanted, refused)
                self._refused.add(unwanted)
                self._extras = [extra for extra in self._extras if extra not in self._refused]
                continue
            return self._read(document)

    def _unwanted(self, extras: list[str], body: dict[str, Any], refused: Refused) -> str | None:
        """The extra that a refusal is about: the one it names, or any where the rest of the request is plain."""
        for extra in extras:
            if _EXTRAS[extra][0] in refused.text.lower():
                return extra
        plain = set(body) == {"model", "messages", "temperature", "max_tokens"}
        return extras[0] if plain and extras and refused.status in (400, 422) else None

    def _read(self, document: dict[str, Any]) -> Completion:
        try:
            return read_completion(document)
        except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
            raise self._client.server.useless(200, str(document)) from error

    def _useless(self, refused: Refused) -> Exception:
        return self._client.server.useless(refused.status, refused.text)
