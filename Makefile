# The commands of this project. `make demo` and `make test` need nothing but Python 3.11+ and make.
.POSIX:
.PHONY: help setup demo test lint bench soak schema permissions

PORT ?= 8000
DATA_DIR ?= .data
SOAK ?=
SEED ?= 1
PYTHON_IN = .venv/bin/python
WITH_SERVERS = $(PYTHON_IN) -m smsmerkezi.embedded --data-dir
DUMMY = SECRET_KEY=x SECRETS_KEYS=x DATABASE_URL=postgres://x@127.0.0.1/x REDIS_URL=redis://127.0.0.1
COVERAGE = .test-data/coverage.json
PYTEST = $(PYTHON_IN) -m pytest -n 2 --dist loadfile --no-loadscope-reorder

help:
	@echo "make demo    start everything on http://127.0.0.1:$(PORT) (PORT, DATA_DIR can be set)"
	@echo "make test    lint, then every test against servers of its own"
	@echo "make lint    the checks that read the code without running it"
	@echo "make bench   measure, print a table, write bench/results/"
	@echo "make soak    every promise that needs faults, in turn; make soak SOAK=p4 for one, SEED=2 for other dice"
	@echo "make schema  write docs/openapi.yaml"
	@echo "make permissions  write docs/permissions.md"

setup:
	@.ci/setup

demo: setup
	@exec $(PYTHON_IN) manage.py demo --port $(PORT) --data-dir "$(DATA_DIR)"

# What failed is run once more, alone: processes of two tests at once starve each other. Browsers are not traced for coverage,
# which would take as long again.
test: lint
	@.ci/chromium
	@$(PYTEST) --ignore=tests/browser --cov --cov-branch --cov-report=term --cov-report=json:$(COVERAGE) --cov-fail-under=95 \
	  || $(PYTHON_IN) -m pytest --ignore=tests/browser --lf --lfnf=none -q
	@$(PYTEST) tests/browser || $(PYTHON_IN) -m pytest tests/browser --lf --lfnf=none -q
	@$(PYTHON_IN) -m tests.coverage_gate $(COVERAGE)

lint: setup
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check --quiet .
	@$(DUMMY) .venv/bin/mypy
	@.venv/bin/lint-imports
	@.venv/bin/djlint templates --lint --quiet
	@$(WITH_SERVERS) .test-data $(PYTHON_IN) manage.py makemigrations --check --dry-run

bench: setup
	@$(WITH_SERVERS) .test-data/bench $(PYTHON_IN) -m bench

soak: setup
	@$(PYTHON_IN) -m tests.soak $(SOAK) --seed $(SEED)

schema: setup
	@$(DUMMY) $(PYTHON_IN) manage.py spectacular --validate --file docs/openapi.yaml

permissions: setup
	@$(DUMMY) $(PYTHON_IN) manage.py permissions --file docs/permissions.md
