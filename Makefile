# The first run of any target makes .venv and installs every pinned version; later runs find nothing left to do.
# PYTHON=python3.12 takes another Python; PIP_ARGS is passed on to pip, for example on a machine without a GPU
#   make demo PIP_ARGS="--extra-index-url https://download.pytorch.org/whl/cpu"

VENV ?= .venv
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3.14 python3,$(shell command -v $(name))))
BIN := $(VENV)/bin
# Each worker of the tests may hold the models, 2 GB; WORKERS=0 runs them one after another in one process. There is one
# more than there are cores, for many tests wait: for a server, a browser, a time limit.
WORKERS ?= $(shell $(PYTHON) -c "import os; print(min(4, 1 + len(os.sched_getaffinity(0) if hasattr(os, 'sched_getaffinity') else range(os.cpu_count() or 1))))")

.PHONY: help environment demo test check bench docs clean
.DEFAULT_GOAL := help

help:            ## List the targets
	@sed -n 's/^\([a-z]*\):.*##/\1\t/p' $(MAKEFILE_LIST)

environment:     ## Make or bring up to date .venv
	@$(PYTHON) scripts/setup_environment.py --venv $(VENV) -- $(PIP_ARGS)

demo: environment ## Answer five questions about the sample articles
	@$(BIN)/askdocs demo

test: environment ## Run every test, each file in one of a few workers, four at most
	$(BIN)/python -m pytest -n $(WORKERS) --maxprocesses 4 --dist loadscope --no-loadscope-reorder

check: environment ## Lint, formatting, types, imports between rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: environment ## Run every scripts/benchmarks/bench_*.py; results go to docs/benchmarks
	@set -e; for script in scripts/benchmarks/bench_*.py; do echo "== $$script"; $(BIN)/python $$script; done

docs: environment ## Make the generated pages anew, build build/site, check every link, name and snippet
	$(BIN)/python scripts/make_docs.py
	$(BIN)/python scripts/make_diagrams.py
	$(BIN)/python scripts/check_links.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	PYTHONPATH=. $(BIN)/python scripts/check_site.py
	$(BIN)/python -m pytest -q tests/project/test_readme.py

clean:           ## Remove what tools left behind; .venv and the user's cache stay
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
