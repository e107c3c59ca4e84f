# `make` lists what there is to make.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test check bench worker lock clean

help: ## This list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-8s %s\n", $$1, $$2 }'

demo: export DJANGO_SETTINGS_MODULE = cms.settings.demo
demo: export PORT := $(PORT)
demo: $(VENV)/.installed ## Set everything up and serve the portal with demo content on 127.0.0.1, port 8000 or PORT=
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py demo
	@exec $(BIN)/python manage.py serve --port $(PORT)

test: $(VENV)/.installed-dev ## Run every check and the whole test suite (about 20 minutes)
	@$(BIN)/python -m scripts.run_tests

check: $(VENV)/.installed-dev ## Run only lint, types and system checks (a minute)
	@$(BIN)/python -m scripts.run_tests checks

bench: $(VENV)/.installed-dev ## Measure, and print ratios
	@$(BIN)/python -m scripts.bench

worker: $(VENV)/.installed ## Run jobs from the queue named in REDIS_URL
	@exec $(BIN)/python manage.py worker

lock: $(VENV)/.installed-dev ## Write requirements*.txt from requirements*.in
	@$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header requirements-dev.in -o requirements-dev.txt

clean: ## Remove the virtual environment and the demo's database and files
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/.created:
	@$(PYTHON) scripts/require_python.py
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: requirements.txt | $(VENV)/.created
	@echo "Installing what the portal needs (the first time takes a minute or two)."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Installing what the tests need."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
