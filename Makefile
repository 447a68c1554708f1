# `make help` says what there is. Every target sets up what it needs, once. All of it goes into .venv, except the
# Debian packages named here: tools/need_debian.sh installs those for root and tells anybody else the command. The
# outside judge of FHIR documents, a Node program that only the tests run, goes into its own folder under tools/.

PYTHON ?= python3
JOBS   ?= 2
ARGS   ?=

VENV  := .venv
BIN   := $(VENV)/bin
PIP   := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet --quiet
CORE  := $(VENV)/.stamp-core
DEV   := $(VENV)/.stamp-dev
LOCK  := $(VENV)/.stamp-lock
JUDGE := tools/fhir_judge/node_modules/.stamp
MUT   := $(VENV)/.stamp-mutants
SPARK := $(VENV)/.stamp-spark
PEERS := $(VENV)/.stamp-bench
FISCA := .venv-openfisca
CODE  := src tests tools

# command=package: what `make` itself needs, what the tests read papers with, the server they send files to, and the
# Java that Spark runs on
PYTHON_TOOLS := python3=python3 module:ensurepip=python3-venv
NODE_TOOLS   := node=nodejs npm=npm
SSH_TOOLS    := /usr/sbin/sshd=openssh-server
PAPER_TOOLS  := pdfsig=poppler-utils pdftoppm=poppler-utils pdftotext=poppler-utils qpdf=qpdf
SPARK_TOOLS  := java=openjdk-17-jre-headless

export PYTHON
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help run test serve check fix bench bench-huge openfisca docs golden mutants lock clean

help: ## Say what each target does.
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r name what; do \
		printf '%-14s %s\n' "$$name" "$$what"; done

run: $(CORE) ## Decide an example case, write its packet, name the next commands.
	@tools/run_example.sh

test: $(DEV) $(SPARK) $(JUDGE) ## Run every test. ARGS="-k letter" narrows it.
	@tools/need_debian.sh $(PAPER_TOOLS) $(SSH_TOOLS) $(SPARK_TOOLS)
	@$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

serve: ## Start the web app (not there yet).
	@echo 'The web app does not exist yet: use the command line instead, "make run" shows how.' >&2; exit 2

check: $(DEV) $(SPARK) $(JUDGE) ## Format, lint, types, import contracts, rulebook, then every test.
	@tools/need_debian.sh $(PAPER_TOOLS) $(SSH_TOOLS) $(SPARK_TOOLS)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/necessity rules lint
	$(BIN)/necessity rules test
	$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

fix: $(DEV) ## Mend what a machine can mend.
	$(BIN)/ruff format $(CODE)
	$(BIN)/ruff check --fix $(CODE)

bench: $(PEERS) $(FISCA)/.stamp ## Measure, and print the figures. ARGS="--lines 10_000_000 --write" for the page.
	@$(BIN)/python -m tools.bench $(ARGS)

bench-huge: $(DEV) ## Decide a hundred million lines, part by part. ARGS="--folder DIR" names a disk.
	@$(BIN)/python -m tools.bench --only huge $(ARGS)

openfisca: ## Set up the peer OpenFisca (AGPL) in an environment of its own.
	@rm -f $(FISCA)/.stamp
	@$(MAKE) --no-print-directory $(FISCA)/.stamp

docs: $(CORE) ## Write the reference pages anew.
	@$(BIN)/python tools/make_docs.py

golden: $(DEV) ## Rewrite the golden files; read the diff before you commit it.
	@tools/need_debian.sh $(PAPER_TOOLS) $(SSH_TOOLS)
	@$(BIN)/python -m pytest tests/golden tests/docs tests/unit/cli --rewrite-golden -n $(JOBS) $(ARGS)

mutants: $(MUT) ## Change the rule core in a thousand ways; list what no test notices. ARGS names some.
	@$(BIN)/mutmut run --max-children $(JOBS) $(ARGS)
	@$(BIN)/mutmut results

lock: $(LOCK) ## Pin the requirements anew. ARGS=--upgrade takes the newest allowed.
	@$(BIN)/python tools/lock.py $(ARGS)

clean: ## Remove everything that make has made, .venv included.
	rm -rf $(VENV) $(FISCA) tools/fhir_judge/node_modules build dist mutants .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +

# ── set-up ────────────────────────────────────────────────────────────

$(VENV)/.stamp-venv:
	@tools/need_debian.sh $(PYTHON_TOOLS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo '$(PYTHON) is older than 3.11. Install a newer one and say "make PYTHON=python3.11 …".' >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(CORE): requirements/core.txt pyproject.toml | $(VENV)/.stamp-venv
	@echo 'Setting up $(VENV) (once; about half a minute) …'
	@$(PIP) install --require-hashes -r requirements/core.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements/dev.txt $(CORE)
	@echo 'Adding what the tests need (once) …'
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

$(LOCK): requirements/lock.txt $(CORE)
	@$(PIP) install --require-hashes -r requirements/lock.txt
	@touch $@

$(SPARK): requirements/spark.txt $(DEV)
	@echo 'Adding Apache Spark (once; almost half a gigabyte) …'
	@$(PIP) install --require-hashes -r requirements/spark.txt
	@touch $@

$(JUDGE): tools/fhir_judge/package-lock.json
	@tools/need_debian.sh $(NODE_TOOLS)
	@echo 'Adding the outside judge of FHIR documents (once) …'
	@cd tools/fhir_judge && npm ci --loglevel=error --no-audit --no-fund --ignore-scripts >/dev/null
	@touch $@

$(PEERS): requirements/bench.txt $(DEV)
	@echo 'Adding what is measured beside (once) …'
	@$(PIP) install --require-hashes -r requirements/bench.txt
	@touch $@

# Never in .venv: OpenFisca is under the AGPL. Where it cannot be installed, the table says that it was not measured.
$(FISCA)/.stamp: tools/bench/openfisca.txt | $(VENV)/.stamp-venv
	@echo 'Adding the peer OpenFisca in an environment of its own (once) …'
	@$(PYTHON) -m venv $(FISCA)
	@$(FISCA)/bin/python -m pip --disable-pip-version-check --no-input --quiet --quiet install --require-hashes \
		-r tools/bench/openfisca.txt || { rm -rf $(FISCA)/bin; echo 'OpenFisca could not be installed.' >&2; }
	@touch $@

$(MUT): requirements/mutants.txt $(DEV)
	@$(PIP) install --require-hashes -r requirements/mutants.txt
	@touch $@
