// The registry of surveys: what is measured of a GPU, of a pair of GPUs or of the host beyond
// single instructions. One row each; a row plus one file in probes/sweeps/ or probes/facts/ is a
// survey.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "probes/registry/evidence.h"
#include "probes/registry/facts.h"

namespace bp {

enum class SurveyKind : std::uint8_t {
  sweep,  // a table: what happens while one or more parameters change
  fact,   // named values
};
enum class SurveyScope : std::uint8_t {
  gpu,   // once for each GPU
  pair,  // once for each pair of GPUs
  host,  // once
};

struct SurveyRow {
  std::string_view id;  // stable: "sweep.cluster_launch"; the file is sweeps/cluster_launch.cpp
  std::string_view title;
  SurveyKind kind;
  SurveyScope scope;
};

/// Counted in a worker of its own, the last of a GPU (probes/counters).
inline constexpr std::string_view counters_survey = "sweep.counters";

/// All rows in report order.
std::span<const SurveyRow> surveys();
const SurveyRow* find_survey(std::string_view id);

/// A cell of a table: a value, or why there is none.
struct Cell {
  FactValue value;
  std::string absent;
  bool operator==(const Cell&) const = default;
};

struct Column {
  std::string name;
  std::string unit;  // "B", "CTAs"; empty for words and plain numbers
  bool operator==(const Column&) const = default;
};

/// A named value, with how it is known.
struct SurveyValue {
  std::string name;
  FactValue value;
  std::string unit;
  EvidenceKind kind = EvidenceKind::declared;
  std::string absent;  // why there is no value
  /// Why the value is worth nothing although it was measured: clocks under a profiler, the wall
  /// clock on a throttled GPU or under a fake driver.
  std::optional<Reason> invalid{};
  bool operator==(const SurveyValue&) const = default;
};

struct SurveyResult {
  std::string id;
  std::vector<int> gpus;            // ordinals: one, a pair, or none (the host)
  Status status = Status::not_run;  // measured: it came to its end
  std::optional<Reason> reason = {};
  std::vector<Evidence> evidence = {};
  std::vector<SurveyValue> values = {};
  std::vector<Column> columns = {};
  std::vector<std::vector<Cell>> rows = {};  // each as long as `columns`
  bool operator==(const SurveyResult&) const = default;
};

}  // namespace bp
