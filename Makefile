# Set-up, demo and tests. Everything lives in .venv; nothing is cached outside the checkout.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ROUNDS ?= 20
READY := $(VENV)/.ready
LOCK := requirements/lock.txt
TOOLS := $(VENV)/tools

.PHONY: setup demo test check verify bench soak jail lock audit docs clean

setup: $(READY) jail

# On a Python that the lock is for, each file has to have the sum that the lock gives it.
$(READY): pyproject.toml $(LOCK)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer expected, found $$($(PYTHON) --version). Set PYTHON=python3.x"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@if $(BIN)/python -c 'import sys; sys.exit(sys.version_info >= (3, 14))'; then \
	  $(BIN)/python -m pip install --quiet --require-hashes --requirement $(LOCK) && \
	  $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .; \
	else \
	  echo "$(LOCK) is for Python 3.11 to 3.13: the newest packages that fit are installed instead."; \
	  $(BIN)/python -m pip install --quiet --editable '.[dev]'; \
	fi
	touch $(READY)

jail:
	@sh .ci/install-jail

demo: setup
	$(BIN)/autograder demo --into demo

test: setup
	$(BIN)/python -m pytest -n auto --dist loadfile --durations 15
	$(BIN)/autograder verify

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

verify: setup
	$(BIN)/autograder verify

# The documentation site, into site/; its packages are no part of the lock.
docs: setup
	$(BIN)/python -m pip install --quiet --editable '.[docs]'
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

bench: setup
	$(BIN)/python benchmarks/run.py

# The whole campaigns; hours. AUTOGRADER_SOAK_* say how long (docs/security.md).
soak: setup
	$(BIN)/python -m pytest tests/soak
	for round in $$(seq $(ROUNDS)); do \
	  echo "round $$round of $(ROUNDS)"; \
	  AUTOGRADER_EVERY=1 $(BIN)/python -m pytest tests/attacks tests/pipeline || exit 1; \
	done

# Tools that only make a lock or read one: apart, so that they are no part of what they judge.
lock:
	test -x $(TOOLS)/bin/uv || { $(PYTHON) -m venv $(TOOLS) && $(TOOLS)/bin/pip install --quiet uv; }
	$(TOOLS)/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --no-config \
	  --python-version 3.11 --extra dev --custom-compile-command 'make lock' \
	  --output-file $(LOCK) pyproject.toml requirements/build.in

audit:
	@sh .ci/audit $(TOOLS) $(LOCK)

clean:
	rm -rf $(VENV) demo .autograder
