#include "probes/counters/metrics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace bp {
namespace {

using Opcodes = std::span<const std::string_view>;
using Word = std::string_view;

// What a counter counts is CUPTI's own description of it (cuptiProfilerHostGetMetricProperties of
// CUPTI 13.0), which a test compares.
constexpr auto hmma_moves = std::to_array<Word>({"HMMA", "HFMA2"});
constexpr auto hmma = std::to_array<Word>({"HMMA"});
constexpr auto hmma_qmma = std::to_array<Word>({"HMMA", "QMMA"});
constexpr auto hmma_qmma_omma = std::to_array<Word>({"HMMA", "QMMA", "OMMA"});
constexpr auto hmma_hopper = std::to_array<Word>({"HMMA", "HFMA2", "HGMMA", "QGMMA"});
constexpr auto hmma_utc = std::to_array<Word>({"HMMA", "UTCHMMA", "UTCQMMA", "UTCOMMA"});
constexpr auto imma = std::to_array<Word>({"IMMA"});
constexpr auto imma_bmma = std::to_array<Word>({"IMMA", "BMMA"});
constexpr auto imma_hopper = std::to_array<Word>({"IMMA", "IGMMA", "BMMA", "BGMMA"});
constexpr auto imma_utc = std::to_array<Word>({"IMMA", "UTCIMMA"});
constexpr auto dmma = std::to_array<Word>({"DMMA"});
constexpr auto gmma = std::to_array<Word>({"HGMMA", "QGMMA", "IGMMA", "BGMMA"});
constexpr auto tc = std::to_array<Word>({"UTCBAR", "UTCCP", "UTCSHIFT", "UTCMMA"});

constexpr Metric all_pipe{"all", "sm__inst_executed_pipe_tensor.sum", {}};
constexpr Metric fp64_dmma{"fp64_dmma", "sm__inst_executed_pipe_fp64_op_dmma.sum", dmma};
constexpr Metric tc_pipe{"tc", "sm__inst_executed_pipe_tc.sum", tc};
constexpr Word subpipe_hmma = "sm__inst_executed_pipe_tensor_subpipe_hmma.sum";
constexpr Word subpipe_imma = "sm__inst_executed_pipe_tensor_subpipe_imma.sum";
constexpr Word op_hmma = "sm__inst_executed_pipe_tensor_op_hmma.sum";
constexpr Word op_imma = "sm__inst_executed_pipe_tensor_op_imma.sum";
constexpr Word op_dmma = "sm__inst_executed_pipe_tensor_op_dmma.sum";

constexpr auto ga100 = std::to_array<Metric>({{"hmma", op_hmma, hmma_moves},
                                              {"imma", op_imma, imma_bmma},
                                              {"dmma", op_dmma, dmma},
                                              all_pipe});
constexpr auto ga10x =
    std::to_array<Metric>({{"hmma", op_hmma, hmma}, {"imma", op_imma, imma_bmma}, fp64_dmma});
constexpr auto ga10b =
    std::to_array<Metric>({{"hmma", op_hmma, hmma_moves}, {"imma", op_imma, imma_bmma}, fp64_dmma});
constexpr auto ad10x = std::to_array<Metric>({
    {"hmma", "sm__inst_executed_pipe_tensor_op_hmma_v2.sum", hmma_qmma},
    {"imma", "sm__inst_executed_pipe_tensor_op_imma_v2.sum", imma_bmma},
    fp64_dmma,
});
constexpr auto gh100 = std::to_array<Metric>({
    {"gmma", "sm__inst_executed_pipe_tensor_op_gmma.sum", gmma},
    {"hmma", op_hmma, hmma_hopper},
    {"imma", op_imma, imma_hopper},
    {"dmma", op_dmma, dmma},
    all_pipe,
});
constexpr auto gb10x = std::to_array<Metric>({
    {"hmma", subpipe_hmma, hmma_utc},
    {"imma", subpipe_imma, imma_utc},
    {"dmma", "sm__inst_executed_pipe_tensor_subpipe_dmma.sum", dmma},
    tc_pipe,
});
constexpr auto gb110 = std::to_array<Metric>(
    {{"hmma", subpipe_hmma, hmma_utc}, {"imma", subpipe_imma, imma}, fp64_dmma, tc_pipe});
constexpr auto gb10b = std::to_array<Metric>(
    {{"hmma", subpipe_hmma, hmma_utc}, {"imma", subpipe_imma, imma_utc}, fp64_dmma, tc_pipe});
constexpr auto gb20x = std::to_array<Metric>({
    {"hmma_qmma_omma", subpipe_hmma, hmma_qmma_omma},
    {"hmma", "sm__inst_executed_pipe_tensor_subpipe_hmma_op_hmma.sum", hmma},
    {"imma", "sm__inst_executed_pipe_tensor_subpipe_imma_op_imma.sum", imma},
    fp64_dmma,
});
constexpr auto any_chip = std::to_array<Metric>({all_pipe});

constexpr auto chips =
    std::to_array<Word>({"GA100", "GA102", "GA103", "GA104", "GA106", "GA107", "GA10B", "AD102",
                         "AD103", "AD104", "AD106", "AD107", "GH100", "GB100", "GB102", "GB110",
                         "GB10B", "GB202", "GB203", "GB205", "GB206", "GB207", "GB20B"});

bool holds(Opcodes opcodes, Word opcode) {
  return std::ranges::find(opcodes, opcode) != opcodes.end();
}

/// "QGMMA.64x64x32.F32.E4M3.E4M3" is a QGMMA.
Word head(Word opcode) { return opcode.substr(0, opcode.find('.')); }

std::string whole(double count) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.0f", count);
  return text.data();
}

std::string ratio(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g", value);
  return text.data();
}

/// How many of `opcode` were executed: by the counter that counts the fewest others, less what
/// another counter has of these others. nullopt: no counter counts it.
std::optional<double> executed(const CountedLoop& loop, Word opcode) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < loop.metrics.size(); ++i) {
    const Opcodes opcodes = loop.metrics[i].opcodes;
    if (!holds(opcodes, opcode)) continue;
    if (!best || opcodes.size() < loop.metrics[*best].opcodes.size()) best = i;
  }
  if (!best) return std::nullopt;
  double count = loop.counts[*best];
  const Opcodes within = loop.metrics[*best].opcodes;
  for (std::size_t i = 0; i < loop.metrics.size(); ++i) {
    const Opcodes others = loop.metrics[i].opcodes;
    if (others.empty() || holds(others, opcode)) continue;
    if (std::ranges::all_of(others, [&](Word other) { return holds(within, other); }))
      count -= loop.counts[i];
  }
  return count;
}

std::string what_was_counted(const CountedLoop& loop, double& largest) {
  std::string text;
  for (std::size_t i = 0; i < loop.metrics.size(); ++i) {
    // The sum says nothing beside its parts.
    if (loop.counts[i] == 0 || (loop.metrics[i].opcodes.empty() && loop.metrics.size() > 1))
      continue;
    text.append(text.empty() ? "" : ", ").append(loop.metrics[i].pipe).append(" ");
    text += whole(loop.counts[i]);
    largest = std::max(largest, loop.counts[i]);
  }
  text = text.empty() ? "the tensor pipes executed nothing" : "the tensor pipes executed " + text;
  if (loop.issued == 0) return text + " in one launch of the probe";
  text += " while the clocked loop issued " + std::to_string(loop.issued);
  if (largest > 0) text += ": " + ratio(largest / static_cast<double>(loop.issued)) + " for each";
  return text;
}

}  // namespace

std::span<const Metric> tensor_metrics(std::string_view chip) {
  if (chip == "GA100") return ga100;
  if (chip == "GA10B") return ga10b;
  if (chip.starts_with("GA10")) return ga10x;
  if (chip.starts_with("AD10")) return ad10x;
  if (chip == "GH100") return gh100;
  if (chip == "GB100" || chip == "GB102") return gb10x;
  if (chip == "GB110") return gb110;
  if (chip == "GB10B") return gb10b;
  if (chip.starts_with("GB20")) return gb20x;
  return any_chip;
}

std::span<const std::string_view> tensor_chips() { return chips; }

CountVerdict judge(const CountedLoop& loop) {
  CountVerdict verdict;
  verdict.text = what_was_counted(loop, verdict.largest);
  const bool named = std::ranges::any_of(
      loop.metrics, [](const Metric& metric) { return !metric.opcodes.empty(); });
  if (!named || loop.native_sass.empty()) return verdict;
  const Word opcode = head(loop.native_sass.front());
  const auto count = executed(loop, opcode);
  const bool unread = std::ranges::any_of(
      loop.unread, [&](const Metric& metric) { return holds(metric.opcodes, opcode); });
  if (unread) {
    verdict.text += "; the counter for " + std::string(opcode) + " was not read";
    return verdict;
  }
  if (!count) {
    verdict.native = false;
    verdict.text += "; no counter of this chip is for " + std::string(opcode);
    return verdict;
  }
  const auto issued = static_cast<double>(loop.issued);
  // One native instruction of a warp stands for one that was issued; two or more are an expansion
  // into smaller ones. A counter may hold a few instructions of another kind (HFMA2 as a move), so
  // the bounds are wide. An instruction of a warpgroup is counted in each of its warps.
  verdict.native = loop.issued == 0 ? *count > 0
                   : loop.family == Family::warp_mma
                       ? *count >= 0.99 * issued && *count < 1.5 * issued
                       : *count >= 0.99 * issued;
  // How often one of these is counted has been seen on no GPU: too few say nothing.
  if (loop.family == Family::tcgen05 && !*verdict.native) verdict.native.reset();
  return verdict;
}

}  // namespace bp
