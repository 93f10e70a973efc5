"""Whose conversations a service shows, and many threads in one file."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from askdocs.core.answers import Answer, ChatTurn
from askdocs.serving.access import Caller
from askdocs.serving.app import create_app
from askdocs.serving.conversations import Conversations, UnknownConversation
from askdocs.serving.settings import ServeSettings, Token
from askdocs.storage.chat_history import Chats
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator
from tests.serving.conftest import QUESTION

ANN, BEN = Caller(name="ann"), Caller(name="ben")
TOKENS = tuple(Token(name=name, secret=SecretStr(f"secret-of-{name}-0123456789")) for name in ("ann", "ben"))


@contextlib.contextmanager
def opened(folder: Path, access: tuple[Token, ...] = ()) -> Iterator[Conversations]:
    kept = Conversations(ServeSettings(corpora={"news": folder}, access=access))
    try:
        yield kept
    finally:
        kept.close()


def turn(question: str) -> ChatTurn:
    answer = Answer(question=question, text="12", abstained=False, confidence=0.9, candidate="12", model="smollm2")
    return ChatTurn(asked=datetime.datetime.now(datetime.UTC), question=question, rewritten=question, answer=answer)


def store(kept: Conversations, caller: Caller, question: str) -> int:
    with kept.of("news", caller) as chats:
        number = chats.begin()
        chats.append(number, turn(question))
    return number


def test_without_tokens_all_share_the_conversations_of_the_terminal(tmp_path: Path) -> None:
    with opened(tmp_path) as kept:
        number = store(kept, ANN, "Who leads it?")
        assert [one.question for one in kept.turns("news", BEN, number)] == ["Who leads it?"]
    with contextlib.closing(Chats.open(tmp_path)) as chats:
        assert [one.title for one in chats.conversations()] == ["Who leads it?"]


def test_with_tokens_nobody_sees_those_of_another(tmp_path: Path) -> None:
    with opened(tmp_path, TOKENS) as kept:
        number = store(kept, ANN, "Who leads it?")
        with pytest.raises(UnknownConversation):
            kept.turns("news", BEN, number)
        assert store(kept, BEN, "Who paid?") == number  # each counts for themselves
        assert [one.question for one in kept.turns("news", ANN, number)] == ["Who leads it?"]
    with contextlib.closing(Chats.open(tmp_path)) as chats:
        assert chats.conversations() == []


def test_many_threads_use_one_file(tmp_path: Path) -> None:
    with opened(tmp_path) as kept, ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda number: store(kept, ANN, f"Question {number}?"), range(60)))
        assert len(set(numbers)) == 60
        with kept.of("news", ANN) as chats:
            assert {one.title for one in chats.conversations()} == {f"Question {number}?" for number in range(60)}


def test_what_cannot_be_written_is_kept_while_the_service_runs(tmp_path: Path) -> None:
    (tmp_path / "chats.db").mkdir()  # nothing can be opened under this name
    with opened(tmp_path) as kept:
        number = store(kept, ANN, "Who leads it?")
        assert [one.question for one in kept.turns("news", ANN, number)] == ["Who leads it?"]


def test_over_http_too_a_token_opens_its_own_conversations_alone(folder: Path, model: ScriptedGenerator) -> None:
    app = create_app(
        ServeSettings(corpora={"news": folder}, access=TOKENS), embedder=DeterministicEmbedder(), generator=model
    )
    anns, bens = ({"Authorization": f"Bearer {token.secret.get_secret_value()}"} for token in TOKENS)
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        asked = {"question": QUESTION, "anyway": True}
        assert "event: answered" in client.post("/conversations/turns", json=asked, headers=anns).text
        assert QUESTION in client.get("/?conversation=1", headers=anns).text
        assert QUESTION not in client.get("/", headers=bens).text
        assert client.get("/?conversation=1", headers=bens).status_code == 404
        follow_up = asked | {"conversation": 1}
        assert client.post("/conversations/turns", json=follow_up, headers=bens).status_code == 404
        client.post("/conversations/1/delete", headers=bens)
        assert QUESTION in client.get("/?conversation=1", headers=anns).text
        assert client.post("/conversations/turns", json=asked).status_code == 401
