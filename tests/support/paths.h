// What a test needs beside its own program: the paths come from environment variables, which CTest
// and run-tests set, so that the programs hold no path of the build and run wherever they are
// copied to.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace bp::test {

inline bool has(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

/// The variables are: BP_PTXAS, the assembler that the build embeds; BP_TEST_ROOT, the folder with
/// tests/ and report/; BP_PROBE_FOLDER, the probes' sources; BP_FAKE_WORKER, BP_SPARK_NVML,
/// BP_FAKE_CUPTI, BP_ASSEMBLE, what those tests work with.
inline std::string path(const char* variable) {
  if (!has(variable)) throw std::runtime_error(std::string(variable) + " is not set");
  return std::getenv(variable);
}

/// CTest sets it: there, nothing may be missing.
inline bool all_paths_required() {
  const char* value = std::getenv("REQUIRE_PATHS");
  return value != nullptr && std::string_view(value) == "1";
}

}  // namespace bp::test

/// First line of a test that calls path(variable): without it, the test is skipped and says why.
#define BP_NEEDS(variable)                                                          \
  do {                                                                              \
    if (bp::test::has(variable)) break;                                             \
    if (bp::test::all_paths_required()) FAIL() << (variable) << " is not set";      \
    GTEST_SKIP() << "needs " << (variable) << ", which is not set (see run-tests)"; \
  } while (false)
