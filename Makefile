# make run     serve the demo on http://127.0.0.1:8000, building it on the first run
# make test    linters, types and the whole suite; browser tests where Chromium and npm are
# make screens pictures of every page, for docs/screens; needs Chromium
# make lint    linters and types only
# make model   train the packaged model anew on POSTERS, a folder as `onesheet import folder` takes;
#              hours, and goes on where it was interrupted
# make clean   forget the environment and what tools left; the instance folder stays

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000

# Of `make model`: the weights to start from, what to replace, and where it works.
WEIGHTS ?= imagenet
MODEL ?= embedder/packaged
TRAINING ?= runs/packaged

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

.PHONY: run test lint screens model clean

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

# The second run gains nothing by its last weights, but what lies between both runs' does.
model: $(VENV)/.everything
	@test -d "$(POSTERS)" || { echo "Name the posters: make model POSTERS=FOLDER" >&2; exit 2; }
	$(BIN)/onesheet --home $(TRAINING) import folder "$(POSTERS)"
	$(BIN)/onesheet --home $(TRAINING) train --resume --run $(TRAINING)/first \
	  --out $(TRAINING)/first/model --weights $(WEIGHTS) --epochs 12 --early-epochs 5 $(SETTINGS)
	$(BIN)/onesheet --home $(TRAINING) train --resume --run $(TRAINING)/second \
	  --out $(MODEL) --weights $(TRAINING)/first/model --teacher $(WEIGHTS) --epochs 10 \
	  --early-epochs 0 --lr 0.0003 --patience 10 --soup 0.6 $(SETTINGS)

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
