"""How fast a model runs on this machine, and what its file says of itself; measured in a child process.

The child ends with the measurement, so the memory it took is free again, and a crash of llama.cpp ends nothing else.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from askdocs.core.base import Model
from askdocs.core.errors import ModelUnusable

if TYPE_CHECKING:
    from askdocs.models.generator import LlamaGenerator

PROMPT_TOKENS, ANSWER_TOKENS = 512, 48
_CHILD = "import sys; sys.path.insert(0, sys.argv.pop(1)); from askdocs.models.speed import main; main(*sys.argv[1:])"
_TEXT = (
    "The haulier said on Monday that it had bought a warehouse of 12,400 square metres near the port for "
    "9.5 million pounds, and that 85 people will work there from next spring. "
)


class Speed(Model):
    """What a model's file says, and how fast it runs.

    ``parameters`` counts weights; ``context`` is how many tokens a prompt may have here, ``trained_context`` how many
    the model was trained for. ``prompt_rate`` and ``answer_rate`` are tokens a second of reading and of writing.
    ``has_chat_template`` tells whether a prompt is sent as the turn of a chat, as instruct models need it.
    """

    parameters: int
    context: int
    trained_context: int
    has_chat_template: bool
    load_seconds: float
    prompt_rate: float
    answer_rate: float


def measure_speed(
    path: Path, lora: Path | None = None, context_length: int | None = None, timeout: float = 900.0
) -> Speed:
    """Load ``path`` in a child process, read a prompt and write some tokens there.

    Raises ModelUnusable where the child ended otherwise, or took longer than ``timeout`` seconds.
    """
    # -P: a types.py or json.py in the current folder must not be imported in place of Python's own.
    command = [sys.executable, "-P", "-c", _CHILD, str(Path(__file__).parents[2]), str(path), str(lora or "")]
    command.append(str(context_length or ""))
    try:
        done = subprocess.run(command, capture_output=True, timeout=timeout, stdin=subprocess.DEVNULL, check=False)
    except subprocess.TimeoutExpired as error:
        raise ModelUnusable(f"{path}: no speed within {timeout:g} s; this machine is too slow for it") from error
    try:
        return Speed.model_validate_json(done.stdout)
    except ValidationError as error:
        said = done.stderr.decode(errors="replace").strip().splitlines() or [f"exit status {done.returncode}"]
        raise ModelUnusable(f"{path}: measuring its speed failed: {said[-1]}") from error


def main(path: str, lora: str, context_length: str) -> None:
    """The child: write a ``Speed`` as JSON on stdout."""
    from askdocs.core.settings import load_settings
    from askdocs.models.generator import LlamaGenerator

    started = time.perf_counter()
    generator = LlamaGenerator(
        Path(path),
        name=Path(path).name,
        lora=Path(lora) if lora else None,
        context_length=int(context_length) if context_length else None,
        threads=load_settings().thread_count,
    )
    loaded = time.perf_counter() - started
    prompt_rate, answer_rate = _rates(generator)
    trained = [generator.metadata(f"{generator.metadata('general.architecture')}.context_length")]
    speed = Speed(
        parameters=generator.parameters,
        context=generator.context_length,
        trained_context=int(trained[0] or generator.context_length),
        has_chat_template=bool(generator.frame()[1]),
        load_seconds=loaded,
        prompt_rate=prompt_rate,
        answer_rate=answer_rate,
    )
    sys.stdout.write(speed.model_dump_json())


def _rates(generator: LlamaGenerator) -> tuple[float, float]:
    """Tokens a second: reading a prompt, and going on with the likeliest token."""
    length = min(PROMPT_TOKENS, generator.context_length // 2)
    tokens = generator.tokenize(_TEXT * (1 + length // 16))[:length]
    generator.truncate(generator.prefill(tokens[:8])[0], 0)  # the first evaluation also makes room and reads the file
    started = time.perf_counter()
    sequence, _ = generator.prefill(tokens)
    read = time.perf_counter()
    steps = min(ANSWER_TOKENS, generator.context_length // 4)
    for _ in range(steps):
        generator.accept([(sequence, int(generator.logits(sequence).argmax()))])
    return len(tokens) / (read - started), steps / (time.perf_counter() - read)
