# make test: lint, types and every test. make fix: let the linter and the formatter do what they can.
VENV := .venv/bin
DEV := .venv/.dev-set-up

.PHONY: test lint types unit fix

test: lint types unit

lint: $(DEV)
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .

types: $(DEV)
	$(VENV)/pyright

unit: $(DEV)
	$(VENV)/pytest

fix: $(DEV)
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .

$(DEV): pyproject.toml constraints.txt
	./dgx-pixels --set-up-only
	$(VENV)/python -m pip install --quiet --disable-pip-version-check --upgrade --constraint constraints.txt pip
	$(VENV)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --group dev --group oracle
	touch $@
