# The whole course from one place. `make help` lists what there is.
PYTHON ?= python3
VENV := .venv
# Windows keeps a virtual environment's programs in another folder.
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
INSTALLED := $(VENV)/installed
export WORKBOOK_HOME ?= $(CURDIR)/workspace
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help install run lab test test-latest exercises check format wheel site clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | awk -F '\t' '{printf "  make %-12s %s\n", $$1, $$2}'

install: $(INSTALLED) ## Set everything up in .venv (the other commands do it by themselves)

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "This course needs Python 3.11 or newer, and $(PYTHON) is older. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up in $(VENV): about 5 GB on Linux, a few minutes the first time."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[lab,share,site,test]"
	@touch $(INSTALLED)

run: $(INSTALLED) ## Run all six chapters from start to end, and make a page to read
	$(BIN)/workbook run

# JupyterLab refuses to start for root, who is the usual user inside a container.
lab: AS_ROOT := $(if $(filter 0,$(shell id -u 2>/dev/null)),--allow-root)
lab: $(INSTALLED) ## Open the chapters in JupyterLab
	OMP_WAIT_POLICY=PASSIVE $(BIN)/jupyter lab $(AS_ROOT) --LabApp.default_url=/lab/tree/notebooks \
		--ServerApp.websocket_max_message_size=104857600

# Two workers with one thread each: threads that have to share a processor wait for one another.
test: export OMP_NUM_THREADS = 1
test: $(INSTALLED) ## Run every test, and every chapter as a test
	$(BIN)/python -m pytest -n 2 --dist worksteal tests
	$(BIN)/python -m pytest -n 2 --dist loadfile --nbval-lax --nbval-cell-timeout 300 \
		notebooks solutions exercises

test-latest: ## Run every test with the newest version of every package, in .venv-latest
	$(PYTHON) -m venv .venv-latest
	.venv-latest/$(notdir $(BIN))/python -m pip install --quiet --upgrade --upgrade-strategy eager \
		--editable ".[lab,share,site,test]"
	touch .venv-latest/installed
	$(MAKE) VENV=.venv-latest --assume-old=.venv-latest/installed test

exercises: $(INSTALLED) ## Make exercises/ anew from solutions/, and show how their checks were tested
	$(BIN)/python -m workbook.lessons.colab
	$(BIN)/python -m workbook.lessons.exercises.sources
	$(BIN)/python -m tests.lessons.exercises.table

check: $(INSTALLED) ## Check the style of the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(INSTALLED) ## Put the code into the agreed style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

wheel: $(INSTALLED) ## Build the installable package into dist
	$(BIN)/python -m build --wheel

site: $(INSTALLED) ## Make the page to read again, from the last run
	$(BIN)/python -m workbook.book

clean: ## Remove the installation and caches; photos, models and results in workspace/ stay
	rm -rf $(VENV) .venv-latest .pytest_cache .ruff_cache .hypothesis dist build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
