# Everything runs in one virtual environment, made on first use and renewed with pyproject.toml.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test test-fast lint bench prove gpu-check clean

demo: $(VENV)/ready
	$(BIN)/python build_assignment.py demo

test: $(VENV)/ready
	$(BIN)/python -m pytest -n auto --dist worksteal

test-fast: $(VENV)/ready
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow"

lint: $(VENV)/ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: $(VENV)/ready
	$(BIN)/python -m pip install --quiet -e ".[bench]"
	$(BIN)/python -m tests.bench

prove: $(VENV)/ready
	$(BIN)/python build_assignment.py check --all --diagnose
	$(BIN)/python build_assignment.py check --seeds 20
	PROVE=1 $(BIN)/python -m pytest tests/problems/test_notebooks.py tests/problems/test_bank.py \
		tests/grading/test_otter_parity.py tests/mutants/test_mutants.py \
		tests/grading/test_killed.py tests/hostile/test_hostile_values.py \
		tests/hostile/test_hostile_corpus.py tests/hostile/test_hostile_empty.py \
		tests/hostile/test_hostile_frames.py tests/hostile/test_hostile_faults.py
	$(BIN)/python -m tests.mutants $(notdir $(wildcard solutions/*))

gpu-check: $(VENV)/ready
	$(BIN)/python -m tests.gpu_check

clean:
	rm -rf dist runs build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -not -path "./$(VENV)/*" -prune -exec rm -rf {} +

$(VENV)/ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -e ".[test]"
	touch $@
