PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: site check serve test lint browsers messages lock clean

site: $(VENV)/.site  ## build site/ from the shipped package
	$(BIN)/python build.py

check: $(VENV)/.site  ## validate the data and the content
	$(BIN)/python build.py check

serve: $(VENV)/.site  ## build, serve on this machine, rebuild on change
	$(BIN)/python build.py serve

test: $(VENV)/.test browsers lint  ## run every test, in real browsers
	$(BIN)/python -m pytest -n auto

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.site: $(VENV)/bin/python requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

$(VENV)/.test: $(VENV)/.site requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

# Chromium, Firefox and a Thai font come from Debian's or Ubuntu's packages where the machine does not have them yet.
APT := $(if $(filter 0,$(shell id -u)),,sudo) env DEBIAN_FRONTEND=noninteractive apt-get
browsers:
	@command -v chromium >/dev/null && command -v firefox-esr >/dev/null \
	  && fc-list :lang=th family 2>/dev/null | grep -q . \
	  || { $(APT) update -qq && $(APT) install -y -qq chromium firefox-esr fontconfig fonts-thai-tlwg; }

messages: $(VENV)/.test  ## bring locales/ up to date with the templates
	$(BIN)/pybabel -q extract -F pyproject.toml --no-wrap --sort-output --no-location --omit-header -o $(VENV)/portal.pot .
	$(BIN)/pybabel -q update --no-wrap --omit-header --no-fuzzy-matching --ignore-obsolete -D portal -i $(VENV)/portal.pot -d locales -l en

lock: $(VENV)/.test  ## pin every dependency with its hashes (needs uv)
	uv pip compile -q --universal --generate-hashes --no-annotate --no-header pyproject.toml -o requirements.txt
	uv pip compile -q --universal --generate-hashes --no-annotate --no-header --group dev pyproject.toml -c requirements.txt -o requirements-dev.txt

clean:
	rm -rf $(VENV) site
