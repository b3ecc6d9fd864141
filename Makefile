# The two commands that matter: `make run` and `make test`. Everything else is CMake (CMakePresets.json).
PRESET ?= default
BUILD := build/$(PRESET)
PROGRAM := $(BUILD)/cli/blackwell-probe

# What the kernels of the distribution are assembled for: all known targets, or `default`, which is quicker.
TARGETS ?= all

.PHONY: run test fuzz refresh-matrix refresh-catalogue kernels-table dist test-dist reproduce configure clean help

help: ## Say what the targets do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 26

run: configure ## Build the program, probe this machine, write report.json and report.html into this folder
	@cmake --build --preset $(PRESET) --target blackwell-probe
	@$(PROGRAM) -o report.json -o report.html

test: configure ## Build all and run the tests; those that need a GPU are skipped where there is none
	@cmake --build --preset $(PRESET)
	@ctest --preset $(PRESET)

fuzz: ## Search for inputs that break a reader: SECONDS=60 for each of tests/fuzz, or for TARGET=name alone
	@sh cmake/setup.sh fuzz
	@cmake --preset fuzz $(CMAKE_ARGS) --log-level=WARNING
	@cmake --build --preset fuzz
	@sh tests/fuzz/fuzz.sh build/fuzz $(or $(SECONDS),60) $(TARGET)

refresh-matrix: configure ## Judge all probes with the assemblers of several CUDA releases: probes/assembly/toolkits.json
	@cmake --build --preset $(PRESET) --target refresh_matrix$(if $(ALL),_all)

refresh-catalogue: ## Say which cited lines of other projects have changed in the git clones of a folder (CLONES=DIR)
	@python3 -B cmake/refresh_catalogue.py -- "$(CLONES)"

kernels-table: configure ## Assemble the kernels for every target: docs/kernels/resources.md
	@cmake --build --preset $(PRESET) --target kernels_table

dist: ## Make the distribution for x86-64 and aarch64 in dist/: folders, archives, wheels, .deb (docs/releasing.md)
	@sh cmake/setup.sh dist
	@python3 -B cmake/dist/dist.py --targets $(TARGETS)

test-dist: ## Test what `make dist` made: in a bare root, as packages, on Arm under qemu (as root)
	@sh cmake/setup.sh dist
	@python=$$(python3 -B cmake/dist/tools.py build/dist/packages/tools) && BP_DIST=$(CURDIR)/dist \
	  $$python -B -m unittest discover --start-directory tests/dist --pattern 'test_*.py'

reproduce: ## Make the distribution a second time and compare it byte by byte with dist/
	@python3 -B cmake/dist/reproduce.py --targets $(TARGETS) $(REPRODUCE_FLAGS)

configure: ## Install what is missing and configure
	@sh cmake/setup.sh
	@if [ $(PRESET) = sanitize ]; then \
	  $(MAKE) --no-print-directory configure PRESET=default && cmake --build --preset default --target device_code; fi
	@cmake --preset $(PRESET) $(CMAKE_ARGS) --log-level=WARNING

clean: ## Remove the build folder
	rm -rf build dist
