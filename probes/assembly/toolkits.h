// The verdicts of several releases of ptxas over all probes and all targets that each knows: made
// by `make refresh-matrix`, kept in toolkits.json, embedded in the program.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "probes/assembly/ptxas.h"
#include "probes/assembly/verdict.h"
#include "probes/registry/evidence.h"
#include "probes/registry/target.h"

namespace bp {

struct ToolkitTableError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Toolkit {
  std::string name;             // "ptxas 12.8.93"
  PtxVersion newest;            // newest `.version` it takes
  std::vector<Target> targets;  // that it knows, ascending
  bool operator==(const Toolkit&) const = default;
};

struct ToolkitFeature {
  std::string id;
  std::uint64_t hash = 0;                             // module_hash() of what was judged
  std::vector<std::vector<ToolkitVerdict>> verdicts;  // of each toolkit, for each of its targets
  bool operator==(const ToolkitFeature&) const = default;
};

struct ToolkitTable {
  std::vector<Toolkit> toolkits;         // oldest first
  std::vector<ToolkitFeature> features;  // ascending by id

  const ToolkitFeature* find(std::string_view feature) const;
  /// By name ("ptxas 12.8.93"), version ("12.8.93"), release ("12.8") or "newest"; null: none.
  const Toolkit* toolkit(std::string_view word) const;
  /// Null: the toolkit does not know the target, or the feature is not in the table.
  const ToolkitVerdict* verdict(const Toolkit& toolkit, std::string_view feature,
                                Target target) const;
  /// The oldest toolkit that takes it; null: none.
  const Toolkit* first(std::string_view feature, Target target) const;
  struct Found {
    const Toolkit* toolkit;
    Target target;  // with the suffix that was taken
    const ToolkitVerdict* verdict;
  };
  /// What the newest toolkit that knows the target says. A bare number stands for the GPU: the
  /// first of plain, f, a that is taken, else what is said of the last.
  std::optional<Found> newest(std::string_view feature, Target target) const;
  /// What to compare another assembler with: the same release, else the newest that is not newer,
  /// else the oldest.
  const Toolkit& nearest(std::string_view name) const;

  bool operator==(const ToolkitTable&) const = default;
};

/// The rows of one toolkit for targets that it knows, by feature, then target; with `since`.
std::vector<MatrixRow> matrix_rows(const ToolkitTable& table, const Toolkit& toolkit,
                                   std::span<const Target> targets);

/// The rows of another source, with the smallest `.version` as its own toolkit has it, and the
/// first toolkit that takes it.
void annotate(std::vector<MatrixRow>& rows, const ToolkitTable& table);

/// Every target that one of the toolkits may know: known_targets(), and those that came later or
/// were dropped.
std::vector<Target> toolkit_targets();

/// Of the text without comments, and the smallest `.version` it is assembled with.
std::uint64_t module_hash(const MatrixModule& module);

/// Judges all modules with all assemblers. What `present` holds of an unchanged module for the
/// same assembler is taken from there. `progress`: cells that are judged, of how many; called from
/// several threads.
ToolkitTable judge_with_toolkits(
    std::span<const Ptxas> assemblers, std::span<const MatrixModule> modules,
    const ToolkitTable& present, unsigned threads,
    const std::function<void(std::size_t done, std::size_t all)>& progress = {});

/// Equal tables give equal texts. One line for each feature and toolkit, messages once each.
std::string encode_table(const ToolkitTable& table);
/// Throws ToolkitTableError.
ToolkitTable decode_table(std::string_view text);

}  // namespace bp
