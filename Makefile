# Two commands are enough: `make demo` and `make test`. VENV and PYTHON can point elsewhere.
VENV ?= .venv
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& echo $$p && break; done)
BIN := $(VENV)/bin
PINS := $(if $(wildcard $(VENV)/.pifpaf),$(VENV)/.pins-pifpaf,constraints.txt)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint
OUT ?= out
# Tests run on all cores (four at most: each takes up to 2 GB), files whole, since their fixtures are shared.
# A worker that dies ends the run: pytest-xdist would wait for it for ever at the end.
SIDE_BY_SIDE ?= -n logical --maxprocesses 4 --dist loadfile --max-worker-restart 0
# The networks that find people in footage, into the user's cache; those that are here stay.
GET_MODELS = $(BIN)/stickdance models get blazepose >&2

.PHONY: help install demo test test-all test-faults fuzz audit test-lowest test-newest check pifpaf beat-this
help:  ## what there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 12

$(VENV)/.python:
	@test -n "$(PYTHON)" || { echo "stickdance needs Python 3.11 to 3.13: none found; name one with make PYTHON=..." >&2; exit 4; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.python pyproject.toml $(PINS)
	@echo "installing stickdance into $(VENV) (a few minutes, 6 GB)" >&2
	$(PIP) $(PINS) --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.installed
	$(PIP) $(PINS) --editable '.[test]'
	@touch $@

$(VENV)/.check: $(VENV)/.installed
	$(PIP) $(PINS) --editable '.[check]'
	@touch $@

# mypy does not follow an editable install: links put the folders together as the package.
$(VENV)/links/stickdance: $(VENV)/.python
	mkdir -p $@
	for part in capture checkpoints choreography synth tools tools/api/__init__.py tools/api/py.typed; do \
		ln -sfn "$(CURDIR)/$$part" $@; done
	@touch $@

install: $(VENV)/.installed  ## everything that stickdance needs, into VENV
	$(GET_MODELS)

demo: $(VENV)/.installed  ## the main job on built-in material: a video and a report in out/
	$(BIN)/stickdance make --demo --output $(OUT)/demo.mp4

# Where the networks cannot be got, the tests that need them are skipped.
test: $(VENV)/.test  ## all tests but the slow quality runs
	-@$(GET_MODELS)
	$(BIN)/python -m pytest -q $(SIDE_BY_SIDE)

test-all: $(VENV)/.test  ## the slow quality runs too
	-@$(GET_MODELS)
	$(BIN)/python -m pytest -q -m ''

# A short form of these two is in `make test`. FAULTS_TOLD=FILE keeps what was tried, a line a command.
test-faults: $(VENV)/.test  ## any call that changes files fails or kills: every command, an hour or two
	-@$(GET_MODELS)
	$(BIN)/python -m pytest -q -n 0 -m '' tests/faults

FUZZ_RUNS ?= 0
fuzz: $(VENV)/.test  ## changed files for every reader: 100,000 each (FUZZ_RUNS=N), 10,000 where ffmpeg starts
	$(BIN)/python tests/fuzz/fuzz.py --runs $(FUZZ_RUNS)

$(VENV)/.audit: $(VENV)/.test
	$(PIP) $(PINS) --editable '.[audit]'
	@touch $@

audit: $(VENV)/.audit  ## licences of all that is installed, and known faults in it
	$(BIN)/python tests/audit/licences.py
	$(BIN)/python tests/audit/advisories.py

# The oldest and the newest versions that pyproject.toml allows, each in an environment of its own.
RESOLVED = uv venv --clear --python $(PYTHON) $(VENV)-$(1) && uv pip install --python $(VENV)-$(1) \
	--resolution $(2) --editable '.[test]' && $(VENV)-$(1)/bin/python -m pytest -q $(SIDE_BY_SIDE)
NEEDS_UV = command -v uv > /dev/null || { echo "uv chooses the versions: not found; pip install uv" >&2; exit 4; }
test-lowest:  ## the tests with the lowest versions that are allowed
	@$(NEEDS_UV)
	$(call RESOLVED,lowest,lowest-direct)

test-newest:  ## the tests with the newest versions that are allowed
	@$(NEEDS_UV)
	$(call RESOLVED,newest,highest)

check: $(VENV)/.check $(VENV)/links/stickdance  ## format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	MYPYPATH=$(VENV)/links $(BIN)/mypy

pifpaf: $(VENV)/.pifpaf  ## the optional pose estimator openpifpaf (AGPL; builds for some minutes)

# What openpifpaf 0.13.11 draws with is gone from matplotlib 3.9, and its code is compiled as C++17
# where torch's headers want C++20: hence another matplotlib, kept so later on, and a changed line.
$(VENV)/.pins-pifpaf: constraints.txt
	grep -v '^matplotlib==' constraints.txt > $@
	@touch -r constraints.txt $@

$(VENV)/.pifpaf: | $(VENV)/.installed $(VENV)/.pins-pifpaf
	@command -v c++ > /dev/null || { echo "openpifpaf is built with a C++20 compiler: none found; install g++ or clang" >&2; exit 4; }
	$(PIP) $(VENV)/.pins-pifpaf 'pysparkling>=0.6' 'matplotlib<3.9' setuptools wheel
	rm -rf $(VENV)/openpifpaf
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --no-binary :all: \
		--no-build-isolation --dest $(VENV)/openpifpaf openpifpaf==0.13.11
	cd $(VENV)/openpifpaf && tar xzf openpifpaf-0.13.11.tar.gz --strip-components 1 && sed -i.bak 's/c++17/c++20/' setup.py
	$(PIP) $(VENV)/.pins-pifpaf --no-build-isolation --no-deps $(VENV)/openpifpaf
	$(BIN)/python -c 'import openpifpaf'
	@touch $@

# torchaudio, which beat-this asks for, exists for no torch as new as ours, and is not needed here.
beat-this: $(VENV)/.installed  ## the optional beat tracker beat_this; its weights are another download
	$(PIP) constraints.txt --no-deps beat-this==1.1.0 einops==0.8.2 rotary-embedding-torch==0.9.1
