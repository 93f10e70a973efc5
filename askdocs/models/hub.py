"""Downloads ``hf:OWNER/REPO/FILE.gguf`` into Hugging Face's own cache: once, resumably, checked, all files of a split.

The cache is shared with every other program that uses the hub (``HF_HOME``); ``HF_ENDPOINT`` names another server,
``HTTPS_PROXY`` a proxy, ``HF_TOKEN`` who asks.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from askdocs.core.errors import ModelError, ModelNotFound, ModelUnusable
from askdocs.models.hub_transfer import announced, endpoint, fetch
from askdocs.models.split_files import part_names

logger = logging.getLogger(__name__)

_BY_HAND = "or copy the file here by hand and give its path"


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
    """Where the file is, the first one of a split, if all were downloaded before; asks nothing of the network."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from huggingface_hub import try_to_load_from_cache

    repository, filename = split_hub_name(name)
    found = [try_to_load_from_cache(repository, file, cache_dir=cache_dir) for file in part_names(filename)]
    return Path(str(found[0])) if all(isinstance(path, str) for path in found) else None


def downloads(cache_dir: Path | None = None) -> dict[str, Path]:
    """The ``hf:`` name of every GGUF file in the cache, whoever downloaded it, with its path; of a split the first.

    Projectors of pictures (``mmproj``) are left out: they are no model alone.
    """
    from huggingface_hub.errors import HFValidationError

    folder = cache_dir or _cache_dir()
    found = {}
    for path in sorted(folder.glob("models--*--*/snapshots/*/**/*.gguf")):
        repository, _, _, *inner = path.relative_to(folder).parts
        owner, _, repo = repository.removeprefix("models--").partition("--")
        name = f"hf:{owner}/{repo}/{'/'.join(inner)}"
        if path.name.startswith("mmproj") or part_names(path.name)[0] != path.name:
            continue
        with suppress(HFValidationError):  # a folder that the hub's client did not make
            if downloaded(name, folder) == path:
                found[name] = path
    return found


def download(
    name: str,
    cache_dir: Path | None = None,
    *,
    offline: bool = False,
    progress: bool = False,
    sha256: str | None = None,
) -> Path:
    """The file of an ``hf:`` name, downloaded now if it is not here yet; what was begun before is resumed.

    ``sha256`` is the only content that is wanted, for models whose hash is known beforehand. Raises ModelNotFound
    when the hub has no such file, does not give it or cannot be reached, ModelUnusable when its bytes are wrong or
    the disk has no room.
    """
    present = downloaded(name, cache_dir)
    if present is not None:
        return present
    if offline:
        raise ModelNotFound(f"model {name!r}: not downloaded yet, and ASKDOCS_OFFLINE forbids it; unset it, {_BY_HAND}")
    repository, filename = split_hub_name(name)
    paths = [
        _download_file(name, repository, file, cache_dir or _cache_dir(), progress, sha256)
        for file in part_names(filename)
    ]
    return paths[0]


def _cache_dir() -> Path:
    from huggingface_hub.constants import HF_HUB_CACHE

    return Path(HF_HUB_CACHE)


def _download_file(
    name: str, repository: str, filename: str, cache_dir: Path, progress: bool, sha256: str | None
) -> Path:
    with _told(name, f"cannot reach {endpoint()}", f"check the network, set HTTPS_PROXY or HF_ENDPOINT, {_BY_HAND}"):
        file = announced(repository, filename)
    if sha256 and file.sha256 and file.sha256 != sha256:
        raise ModelUnusable(
            f"model {name!r}: the hub has another file there now (SHA-256 {file.sha256[:12]}…) than the "
            f"recommended one ({sha256[:12]}…); to take it all the same, pull it by this name"
        )
    if not progress:  # minutes of silence otherwise
        size = f"{file.size / 1e9:.2f} GB, " if file.size else ""
        logger.warning("%s: downloading %s once (%skept in %s)", name, filename, size, cache_dir)
    with _told(name, "the download did not finish", "what came is kept: run it again, and it goes on there"):
        return fetch(file, cache_dir, _bars(progress), sha256)


def _bars(progress: bool) -> Any:
    """huggingface_hub's progress bar, which writes to stderr, or one that is not shown."""
    from huggingface_hub.utils import tqdm

    class Silent(tqdm):  # type: ignore[misc]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **{**options, "disable": True})

    return tqdm if progress else Silent


@contextmanager
def _told(name: str, failure: str, step: str) -> Iterator[None]:
    """Turn what the hub's client raises into errors of ours; ``failure`` and ``step`` are for a broken connection."""
    from huggingface_hub import errors

    repository, filename = split_hub_name(name)
    missing = (errors.RepositoryNotFoundError, errors.EntryNotFoundError, errors.RevisionNotFoundError)
    try:
        yield
    except ModelError as error:
        raise type(error)(f"model {name!r}: {error}") from error
    except errors.HFValidationError as error:
        raise ModelNotFound(f"model {name!r}: {error}; write hf:OWNER/REPO/FILE.gguf") from error
    except errors.OfflineModeIsEnabled as error:
        raise ModelNotFound(f"model {name!r}: not downloaded yet, and HF_HUB_OFFLINE forbids it; unset it") from error
    except errors.GatedRepoError as error:
        raise ModelNotFound(f"model {name!r}: its owner must let you in; {_way_in(repository)}") from error
    except errors.LocalEntryNotFoundError as error:  # its parent is EntryNotFoundError, but the hub was not reached
        raise ModelNotFound(f"model {name!r}: {failure} ({_reason(error)}); {step}") from error
    except missing as error:
        raise ModelNotFound(
            f"model {name!r}: the hub has no {filename} in {repository}, or it is private; "
            "check both names, or set HF_TOKEN"
        ) from error
    except errors.HfHubHTTPError as error:
        raise ModelNotFound(f"model {name!r}: {_refusal(error, repository)}") from error
    except Exception as error:  # what the client's HTTP library raises; which library that is changed twice
        raise ModelNotFound(f"model {name!r}: {failure} ({_reason(error)}); {step}") from error


def _way_in(repository: str) -> str:
    return (
        f"log in at {endpoint()}/{repository} and accept its licence there, then set HF_TOKEN to a token from "
        f"{endpoint()}/settings/tokens, or run `hf auth login`"
    )


def _refusal(error: Any, repository: str) -> str:
    """What to say of an answer that is neither a file nor a word on its not being there."""
    status = error.response.status_code
    if status in (401, 403):
        return f"the hub refuses it ({status}); {_way_in(repository)}"
    return f"the hub answers {status} ({_reason(error)}); run it again later"


def _reason(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
