"""What a user may set: arguments win over ``ASKDOCS_*`` variables, and those over ``askdocs.toml`` in this folder.

``askdocs.toml`` holds the field names below at its top level::

    model = "smollm2"
    k = 6
    threshold = 0.4
"""

from __future__ import annotations

import difflib
import logging
import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from askdocs.core.errors import AskdocsError
from askdocs.core.places import Place

CONFIG_FILE = "askdocs.toml"
_PREFIX = "ASKDOCS_"
_log = logging.getLogger(__name__)
_warned: set[str] = set()


def _user_cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("askdocs", appauthor=False)


class Settings(BaseSettings):
    """Every setting, checked. ``load_settings`` makes one; each field is also the variable ``ASKDOCS_<FIELD>``."""

    model_config = SettingsConfigDict(env_prefix="ASKDOCS_", toml_file=CONFIG_FILE, extra="forbid", frozen=True)

    corpus: Place = Field(
        Path(".askdocs"), description="The corpus of the commands: a folder, or a `postgresql://` address."
    )
    model: str = Field("smollm2", min_length=1, description="The model's name; `askdocs models` lists the forms.")
    embedder: str = Field("minilm", min_length=1, description="`minilm`, `multilingual`, `hf:OWNER/NAME` or a folder.")
    prompt: str | None = Field(None, description="A template of prompts/ or a `.jinja` file; None: the model's own.")
    style: Literal["auto", "span", "prose"] = Field(
        "auto", description="How questions are answered; auto: in sentences by a model that can, else in words."
    )
    k: int = Field(4, ge=1, le=100, description="How many passages are found for a question to be answered from.")
    threshold: float | None = Field(None, ge=0, le=1, description="Abstain under this confidence; None: as calibrated.")
    timeout: float = Field(30.0, gt=0, description="Seconds a question may take, loading of the model not counted.")
    threads: int | None = Field(None, ge=1, le=1024, description="Threads of models; None: the cores this process has.")
    cache_dir: Path = Field(default_factory=_user_cache, description="Merged and downloaded models, indexes of ask().")
    cache_bytes: int = Field(2 * 1024**3, ge=0, description="How large ask()'s own indexes may grow in cache_dir.")
    offline: bool = Field(False, description="Refuse whatever would use the network: `hf:` downloads, URLs.")
    api_key: SecretStr | None = Field(None, description="Sent as bearer token to `openai:` servers.")

    @property
    def thread_count(self) -> int:
        """``threads``, or the number of cores this process may run on."""
        return self.threads or available_cores()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def available_cores() -> int:
    """The number of cores this process may run on, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def load_settings(**arguments: Any) -> Settings:
    """The settings in force; arguments that are ``None`` leave a field to the environment and the file.

    Raises AskdocsError, naming the field and what is wrong with it.

    >>> load_settings(k=6, model=None).k
    6
    """
    _warn_of_variables()
    given = {name: value for name, value in arguments.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        raise AskdocsError(_explain(error, given)) from error
    except ValueError as error:  # tomllib.TOMLDecodeError
        raise AskdocsError(f"{CONFIG_FILE}: {error}; correct the file or remove it") from error


def _warn_of_variables() -> None:
    """Say once of each ``ASKDOCS_`` variable that is nearly a setting's, but none, what was likely meant."""
    for name in os.environ:
        field = name.upper().removeprefix(_PREFIX).lower()
        if not name.upper().startswith(_PREFIX) or field in Settings.model_fields or name in _warned:
            continue
        _warned.add(name)
        if near := difflib.get_close_matches(field, Settings.model_fields, n=1, cutoff=0.7):
            meant = f"{_PREFIX}{near[0].upper()}"
            _log.warning("the variable %s is no setting and does nothing; did you mean %s?", name, meant)


def _unknown(place: str, name: str) -> str:
    near = difflib.get_close_matches(name.lower(), Settings.model_fields, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    return f"{place}: there is no setting {name!r}; {hint}(known: {', '.join(sorted(Settings.model_fields))})"


def _explain(error: ValidationError, given: dict[str, Any]) -> str:
    first = error.errors()[0]
    field = str(first["loc"][0]) if first["loc"] else "settings"
    if first["type"] == "extra_forbidden":
        return _unknown("settings" if field in given else CONFIG_FILE, field)
    variable = f"{_PREFIX}{field.upper()}"
    if field in given:
        place = f"setting {field}"
    elif variable in {name.upper() for name in os.environ}:
        place = f"variable {variable}"
    else:
        place = f"{CONFIG_FILE}, {field}"
    return f"{place}: {first['msg']}; given {first['input']!r}"
