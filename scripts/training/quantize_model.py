"""Quantizations of the default model, made with llama.cpp's own quantizer, to compare in the eval suite.

::

    python scripts/training/quantize_model.py --types Q4_0 Q8_0 --out models
    askdocs eval news --model smollm2 --model models/smollm2-Q4_0.gguf --model models/smollm2-Q8_0.gguf

``--model`` takes any GGUF file or ``GGUF+LORA``; the default is ``smollm2``, the bundled model with its adapter.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import llama_cpp

from askdocs.core.settings import load_settings
from askdocs.models.registry import resolve


def quantize(source: Path, target: Path, kind: str) -> None:
    """Write ``source`` as ``target`` in one of llama.cpp's types, for example ``"Q4_0"``. Raises SystemExit."""
    parameters = llama_cpp.llama_model_quantize_default_params()
    parameters.ftype = getattr(llama_cpp, f"LLAMA_FTYPE_MOSTLY_{kind}")
    parameters.allow_requantize = True  # the model at hand is quantized already
    parameters.nthread = 1
    partial = target.with_suffix(".part")
    failed = llama_cpp.llama_model_quantize(bytes(source), bytes(partial), parameters)
    if failed:
        partial.unlink(missing_ok=True)
        raise SystemExit(f"{source}: llama.cpp could not write it as {kind}")
    partial.replace(target)


def types() -> list[str]:
    """The names of llama.cpp's types."""
    start = "LLAMA_FTYPE_MOSTLY_"
    return sorted(name.removeprefix(start) for name in dir(llama_cpp) if name.startswith(start))


def main() -> None:
    """Write one file a type."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="smollm2")
    parser.add_argument("--types", nargs="+", default=["Q4_0", "Q8_0"], choices=types(), metavar="TYPE")
    parser.add_argument("--out", type=Path, default=Path("models"))
    options = parser.parse_args()
    file = resolve(options.model, load_settings())
    if file.path is None or file.lora is not None:
        raise SystemExit(f"model {options.model!r} is not one GGUF file ({file.note or file.kind}); name another")
    options.out.mkdir(parents=True, exist_ok=True)
    for kind in options.types:
        target = options.out / f"{Path(options.model).stem.replace('+', '-')}-{kind}.gguf"
        quantize(Path(file.path), target, kind)
        print(f"{target}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
