// What `bench` measures: rows, one for each shape of a kernel and tuning, and the yardsticks that
// they are put beside. Only what was measured is kept: shares are calculated from it
// (report/evaluate/bench.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/registry/evidence.h"

namespace bp {

/// Of one launch, by the GPU's clock, in seconds.
struct BenchTime {
  double median = 0;
  double least = 0;
  double most = 0;
  std::int64_t iterations = 0;
  bool operator==(const BenchTime&) const = default;
};

/// What NVML said while something was timed.
struct BenchClocks {
  std::int64_t samples = 0;
  std::int64_t throttled = 0;              // of them, those with one of `reasons`
  std::vector<std::string> reasons{};      // of slowdowns: "sw_power_cap" (registry/power.h)
  std::optional<double> sm_clock_least{};  // MHz
  std::optional<double> sm_clock_most{};
  std::string absent{};  // why there is no sample
  bool operator==(const BenchClocks&) const = default;
};

struct BenchRow {
  std::string kernel;  // id
  std::string operation;
  std::string path;
  std::string shape;                // "b128_h16_sq1_sk4096"
  std::string tuning;               // "free", "portable" (kernels/tuning.h)
  Status status = Status::not_run;  // measured; else `reason` says what became of it
  std::optional<Reason> reason{};
  std::string image{};  // what was loaded
  // Of one launch (KernelWork):
  double operations = 0;
  double bytes = 0;
  std::string unit{};       // what does the operations: "wgmma.bf16"; empty: nothing counted
  std::string l2{};         // state before a launch: "cold", "warm", "mixed"; empty: not timed
  std::int64_t copies = 0;  // of the inputs that launches went through in turn
  std::optional<BenchTime> time{};  // set where it was measured
  BenchClocks clocks{};
  bool operator==(const BenchRow&) const = default;
};
/// "mla.dense_decode.mma_sync/b128_h16_sq1_sk4096/free".
std::string item_of(const BenchRow& row);

/// What a launch is compared with: the same GPU doing nothing else.
struct BenchYardstick {
  std::string id;  // "copy", "cublas.bf16", or a unit of BenchRow
  Status status = Status::not_run;
  std::optional<Reason> reason{};
  /// Before the rows, and after them: bytes read and written per second, or operations per second.
  std::vector<double> values{};
  std::string by{};  // "libcublas.so.12, 8192 x 8192 x 8192"
  BenchClocks clocks{};
  bool operator==(const BenchYardstick&) const = default;
};
inline constexpr std::string_view copy_yardstick = "copy";
inline constexpr std::string_view cublas_yardstick = "cublas.bf16";
/// "B/s" of the copy; "op/s" of the rest.
std::string_view unit_of_yardstick(std::string_view id);
/// Adds the measurement that came later.
void merge(BenchYardstick& into, const BenchYardstick& later);

struct BenchReport {
  std::vector<BenchYardstick> yardsticks;
  std::vector<BenchRow> rows;
  bool empty() const { return yardsticks.empty() && rows.empty(); }
  bool operator==(const BenchReport&) const = default;
};

}  // namespace bp
