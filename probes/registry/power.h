// What NVML says of a GPU's clocks and power over a time, and which of its reasons make figures by
// the wall clock worthless.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "probes/registry/evidence.h"

namespace bp {

/// nvmlClocksEventReason* bits in nvidia-smi's words (NVML API Reference): "gpu_idle",
/// "sw_power_cap" ...
std::vector<std::string> clock_events(std::uint64_t bits);
/// Those of them that mean the GPU runs slower than its clocks are set: power cap, slowdown by the
/// hardware, thermal, power brake. An idle GPU and clocks that the user has set are none.
std::vector<std::string> slowdowns(std::uint64_t bits);
/// The rest of clock_events().
std::vector<std::string> other_events(std::uint64_t bits);
/// "sw_power_cap, hw_slowdown"; "none" for an empty list.
std::string listed(const std::vector<std::string>& names);

/// A figure over the samples of a window.
struct PowerReading {
  std::optional<double> lowest;
  std::optional<double> highest;
  std::string absent;  // NVML's words where it has none
  void take(double value);
  bool operator==(const PowerReading&) const = default;
};

struct PowerWindow {
  std::string phase;  // "rates", "fact.memory_bandwidth"
  std::int64_t samples = 0;
  std::int64_t slowed = 0;              // of them, those with one of slowdowns()
  PowerReading sm_clock;                // MHz
  PowerReading memory_clock;            // MHz
  PowerReading power;                   // W
  PowerReading power_limit;             // W
  PowerReading temperature;             // degrees Celsius
  std::optional<std::uint64_t> events;  // all that were seen; nullopt: NVML does not tell
  std::string events_absent;
  std::optional<Reason> problem;  // why there is no sample at all
  bool operator==(const PowerWindow&) const = default;
};

/// The later window of the same phase added to the earlier one.
void merge(PowerWindow& into, const PowerWindow& later);

/// Why a figure by the wall clock of that time is worth nothing; nullopt: nothing is known against
/// it, which is also so where NVML was not there to ask.
std::optional<Reason> invalidates(const PowerWindow& window);

/// "12 samples of NVML: SM clock 1755 to 1980 MHz, at most 312 of 700 W, 41 degrees, slowed down by
/// nothing", or why there is none.
std::string words(const PowerWindow& window);

}  // namespace bp
