#include <algorithm>
#include <cmath>
#include <cstdio>

#include "probes/registry/power.h"
#include "report/evaluate/bench.h"
#include "report/formats/bench.h"

namespace bp {
namespace {

/// Three digits at least, none behind the point of large figures.
std::string bench_figure(double value) {
  std::array<char, 64> text{};
  const int digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

std::string duration(double seconds) {
  if (seconds < 1e-3) return bench_figure(seconds * 1e6) + " µs";
  if (seconds < 1) return bench_figure(seconds * 1e3) + " ms";
  return bench_figure(seconds) + " s";
}

std::string share_text(const std::optional<double>& share) {
  return share ? bench_figure(*share) : std::string();
}

std::string scaled(const std::optional<double>& value, double scale) {
  return value ? bench_figure(*value * scale) : std::string();
}

std::string clocks_note(const BenchClocks& clocks) {
  if (clocks.throttled == 0) return {};
  return "throttled in " + std::to_string(clocks.throttled) + " of " +
         std::to_string(clocks.samples) + " samples: " + listed(clocks.reasons);
}

std::string reason_words(Status status, const std::optional<Reason>& reason) {
  return std::string(words(status)) + (reason ? ": " + reason->sentence : std::string());
}

}  // namespace

std::array<std::string, bench_columns.size()> bench_cells(const BenchReport& bench,
                                                          const BenchRow& row) {
  const BenchShares shares = shares_of(bench, row);
  const std::optional<Fallback> fallback = fallback_of(bench, row);
  return {
      row.shape,
      row.tuning,
      row.time ? duration(row.time->median) : std::string(),
      fallback ? bench_figure(fallback->times) + "x " + std::string(fallback->from) : std::string(),
      scaled(shares.bytes_per_second, 1e-9),
      share_text(shares.of_copy),
      scaled(shares.operations_per_second, 1e-12),
      share_text(shares.of_rate),
      shares.bound ? std::string(to_string(*shares.bound)) : std::string()};
}

std::string bench_note(const BenchRow& row) {
  if (!row.time) return reason_words(row.status, row.reason);
  std::string note = clocks_note(row.clocks);
  if (row.l2 == "mixed") {
    note += std::string(note.empty() ? "" : "; ") +
            "L2 holds part of the inputs: " + std::to_string(row.copies) +
            " copies of them are not much larger";
  }
  return note;
}

std::string yardstick_text(const BenchYardstick& yardstick) {
  if (yardstick.values.empty()) return reason_words(yardstick.status, yardstick.reason);
  const bool bytes = unit_of_yardstick(yardstick.id) == "B/s";
  std::string text;
  for (const double value : yardstick.values) {
    text += (text.empty() ? "" : ", then ") + bench_figure(value * (bytes ? 1e-9 : 1e-12));
  }
  text += bytes ? " GB/s" : " TFLOP/s";
  if (!yardstick.by.empty()) text += " (" + yardstick.by + ")";
  const std::string note = clocks_note(yardstick.clocks);
  return note.empty() ? text : text + "; " + note;
}

std::vector<std::string> about_bench(const BenchReport& bench) {
  std::vector<std::string> lines{
      "Medians of single launches by the GPU's clock, each shape after its outputs were compared "
      "with the reference. Bytes and operations are the least that the shape needs; \"copy\" and "
      "\"rate\" are their shares of the yardsticks of this run, \"bound\" says which of the two "
      "allows less: its share is that of the roofline."};
  if (std::ranges::any_of(bench.rows,
                          [&](const BenchRow& row) { return fallback_of(bench, row).has_value(); }))
    lines.emplace_back(
        "\"fallback\" is what it costs to fall back to this path or tuning: the time as a multiple "
        "of "
        "that of the named path, the most special one that was timed, in the tuning free.");
  const auto l2 = [&](std::string_view state) {
    return std::ranges::any_of(bench.rows, [&](const BenchRow& row) { return row.l2 == state; });
  };
  if (l2("cold"))
    lines.emplace_back(
        "L2 is cold: launches go through so many copies of the inputs that it holds none of the "
        "next.");
  if (l2("warm")) lines.emplace_back("L2 is warm: every launch has the same inputs.");
  const auto sampled = [](const BenchRow& row) { return row.clocks.samples > 0; };
  if (!bench.rows.empty() && std::ranges::none_of(bench.rows, sampled) &&
      !bench.rows.front().clocks.absent.empty())
    lines.push_back("Clocks and slowdowns are not known: " + bench.rows.front().clocks.absent +
                    ".");
  return lines;
}

std::vector<BenchKernel> by_kernel(const BenchReport& bench) {
  std::vector<BenchKernel> kernels;
  for (const BenchRow& row : bench.rows) {
    const auto known = std::ranges::find(kernels, row.kernel, &BenchKernel::id);
    if (known == kernels.end()) {
      kernels.push_back({row.kernel, {&row}});
    } else {
      known->rows.push_back(&row);
    }
  }
  return kernels;
}

}  // namespace bp
