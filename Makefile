# make run     serve the demo on http://127.0.0.1:8000, building it on the first run
# make test    linters, types and the whole suite; browser tests where Chromium and npm are
# make screens pictures of every page, for docs/screens; needs Chromium
# make lint    linters and types only
# make clean   forget the environment and what tools left; the instance folder stays

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000

VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)

ifdef UV
  MAKE_VENV = $(UV) venv --quiet --allow-existing --python '>=3.11,<3.14' $(VENV)
  INSTALL = $(UV) pip install --quiet --python $(BIN)/python --constraint constraints.txt
else
  MAKE_VENV = $(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13) \
    and "Onesheet needs Python 3.11 to 3.13; name one: make PYTHON=python3.12")' \
    && $(PYTHON) -m venv $(VENV)
  INSTALL = $(BIN)/python -m pip install --quiet --constraint constraints.txt
endif

.PHONY: run test lint screens clean

run: $(VENV)/.base
	@$(BIN)/onesheet demo --host $(HOST) --port $(PORT)

test: lint
	$(BIN)/python -m pytest

lint: $(VENV)/.everything
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

screens: $(VENV)/.everything
	$(BIN)/python -m benchmarks.screens

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Each stamp says that these requirements are installed, so that a second run asks no package index.
$(VENV)/.base: $(VENV)/.made pyproject.toml constraints.txt
	$(INSTALL) --editable .
	@touch $@

$(VENV)/.everything: $(VENV)/.made pyproject.toml constraints.txt
	$(INSTALL) --editable '.[train,dev]'
	@touch $@ $(VENV)/.base

$(VENV)/.made:
	$(MAKE_VENV)
	@touch $@
