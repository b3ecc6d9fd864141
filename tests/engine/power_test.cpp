// NVML asked while something is measured: a library that answers half of it, none at all, another
// GPU, one that hangs.
#include "probes/engine/power.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "tests/support/paths.h"

namespace bp {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(PowerMonitor, TakesSamplesUntilTheEnd) {
  BP_NEEDS("BP_SPARK_NVML");
  PowerMonitor monitor("GPU-0", test::path("BP_SPARK_NVML"));
  monitor.begin("first");
  const PowerWindow brief = monitor.end();
  EXPECT_FALSE(brief.problem);
  EXPECT_EQ(brief.phase, "first");
  EXPECT_GE(brief.samples, 2) << "one at each end";
  monitor.begin("second");
  std::this_thread::sleep_for(60ms);
  const PowerWindow window = monitor.end();
  EXPECT_GT(window.samples, brief.samples);
  // By the name that the call had before R535.
  EXPECT_EQ(window.events, 0x24u);
  EXPECT_EQ(window.slowed, window.samples);
  EXPECT_EQ(invalidates(window)->id, "throttled");
  EXPECT_EQ(window.power_limit.highest, std::nullopt);
  EXPECT_EQ(window.power_limit.absent, "Not Supported");
  EXPECT_EQ(window.temperature.absent, "this NVML does not have the call");
}

TEST(PowerMonitor, WithoutALibraryThereIsAReason) {
  PowerMonitor monitor("GPU-0", "/nonexistent/libnvidia-ml.so.1");
  monitor.begin("phase");
  const PowerWindow window = monitor.end();
  EXPECT_EQ(window.samples, 0);
  ASSERT_TRUE(window.problem);
  EXPECT_EQ(window.problem->id, "no_nvml");
  EXPECT_FALSE(invalidates(window));
}

TEST(PowerMonitor, AGpuThatNvmlDoesNotListIsNotSampled) {
  BP_NEEDS("BP_SPARK_NVML");
  PowerMonitor monitor("MIG-1", test::path("BP_SPARK_NVML"));
  monitor.begin("phase");
  const PowerWindow window = monitor.end();
  ASSERT_TRUE(window.problem);
  EXPECT_THAT(window.problem->sentence, HasSubstr("does not list"));
}

TEST(PowerMonitor, ALibraryThatHangsHoldsNothingUp) {
  BP_NEEDS("BP_SPARK_NVML");
  setenv("BP_SPARK_NVML_HANGS", "1", 1);
  const auto start = std::chrono::steady_clock::now();
  {
    PowerMonitor monitor("GPU-0", test::path("BP_SPARK_NVML"), 50ms);
    monitor.begin("phase");
    const PowerWindow window = monitor.end();
    ASSERT_TRUE(window.problem);
    EXPECT_THAT(window.problem->sentence, HasSubstr("did not answer in time"));
    EXPECT_FALSE(invalidates(window));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
  unsetenv("BP_SPARK_NVML_HANGS");
}

}  // namespace
}  // namespace bp
