// Which of NVML's reasons make a figure by the wall clock worthless.
#include "probes/registry/power.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

PowerWindow window(std::uint64_t events) {
  PowerWindow seen;
  seen.samples = 1;
  seen.events = events;
  return seen;
}

TEST(Power, SlowdownsInvalidateAndNothingElseDoes) {
  for (const std::uint64_t slow : {0x4u, 0x8u, 0x20u, 0x40u, 0x80u}) {
    const auto reason = invalidates(window(slow | 0x1));
    ASSERT_TRUE(reason) << slow;
    EXPECT_EQ(reason->id, "throttled");
  }
  for (const std::uint64_t harmless : {0x0u, 0x1u, 0x2u, 0x10u, 0x100u, 0x103u})
    EXPECT_FALSE(invalidates(window(harmless))) << harmless;
  EXPECT_THAT(invalidates(window(0x24))->sentence, HasSubstr("sw_power_cap, sw_thermal_slowdown"));
  EXPECT_THAT(other_events(0x25), ElementsAre("gpu_idle"));
}

TEST(Power, WithoutSamplesNothingIsInvalid) {
  PowerWindow none;
  none.problem = Reason{"no_nvml", "libnvidia-ml.so.1 was not found", {}};
  EXPECT_FALSE(invalidates(none));
  EXPECT_EQ(words(none), "power and clocks not sampled: libnvidia-ml.so.1 was not found");
  PowerWindow silent = window(0);
  silent.events.reset();
  silent.events_absent = "Not Supported";
  EXPECT_FALSE(invalidates(silent));
  EXPECT_THAT(words(silent), HasSubstr("not told: Not Supported"));
}

TEST(Power, WindowsOfOnePhaseAddUp) {
  PowerWindow all = window(0x1);
  all.sm_clock.take(1980);
  all.power.absent = "Not Supported";
  PowerWindow later = window(0x4);
  later.sm_clock.take(1200);
  later.power.take(699.6);
  all.slowed = 1;
  later.slowed = 2;
  merge(all, later);
  EXPECT_EQ(all.samples, 2);
  EXPECT_EQ(all.slowed, 3);
  EXPECT_EQ(all.sm_clock.lowest, 1200);
  EXPECT_EQ(all.sm_clock.highest, 1980);
  EXPECT_TRUE(all.power.absent.empty());
  EXPECT_EQ(words(all),
            "2 samples, SM clock 1200 to 1980 MHz, at most 700 W, slowed down by sw_power_cap");
}

}  // namespace
}  // namespace bp
