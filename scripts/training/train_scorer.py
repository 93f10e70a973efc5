"""Train the second opinion: low-rank updates and a span head on the embedder's BERT, for spans and "no answer".

From SQuAD-format files and the synthetic business news to one safetensors file, in one command::

    python scripts/training/train_scorer.py --base EMBEDDER_FOLDER --data ../shared/data --hours 0.7

Resumable: stopped at any moment, the same command goes on from the last checkpoint. The learning rate falls to
nothing as the time runs out, so the time is bounded on any machine.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from askdocs.embedding.model_folder import sampled_hash
from scripts.training.drawing import proportion
from scripts.training.lora_bert import SpanBert
from scripts.training.span_data import REPORTS, SHORT, Batch, batches, training_examples
from scripts.training.span_measures import dev_metrics, span_loss

logger = logging.getLogger("train_scorer")
CHECKPOINT_SECONDS = 180
DEV_SECONDS = 300
WARM_UP = 60


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True, help="folder of the embedder (sentence-transformers, BERT)")
    parser.add_argument("--data", type=Path, required=True, help="folder with the SQuAD-format files")
    parser.add_argument("--out", type=Path, default=Path("work-training/scorer"), help="checkpoint, log and result")
    parser.add_argument("--hours", type=float, default=0.7, help="time in all, over all resumed sessions")
    parser.add_argument("--rank", type=int, default=48)
    parser.add_argument("--alpha", type=float, default=96.0)
    parser.add_argument("--rate", type=float, default=1e-3, help="the highest learning rate")
    parser.add_argument("--batch", type=int, default=16, help="question-passage pairs a step")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reports", type=proportion, default=REPORTS, help="share of the pairs that are of reports")
    parser.add_argument("--short", type=proportion, default=SHORT, help="share of the pairs that are of short news")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--workers", type=int, default=0, help="processes that make batches beside the training")
    parser.add_argument("--start", type=Path, help="go on from what this exported file has learned")
    parser.add_argument("--export-only", action="store_true", help="write the file of the last checkpoint")
    return parser.parse_args()


class Pairs(IterableDataset[Batch]):
    """Batches of question-passage pairs; every process that makes some has a seed of its own."""

    def __init__(self, options: argparse.Namespace, tokenizer: Tokenizer, seed: int) -> None:
        self.options, self.tokenizer, self.seed = options, tokenizer, seed

    def __iter__(self) -> Iterator[Batch]:
        worker = get_worker_info()
        seed = self.seed if worker is None else self.seed + 1000 * (worker.id + 1)
        examples = training_examples(self.options.data, seed, self.options.reports, self.options.short)
        return batches(examples, self.tokenizer, self.options.batch, seed)


class Training:
    """The model, its optimiser, and where they are; saved and taken up again."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.model = SpanBert(options.base, options.rank, options.alpha, options.seed).to(options.device)
        self.tokenizer = Tokenizer.from_file(str(options.base / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.optimiser = torch.optim.Adam(self.model.parameters(), lr=options.rate, betas=(0.9, 0.98))
        self.step, self.seconds = 0, 0.0
        self.path = options.out / "checkpoint.pt"
        if options.start is not None:
            self.take_over(options.start)

    def take_over(self, path: Path) -> None:
        """Begin with the weights of an exported file of this rank or a lower one, with the same alpha to rank.

        The rows of an ``a`` that the file does not have stay random, and those columns of its ``b`` nothing.
        """
        learned = load_file(path)
        with torch.no_grad():
            for name, tensor in self.model.named():
                known = learned[name].float()
                if known.shape == tensor.shape:
                    tensor.copy_(known)
                elif name.endswith(".lora_a"):
                    tensor[: len(known)] = known
                else:
                    tensor[:, : known.shape[1]] = known
        logger.info("beginning from %s", path)

    def save(self) -> None:
        state = {"model": self.model.state_dict(), "optimiser": self.optimiser.state_dict()}
        temporary = self.path.with_suffix(".part")
        torch.save({**state, "step": self.step, "seconds": self.seconds}, temporary)
        temporary.replace(self.path)

    def load(self) -> None:
        saved = torch.load(self.path, map_location=self.options.device)
        self.model.load_state_dict(saved["model"])
        self.optimiser.load_state_dict(saved["optimiser"])
        self.step, self.seconds = saved["step"], saved["seconds"]
        logger.info("going on from step %d, %.0f s", self.step, self.seconds)

    def rate(self) -> float:
        """Linear warm-up, then linear to nothing as the time runs out."""
        left = max(0.0, 1 - self.seconds / (self.options.hours * 3600))
        return float(self.options.rate * min(1.0, (self.step + 1) / WARM_UP) * left)

    def update(self, batch: Batch) -> float:
        """One step of Adam (Kingma & Ba 2014, arXiv:1412.6980), the gradient clipped to norm 1; gives the loss."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate()
        batch = Batch(*(field.to(self.options.device) for field in batch))
        loss = span_loss(self.model(batch.ids, batch.types, batch.present), batch.present, batch.starts, batch.ends)
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.step += 1
        return float(loss.detach())

    def run(self) -> None:
        """Steps until the time is up; a log line every 20 of them."""
        options = self.options
        pairs = Pairs(options, self.tokenizer, options.seed + self.step)
        stream = iter(DataLoader(pairs, batch_size=None, num_workers=options.workers))
        began = time.monotonic() - self.seconds
        last_save = last_dev = time.monotonic() if self.step else time.monotonic() - DEV_SECONDS + 120
        losses: list[float] = []
        while self.seconds < options.hours * 3600:
            losses.append(self.update(next(stream)))
            self.seconds = time.monotonic() - began
            if time.monotonic() - last_save > CHECKPOINT_SECONDS:
                self.save()
                last_save = time.monotonic()
            due = time.monotonic() - last_dev > DEV_SECONDS
            if self.step % 20 == 0 or due:
                self.log({"loss": round(sum(losses) / len(losses), 4), "rate": round(self.rate(), 6)}, dev=due)
                losses.clear()
            if due:
                last_dev = time.monotonic()
                self.seconds = last_dev - began
        self.save()
        self.log({}, dev=True)

    def log(self, measured: dict[str, float], *, dev: bool) -> None:
        pairs = self.step * self.options.batch
        row = {"step": self.step, "seconds": round(self.seconds), "pairs": pairs, **measured}
        if dev:
            row |= dev_metrics(self.model, self.tokenizer, self.options.data)
        with (self.options.out / "log.jsonl").open("a") as file:
            file.write(json.dumps(row) + "\n")
        logger.info("%s", row)

    def export(self, path: Path) -> None:
        """Write what was learned in float16, with what it belongs to in the metadata."""
        weights = {name: tensor.detach().to(torch.float16).cpu().contiguous() for name, tensor in self.model.named()}
        metadata = {
            "base_sample": sampled_hash(self.options.base / "model.safetensors"),  # what is checked when it is loaded
            "base_sha256": hashlib.sha256((self.options.base / "model.safetensors").read_bytes()).hexdigest(),
            "rank": str(self.options.rank),
            "alpha": str(self.options.alpha),
            "name": "askdocs span scorer for all-MiniLM-L6-v2",
        }
        temporary = path.with_suffix(".part")
        save_file(weights, temporary, metadata)
        temporary.chmod(0o644)  # it is installed with the package
        temporary.replace(path)
        logger.info("wrote %s, %d bytes", path, path.stat().st_size)


def main() -> None:
    """Train, or go on training, and write the file."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    options = arguments()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)
    training = Training(options)
    if training.path.exists():
        training.load()
    if not options.export_only:
        training.run()
    training.export(options.out / "smollm2-scorer.safetensors")


if __name__ == "__main__":
    main()
