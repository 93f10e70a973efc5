"""How the cells of a table are asked, as a hash: an answer that was asked in another way is asked again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import askdocs
from askdocs.answering.calibration import calibration_for
from askdocs.core.reports import Fingerprint
from askdocs.corpus.ask_options import AskOptions

_SHIPPED = Path(askdocs.__file__).parent / "_models"


def way_of_asking(
    folder: Path, options: AskOptions, embedder: Fingerprint | None, *, of_tables: bool, glances: bool
) -> bytes:
    """The hash of all that an answer depends on besides the article and the question.

    That is the version of askdocs and its weights, the model and its file, the calibration, the embedder and the
    options. The threshold counts where an article has tables: it decides between a cell and a sentence. Elsewhere it
    only decides whether the words are given, which :func:`under_threshold` does afterwards. ``glances`` says that
    articles without hope are not read by the bundled model.
    """
    settings = options.settings
    parts = {
        "askdocs": askdocs.__version__,
        "weights": [_stamp(path) for path in sorted(_SHIPPED.glob("*"))],
        "model": options.model_name,
        "files": [_stamp(Path(part)) for part in options.model_name.split("+") if part.endswith(".gguf")],
        "calibration": calibration_for(folder, options.model_name).model_dump(mode="json"),
        "embedder": embedder and embedder.model_dump(mode="json"),
        "k": settings.k,
        "prompt": settings.prompt and [settings.prompt, _stamp(Path(settings.prompt))],
        "glances": glances and options.model_name == "smollm2",
        "threshold": settings.threshold if of_tables else None,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).digest()


def _stamp(path: Path) -> tuple[str, int, int]:
    """A file's name, size and time; zeros where there is none."""
    try:
        status = path.stat()
    except OSError:
        return path.name, 0, 0
    return path.name, status.st_size, status.st_mtime_ns
