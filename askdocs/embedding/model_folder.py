"""What the folder of a sentence-transformers model says about itself, read without torch.

The layout is that of sentence-transformers: ``modules.json`` lists the stages of the model (Transformer, Pooling,
Normalize...), ``config.json`` the network, ``sentence_bert_config.json`` the longest input, a folder a stage its
settings, ``config_sentence_transformers.json`` the words a model wants put before a query or a document.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from askdocs.core.base import Model
from askdocs.core.errors import ModelNotFound, ModelUnusable
from askdocs.core.reports import Fingerprint

WEIGHTS = "model.safetensors"
_OLD_WEIGHTS = "pytorch_model.bin"
_SAMPLES = 64
_SAMPLE_BYTES = 65536
_DEFAULT_MAXIMUM = 256
_PASSAGE_PROMPTS = ("document", "passage", "corpus")


class EmbedderFolder(Model):
    """The settings of one model folder.

    ``stages`` are the class names of ``modules.json`` in order; ``pooling`` is "mean", "cls", "max" or another mode
    of sentence-transformers. ``maximum_length`` counts tokens with the special ones; longer input is cut there.
    """

    folder: Path
    config: dict[str, Any]
    stages: tuple[str, ...]
    pooling: str
    pooling_includes_prompt: bool = True
    maximum_length: int
    lowercases: bool = False
    query_prompt: str = ""
    passage_prompt: str = ""

    @property
    def name(self) -> str:
        """The folder's name, without the path before it, so that it is the same on every machine."""
        folder = self.folder.resolve()
        return folder.parent.name if folder.name in {"model", "0_Transformer"} else folder.name

    @property
    def dimension(self) -> int:
        """How many numbers a vector has, as long as no stage after the pooling changes it."""
        return int(self.config["hidden_size"])

    @property
    def normalised(self) -> bool:
        """Whether the model's last stage makes its vectors length 1."""
        return "Normalize" in self.stages

    def fingerprint(self, name: str, dimension: int) -> Fingerprint:
        """The identity of this model; reads a sample of the weights' file.

        ``precision`` is that of the weights: whether one machine computes in bfloat16 changes vectors by 1e-4
        cosine, so a corpus may move to a machine that computes in float32.
        """
        weights = next((path for path in (self.folder / WEIGHTS, self.folder / _OLD_WEIGHTS) if path.exists()), None)
        return Fingerprint(
            name=name,
            revision=self.folder.name if self.folder.parent.name == "snapshots" else "",
            file_hash=sampled_hash(weights) if weights else "",
            dimension=dimension,
            pooling=self.pooling,
            normalised=True,
            precision=str(self.config.get("torch_dtype") or self.config.get("dtype") or "float32"),
            maximum_length=self.maximum_length,
        )


def read_folder(folder: Path) -> EmbedderFolder:
    """Read the settings in ``folder``.

    Raises ModelNotFound when there is no such folder, ModelUnusable when it is no sentence-transformers model.
    """
    if not folder.is_dir():
        raise ModelNotFound(f"{folder}: there is no such folder; name a sentence-transformers model or its folder")
    modules = _read_json(folder / "modules.json")
    paths = {str(module["type"]).rsplit(".", 1)[-1]: folder / str(module["path"]) for module in modules}
    if "Transformer" not in paths:
        raise ModelUnusable(f"{folder}: modules.json names no Transformer; askdocs embeds with transformer models only")
    transformer = paths["Transformer"]
    config = _read_json(transformer / "config.json")
    limits = _read_json(transformer / "sentence_bert_config.json", missing={})
    pooling = _read_json(paths["Pooling"] / "config.json") if "Pooling" in paths else {}
    prompts = _read_json(folder / "config_sentence_transformers.json", missing={}).get("prompts") or {}
    return EmbedderFolder(
        folder=transformer,
        config=config,
        stages=tuple(paths),
        pooling=_pooling_mode(pooling),
        pooling_includes_prompt=bool(pooling.get("include_prompt", True)),
        maximum_length=int(limits.get("max_seq_length") or config.get("max_position_embeddings", _DEFAULT_MAXIMUM)),
        lowercases=bool(limits.get("do_lower_case", False)),
        query_prompt=str(prompts.get("query", "")),
        passage_prompt=next((str(prompts[name]) for name in _PASSAGE_PROMPTS if prompts.get(name)), ""),
    )


def sampled_hash(path: Path) -> str:
    """A hash of a file's size and of 64 blocks spread over it: enough to tell two models apart, in milliseconds.

    Any training changes every layer, so another model differs in every block. It is no check for damaged bytes.
    """
    digest = hashlib.sha256()
    size = path.stat().st_size
    digest.update(str(size).encode())
    with path.open("rb") as file:
        for sample in range(_SAMPLES):
            file.seek(max(0, size - _SAMPLE_BYTES) * sample // (_SAMPLES - 1))
            digest.update(file.read(_SAMPLE_BYTES))
    return digest.hexdigest()


def _pooling_mode(config: dict[str, Any]) -> str:
    """The pooling in either spelling of sentence-transformers: one word, or a flag a mode."""
    mode = config.get("pooling_mode")
    if mode:
        return mode if isinstance(mode, str) else "+".join(mode)
    flags = {"cls_token": "cls", "mean_tokens": "mean", "max_tokens": "max", "mean_sqrt_len_tokens": "mean_sqrt_len"}
    modes = [name for flag, name in flags.items() if config.get(f"pooling_mode_{flag}")]
    others = [key for key, value in config.items() if key.startswith("pooling_mode_") and value is True]
    return modes[0] if len(modes) == 1 == len(others) else "+".join(others) or "mean"


def _read_json(path: Path, missing: Any = None) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        if missing is not None:
            return missing
        raise ModelUnusable(f"{path}: missing; a sentence-transformers model has this file") from None
    except (OSError, ValueError) as error:
        raise ModelUnusable(f"{path}: not readable as JSON ({error}); fetch the model again") from error
