# The two commands that matter: `make run` and `make test`. Everything else is CMake (CMakePresets.json).
PRESET ?= default
BUILD := build/$(PRESET)
PROGRAM := $(BUILD)/cli/blackwell-probe

.PHONY: run test build clean help

help: ## Say what the targets do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 16

run: build ## Build all, probe this machine, write report.json and report.html into this folder
	@$(PROGRAM) -o report.json -o report.html

test: build ## Build all and run the tests; those that need a GPU are skipped where there is none
	@ctest --preset $(PRESET)

build: ## Install what is missing, configure and build
	@sh cmake/setup.sh
	@cmake --preset $(PRESET) $(CMAKE_ARGS) --log-level=WARNING
	@cmake --build --preset $(PRESET)

clean: ## Remove the build folder
	rm -rf build
