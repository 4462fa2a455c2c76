# Two commands: `make grade` grades the sample submission, `make test` runs the whole test suite.
# Both set up .venv first, once, from the locked requirements; nothing else on the machine is touched.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
# Tests are spread over processes, one more than there are processors, as many tests wait for a time limit. A process
# that has none left takes some of another's.
SPREAD = --numprocesses $(shell expr `getconf _NPROCESSORS_ONLN` + 1) --maxprocesses 5 --dist worksteal
SAMPLE ?= tests/submissions/nearly_complete

.PHONY: grade test pythons attacks audit template lock clean

grade: $(READY)
	$(BIN)/grader grade $(SAMPLE)

test: $(READY)
	$(BIN)/ruff check .
	$(BIN)/python -m pytest $(SPREAD)

# What depends on Python's own workings, on every other Python from 3.11 on that is found here.
pythons: $(READY)
	$(BIN)/python tests/other_pythons.py $(SPREAD)

# `make test` runs the attacks in this machine's configuration; this one in every configuration, for the table in SECURITY.md.
attacks: $(READY)
	$(BIN)/python tests/attacks

audit: $(READY)
	$(BIN)/grader audit

template: $(READY)
	$(BIN)/grader release figures
	$(BIN)/grader release template
	$(BIN)/grader release table

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed, but $(PYTHON) is `$(PYTHON) --version 2>&1`; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "setting up $(VENV), once"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

# Needs uv; run it after a change of pyproject.toml's dependencies.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --group dev --no-annotate \
		--custom-compile-command "make lock" pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) .venv-3.* .pytest_cache .ruff_cache .hypothesis
