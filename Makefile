# The two commands for everybody are `make demo` and `make test`.
# Each first sets up .venv, once and whenever the locked requirements change.

# The first Python that is new enough; choose another with `make test PYTHON=python3.13`.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)

VENV := .venv
BIN := $(VENV)/bin
# Where `make bench` has its peers.
PEERS := .bench
# Where `make agents` installs other people's programs, more than a gigabyte of them.
COFFEE_TEST_AGENTS ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/coffee-test-agents
export COFFEE_TEST_AGENTS
# Constraints of this machine's own pip settings are no business of ours: the hashes decide.
PIP := PIP_CONSTRAINT=/dev/null PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip
LOCK := uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url

.PHONY: help setup demo test agents endure chaos bench pictures check lint format lock clean

help: ## Say what there is.
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|'

setup: $(VENV)/project.stamp ## Make .venv with everything in it.

demo: setup ## Watch a whole round trip in a local stand-in for Slack.
	@$(BIN)/coffee demo

# Two workers, for half of the time is spent waiting. A file stays in one worker, for what its tests
# share, and files go in the order of their names, or the longest would come last. A few tests alone
# are not worth the workers' own start.
WORKERS ?= $(if $(TESTS),0,2)

test: setup ## Run the tests; TESTS=tests/daemon for some of them, WORKERS=4 for more at once.
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --no-loadscope-reorder $(TESTS)

agents: tests/conformance/package.json ## Install the real agents that tests can drive (needs npm).
	@cmp -s $< "$(COFFEE_TEST_AGENTS)/installed.json" || { \
		mkdir -p "$(COFFEE_TEST_AGENTS)" && cp $< "$(COFFEE_TEST_AGENTS)/package.json" && \
		npm install --prefix "$(COFFEE_TEST_AGENTS)" --silent --no-audit --no-fund \
			--no-package-lock --no-update-notifier && \
		cp $< "$(COFFEE_TEST_AGENTS)/installed.json"; }

# An hour or so: rounds of starts, lives of the daemon's process and of its record, signals, and
# deaths of the bot at each point.
LONG := COFFEE_TEST_ROUNDS=40 COFFEE_TEST_LIVES=100 COFFEE_TEST_RECORDS=1000 \
	COFFEE_TEST_SIGNALS=200 COFFEE_TEST_DEATHS=20

endure: setup ## The long versions of the tests about starts, signals, lives, and kills of both sides.
	@$(LONG) $(BIN)/python -m pytest \
		tests/conversations/test_starts.py tests/conversations/test_two_bots.py \
		tests/daemon/test_process_life.py tests/daemon/test_terminated.py \
		tests/daemon/store/test_store_life.py tests/chaos/test_points.py
	@PYTHONPATH=tests $(BIN)/python -m chaos --questions 100 --kills 30 --together

chaos: setup ## Kill bot and daemon 200 times each over 600 questions; CHAOS="--seed 7" and others.
	@PYTHONPATH=tests $(BIN)/python -m chaos $(CHAOS)

bench: setup $(PEERS)/stamp ## Measure it beside what people would use instead; BENCH="--only wire".
	@PYTHONPATH=tests $(BIN)/python -m bench --tools $(PEERS) $(BENCH)

pictures: setup ## Take the pictures of the documentation anew (needs chromium).
	@PYTHONPATH=tests $(BIN)/python -m pictures docs/pictures

check: lint test ## Everything that a change must pass.

lint: setup ## Style, types and the walls between the rooms.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: setup ## Let ruff put the code in order.
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: setup ## Choose newer versions within pyproject.toml's bounds (needs the network).
	$(BIN)/python -m uv --version >/dev/null 2>&1 || $(PIP) install -q uv
	$(BIN)/python -m $(LOCK) $(if $(UPGRADE),--upgrade) pyproject.toml -o requirements/run.txt
	$(BIN)/python -m $(LOCK) $(if $(UPGRADE),--upgrade) pyproject.toml --all-extras --group dev \
		-c requirements/run.txt -o requirements/dev.txt
	$(BIN)/python -m $(LOCK) $(if $(UPGRADE),--upgrade) --group pyproject.toml:bench \
		-o requirements/bench.txt

clean: ## Remove .venv and the tools' caches.
	rm -rf $(VENV) $(PEERS) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(VENV)/python.stamp:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed. Install it, or name it: make test PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Setting up $(VENV) with $(PYTHON); this happens once."
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/requirements.stamp: requirements/dev.txt $(VENV)/python.stamp
	@$(PIP) install -q --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/project.stamp: pyproject.toml $(VENV)/requirements.stamp
	@$(PIP) install -q --no-deps --no-build-isolation -e .
	@touch $@

# pm2 is measured where there is npm.
$(PEERS)/stamp: requirements/bench.txt $(VENV)/project.stamp
	@$(BIN)/python -m venv $(PEERS)
	@PIP_CONSTRAINT=/dev/null PIP_DISABLE_PIP_VERSION_CHECK=1 $(PEERS)/bin/python -m pip install -q \
		--require-hashes -r requirements/bench.txt
	@! command -v npm >/dev/null || npm install --silent --no-fund --no-audit --prefix $(PEERS) \
		pm2@7.0.4 || echo "pm2 could not be installed; going on without."
	@touch $@
