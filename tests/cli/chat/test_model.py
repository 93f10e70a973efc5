"""The chat with the real bundled models, on a pseudo-terminal and in a pipe."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from askdocs import Corpus
from askdocs.evaluation import sample_articles
from tests.support.terminal import Terminal

pytestmark = [pytest.mark.model, pytest.mark.slow]

QUESTION = "How many XPeng shares did Alibaba sell?"
FOLLOW_UP = "And for how much?"
CHAT = ["chat", "--corpus", "news.askdocs", "--timeout", "300"]
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the corpus of the sample articles."""
    made = tmp_path_factory.mktemp("news")
    with Corpus.open(made / "news.askdocs") as corpus:
        corpus.add(sample_articles())
    return made


@pytest.fixture(scope="module")
def sitting(folder: Path) -> Iterator[Terminal]:
    with Terminal(CHAT, folder, light=False) as terminal:
        yield terminal


@pytest.fixture
def chat(sitting: Terminal) -> Terminal:
    """One chat for all tests of this module, in their order, each with a clear screen: it loads the models once."""
    sitting.see_prompt()
    sitting.clear()
    return sitting


def test_the_prompt_is_there_before_the_models_are(sitting: Terminal) -> None:
    sitting.see_prompt()
    assert "loading" in sitting.see("loading")


def test_ctrl_c_stops_an_answer_and_the_chat_goes_on(chat: Terminal) -> None:
    chat.enter(QUESTION)
    chat.see("reading 4 passages")
    began = time.monotonic()
    chat.type("\x03")
    chat.see("stopped")
    assert time.monotonic() - began < 60  # the next check of a busy machine, not the end of the answer
    chat.see_prompt()
    chat.enter("/history")
    chat.see_prompt()
    chat.enter(QUESTION)
    chat.see("33 million")
    chat.see("[1] ")
    chat.see_prompt()


def test_an_answer_streams_and_a_follow_up_is_understood(chat: Terminal) -> None:
    chat.enter(QUESTION)
    chat.see("[1] ")
    chat.see_prompt()
    assert "33 million" in chat.text
    raw = chat.raw.decode("utf-8", "replace")
    assert raw.index("reading 4 passages") < raw.index("[1] ")
    chat.enter(FOLLOW_UP)
    chat.see_prompt()
    assert "$317 million" in chat.text


def test_why_shows_the_search_the_prompt_and_the_probabilities(chat: Terminal) -> None:
    chat.enter(QUESTION)
    chat.see("[1] ")
    chat.see_prompt()
    chat.enter("/why")
    seen = chat.see("confidence ")
    assert re.search(r"[01]\.\d{3}  ' million'", seen)


def test_two_models_side_by_side_and_a_conversation_taken_up(chat: Terminal, folder: Path) -> None:
    chat.enter(QUESTION)
    chat.see("[1] ")
    chat.see_prompt()
    chat.enter("/compare extractive")
    chat.see("extractive")
    chat.resize(100)
    chat.see_prompt()
    chat.type("\x04")
    assert chat.status() == 0
    with Terminal([*CHAT, "--continue"], folder, light=False) as second:
        second.see_prompt()
        second.enter(FOLLOW_UP)
        second.see("$317 million")


def test_the_pipe_of_the_issue(folder: Path) -> None:
    lines = f"{QUESTION}\n{FOLLOW_UP}\n"
    command = [sys.executable, "-m", "askdocs", *CHAT]
    for flags in ([], ["--json"]):
        done = subprocess.run([*command, *flags], input=lines, capture_output=True, text=True, cwd=folder)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        if flags:
            first, second = (json.loads(line) for line in done.stdout.splitlines())
            assert (first["value"], second["value"]) == (33_000_000, 317_000_000)
        else:
            assert "33 million" in done.stdout
            assert "$317 million" in done.stdout


def test_the_documentation_shows_what_askdocs_prints() -> None:
    command = [sys.executable, "scripts/make_docs.py", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=_environment())
    assert done.returncode == 0, done.stdout + done.stderr


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT)}
