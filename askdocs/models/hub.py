"""Downloads ``hf:OWNER/REPO/FILE.gguf`` into Hugging Face's own cache: once, resumably, checked.

The cache is shared with every other program that uses the hub (``HF_HOME``); ``HF_ENDPOINT`` names another server.
"""

from __future__ import annotations

import logging
import os
import re
from pathlib import Path
from typing import Any

from askdocs.core.errors import ModelNotFound, ModelUnusable
from askdocs.models.file_cache import sha256_of

logger = logging.getLogger(__name__)

_SHA256 = re.compile(r"[0-9a-f]{64}")


def split_hub_name(name: str) -> tuple[str, str]:
    """The repository and the file's path in it. Raises ModelNotFound when the name has another form.

    >>> split_hub_name("hf:owner/repo/folder/file.gguf")
    ('owner/repo', 'folder/file.gguf')
    """
    parts = name.removeprefix("hf:").split("/", 2)
    if len(parts) < 3 or not all(parts) or not parts[2].endswith(".gguf"):
        raise ModelNotFound(f"model {name!r}: write hf:OWNER/REPO/FILE.gguf, with the name of one file")
    return f"{parts[0]}/{parts[1]}", parts[2]


def downloaded(name: str, cache_dir: Path | None = None) -> Path | None:
    """Where the file is, if it was downloaded before; asks nothing of the network."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from huggingface_hub import try_to_load_from_cache

    repository, filename = split_hub_name(name)
    found = try_to_load_from_cache(repository, filename, cache_dir=cache_dir)
    return Path(found) if isinstance(found, str) else None


def download(name: str, cache_dir: Path | None = None, *, offline: bool = False, progress: bool = False) -> Path:
    """The file of an ``hf:`` name, downloaded now if it is not here yet; what was begun before is resumed.

    Raises ModelNotFound when the hub has no such file or cannot be reached, ModelUnusable when its bytes are wrong.
    """
    present = downloaded(name, cache_dir)
    if present is not None:
        return present
    if offline:
        raise ModelNotFound(f"model {name!r}: not downloaded yet, and ASKDOCS_OFFLINE forbids it; unset it once")
    logger.info("downloading %s", name)
    path = _fetch(name, cache_dir, progress)
    _check(name, path)
    return path


def _fetch(name: str, cache_dir: Path | None, progress: bool) -> Path:
    from huggingface_hub import errors, get_hf_file_metadata, hf_hub_download, hf_hub_url
    from huggingface_hub.utils import tqdm

    class Silent(tqdm):  # type: ignore[misc]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **{**options, "disable": True})

    repository, filename = split_hub_name(name)
    endpoint = os.environ.get("HF_ENDPOINT")
    bars = None if progress else Silent
    missing = (errors.RepositoryNotFoundError, errors.EntryNotFoundError, errors.RevisionNotFoundError)
    try:
        # The download itself tries for half a minute to reach a hub; whether it is there, this finds out at once.
        get_hf_file_metadata(hf_hub_url(repository, filename, endpoint=endpoint), endpoint=endpoint)
        return Path(hf_hub_download(repository, filename, cache_dir=cache_dir, endpoint=endpoint, tqdm_class=bars))
    except errors.HFValidationError as error:
        raise ModelNotFound(f"model {name!r}: {error}; write hf:OWNER/REPO/FILE.gguf") from error
    except errors.GatedRepoError as error:
        raise ModelNotFound(f"model {name!r}: its owner must let you in; ask, then run `hf auth login`") from error
    except errors.LocalEntryNotFoundError as error:  # its parent is EntryNotFoundError, but the hub was not reached
        raise _unfinished(name, error) from error
    except missing as error:
        raise ModelNotFound(f"model {name!r}: the hub has no {filename} in {repository}; check both names") from error
    except Exception as error:  # what the client's HTTP library raises; which library that is changed twice
        raise _unfinished(name, error) from error


def _unfinished(name: str, error: Exception) -> ModelNotFound:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return ModelNotFound(f"model {name!r}: the download did not finish ({reason}); run it again, and it goes on there")


def _check(name: str, path: Path) -> None:
    """Compare with the hub's own hash, under which its cache files a large file."""
    blob = path.resolve()
    if _SHA256.fullmatch(blob.name) and sha256_of(blob) != blob.name:
        blob.unlink()
        path.unlink(missing_ok=True)
        raise ModelUnusable(f"model {name!r}: the bytes that came are not those the hub announced; run the same again")
