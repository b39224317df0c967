# CareLedger: `make run` starts everything on this machine, `make test` proves it. Python 3.11 or newer is all they need.
PY ?= python3
BIN := .venv/bin

BROWSERS := chromium chromium-browser google-chrome google-chrome-stable microsoft-edge

.DEFAULT_GOAL := help
.PHONY: help run test test-browser browser chromium check token clean bench county schemas python

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

python:
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "CareLedger needs Python 3.11 or newer, and '$(PY)' is not: try make PY=python3.11 …" >&2; exit 1; }

run: python ## start PostgreSQL, Kafka, the four services and the demonstration; Ctrl-C stops all
	@$(PY) deploy/environment.py requirements/local.txt
	@$(BIN)/python -m deploy.local.launcher

token: python ## print a bearer token: make token WHO=director ORG=council PLACE=E06000019
	@$(PY) deploy/environment.py requirements/local.txt
	@$(BIN)/python -m deploy.local.token "$(WHO)" --org "$(ORG)" --place "$(PLACE)" --person "$(PERSON)" --service "$(SERVICE)"

test: check ## set up, check, and run every test on a real broker and database, and in a browser where there is one
	@$(BIN)/pytest -n 2 --dist loadfile --ignore=tests/e2e --ignore=tests/browser
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder tests/e2e tests/browser

test-browser: python ## the pages in a real Chromium: signing in, live rows, no script, keyboard, access
	@$(PY) deploy/environment.py requirements/dev.txt
	@$(BIN)/pytest tests/browser

browser: ## install a Chromium for the tests where there is none, by apt-get; elsewhere install one and set BROWSER_PATH
	@test -n "$$BROWSER_PATH" || which $(BROWSERS) 2>/dev/null | grep -q . || $(MAKE) --no-print-directory chromium

chromium:
	@command -v apt-get >/dev/null || { echo "There is no apt-get here: install Chromium, and set BROWSER_PATH" >&2; exit 1; }
	@apt-get update -q && apt-get install -yq --no-install-recommends chromium fonts-liberation

check: python ## style, types, import rules
	@$(PY) deploy/environment.py requirements/dev.txt
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache --no-logo

schemas: python ## write the schemas and the AsyncAPI document anew from the register of types
	@$(PY) deploy/environment.py requirements/dev.txt
	@$(BIN)/python -m shared.events.documents

county: python ## a year of a synthetic county of 204 homes against a ledger of its own: docs/county.md
	@$(PY) deploy/environment.py requirements/dev.txt
	@$(BIN)/python -m tests.county --out docs/county.md

bench: python ## measure on this machine, against the sizes of the architecture
	@$(PY) deploy/environment.py requirements/dev.txt
	@$(BIN)/python -m tests.benchmarks

clean: ## empty .local: all data and secrets of the local deployment
	@$(PY) deploy/clean.py .local
