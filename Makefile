# Wherry. `make` lists the targets. Works with GNU make 4.3.

SWIFT ?= swift
RELEASE_FLAGS ?= --static-swift-stdlib
DEMO_FLAGS ?=
TEST_FLAGS ?=
BENCH_FLAGS ?=
TORTURE_FLAGS ?=

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# $(call quietly,COMMAND): progress on a terminal; elsewhere nothing, unless the command fails.
define quietly
if [ -t 1 ]; then $(1); else \
    log=$$(mktemp) && trap 'rm -f "$$log"' EXIT && trap 'exit 130' INT TERM HUP && \
    { $(1) >"$$log" 2>&1 || { status=$$?; cat "$$log" >&2; exit $$status; }; }; \
fi
endef

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: demo
demo: build ## show Wherry at work, from nothing to delivered backups (the first build takes minutes)
	@.build/debug/wherry demo $(DEMO_FLAGS)

.PHONY: build
build: ## install what is missing, build .build/debug/wherry
	@scripts/setup build
	@echo 'Building wherry (debug).' >&2
	@$(call quietly,$(SWIFT) build -c debug --product wherry)

.PHONY: release
release: ## build the optimised program in .build-release
	@scripts/setup build
	$(SWIFT) build -c release --scratch-path .build-release --product wherry $(RELEASE_FLAGS)
	@ls -l .build-release/release/wherry

# The import check reports only through its exit status: the last line reads "Build complete!" all the same.
.PHONY: test
test: ## build and run all tests
	@scripts/setup test
	$(SWIFT) build --build-tests --explicit-target-dependency-import-check error
	@SWIFT=$(SWIFT) scripts/run-tests $(TEST_FLAGS)

.PHONY: check
check: ## check the rules of the house (.ci/checks)
	@.ci/run checks

.PHONY: format
format: ## format all tracked Swift files in place
	git ls-files -z '*.swift' | xargs -0 $(SWIFT) format format --in-place --parallel

.PHONY: bench
bench: ## run the benchmarks
	@scripts/setup bench
	Benchmarks/run $(BENCH_FLAGS)

.PHONY: bench-faults
bench-faults: ## try wherry, aria2, curl, wget and rclone on a server with 136 faults; prints a table
	@scripts/setup bench
	WHERRY_BENCHMARKS=1 $(SWIFT) build -c release --scratch-path .build-release $(RELEASE_FLAGS) --product wherry
	WHERRY_BENCHMARKS=1 $(SWIFT) build -c release --scratch-path .build-release $(RELEASE_FLAGS) --product fault-bench
	@.build-release/release/fault-bench --wherry .build-release/release/wherry $(BENCH_FLAGS)

.PHONY: torture
torture: ## kill, starve and fault a running Wherry, and count what is lost
	@scripts/setup test
	scripts/torture $(TORTURE_FLAGS)
