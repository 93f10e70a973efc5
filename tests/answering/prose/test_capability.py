"""Which models are asked for prose: known ones, small ones, and those that pass or fail the two questions."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from askdocs.answering.prose import capability as module
from askdocs.answering.prose.capability import capability_of
from askdocs.answering.prose.self_test import failed_test
from askdocs.core.base import FloatArray
from askdocs.core.errors import AnswerTimeout
from askdocs.core.reports import Capability
from askdocs.core.settings import Settings, load_settings
from askdocs.reading.llama import LlamaReader
from askdocs.reading.model_pool import LoadedModel, loaded_model, unload_models
from askdocs.testing import ScriptedGenerator
from tests.support.chat_server import Reply, chat_server, completion

FERRY = 'The Marlow Queen carried "41,300 passengers in June" [1].'
DAIRY = '"Tomas Reuter, her deputy, takes over" [2] the dairy.'


def right(prompt: str) -> str:
    return FERRY if "Marlow Queen carry" in prompt.rsplit("Question: ", 1)[-1] else DAIRY


class Sized(ScriptedGenerator):
    """A model that says how many parameters it has."""

    def __init__(self, script: Callable[[str], str], parameters: int) -> None:
        super().__init__(script, context_length=8192)
        self.parameters = parameters


@pytest.fixture
def fresh(tmp_path: Path) -> Settings:
    return load_settings(cache_dir=tmp_path)


def capability(model: Sized, settings: Settings) -> Capability:
    try:
        return capability_of(model, loaded_model(model, settings), settings)
    finally:
        unload_models()


@pytest.mark.parametrize(
    ("script", "passes"),
    [
        (right, True),
        (lambda prompt: right(prompt) + " It was a fine day.", True),
        (lambda prompt: FERRY, False),  # not what the second question asks
        (lambda prompt: right(prompt).replace("Marlow Queen", "Marlow King"), False),
        (lambda prompt: '"41,300 passengers" [1] "Tomas Reuter" [2]', False),  # no sentence
        (lambda prompt: "The ferry carried 41,300 passengers.", False),
        (lambda prompt: "unanswerable", False),
        (lambda prompt: "", False),
    ],
)
def test_both_questions_must_be_answered_in_a_sentence_with_the_right_quote(
    script: Callable[[str], str], passes: bool
) -> None:
    wrong = failed_test(LlamaReader(Sized(script, 0)), "prose")
    assert (wrong == "") is passes, wrong


def test_a_large_model_that_passes_is_capable_and_says_why(fresh: Settings) -> None:
    found = capability(Sized(right, 1_700_000_000), fresh)
    assert (found.capable, found.tested, found.parameters) == (True, True, 1_700_000_000)
    failed = capability(Sized(lambda prompt: "It is so.", 1_700_000_000), fresh)
    assert not failed.capable
    assert 'it wrote: It is so.; style="prose"' in failed.reason


def test_a_small_model_is_not_tested(fresh: Settings) -> None:
    model = Sized(right, 360_000_000)
    found = capability(model, fresh)
    assert (found.capable, found.tested) == (False, False)
    assert "360 million parameters" in found.reason
    assert model.calls == []


@pytest.mark.parametrize("name", ["smollm2", "smollm2+base", "extractive"])
def test_what_comes_with_askdocs_is_known_without_loading_it(name: str, fresh: Settings) -> None:
    model = LoadedModel(name, lambda: pytest.fail("it was loaded"))
    assert not capability_of(name, model, fresh).capable
    model.close()


def test_a_test_that_takes_too_long_leaves_words(fresh: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TEST_SECONDS", 0.1)
    model = Sized(right, 2_000_000_000)
    look = model.logits

    def slowly(sequence: int) -> FloatArray:
        time.sleep(0.02)
        return look(sequence)

    monkeypatch.setattr(model, "logits", slowly)
    found = capability(model, fresh)
    assert not found.capable
    assert "took longer" in found.reason


def test_cancelling_the_test_is_no_verdict(fresh: Settings) -> None:
    model, cancel = Sized(right, 2_000_000_000), threading.Event()
    cancel.set()
    try:
        with pytest.raises(AnswerTimeout):
            capability_of(model, loaded_model(model, fresh), fresh, cancel.is_set)
    finally:
        unload_models()


def test_a_server_is_tested_once_and_again_after_a_while(fresh: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(document: dict[str, Any]) -> Reply:
        return completion(right(document["messages"][0]["content"]))

    with chat_server(answer) as served:
        name = f"openai:big@{served.url}"

        def ask() -> Capability:
            try:
                return capability_of(name, loaded_model(name, fresh), fresh)
            finally:
                unload_models()

        assert ask().capable
        tested = len(served.requests)
        assert ask().capable
        assert len(served.requests) == tested
        monkeypatch.setattr("askdocs.answering.prose.capability.time.time", lambda: 4e9)
        assert ask().capable
        assert len(served.requests) == 2 * tested
    (kept,) = (fresh.cache_dir / "capabilities").iterdir()
    kept.write_text("{")
    assert module._load(kept) is None


def test_a_file_is_known_by_its_bytes(fresh: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tested: list[str] = []

    def test(reader: object, prompt: str, stopped: object) -> str:
        tested.append(prompt)
        return ""

    def resolved(name: str, settings: Settings) -> Any:
        return type("File", (), {"path": Path(name), "lora": None})()

    monkeypatch.setattr(module, "failed_test", test)
    monkeypatch.setattr(module, "resolve", resolved)
    for name, content in (("a.gguf", b"one"), ("b.gguf", b"one"), ("c.gguf", b"two")):
        path = tmp_path / name
        path.write_bytes(content)
        model = LoadedModel(name, lambda: (LlamaReader(Sized(right, 2_000_000_000)), ""))
        assert capability_of(str(path), model, fresh).capable
        model.close()
    assert len(tested) == 2
