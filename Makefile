# Two commands are enough: `make demo` and `make test`. VENV and PYTHON can point elsewhere.
VENV ?= .venv
PYTHON ?= $(shell for p in python3.11 python3.12 python3 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null \
	&& echo $$p && break; done)
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
OUT ?= out

.PHONY: help install demo test test-all check pifpaf
help:  ## what there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 12

$(VENV)/.python:
	@test -n "$(PYTHON)" || { echo "stickdance needs Python 3.11 or 3.12: none found; name one with make PYTHON=..." >&2; exit 4; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.python pyproject.toml constraints.txt
	@echo "installing stickdance into $(VENV) (a few minutes, 6 GB)" >&2
	$(PIP) --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.installed
	$(PIP) --editable '.[test]'
	@touch $@

$(VENV)/.check: $(VENV)/.installed
	$(PIP) --editable '.[check]'
	@touch $@

install: $(VENV)/.installed  ## everything that stickdance needs, into VENV

demo: $(VENV)/.installed  ## the main job on built-in material: a video and a report in out/
	$(BIN)/stickdance make --demo --output $(OUT)/demo.mp4

test: $(VENV)/.test  ## all tests but the slow quality runs
	$(BIN)/python -m pytest -q

test-all: $(VENV)/.test  ## the slow quality runs too
	$(BIN)/python -m pytest -q -m ''

check: $(VENV)/.check  ## format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

pifpaf: $(VENV)/.installed  ## the optional pose estimator openpifpaf (AGPL; builds for some minutes)
	$(PIP) pysparkling python-json-logger 'matplotlib<3.9' setuptools wheel
	$(PIP) --no-build-isolation --no-deps openpifpaf==0.13.11
