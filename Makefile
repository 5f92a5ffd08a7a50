# make demo   set up the core and turn the sample portrait and clip into anime and characters
# make test   set up everything and run lint, types and the fast tests
#
# Needs Python 3.10 or newer (tested: 3.10 to 3.12) and make. Everything lands in .venv; `make clean` undoes it.

SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for name in python3.11 python3.12 python3.10 python3 python; do \
	$$name -c 'import sys; sys.exit(not sys.version_info >= (3, 10))' 2>/dev/null \
	&& { echo $$name; break; }; done)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
PYTEST := $(BIN)/python -m pytest
PYTEST_ARGS ?=

.PHONY: demo test test-slow lint types docs page format clean
.DEFAULT_GOAL := help

help:
	@sed -n 's/^# \{0,1\}//p;/^$$/q' Makefile

demo: $(VENV)/.core
	$(BIN)/rosetail demo

test: $(VENV)/.dev lint types
	$(PYTEST) -m "not slow" -n auto -rfEs $(PYTEST_ARGS)

test-slow: $(VENV)/.dev
	$(PYTEST) -m slow -rfEs $(PYTEST_ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.core
	$(BIN)/python -m typer rosetail.cli.main utils docs --name rosetail --output docs/cli.md

# The studio's page, from web/ into the package; needs Node 20 or newer.
page: $(VENV)/.dev
	$(BIN)/rosetail export web-looks web/public/assets/live
	cd web && npm ci && npm run build

clean:
	rm -rf $(VENV) demo

# Stamps: an install runs again only when what it depends on has changed.
$(VENV)/.core: pyproject.toml constraints.txt | $(VENV)/.made
	@echo "Installing Rosetail and what it runs on (about a minute) ..."
	$(PIP) -e ".[paint]" || $(PIP) -e .  # where Skia has no wheel, the trained model draws
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/.made
	@.ci/system-packages
	@echo "Installing what training and the tests need (some minutes the first time) ..."
	$(PIP) -e ".[dev]"
	@touch $@ $(VENV)/.core

# A working environment is kept as it is; one that is absent or broken is made anew.
$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo "Rosetail needs Python 3.10 or newer on the PATH" >&2; exit 2; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV) \
		|| { echo "Could not make $(VENV); Debian and Ubuntu: apt-get install python3-venv" >&2; exit 2; }
	@touch $@
