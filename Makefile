# make test: lint, types and every test. make fix: let the linter and the formatter do what they can.
# make torture HOURS=n: the promises' tests in their long form, about n hours of them.
VENV := .venv/bin
DEV := .venv/.dev-set-up
HOURS ?= 1
# Tested beside the version that constraints.txt has.
NEWEST_EDITOR := 1.58.1

.PHONY: test lint types unit torture fix

test: lint types unit

lint: $(DEV)
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .

types: $(DEV)
	$(VENV)/pyright

# Two processes, one thread each: teams of threads on the same cores wait for each other.
unit: $(DEV)
	OMP_NUM_THREADS=1 $(VENV)/pytest -n 2 --dist loadfile

torture: $(DEV)
	DGX_PIXELS_TORTURE_HOURS=$(HOURS) $(VENV)/pytest tests/jobs tests/worker tests/server tests/graph

fix: $(DEV)
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .

$(DEV): pyproject.toml constraints.txt tests/clients/package-lock.json
	./dgx-pixels --set-up-only
	$(VENV)/python -m pip install --quiet --disable-pip-version-check --upgrade --constraint constraints.txt pip
	$(VENV)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt \
		--group dev --group oracle --group clients
	$(VENV)/python -m pip install --quiet --disable-pip-version-check --no-deps --upgrade \
		--target .venv/editor-new comfyui-frontend-package==$(NEWEST_EDITOR)
	if command -v npm >/dev/null; then npm ci --prefix tests/clients --ignore-scripts --no-audit --no-fund --silent; fi
	touch $@
