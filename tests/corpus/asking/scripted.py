"""Three articles, a scripted model that knows their answers, and a slow one, for the tests of asking."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

from askdocs.core.answers import Event
from askdocs.core.base import FloatArray
from askdocs.testing import ScriptedGenerator
from tests.support.made import article

ARTICLES = [
    article("Alibaba sold 33 million XPeng shares for $317 million in March.", title="Sale", published="2024-03-22"),
    article("The cloud unit of Alibaba grew 3% to 27.65 billion yuan.", title="Cloud", published="2023-11-17"),
    article("Baidu ordered 1,600 chips from Huawei for 200 servers.", title="Chips", published="2023-11-07"),
]
HOW_MANY = "How many XPeng shares did Alibaba sell?"
REPLIES = {
    "how much": "$317 million",
    "XPeng shares": "33 million",
    "cloud": "27.65 billion yuan",
    "chips": "1,600 chips",
    "Baidu": "Huawei",
}


def reply(prompt: str) -> str:
    """What the scripted model wants to say: the words for the question, with the mark of their passage."""
    question = prompt.rsplit("Question: ", 1)[-1]
    wanted = next((words for part, words in REPLIES.items() if part in question), None)
    for number in range(1, 9):
        passage = prompt.partition(f"\n[{number}] ")[2].partition("\n\n[")[0].partition("\n\nQuestion")[0]
        if wanted and wanted in passage:
            return f"[{number}] {wanted}"
    return "unanswerable"


def scripted(script: Callable[[str], str] = reply) -> ScriptedGenerator:
    return ScriptedGenerator(script, words=[" million", "Question: ", "passage"], context_length=8192)


class Slow(ScriptedGenerator):
    """Takes ``seconds`` for each look at its logits; ``begun`` is set at the first."""

    def __init__(self, seconds: float, script: Callable[[str], str] = reply) -> None:
        super().__init__(script, words=[" million"], context_length=8192, name="slow")
        self.seconds = seconds
        self.begun = threading.Event()

    def logits(self, sequence: int) -> FloatArray:
        self.begun.set()
        time.sleep(self.seconds)
        return super().logits(sequence)


def kinds(events: Iterable[Event]) -> str:
    return " ".join(type(event).__name__ for event in events)


def when_begun(model: Slow, act: Callable[[], None]) -> threading.Thread:
    def wait() -> None:
        model.begun.wait()
        act()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)
