# Presumes Python 3.11 and make; everything else is fetched into .venv, nlu/.venv and .cache.
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-quick chaos bench-delivery lint

# What Python compiles is kept: a Rasa that compiles all it imports anew takes three times as long to start.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX ?= $(CURDIR)/.cache/bytecode

works = "$$p" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' >/dev/null 2>&1
PYTEST = .venv/bin/python -m pytest
PYTHON ?= $(shell IFS=:; for n in python3.11 python3 python; do for d in $$PATH; do p="$$d/$$n"; \
	[ -x "$$p" ] && $(works) && echo "$$p" && exit; done; done)

help: ## What can be done here
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

setup: ## Both environments and the dialogue model
	@test -n "$(PYTHON)" || { echo "Python 3.11 is needed and was not found on PATH: install it," \
		"or name it with make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" deploy/install.py

demo: setup ## Try everything on this machine, with LINE and Slack simulated
	@exec .venv/bin/tsunagi demo

test: setup ## Every check and every test
	@"$(PYTHON)" deploy/install.py --for-tests
	@code=0; $(MAKE) --no-print-directory lint || code=1; $(PYTEST) -n 3 --dist loadscope </dev/null || code=$$?; exit $$code

test-quick: setup ## What can be tested in three minutes: no Rasa, browser, PostgreSQL, processes or long stories
	@$(PYTEST) -n 2 --dist loadscope -m "not slow and not dear" </dev/null

chaos: setup ## Break everything on purpose, for a quarter of an hour; SEED=7 repeats a plan
	@CHAOS_SEED=$(SEED) $(PYTEST) tests/chaos -m "slow or not slow" </dev/null

bench-delivery: setup ## How fast it takes in and sends out; docs/performance.md tells what came out
	@.venv/bin/python tests/bench/bench_delivery.py $(ARGS)

lint: ## Style, types, and who may import whom
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
