"""Train the LoRA that makes a small model answer with ``[n] words`` of the passages, or ``unanswerable``.

From SQuAD-format files (and the synthetic business news of ``scripts/training``) to a GGUF LoRA, in one command::

    python scripts/training/train_adapter.py --base SmolLM2-135M-Instruct.Q4_1.gguf --data ../shared/data --hours 0.07

Resumable: stopped at any moment, the same command goes on from the last checkpoint. The learning rate falls with the
time spent, so the time is bounded on any machine. The hours above are those of a GPU, which is used if there is one;
on a CPU each worker has one core, and ``--hours 1.6`` is a beginning; ``--start ADAPTER --rate 4e-4`` goes on from
what another run has learned.
"""

from __future__ import annotations

import argparse
import functools
import json
import logging
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import torch

from askdocs.prompts.templates import load_prompt
from scripts.training.batched import Accelerator
from scripts.training.contexts import TrainingContext
from scripts.training.drawing import draw, proportion
from scripts.training.export import read_adapter, write_adapter
from scripts.training.packing import Packed, pack
from scripts.training.question_data import QuestionSource, load
from scripts.training.workers import Workers, take_over

logger = logging.getLogger("train_adapter")

# file stem, share of the contexts, weights of 1, 2, 3 and 4 passages (reviews and posts ask about "the writer", so a
# second one would make their questions ambiguous)
FILES = (
    ("squadshifts-new-wiki", 0.28, (0.3, 0.2, 0.2, 0.3)),
    ("squad2-train-7-articles", 0.13, (0.3, 0.2, 0.2, 0.3)),
    ("squadshifts-reddit", 0.11, (0.7, 0.3)),
    ("squadshifts-amazon-reviews", 0.08, (0.7, 0.3)),
)
SYNTHETIC = (("news", 0.22), ("reports", 0.18))  # the second can be given another share with --reports
TEMPTING = 0.12  # of the answerable questions of a file are also asked changed, so that nothing answers them
HELD_BACK = 12  # every twelfth paragraph is for dev metrics and for calibration, never for training


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True, help="the GGUF the adapter is for")
    parser.add_argument("--data", type=Path, required=True, help="folder with the SQuAD-format files")
    parser.add_argument("--out", type=Path, default=Path("work-training"), help="checkpoints, log and adapter go here")
    parser.add_argument("--hours", type=float, default=1.6, help="time in all, over all resumed sessions")
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--alpha", type=float, default=32.0)
    parser.add_argument("--rate", type=float, default=1.2e-3, help="the highest learning rate")
    parser.add_argument("--batch", type=int, default=6, help="contexts a step on a CPU")
    parser.add_argument("--tokens", type=int, default=32_000, help="tokens a step on a GPU, padding included")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=Path, help="go on from this adapter of the same rank")
    parser.add_argument("--reports", type=proportion, default=SYNTHETIC[1][1], help="share of reports in the contexts")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--workers", type=int, default=0, help="processes; 0 means one a core, at most 12 beside a GPU")
    parser.add_argument("--compile", action=argparse.BooleanOptionalAction, default=True, help="use torch.compile")
    parser.add_argument("--export-only", action="store_true", help="write the adapter of the last checkpoint")
    return parser.parse_args()


def synthetic_stream(kind: str, seed: int) -> Iterator[TrainingContext]:
    """Business news or notes of annual reports, made up without end."""
    from scripts.training.synthetic_news import contexts
    from scripts.training.synthetic_reports import report_contexts

    return (contexts if kind == "news" else report_contexts)(10**9, seed)


def training_stream(data: Path, seed: int, reports: float) -> Iterator[TrainingContext]:
    """Contexts without end, drawn from the sources by their shares; ``reports`` is that of the reports."""
    streams: list[Iterator[TrainingContext]] = []
    shares: list[float] = []
    for stem, share, sizes in FILES:
        paragraphs = [p for i, p in enumerate(load(data / f"{stem}.json.gz")) if i % HELD_BACK]
        streams.append(iter(QuestionSource(stem, paragraphs, sizes, seed, TEMPTING)))
        shares.append(share)
    for kind, share in SYNTHETIC:
        streams.append(synthetic_stream(kind, seed))
        shares.append(share)
    return draw(streams, shares[:-1], reports, seed)


def held_back(data: Path, each: int) -> list[TrainingContext]:
    """Contexts of four passages for the dev metrics, from paragraphs and seeds that training never sees."""
    chosen: list[TrainingContext] = []
    for stem, _, _ in FILES[:2]:
        paragraphs = [p for i, p in enumerate(load(data / f"{stem}.json.gz")) if i % HELD_BACK == 0]
        stream = iter(QuestionSource(stem, paragraphs, (0, 0, 0, 1.0), seed=99))
        chosen += [next(stream) for _ in range(each)]
    for kind, _ in SYNTHETIC:
        stream = synthetic_stream(kind, 10**6)
        chosen += [next(stream) for _ in range(each)]
    return chosen


class Packer:
    """Contexts -> packed sequences for one prompt and one tokenizer."""

    def __init__(self, base: Path, seed: int) -> None:
        from llama_cpp import Llama

        self.prompt = load_prompt("grounded")
        self.vocabulary = Llama(str(base), vocab_only=True, verbose=False)
        self.end_token = self.vocabulary.token_eos()
        self.rng = random.Random(seed)

    def __call__(self, context: TrainingContext) -> Packed:
        return pack(context, self.prompt, self.tokenize, self.end_token, self.rng)

    def tokenize(self, text: str) -> list[int]:
        tokens: list[int] = self.vocabulary.tokenize(text.encode(), add_bos=False, special=False)
        return tokens


class Progress:
    """Where a training is: the optimiser's state, steps taken and seconds spent; saved and taken up again."""

    def __init__(self, flat: torch.Tensor) -> None:
        self.mean = torch.zeros_like(flat)
        self.square = torch.zeros_like(flat)
        self.step = 0
        self.answers = 0
        self.seconds = 0.0

    def save(self, path: Path, flat: torch.Tensor) -> None:
        temporary = path.with_suffix(".part")
        torch.save({"flat": flat.clone(), **vars(self)}, temporary)
        temporary.replace(path)

    def load(self, path: Path, flat: torch.Tensor) -> None:
        saved = torch.load(path, map_location=flat.device)
        flat.copy_(saved.pop("flat"))
        vars(self).update(saved)

    def rate(self, highest: float, hours: float) -> float:
        """Linear warm-up over 20 steps, then linear to nothing as the time runs out."""
        return highest * min(1.0, (self.step + 1) / 20) * max(0.0, 1 - self.seconds / (hours * 3600))

    def update(self, flat: torch.Tensor, gradient: torch.Tensor, rate: float) -> float:
        """One step of Adam (Kingma & Ba 2014, arXiv:1412.6980), the gradient clipped to norm 1."""
        norm = float(gradient.norm())
        gradient.mul_(min(1.0, 1.0 / (norm + 1e-6)))
        self.step += 1
        self.mean.lerp_(gradient, 0.1)
        self.square.mul_(0.99).addcmul_(gradient, gradient, value=0.01)
        mean = self.mean / (1 - 0.9**self.step)
        square = self.square / (1 - 0.99**self.step)
        flat.sub_(rate * mean / (square.sqrt() + 1e-8))
        return norm


def dev_metrics(workers: Workers | Accelerator, packed: list[Packed]) -> dict[str, float]:
    """Loss and the share of answers whose every token is the model's first choice, by source."""
    results = workers.evaluate(packed)
    metrics: dict[str, float] = {}
    for source in sorted({p.source for p in packed}):
        rows = [r for p, r in zip(packed, results, strict=True) if p.source == source]
        metrics[f"{source} loss"] = round(sum(r.loss for r in rows) / sum(r.tokens for r in rows), 4)
        metrics[f"{source} exact"] = round(sum(r.exact for r in rows) / sum(r.items for r in rows), 4)
    return metrics


def packed_stream(base: Path, data: Path, reports: float, seed: int) -> Iterator[Packed]:
    """Packed sequences without end; called in the process that makes them."""
    return map(Packer(base, seed), training_stream(data, seed, reports))


def train(options: argparse.Namespace, workers: Workers | Accelerator, packer: Packer, progress: Progress) -> None:
    """The loop: a batch, a step, a line in the log; every ten minutes the dev metrics, every five a checkpoint."""
    checkpoint, log = options.out / "checkpoint.pt", options.out / "log.jsonl"
    workers.feed(
        functools.partial(packed_stream, options.base, options.data, options.reports), options.seed + progress.step
    )
    dev = [packer(c) for c in held_back(options.data, 12)]
    last_save = last_dev = time.monotonic()
    began = time.monotonic() - progress.seconds
    while progress.seconds < options.hours * 3600:
        measured, gradient = workers.gradient()
        norm = progress.update(workers.flat, gradient, progress.rate(options.rate, options.hours))
        progress.answers += sum(m.items for m in measured)
        loss = sum(m.loss for m in measured) / sum(m.tokens for m in measured)
        progress.seconds = time.monotonic() - began
        row: dict[str, float | str] = {
            "step": progress.step,
            "seconds": round(progress.seconds),
            "answers": progress.answers,
            "loss": round(loss, 4),
            "norm": round(norm, 3),
            "rate": progress.rate(options.rate, options.hours),
        }
        if time.monotonic() - last_dev > 600 or progress.seconds >= options.hours * 3600:
            row.update(dev_metrics(workers, dev))
            last_dev = time.monotonic()
        if time.monotonic() - last_save > 300:
            progress.save(checkpoint, workers.flat)
            last_save = time.monotonic()
        with log.open("a") as file:
            file.write(json.dumps(row) + "\n")
        logger.info("%s", row)
    progress.save(checkpoint, workers.flat)


def main() -> None:
    """Train, or go on training, and write the adapter."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    options = arguments()
    options.out.mkdir(parents=True, exist_ok=True)
    packer = Packer(options.base, options.seed)
    with (Workers if options.device == "cpu" else Accelerator)(options) as workers:
        progress = Progress(workers.flat)
        checkpoint = options.out / "checkpoint.pt"
        if checkpoint.exists():
            progress.load(checkpoint, workers.flat)
            logger.info("going on from step %d, %.0f s", progress.step, progress.seconds)
        elif options.start is not None:
            take_over(workers.model, read_adapter(options.start))
        if not options.export_only:
            train(options, workers, packer, progress)
        write_adapter(options.out / "smollm2-adapter.gguf", workers.named(), options.alpha, packer.prompt.hash)
    logger.info("wrote %s", options.out / "smollm2-adapter.gguf")


if __name__ == "__main__":
    main()
