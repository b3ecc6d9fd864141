# The two commands that matter: `make run` and `make test`. Everything else is CMake (CMakePresets.json).
PRESET ?= default
BUILD := build/$(PRESET)
PROGRAM := $(BUILD)/cli/blackwell-probe

.PHONY: run test configure clean help

help: ## Say what the targets do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

run: configure ## Build the program, probe this machine, write report.json and report.html into this folder
	@cmake --build --preset $(PRESET) --target blackwell-probe
	@$(PROGRAM) -o report.json -o report.html

test: configure ## Build all and run the tests; those that need a GPU are skipped where there is none
	@cmake --build --preset $(PRESET)
	@ctest --preset $(PRESET)

configure: ## Install what is missing and configure
	@sh cmake/setup.sh
	@cmake --preset $(PRESET) $(CMAKE_ARGS) --log-level=WARNING

clean: ## Remove the build folder
	rm -rf build
