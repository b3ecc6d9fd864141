// What the matrix units of the GPU in hand give to a loop of nothing else. Skipped where there is
// none, a failure there under REQUIRE_GPU=1.
#include <gtest/gtest.h>

#include "kernels/rates.h"
#include "tests/kernels/on_gpu.h"

namespace bp {
namespace {

class RatesOnGpu : public test::KernelOnGpu {
 protected:
  static double rate(std::string_view unit) { return matrix_rate(gpu(), unit, timeout); }
  static bool hopper() { return gpu().cc() == ComputeCapability{9, 0}; }
  /// Operations per clock and SM at the highest clock of all.
  static double per_clock(double rate) {
    return rate / gpu().attribute(CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT) /
           (gpu().attribute(CU_DEVICE_ATTRIBUTE_CLOCK_RATE) * 1e3);
  }
};

TEST_F(RatesOnGpu, AreThoseOfTheMatrixUnits) {
  const double bf16 = rate("mma_sync.bf16");
  RecordProperty("mma_sync_bf16", std::to_string(bf16 * 1e-12));
  // From the smallest GPU of sm_86 to twice of what any SM did so far; code without matrix units
  // gives 512 at most.
  EXPECT_GT(per_clock(bf16), 512 * 0.6);
  EXPECT_LT(per_clock(bf16), 8192);
  EXPECT_NEAR(rate("mma_sync.bf16") / bf16, 1, 0.1) << "measured twice";
}

TEST_F(RatesOnGpu, OfHopper) {
  if (!hopper()) GTEST_SKIP() << "not sm_90";
  const double bf16 = rate("wgmma.bf16");
  const double e4m3 = rate("wgmma.e4m3");
  RecordProperty("wgmma_bf16", std::to_string(bf16 * 1e-12));
  RecordProperty("wgmma_e4m3", std::to_string(e4m3 * 1e-12));
  RecordProperty("mma_sync_e4m3", std::to_string(rate("mma_sync.e4m3") * 1e-12));
  // 4096 and 8192 operations per clock and SM, less what the power limit takes.
  EXPECT_GT(per_clock(bf16), 4096 * 0.6);
  EXPECT_LT(per_clock(bf16), 4096 * 1.01);
  EXPECT_GT(per_clock(e4m3), 8192 * 0.6);
  EXPECT_LT(per_clock(e4m3), 8192 * 1.01);
  EXPECT_GT(bf16, 1.1 * rate("mma_sync.bf16")) << "mma.sync does not reach the unit's rate";
}

TEST_F(RatesOnGpu, OfInstructionsThatItLacks) {
  EXPECT_THROW(rate("tcgen05.none"), DriverError);
  if (gpu().cc() < ComputeCapability{8, 9}) {
    EXPECT_THROW(rate("mma_sync.e4m3"), DriverError);
  }
  if (!hopper()) {
    EXPECT_THROW(rate("wgmma.bf16"), DriverError);
  }
}

}  // namespace
}  // namespace bp
