#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/command_line/names.h"
#include "cli/commands/commands.h"
#include "cli/commands/driver_matrix.h"
#include "cli/commands/end_on_interrupt.h"
#include "cli/commands/matrix_grid.h"
#include "cli/commands/matrix_source.h"
#include "cli/commands/offline.h"
#include "cli/output/glob.h"
#include "cli/output/outputs.h"
#include "cli/output/said.h"
#include "cli/output/table.h"
#include "probes/assembly/ptxas.h"
#include "probes/features/embedded.h"
#include "probes/registry/codec.h"

namespace bp {
namespace {

/// What is to be printed.
struct Matrix {
  std::vector<MatrixRow> rows;
  std::optional<ToolkitComparison> comparison;  // of an assembler that was asked now
};

std::string_view verdict_of(const ToolkitVerdict& verdict) {
  return to_string(verdict.accepted ? Status::assembles : Status::refused);
}

std::string as_csv(const Matrix& matrix) {
  Table table{{"feature", "target", "toolkit", "verdict", "sass", "message", "ptx", "since"}, {}};
  if (matrix.comparison) {
    table.header.insert(table.header.end(), {"table_toolkit", "table_verdict"});
  }
  for (std::size_t i = 0; i < matrix.rows.size(); ++i) {
    const MatrixRow& row = matrix.rows[i];
    table.rows.push_back({row.feature, row.target, row.toolkit, std::string(to_string(row.verdict)),
                          row.sass, row.message, row.ptx, row.since});
    if (!matrix.comparison) continue;
    const ToolkitVerdict* verdict = matrix.comparison->verdicts[i];
    table.rows.back().push_back(verdict == nullptr ? "" : matrix.comparison->with->name);
    table.rows.back().emplace_back(verdict == nullptr ? "" : verdict_of(*verdict));
  }
  return to_csv(table);
}

std::string as_json(const Matrix& matrix) {
  Json json = Json::array();
  for (std::size_t i = 0; i < matrix.rows.size(); ++i) {
    json.push_back(encode(matrix.rows[i]));
    if (!matrix.comparison) continue;
    const ToolkitVerdict* verdict = matrix.comparison->verdicts[i];
    json.back()["table"] =
        verdict == nullptr
            ? Json(nullptr)
            : Json{{"toolkit", matrix.comparison->with->name},
                   {"verdict", verdict_of(*verdict)},
                   {"message", verdict->accepted ? Json(nullptr) : Json(verdict->message)}};
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// A grid for each toolkit; one for all where each target is judged by one.
std::string as_text(const Matrix& matrix, int width) {
  std::string text;
  for (auto first = matrix.rows.begin(); first != matrix.rows.end();) {
    // Rows of the next toolkit begin with the first feature again.
    std::set<std::pair<std::string_view, std::string_view>> seen;
    const auto last = std::find_if(first, matrix.rows.end(), [&](const MatrixRow& row) {
      return !seen.emplace(row.feature, row.target).second;
    });
    text += (text.empty() ? "" : "\n") + matrix_grid({first, last}, width);
    first = last;
  }
  if (matrix.rows.empty()) return matrix_grid({}, width);
  const std::string more =
      matrix.comparison ? differences(matrix.rows, *matrix.comparison) : disagreements(matrix.rows);
  return more.empty() ? text : text + "\n" + more;
}

}  // namespace

ExitStatus run_matrix(const MatrixOptions& options) {
  MatrixChoice choice{words_of(feature_names()), {}};
  const TargetChoice targets = choose_targets(options.targets);
  const ToolkitChoice toolkits = choose_toolkits(options.toolkits);
  std::string wrong = !targets.error.empty() ? targets.error
                      : !toolkits.error.empty()
                          ? toolkits.error
                          : unmatched("--feature", options.features, choice.features, "probes");
  if (!options.toolkits.empty() + !options.ptxas.empty() + options.driver > 1)
    wrong = "--toolkit, --ptxas and --driver each name who is asked: give one of them";
  if (!options.libcuda.empty() && !options.driver) wrong = "--libcuda goes with --driver";
  auto outputs = open_outputs(options.output, table_formats(), Print::unasked);
  if (const auto* error = std::get_if<std::string>(&outputs); error != nullptr && wrong.empty())
    wrong = *error;
  if (!wrong.empty()) {
    complain(wrong);
    return ExitStatus::usage;
  }
  std::erase_if(choice.features,
                [&](const std::string& id) { return !is_selected(id, options.features, {}); });
  choice.targets = targets.targets;

  EndOnInterrupt ends(std::get<std::vector<Output>>(outputs));
  Matrix matrix;
  bool complete = true;
  if (!options.ptxas.empty()) {
    try {
      matrix.rows = rows_of_program(options.ptxas, choice, ends.programs());
    } catch (const PtxasError& error) {
      if (ends.arrived()) return ExitStatus::interrupted;
      complain(std::string("--ptxas: ") + error.what());
      return ExitStatus::usage;
    }
    if (!matrix.rows.empty()) matrix.comparison = compare(matrix.rows, matrix.rows.front().toolkit);
  } else if (options.driver) {
    DriverMatrix answers = judge_with_driver(options.libcuda, choice.features, targets_of(choice));
    if (answers.problem) {
      complain("--driver: " + said(*answers.problem));
      return answers.rows.empty() ? ExitStatus::no_gpu : ExitStatus::incomplete;
    }
    for (const std::string& sentence : answers.not_judged) complain("--driver: " + sentence);
    complete = answers.not_judged.empty();
    matrix.rows = std::move(answers.rows);
    add_first_toolkits(matrix.rows);
    // Its assembler's version is not known: the toolkit of the build is what there is to compare.
    matrix.comparison = compare(matrix.rows, probe_pack().toolkit());
  } else if (!toolkits.toolkits.empty()) {
    matrix.rows = rows_of_toolkits(toolkits.toolkits, choice);
  } else {
    matrix.rows = rows_of_build(choice);
  }

  const auto bytes = [&](const Output& output) {
    if (output.format == "csv") return as_csv(matrix);
    if (output.format == "json") return as_json(matrix);
    return as_text(matrix, output.standard ? columns_of(STDOUT_FILENO) : 100);
  };
  const bool written = write_outputs(std::get<std::vector<Output>>(outputs), bytes);
  return written && complete ? ExitStatus::met : ExitStatus::incomplete;
}

}  // namespace bp
