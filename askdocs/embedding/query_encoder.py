"""Embeds one question in numpy, so that a cold ``askdocs ask`` needs neither torch nor sentence-transformers.

Importing those takes seconds; a question's vector takes 30 million multiplications. This computes BERT's forward
pass (``bert_numpy``) in float32 from the same folder, with the weights mapped into memory, and gives the vector
sentence-transformers would give. ``supports`` says for which models; the others stay with torch.
"""

from __future__ import annotations

import numpy as np

from askdocs.core.base import FloatArray
from askdocs.embedding.bert import Bert, Weights, load_tokenizer
from askdocs.embedding.model_folder import WEIGHTS, EmbedderFolder

_STAGES = ({"Transformer", "Pooling"}, {"Transformer", "Pooling", "Normalize"})


def supports(model: EmbedderFolder) -> bool:
    """Whether this forward pass is that of ``model``: BERT, absolute positions, mean, max or first-token pooling."""
    config = model.config
    return (
        config.get("model_type") == "bert"
        and config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and not config.get("is_decoder", False)
        and set(model.stages) in _STAGES
        and model.pooling in {"mean", "cls", "max"}
        and model.pooling_includes_prompt
        and not model.lowercases
        and (model.folder / WEIGHTS).exists()
        and (model.folder / "tokenizer.json").exists()
    )


class QueryEncoder:
    """BERT's forward pass over one text at a time."""

    def __init__(self, model: EmbedderFolder) -> None:
        self._model = model
        self._bert = Bert(model.config, Weights(model.folder / WEIGHTS))
        self._tokenizer = load_tokenizer(model.folder)
        self._tokenizer.enable_truncation(model.maximum_length)

    def encode(self, text: str) -> FloatArray:
        """The vector of ``text``; shape ``(dimension,)``, length 1.

        Raises ModelUnusable when the weights lack a matrix the model's configuration asks for.
        """
        ids = np.asarray(self._tokenizer.encode(self._model.query_prompt + text).ids)
        states = self._bert.states(ids)
        if self._model.pooling == "cls":
            pooled = states[0]
        elif self._model.pooling == "max":
            pooled = states.max(axis=0)
        else:
            pooled = states.mean(axis=0)
        unit: FloatArray = (pooled / max(float(np.linalg.norm(pooled)), 1e-12)).astype(np.float32)
        return unit
