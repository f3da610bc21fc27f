# Every target does its own set-up on a machine with Python >= 3.11, git and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_READY := $(VENV)/.run-ready
DEV_READY := $(VENV)/.dev-ready
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install

.PHONY: rehearse test check quality bench faults lock clean

rehearse: $(RUN_READY)  ## the bot against a local stand-in for Telegram, no token needed
	@$(BIN)/khabardar rehearse

test: $(DEV_READY)  ## the whole test suite
	$(BIN)/python -m pytest -q

check: $(DEV_READY)  ## format, lint, types, import layers, duplication
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pylint bot config digests

quality: $(DEV_READY)  ## precision, recall and F1 on the labelled cases, against pinned floors
	$(BIN)/python -m tests.quality

bench: $(DEV_READY)  ## cost, as ratios to other tools in the same run
	$(BIN)/python -m tests.bench

faults: $(DEV_READY)  ## the long forms of the tests: faults with figures, 50,000 wild strings
	$(BIN)/python -m pytest -q -s -m long --timeout 3600 tests

lock: $(DEV_READY)  ## renew the lock files after a change of dependencies
	$(PIP) uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --extra rehearsal pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --extra rehearsal --group dev pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(RUN_READY): requirements.lock pyproject.toml | $(BIN)/python
	$(PIP) --no-deps --require-hashes -r requirements.lock
	$(PIP) --no-deps -e .
	touch $@

$(DEV_READY): requirements-dev.lock pyproject.toml | $(BIN)/python
	$(PIP) --no-deps --require-hashes -r requirements-dev.lock
	$(PIP) --no-deps -e .
	touch $@ $(RUN_READY)
