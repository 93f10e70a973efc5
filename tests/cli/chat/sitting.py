"""The articles and the command of a chat without a language model, and that chat in a pipe."""

from __future__ import annotations

from pathlib import Path

from tests.support.started import run

SALE = (
    "---\ntitle: Norhaven cuts its stake\ndate: 2023-11-17\n---\n\nNorhaven has sold 12 million shares of Vestia.\n\n"
    "The sale raised $98 million for Norhaven.\n"
)
RECALL = "---\ntitle: Kettles recalled\n---\n\nBrightwell is recalling its kettles because of a faulty switch.\n"
CHAT = ["chat", "--corpus", "news.askdocs", "--model", "extractive", "--threshold", "0"]
QUESTION = "How many shares of Vestia did Norhaven sell?"


def piped(folder: Path, text: str, *arguments: str, status: int = 0) -> tuple[str, str]:
    ended, out, err = run([*CHAT, *arguments], folder, text)
    assert ended == status, err
    return out, err
