"""A model's speed is measured in a child process, which also tells what its file says."""

from __future__ import annotations

from pathlib import Path

import pytest

from askdocs.core.errors import ModelUnusable
from askdocs.models.speed import measure_speed
from tests.support.tiny_gguf import write_model
from tests.support.tiny_llama import CONTEXT, write_llama


@pytest.mark.parametrize("template", [True, False])
def test_what_the_file_says_and_how_fast_it_is(tmp_path: Path, template: bool) -> None:
    path = tmp_path / "tiny.gguf"
    write_llama(path) if template else write_llama(path, template=None)
    speed = measure_speed(path)
    assert (speed.context, speed.trained_context) == (CONTEXT, CONTEXT)
    assert speed.has_chat_template is template
    assert 1_000 < speed.parameters < 1_000_000
    assert speed.prompt_rate > speed.answer_rate > 1
    assert speed.load_seconds > 0


def test_a_file_that_does_not_load_is_said(tmp_path: Path) -> None:
    path = tmp_path / "part.gguf"
    write_model(path)
    with pytest.raises(ModelUnusable, match=r"part.gguf: measuring its speed failed: .*cannot load this model"):
        measure_speed(path)


def test_a_machine_that_is_too_slow_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("askdocs.models.speed._CHILD", "import time; time.sleep(60)")
    with pytest.raises(ModelUnusable, match=r"no speed within 0.3 s"):
        measure_speed(tmp_path / "any.gguf", timeout=0.3)
