#!/bin/sh
# Collects everything that askdocs needs as wheels, so that an image or a machine without a network installs from them.
#
#   deploy/collect_wheels.sh [FOLDER]        # deploy/wheels if not given
#
# Runs where there is a package registry, a C++ compiler, and the same system, C library and Python as where it will be
# installed. For the image that is best its own base in the full variant, which has a compiler:
#
#   docker run --rm -v "$PWD":/src -w /src python:3.11-bookworm deploy/collect_wheels.sh
#
# PYTHON        the Python to collect for (python3.11)
# TORCH_INDEX   where a torch without CUDA is found; empty: only where pip looks by itself
# CMAKE_ARGS    replaces the flags for llama.cpp; `python -m askdocs.models.cpu` prints those for one CPU alone
set -eu

PYTHON=${PYTHON:-python3.11}
TORCH_INDEX=${TORCH_INDEX-https://download.pytorch.org/whl/cpu}
EXTRAS=bundled,serve,office,mcp

cd "$(dirname "$0")/.."
WHEELS=${1:-deploy/wheels}
mkdir -p "$WHEELS"
WHEELS=$(cd "$WHEELS" && pwd)
LLAMA=$(sed -n 's/^llama-cpp-python==/llama-cpp-python==/p' constraints.txt)

# What every x86-64 server of the last ten years has (AVX2), and on other machines ggml's plain baseline. Without
# OpenMP: its library, libgomp, is not part of the slim images, and llama.cpp has threads of its own.
case $(uname -m) in
x86_64) FEATURES="-DGGML_SSE42=ON -DGGML_AVX=ON -DGGML_AVX2=ON -DGGML_BMI2=ON -DGGML_FMA=ON -DGGML_F16C=ON" ;;
*) FEATURES="" ;;
esac
UNUSED="-DLLAVA_BUILD=OFF -DLLAMA_BUILD_MTMD=OFF -DLLAMA_BUILD_SERVER=OFF -DLLAMA_BUILD_TOOLS=OFF"
UNUSED="$UNUSED -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_TESTS=OFF"
UNUSED="$UNUSED -DCMAKE_PROJECT_llama_cpp_INCLUDE=$PWD/scripts/llama_build.cmake"
CMAKE_ARGS="${CMAKE_ARGS:--DGGML_NATIVE=OFF -DGGML_OPENMP=OFF $FEATURES} $UNUSED"
export CMAKE_ARGS

TEMPORARY=$(mktemp -d)
trap 'rm -rf "$TEMPORARY"' EXIT
"$PYTHON" -m venv "$TEMPORARY"
"$TEMPORARY"/bin/python -m pip install -q -c constraints.txt pip

wheel() {
    "$TEMPORARY"/bin/python -m pip wheel --wheel-dir "$WHEELS" --find-links "$WHEELS" -c constraints.txt "$@"
}

if ! ls "$WHEELS"/llama_cpp_python-*.whl >/dev/null 2>&1; then
    echo "== building llama.cpp (minutes)"
    wheel --no-deps --no-cache-dir --no-binary llama-cpp-python --build-constraint constraints.txt "$LLAMA"
fi
echo "== building askdocs"
rm -f "$WHEELS"/askdocs-*.whl
wheel --no-deps .
echo "== collecting what it needs"
wheel ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} "$(ls "$WHEELS"/askdocs-*.whl)[$EXTRAS]"
du -sh "$WHEELS"
