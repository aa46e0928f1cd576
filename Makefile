# The Python that makes the virtual environment; it must be 3.11 or later.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test generate bench soak fuzz clean

## demo: lint the examples; it has findings, which is the point of it
demo: .venv/run
	@$(BIN)/speclint examples; code=$$?; \
	if [ $$code -gt 1 ]; then exit $$code; fi; \
	echo; echo "The findings above are expected: three of the examples are unfinished on purpose."

## test: everything that must hold before a change is merged
test: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2 --dist worksteal

## generate: the files that are made from others (compiled rule sets, the README's table, schema enums)
generate: .venv/dev
	$(BIN)/python scripts/compile_rules.py
	$(BIN)/python scripts/list_checks.py

## bench: a cold start and where it goes; whether time grows with the text; many files, beside other linters
bench: .venv/dev .venv/peers
	$(WITH_PEERS) $(BIN)/python benchmarks/cold_start.py
	$(BIN)/python benchmarks/linear.py
	$(WITH_PEERS) $(BIN)/python benchmarks/peers.py

## soak: documents by chance, real, mangled and hostile ones, all defects, kills, and tests at their full
## length, with fresh seeds, for MINUTES=
MINUTES ?= 10
soak: .venv/dev
	$(BIN)/python benchmarks/soak.py $(MINUTES)

## fuzz: the parser, with atheris where that is installed, for SECONDS=
SECONDS ?= 60
fuzz: .venv/dev
	$(BIN)/python benchmarks/fuzz.py $(SECONDS)

.venv/run: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

.venv/dev: .venv/run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

# Linters to compare with. What cannot be installed is left out, and the benchmarks say so.
WITH_PEERS := PATH="$(CURDIR)/.venv/bin:$(CURDIR)/.venv/peers/node_modules/.bin:$$PATH"
.venv/peers: .venv/run
	-$(BIN)/python -m pip install --quiet --disable-pip-version-check rumdl
	-npm install --silent --no-fund --no-audit --prefix $@ markdownlint-cli2
	mkdir -p $@ && touch $@

clean:
	rm -rf .venv build dist
