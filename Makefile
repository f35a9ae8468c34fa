# make run     serve the demo on http://127.0.0.1:8000, building it on the first run
# make test    linters, imports, types and the tests; browser tests where Chromium and npm are
# make test-slow  the tests that `make test` leaves out, since each takes many seconds
# make test-postgres  the suites of catalogue, record, growth, uploads and pages on PostgreSQL
# make test-files  what uses an object store with emulators of Google's and Azure's; needs npm
# make screens pictures of every page, for docs/screens; needs Chromium
# make lint    linters, imports and types only; of the scripts too, where npm is
# make scripts linter and types of the browser's scripts only
# make model   train the packaged model anew on POSTERS, a folder as `onesheet import folder` takes;
#              hours, and goes on where it was interrupted
# make soak    what MINUTES (5) of steady load and some losses of power do to the demo; fails where
#              something is lost, fails or grows
# make docs    the reference of all modules, in build/reference
# make sbom    what an installation consists of, as CycloneDX, in build/sbom.json
# make audit   known vulnerabilities of the pinned versions; needs the internet's advisories
# make clean   forget the environment and what tools left; the instance folder stays

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
MINUTES ?= 5

# Of `make model`: the weights to start from, what to replace, and where it works.
WEIGHTS ?= imagenet
MODEL ?= embedder/packaged
TRAINING ?= runs/packaged

ROOMS := bandit catalog cli demo embedder genres index onesheet papers webapp

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

NPM := $(shell command -v npm 2>/dev/null)

.PHONY: run test test-slow test-postgres test-files lint scripts screens soak docs model sbom audit clean

run: $(VENV)/.base
	@$(BIN)/onesheet demo --host $(HOST) --port $(PORT)

ON_CORES := --numprocesses auto --maxprocesses 4 --dist loadfile
ON_BROWSERS := --numprocesses 2 --dist loadfile --reruns 2 -rfER

# Browser tests come by themselves, two files at a time: a browser is busy on every core. One that fails is tried
# again, and said to be: a browser on a busy machine now and then draws or answers later than any wait allows.
test: lint
	$(BIN)/python -m pytest -m "not slow and not browser" $(ON_CORES)
	$(BIN)/python -m pytest -m "not slow and browser" $(ON_BROWSERS)

test-slow: $(VENV)/.everything
	$(BIN)/python -m pytest -m "slow and not browser" $(ON_CORES)
	$(BIN)/python -m pytest -m "slow and browser" $(ON_BROWSERS)

# Threads that outlive a test's instance leave connections to be collected, which psycopg warns of.
test-postgres: $(VENV)/.everything
	ONESHEET_TEST_DATABASE=postgresql $(BIN)/python -m pytest -m "not browser" \
	  -W ignore::pytest.PytestUnraisableExceptionWarning \
	  --numprocesses auto --maxprocesses 4 --dist loadfile tests/bandit tests/catalog \
	  tests/onesheet tests/webapp/routes

test-files: build/azurite/.made
	for kind in gs az; do \
	  ONESHEET_TEST_FILES=$$kind PATH="$$PWD/build/azurite/node_modules/.bin:$$PATH" \
	  $(BIN)/python -m pytest -m "not browser" -rs tests/catalog/file_store \
	  tests/cli/test_framework.py tests/index/contract tests/onesheet/cluster \
	  tests/onesheet/indexing tests/onesheet/storage tests/webapp/test_object_store.py || exit; \
	done

build/azurite/.made: $(VENV)/.everything
	@mkdir -p build/azurite
	$(INSTALL) gcsfs adlfs gcp-storage-emulator
	$(NPM) install --no-audit --no-fund --prefix build/azurite azurite
	@touch $@

lint: $(VENV)/.everything
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

# Scripts are checked where npm is, and where CI promises it.
ifneq ($(NPM)$(CI),)
lint: scripts
endif

scripts: node_modules/.made
	node_modules/.bin/biome ci --error-on-warnings .
	node_modules/.bin/tsc

screens: $(VENV)/.everything
	$(BIN)/python -m benchmarks.screens

soak: $(VENV)/.everything
	$(BIN)/onesheet --home build/soak demo --no-serve
	$(BIN)/python -m benchmarks.endurance build/soak --cuts 8 --minutes $(MINUTES) --check \
	  --out build/soak.md

docs: $(VENV)/.everything
	$(BIN)/python -m pdoc --docformat google --output-directory build/reference \
	  $(ROOMS) '!onesheet.storage.migrations'

# Both tools have an environment of their own, so that they are no part of what they look at.
sbom: $(VENV)/.base build/tools/.made
	build/tools/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
	  --output-format JSON --output-file build/sbom.json $(BIN)/python

audit: build/tools/.made
	build/tools/bin/pip-audit --strict --no-deps --disable-pip --requirement constraints.txt

build/tools/.made:
	@mkdir -p build
	$(PYTHON) -m venv build/tools
	build/tools/bin/pip install --quiet 'cyclonedx-bom>=7,<8' 'pip-audit>=2.10,<3'
	@touch $@

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
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis \
	  .import_linter_cache node_modules

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

node_modules/.made: package.json package-lock.json
	npm ci --no-audit --no-fund --silent
	@touch $@
