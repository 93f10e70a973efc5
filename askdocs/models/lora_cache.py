"""Keeps merged models in the user's cache: made once, checked by hash, safe when two processes want the same one."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
from pathlib import Path

from askdocs.core.base import Model
from askdocs.core.errors import ModelUnusable
from askdocs.models.file_cache import FileRecord, file_record, keep
from askdocs.models.gguf_header import read_gguf
from askdocs.models.lora_merge import MERGE_VERSION, CannotMerge, adapter_pairs, merge, merged_size
from askdocs.prompts.templates import load_prompt, names

logger = logging.getLogger(__name__)

_WAIT_SECONDS = 600.0


class Merged(Model):
    """The model to load: ``path`` alone when merged, else the base with ``lora`` to apply and a ``note`` saying why."""

    path: Path
    lora: Path | None = None
    prompt: str | None = None
    note: str = ""


def prompt_of(record: FileRecord) -> str | None:
    """The name of the template that a model or adapter was trained with; ``None`` when it names none.

    Raises ModelUnusable when it names one that askdocs does not have, or has in another version.
    """
    wanted = (record.metadata or {}).get("askdocs.prompt_hash")
    if wanted is None:
        return None
    for name in names():
        if load_prompt(name).hash == wanted:
            return name
    raise ModelUnusable(
        f"{record.path}: it was trained with another prompt (its hash begins {str(wanted)[:12]}) than the templates"
        f" here ({', '.join(names())}); use the askdocs version it came with, or train it again"
    )


def merged_model(base: FileRecord, adapter: FileRecord, cache_dir: Path) -> Merged:
    """The merged model of two checked files, from the cache or made now.

    Where the cache cannot be written, or the two cannot be merged, the adapter is to be applied at run time; that is
    slower and answers the same. Raises ModelUnusable when the two do not belong together.
    """
    prompt = prompt_of(adapter)
    target = _place(base, adapter, cache_dir)
    if _is_whole(target, cache_dir):
        return Merged(path=target, prompt=prompt)
    try:
        _make(base, adapter, target, cache_dir)
    except (OSError, CannotMerge) as error:
        adapter_pairs(read_gguf(Path(base.path)), read_gguf(Path(adapter.path)))  # raises where they do not belong
        reason = str(error)
        if isinstance(error, OSError) and error.strerror:
            reason = f"{target.parent}: {error.strerror}; set ASKDOCS_CACHE_DIR to a folder that can be written"
        note = f"the adapter is applied at run time, which is slower: {reason}"
        logger.warning("%s: %s", Path(adapter.path).name, note)
        return Merged(path=Path(base.path), lora=Path(adapter.path), prompt=prompt, note=note)
    return Merged(path=target, prompt=prompt)


def _place(base: FileRecord, adapter: FileRecord, cache_dir: Path) -> Path:
    key = hashlib.sha256(f"{MERGE_VERSION} {base.sha256} {adapter.sha256}".encode()).hexdigest()[:16]
    return cache_dir / "merged" / f"{Path(base.path).stem}+{Path(adapter.path).stem}-{key}.gguf"


def _is_whole(target: Path, cache_dir: Path) -> bool:
    """Whether the file can be read with the hash noted when it was made; otherwise it is to be made again."""
    try:
        noted = _note(target).read_text(encoding="ascii").strip()
        return file_record(target, cache_dir).sha256 == noted
    except (OSError, ValueError):
        return False


def _note(target: Path) -> Path:
    return target.with_suffix(".sha256")


def _make(base: FileRecord, adapter: FileRecord, target: Path, cache_dir: Path) -> None:
    from filelock import FileLock

    target.parent.mkdir(parents=True, exist_ok=True)
    # A PermissionError of the lock file on a read-only disk is an OSError like any other here.
    with FileLock(target.with_suffix(".lock"), timeout=_WAIT_SECONDS):
        if _is_whole(target, cache_dir):  # another process made it while this one waited
            return
        base_file, adapter_file = read_gguf(Path(base.path)), read_gguf(Path(adapter.path))
        needed, free = merged_size(base_file), shutil.disk_usage(target.parent).free
        if free < needed * 1.05:
            raise OSError(f"{target.parent} has {free:,} bytes free, and merging takes {needed:,}")
        logger.info("merging %s into %s, once", Path(adapter.path).name, Path(base.path).name)
        temporary = target.with_suffix(f".{os.getpid()}.tmp")
        try:
            digest = merge(base_file, adapter_file, temporary)
            _note(target).write_text(digest, encoding="ascii")
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
        status, resolved = target.stat(), str(target.resolve())
        keep(FileRecord(path=resolved, size=status.st_size, modified=status.st_mtime_ns, sha256=digest), cache_dir)
