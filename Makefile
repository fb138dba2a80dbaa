# Set-up, demo and tests. Everything lives in .venv; nothing is cached outside the checkout.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ROUNDS ?= 20
READY := $(VENV)/.ready

.PHONY: setup demo test check verify bench soak jail clean

setup: $(READY) jail

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer expected, found $$($(PYTHON) --version). Set PYTHON=python3.x"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $(READY)

jail:
	@sh .ci/install-jail

demo: setup
	$(BIN)/autograder demo --into demo

test: setup
	$(BIN)/python -m pytest -n auto --dist loadfile
	$(BIN)/autograder verify

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

verify: setup
	$(BIN)/autograder verify

bench: setup
	$(BIN)/python benchmarks/run.py

soak: setup
	for round in $$(seq $(ROUNDS)); do \
	  echo "round $$round of $(ROUNDS)"; \
	  $(BIN)/python -m pytest tests/attacks tests/pipeline || exit 1; \
	done

clean:
	rm -rf $(VENV) demo .autograder
