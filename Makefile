# make up      run a node: install what it needs, create a solo network if there is none, print address and sign-in link
# make setup   install what developers need      make test    everything that is not marked slow or real
# make tour    the main job, told step by step   make bench   the measured figures
# make lint    make types    make imports        make lock    recompile requirements/ (UPGRADE=1: to newer versions)
# make second   seals compared with those of a second version of Python, which is installed if need be
# make messages   collect the portal's texts into src/wusong/locale/      make news   build docs/news from newsfragments/
# make docs     write docs/contracts from the contract pages, and docs/cli.md from the commands

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
ARGS ?=

.PHONY: help setup up tour bench test slow lint format second types imports lock messages docs news clean

help:
	@sed -n '/^# /!q; s/^# //p' Makefile

# The first of these that runs and is new enough; PYTHON=... chooses another.
$(BIN)/python:
	@for python in $(PYTHON) python3 python3.13 python3.12 python3.11 python; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Creating $(VENV) with $$("$$python" --version)"; \
	    if "$$python" -m venv $(VENV); then exit 0; fi; \
	    rm -rf $(VENV); \
	    echo "The venv module is missing or broken (on Debian: apt install python3-venv)." >&2; \
	    exit 1; \
	  fi; \
	done; \
	echo "Wusong needs Python 3.11 or newer; none was found on PATH." >&2; \
	echo "Install one, or say where it is:  make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; \
	exit 1

# To run: without the national algorithms where tongsuopy has no build for this machine.
$(VENV)/.run: requirements/gm.txt requirements/base.txt requirements/build.txt pyproject.toml | $(BIN)/python
	@test -e $(VENV)/.dev || echo "Installing what a node needs (once; about a minute)"
	@$(PIP) install --require-hashes -r requirements/gm.txt || { \
	  echo "Without the national algorithms (suite gm): tongsuopy could not be installed here." >&2; \
	  $(PIP) install --require-hashes -r requirements/base.txt; }
	@$(PIP) install --require-hashes -r requirements/build.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(BIN)/python
	@echo "Installing what developers need (once; about two minutes)"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $(VENV)/.run $@

setup: $(VENV)/.dev
	@echo "Ready: $$($(BIN)/python --version) in $(VENV)"

up: $(VENV)/.run
	@exec $(BIN)/wusong up $(ARGS)

tour: $(VENV)/.run
	@exec $(BIN)/wusong tour $(ARGS)

bench: $(VENV)/.run
	@exec $(BIN)/wusong bench $(ARGS)

test: $(VENV)/.dev
	@$(BIN)/python -m pytest -m "not slow and not real" $(ARGS)

slow: $(VENV)/.dev
	@$(BIN)/python -m pytest -m "slow or real" $(ARGS)

lint: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: $(VENV)/.dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

second: $(VENV)/.dev
	@SECOND_PYTHON=$$(.ci/second-python) $(BIN)/python -m pytest tests/simulator/test_determinism.py $(ARGS)

types: $(VENV)/.dev
	@$(BIN)/mypy

imports: $(VENV)/.dev
	@$(BIN)/python tools/imports.py

lock: $(VENV)/.dev
	@UV=$(BIN)/uv tools/lock.sh $(if $(UPGRADE),--upgrade)

messages: $(VENV)/.dev
	@$(BIN)/python tools/messages.py

docs: $(VENV)/.dev
	@$(BIN)/python tools/contract_docs.py
	@$(BIN)/python -m wusong.cli.reference > docs/cli.md

news: $(VENV)/.dev
	@$(BIN)/towncrier build --yes

clean:
	rm -rf $(VENV) .cache .hypothesis .ruff_cache build dist
	find src tests tools verifier -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
