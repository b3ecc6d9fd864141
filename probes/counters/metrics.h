// Which counters a chip has for its tensor pipes, and what their counts say of an instruction.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "probes/registry/feature.h"

namespace bp {

struct Metric {
  std::string_view pipe;                      // "gmma": the name of a column
  std::string_view name;                      // CUPTI's, with its roll-up
  std::span<const std::string_view> opcodes;  // what it counts; empty: everything of the pipe
};

/// Counters of a chip as CUPTI names it ("GH100"), the most telling first; all fit in one pass. A
/// chip that is not in the table has the one counter that every chip has had so far.
std::span<const Metric> tensor_metrics(std::string_view chip);

/// The chips that the table was written for.
std::span<const std::string_view> tensor_chips();

struct CountedLoop {
  std::span<const Metric> metrics;
  std::span<const Metric> unread = {};            // of this chip too, but not counted in this run
  std::span<const double> counts;                 // one for each metric
  std::span<const std::string_view> native_sass;  // of the probe
  std::uint64_t issued = 0;                       // 0: not known
  Family family = Family::warp_mma;
};

struct CountVerdict {
  /// The native unit did it; nullopt: the counters do not tell.
  std::optional<bool> native;
  double largest = 0;  // count
  std::string text;    // "hmma 32768 while 16384 were issued, 2 for each; ..."
};

CountVerdict judge(const CountedLoop& loop);

}  // namespace bp
