# Libraries from the distribution (cmake/setup.sh installs them). Older and newer versions than Debian 12's both work.
find_package(nlohmann_json 3.10 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
# Headers alone: its compiled library is not used.
find_path(BP_TOML_INCLUDE toml++/toml.h REQUIRED)
find_package(simdjson REQUIRED)
find_package(benchmark REQUIRED)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
# The system's Python, because the distribution's modules (jsonschema) belong to it.
set(Python3_ROOT_DIR /usr)
set(Python3_FIND_STRATEGY LOCATION)
find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)
if(BP_TESTS)
  find_package(GTest REQUIRED)
endif()
