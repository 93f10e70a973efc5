"""Embedders of the Hugging Face hub by a name: which ones have a short name, and how their folders come here.

The folder is kept in Hugging Face's own cache (``HF_HOME``); ``HF_ENDPOINT`` names another server.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import NamedTuple

from askdocs.core.errors import ModelNotFound

_log = logging.getLogger(__name__)
# The weights, and what they are read with; not the same weights for other programs (ONNX, OpenVINO).
_WANTED = ["*.json", "*.txt", "*.safetensors", "*.model"]
_UNWANTED = ["onnx/*", "openvino/*"]


class KnownEmbedder(NamedTuple):
    """A repository, and the words its authors want before a question and a passage, where its files do not say so."""

    repository: str
    query_prompt: str = ""
    passage_prompt: str = ""


# Wang et al. 2024, "Multilingual E5 Text Embeddings": 118M parameters, 471 MB, 384 numbers, 512 tokens, MIT licence.
# paraphrase-multilingual-MiniLM-L12-v2 is as large, reads 128 tokens, and was trained to compare like with like.
KNOWN = {"multilingual": KnownEmbedder("intfloat/multilingual-e5-small", "query: ", "passage: ")}


def repository_of(name: str) -> str | None:
    """The repository that a name stands for, ``None`` where it stands for none.

    >>> repository_of("multilingual"), repository_of("hf:owner/name"), repository_of("owner/name"), repository_of("a")
    ('intfloat/multilingual-e5-small', 'owner/name', 'owner/name', None)
    """
    if name in KNOWN:
        return KNOWN[name].repository
    parts = name.removeprefix("hf:").split("/")
    return "/".join(parts) if len(parts) == 2 and all(part and part[0].isalnum() for part in parts) else None


def hub_folder(name: str, *, offline: bool = False) -> Path:
    """The folder of the embedder called ``name``: from the cache without asking the network, else downloaded.

    Raises ModelNotFound when it is not here and cannot be fetched, or may not be.
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from huggingface_hub import errors, snapshot_download

    repository = repository_of(name)
    assert repository is not None, "only names that stand for a repository have a folder"
    endpoint = os.environ.get("HF_ENDPOINT")

    def fetched(local: bool) -> Path:
        return Path(
            snapshot_download(
                repository,
                allow_patterns=_WANTED,
                ignore_patterns=_UNWANTED,
                local_files_only=local,
                endpoint=endpoint,
            )
        )

    try:
        return fetched(local=True)
    except errors.LocalEntryNotFoundError:
        if offline:
            raise _not_here(name, repository, "ASKDOCS_OFFLINE forbids the download", "unset it once") from None
    _log.warning("downloading the embedder %s, once", repository)
    try:
        return fetched(local=False)
    except errors.GatedRepoError as error:
        raise _not_here(name, repository, "its owner must let you in", "ask, then run `hf auth login`") from error
    except errors.LocalEntryNotFoundError as error:  # its parent is an error of the hub, but the hub was not reached
        raise _not_here(name, repository, "the hub cannot be reached", "try again with a network") from error
    except errors.RepositoryNotFoundError as error:
        raise _not_here(name, repository, "the hub has no such repository", "check the name") from error
    except Exception as error:  # what the client's HTTP library raises; which library that is changed twice
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise _not_here(name, repository, f"the download did not finish ({reason})", "run it again") from error


def _not_here(name: str, repository: str, reason: str, remedy: str) -> ModelNotFound:
    return ModelNotFound(
        f"embedder {name!r} (setting ASKDOCS_EMBEDDER): hf:{repository} is not on this machine, and {reason}; "
        f"{remedy}, or copy its folder here and set embedder to the path"
    )
