// The GPU of this machine, opened once in a test program of kernels. Skipped where there is none, a
// failure there under REQUIRE_GPU=1.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <variant>

#include "kernels/kernel.h"
#include "probes/driver/gpu.h"
#include "tests/support/with_gpu.h"

namespace bp::test {

class KernelOnGpu : public testing::Test {
 public:
  static constexpr std::chrono::seconds timeout{20};

 protected:
  void SetUp() override {
    const std::string& problem = opened().problem;
    if (problem.empty()) return;
    if (gpu_required()) FAIL() << "REQUIRE_GPU is set, but: " << problem;
    GTEST_SKIP() << problem;
  }
  static const Gpu& gpu() { return *opened().gpu; }

  /// Kernel::check of several seeds, with every tuning that the kernel has.
  static void expect_check_passes(const Kernel& kernel) {
    for (const Tuning tuning : {Tuning::free, Tuning::portable}) {
      if (tuning == Tuning::portable && !kernel.has_portable) continue;
      for (const std::uint64_t seed : {1u, 2u, 3u}) {
        const auto result = kernel.check(gpu(), tuning, seed, timeout);
        EXPECT_EQ(result.status, Status::supported)
            << kernel.id << ", " << to_string(tuning) << ": "
            << (result.reason ? result.reason->sentence : "");
        EXPECT_EQ(strongest(result.evidence), EvidenceKind::verified);
      }
    }
  }

 private:
  struct Opened {
    std::unique_ptr<Driver> driver;
    std::unique_ptr<Gpu> gpu;
    std::string problem;  // why there is no GPU
  };
  static Opened open() {
    Opened opened;
    auto loaded = load_driver({});
    if (const auto* reason = std::get_if<Reason>(&loaded)) {
      opened.problem = reason->sentence;
      return opened;
    }
    opened.driver = std::make_unique<Driver>(std::get<Driver>(std::move(loaded)));
    if (const auto result = opened.driver->api.Init(0); result != CUDA_SUCCESS) {
      opened.problem = "cuInit failed with error " + std::to_string(static_cast<int>(result));
      return opened;
    }
    try {
      opened.gpu = std::make_unique<Gpu>(*opened.driver, 0);
    } catch (const Unusable& unusable) {
      opened.problem = unusable.reason.sentence;
    }
    return opened;
  }
  static Opened& opened() {
    static Opened instance = open();
    return instance;
  }
};

}  // namespace bp::test
