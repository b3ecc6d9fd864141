// The GPU of this machine, for tests that need one: without it they are skipped with the reason,
// under REQUIRE_GPU=1 they fail. BP_LIBCUDA picks a libcuda.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string_view>

#include "probes/driver/unusable.h"
#include "probes/engine/engine.h"

namespace bp::test {

inline bool gpu_required() {
  const char* required = std::getenv("REQUIRE_GPU");
  return required != nullptr && std::string_view(required) == "1";
}

class WithGpu : public testing::Test {
 protected:
  static EngineOptions options() {
    EngineOptions given;
    if (const char* path = std::getenv("BP_LIBCUDA")) given.libcuda = path;
    return given;
  }

  void SetUp() override {
    facts_ = engine_.enumerate();
    auto problem = facts_.problem;
    try {
      if (!problem) engine_.gpu();
    } catch (const Unusable& error) {
      problem = error.reason;
    }
    if (!problem) return;
    if (gpu_required()) FAIL() << "REQUIRE_GPU is set, but: " << problem->sentence;
    GTEST_SKIP() << "no usable GPU: " << problem->sentence;
  }

  Engine engine_{options()};
  DriverFacts facts_;
};

}  // namespace bp::test
