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

test: $(VENV)/.test node_modules/.done lint  ## run every test, in real browsers
	$(BIN)/python -m pytest -n auto -m "not alone"
	$(BIN)/python -m pytest -m alone

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

$(VENV)/.test: $(VENV)/.site requirements-dev.txt requirements-standards.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-standards.txt
	touch $@

node_modules/.done: package-lock.json | browsers
	npm ci --loglevel=error >/dev/null
	touch $@

# What the tests drive comes from Debian's or Ubuntu's packages where the machine does not have it yet: Chromium, Firefox,
# Node.js, Java, LibreOffice, R and a Thai font.
APT := $(if $(filter 0,$(shell id -u)),,sudo) env DEBIAN_FRONTEND=noninteractive apt-get
browsers:
	@without() { command -v $$1 >/dev/null || echo $$2; }; \
	  missing=$$(without chromium chromium; without firefox-esr firefox-esr; without node nodejs; without npm npm; \
	    without java default-jre-headless; without soffice libreoffice-calc-nogui; without Rscript r-base-core; fc-list :lang=th family 2>/dev/null | grep -q . || echo fontconfig fonts-thai-tlwg); \
	  [ -z "$$missing" ] || { $(APT) update -qq && $(APT) install -y -qq $$missing; }

messages: $(VENV)/.test  ## bring locales/ up to date with the templates
	$(BIN)/pybabel -q extract -F pyproject.toml --no-wrap --sort-output --no-location --omit-header -o $(VENV)/portal.pot .
	$(BIN)/pybabel -q update --no-wrap --omit-header --no-fuzzy-matching --ignore-obsolete -D portal -i $(VENV)/portal.pot -d locales -l en

# Leaves addresses out of the lock of the test programs; and "latest", which npm cannot check where they are left out.
TIDY_LOCK := const lock = JSON.parse(fs.readFileSync("package-lock.json")); \
  for (const one of Object.values(lock.packages)) { \
    delete one.funding; \
    for (const name in one.dependencies) if (one.dependencies[name] === "latest") one.dependencies[name] = "*"; \
  } \
  fs.writeFileSync("package-lock.json", JSON.stringify(lock, null, 2) + "\n");
lock: $(VENV)/.test  ## pin every dependency with its hashes (needs uv)
	uv pip compile -q --universal --generate-hashes --no-annotate --no-header pyproject.toml -o requirements.txt
	uv pip compile -q --universal --generate-hashes --no-annotate --no-header --group dev pyproject.toml -c requirements.txt -o requirements-dev.txt
	uv pip compile -q --no-deps --generate-hashes --no-annotate --no-header --group standards -o requirements-standards.txt
	rm -rf node_modules package-lock.json
	npm install --package-lock-only --loglevel=error >/dev/null
	node -e '$(TIDY_LOCK)'

clean:
	rm -rf $(VENV) node_modules site
