# Everything there is to do here. `make` alone lists it.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# The first Python of this machine that is new enough; for root, one that others may run as well.
PYTHON ?= $(shell scripts/find-python.sh)
BIN := .venv/bin
# Where the demonstration keeps its data, and the port it listens on.
DATA ?= .data/demo
PORT ?= 8000
SCALE ?= 100k
# Where `make wheel` puts the package.
DIST ?= dist
# More arguments for pytest: make test ARGS="tests/kit -x"
ARGS ?=

.PHONY: help install demo develop test test-tools test-contracts soak check bench screenshots docs openapi wheel lock clean

help: ## This list
	@echo "Parley, a customer-service desk for online stores. First: make demo"
	@echo
	@grep -hE '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/^([a-z-]+):.*## /\1\t/' | awk -F'\t' '{printf "  make %-16s %s\n", $$1, $$2}'

install: ## Environment, libraries, desk and widget, the parley command
	@if [ -z "$(PYTHON)" ]; then echo "Parley needs Python 3.11 or newer as python3."; exit 2; fi
	@$(PYTHON) -m scripts.setup install

demo: install ## Install, then run with the demo store; Ctrl-C stops everything
	@exec $(BIN)/parley up --demo --data "$(DATA)" --port "$(PORT)"

develop:
	@if [ -z "$(PYTHON)" ]; then echo "Parley needs Python 3.11 or newer as python3."; exit 2; fi
	@$(PYTHON) -m scripts.setup develop

# Without root the missing programs are named, and the tests that need them are left out and said so.
test-tools:
	@scripts/install-system.sh || [ $$? -eq 3 ]

test: develop test-tools ## All tests, browser and mail servers included (ARGS="…" for pytest)
	@$(BIN)/python scripts/run_tests.py $(ARGS)

# They lie in tests/contracts and in the folders of plug-ins; a run that finds none fails.
test-contracts: develop ## Against the official descriptions of other services (folder in PARLEY_CONTRACTS)
	@if [ ! -d "$${PARLEY_CONTRACTS:-}" ]; then echo "Set PARLEY_CONTRACTS to the folder with the descriptions."; exit 2; fi
	@$(BIN)/python -m pytest -m contracts tests/contracts parley $(ARGS)

soak: develop test-tools ## Long fuzz, kill and endurance runs in full length
	@PARLEY_SOAK=1 $(BIN)/python -m pytest -m soak $(ARGS)

check: develop ## Style, types, layers, budgets, catalogues, generated files
	@$(BIN)/python scripts/check.py

bench: develop ## Measure; writes bench/results.json (SCALE=10k|100k|1m, BENCH=a,b,c,d,e)
	@SCALE="$(SCALE)" $(BIN)/python -m bench $(ARGS)

screenshots: develop test-tools ## The main screens into docs/screenshots
	@$(BIN)/python -m scripts.screenshots $(ARGS)

docs: install ## The generated pages of the documentation
	@$(BIN)/python scripts/generate.py map

openapi: install ## The description of the API and the client's types made from it
	@$(BIN)/python scripts/generate.py openapi

wheel: install ## The package with the browser parts inside, into dist/; it is made without a network
	@$(BIN)/python -m pip wheel --disable-pip-version-check --quiet --no-deps --no-build-isolation --no-index --wheel-dir "$(DIST)" .
	@ls "$(DIST)"/parley-*.whl

# UPGRADE=--upgrade takes newer versions of the Python libraries.
UPGRADE ?=
lock: develop ## Write the lock files from the *.in files and package.json (UPGRADE=--upgrade)
	@$(BIN)/python scripts/lock.py $(UPGRADE)

clean: ## Remove what can be made again, except the environment and the data
	@rm -rf .make/{browser.stamp,last-command.log} build web/{desk,widget/frame,widget/loader}/dist web/node_modules/.{cache,tmp,vite} .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find parley tests scripts bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
