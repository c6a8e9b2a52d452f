# Needs Python 3.11 or newer with its venv module, and nothing else. Everything goes into .venv/.

# The newest Python that really answers: a name on PATH may be a stand-in for a version that is not switched on.
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
TESTS ?= tests
ARGS ?=
TIMES ?= 5
# Four at a time, also on two cores: most tests wait for a clock or a browser. What has to be watched runs alone:
# ARGS="-n 0 -s".
AT_ONCE := --numprocesses 4 --dist worksteal

# What an installation depends on: when one of these changes, the next `make` installs again.
SOURCES := requirements.lock pyproject.toml hatch_build.py package.json package-lock.json \
	$(wildcard workshop/translations/*/LC_MESSAGES/*.po)
JS_TESTS = $(wildcard tests/js/*.test.js tests/js/*.test.mjs)

.PHONY: help install run test soak bench check lint format types js scripts audit schema wire sample lock

help:
	@echo 'make run        start the workshop for this network        ARGS="--port 5001"'
	@echo '                ... for this computer only                 ARGS="--host 127.0.0.1"'
	@echo 'make test       run the tests                              TESTS=tests/core ARGS="-x"'
	@echo 'make soak       an hour of everything that goes wrong; writes the figures in docs/reliability.md'
	@echo '                                                           SOAK_MINUTES=8 SOAK_PHONES=300 SOAK_KILLS=10'
	@echo 'make bench      how fast it is, next to a peer in the same run; writes docs/performance.md'
	@echo '                                                           TIMES=1 ARGS="41 300"'
	@echo 'make check      everything that has to be right: lint, format, types, js, test'
	@echo 'make audit      ask whether what we depend on has a known hole; says so when nobody could be asked'
	@echo 'make install    only put everything into .venv/'
	@echo 'make js         only what looks at the scripts: types, lint, tests'
	@echo 'make schema     after a migration was added: write down what they make of an empty database'
	@echo 'make wire      after something that is told was changed: its types for the scripts, its table in the protocol'
	@echo 'make sample     after the report was changed: the sample in docs/sample anew; needs pdftoppm'
	@echo 'make lock       choose the newest versions of everything and pin them'

install: .venv/installed

run: .venv/installed
	@$(BIN)/python -m workshop serve --host 0.0.0.0 $(ARGS)

# These start the program some hundred times: what Python compiled is kept, also where it was told to keep nothing.
test bench soak: export PYTHONDONTWRITEBYTECODE :=
test: .venv/tested
	$(BIN)/python -m pytest $(AT_ONCE) -m 'not soak and not alone' $(TESTS) $(ARGS)
	$(BIN)/python -m pytest -m alone $(TESTS) $(ARGS)

soak: .venv/tested
	SOAK=1 $(BIN)/python -m pytest tests/faults -m 'soak or not soak' -s --timeout 1200 $(ARGS)

bench: .venv/tested
	$(BIN)/python -m bench --times $(TIMES) $(ARGS)

check: lint format types js test

lint: .venv/tested
	$(BIN)/ruff check .

format: .venv/tested
	$(BIN)/ruff format --check .

types: .venv/tested
	$(BIN)/mypy

# Our scripts: their types, their habits, their tests. The types of the libraries that the build copies lie beside them.
js: .venv/tested
	@if ! command -v npm >/dev/null; then echo 'js: skipped, there is no npm'; else $(MAKE) --no-print-directory scripts; fi

scripts: node_modules/.package-lock.json
	@echo 'export * from "lit-html";' > workshop/static/vendor/lit-html.d.ts
	@for part in directive directives/repeat; do \
		echo "export * from \"lit-html/$$part.js\";" > workshop/static/vendor/$$part.d.ts; done
	@echo 'export * from "socket.io-client";' > workshop/static/vendor/socket.io.d.ts
	node_modules/.bin/tsc --project tsconfig.json
	node_modules/.bin/tsc --project tsconfig.worker.json
	node_modules/.bin/biome ci --error-on-warnings
	node --test $(JS_TESTS)

node_modules/.package-lock.json: package.json package-lock.json
	@npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

audit: .venv/tested
	@$(BIN)/python .ci/audit.py

# The lock pins; pip takes from it what the workshop (and, for tests, its [test] extra) asks for.
PIP_INSTALL = $(BIN)/python -m pip --disable-pip-version-check install --quiet

# uv makes a .venv without pip; it then gets one.
$(BIN)/pip:
	@[ -n "$(PYTHON)" ] || { echo 'No Python 3.11 or newer found. Name one: make PYTHON=/path/to/python3'; exit 1; }
	@echo 'Making .venv/ …'
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m ensurepip --default-pip; else $(PYTHON) -m venv .venv; fi

.venv/installed: $(SOURCES) | $(BIN)/pip
	@echo 'Installing what the workshop needs into .venv/; the first time this takes a minute or two …'
	@$(PIP_INSTALL) --constraint requirements.lock --editable .
	@echo 'Installed.'
	@touch $@

.venv/tested: $(SOURCES) | $(BIN)/pip
	@echo 'Installing what the workshop and its tests need into .venv/; the first time this takes a minute or two …'
	@$(PIP_INSTALL) --constraint requirements.lock --editable '.[test]'
	@echo 'Installed.'
	@touch $@ .venv/installed

schema: .venv/installed
	$(BIN)/python -m workshop.schema

wire: .venv/installed
	$(BIN)/python -m workshop.streams

sample: .venv/tested
	$(BIN)/python tests/exports/test_sample.py

lock: .venv/installed
	$(PIP_INSTALL) uv
	$(BIN)/uv pip compile --quiet --universal --upgrade --python-version 3.11 --all-extras --no-annotate --no-header \
		pyproject.toml --output-file requirements.lock
