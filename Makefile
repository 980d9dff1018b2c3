# netgrade: `make grade` and `make test` set up whatever is missing first.

ENGINE ?= cpu
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help setup grade test test-slurm lint docs gallery doctor lock translations

help:
	@echo "make grade   set up, and grade the sample course into reports/"
	@echo "make test    set up, and run the tests"
	@echo "make test-slurm  a class through SLURM on this machine, as root"
	@echo "make lint    style, types, import layers, workflow"
	@echo "make docs    the documentation, into build/site; make gallery first, to have reports in it"
	@echo "make translations  what the templates and the code say, into each catalog"
	@echo "make doctor  what this machine has, and how to mend what it lacks"

setup: $(VENV)/ready-$(ENGINE)

$(VENV)/ready-$(ENGINE): requirements.lock pyproject.toml workflow/setup.sh
	@sh workflow/setup.sh $(VENV) $(ENGINE)
	@touch $@

grade: setup
	snakemake --cores all

# A process for each processor, but four at most: each may run a workflow of its own, with two jobs at once.
test: setup
	@sh workflow/test_packages.sh
	pytest --numprocesses logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

# A class through a real SLURM on this machine; only root can start one.
test-slurm: setup
	@sh workflow/test_slurm.sh
	pytest tests/cluster

lint: setup
	ruff check .
	ruff format --check .
	snakefmt --check Snakefile workflow
	mypy
	lint-imports
	snakemake --lint

# What it warns of ends it: a link or an anchor that leads nowhere, a page that is in no menu. With --quiet nothing would.
docs: setup
	NO_MKDOCS_2_WARNING=1 mkdocs build --strict
	@echo "The documentation is in build/site/index.html; links that leave it are listed in build/outside-links.json"

gallery: grade
	python docs/site/gallery.py

doctor: setup
	netgrade doctor

# After a change of the dependencies in pyproject.toml; needs uv.
lock:
	uv pip compile pyproject.toml --extra cpu --extra test --extra docs --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --quiet --output-file requirements.lock

# After a sentence of a template or of the code has changed: then translate what is empty or marked as fuzzy.
CATALOGS := src/netgrade/locale
translations: setup
	pybabel -q extract --mapping babel.cfg --keywords "say later told say_of:1,2 plural:2,3" --sort-by-file --no-location \
		--omit-header --output $(CATALOGS)/netgrade.pot src/netgrade templates
	for language in sv nl de; do pybabel -q update --no-wrap --ignore-obsolete --ignore-pot-creation-date --domain netgrade --locale $$language \
		--input-file $(CATALOGS)/netgrade.pot --output-dir $(CATALOGS); done
	rm $(CATALOGS)/netgrade.pot
