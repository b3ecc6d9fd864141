#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/command_line/names.h"
#include "cli/commands/commands.h"
#include "cli/commands/matrix_grid.h"
#include "cli/commands/offline.h"
#include "cli/output/glob.h"
#include "cli/output/outputs.h"
#include "cli/output/table.h"
#include "probes/assembly/ptxas.h"
#include "probes/features/embedded.h"
#include "probes/features/probe.h"
#include "probes/registry/codec.h"
#include "probes/registry/feature.h"

namespace bp {
namespace {

std::vector<MatrixRow> ask(const std::string& path, const std::vector<std::string>& chosen,
                           const std::vector<Target>& targets) {
  const Ptxas ptxas(path);
  std::vector<MatrixModule> modules;
  for (const std::string& id : chosen) {
    const InstructionProbe* probe = find_probe(id);
    modules.push_back(
        {id, probe_pack().ptx(id), std::string(probe->instructions.front()), probe->ptx});
  }
  return matrix_with(ptxas, modules, targets, std::max(1u, std::thread::hardware_concurrency()));
}

Table table_of(const std::vector<MatrixRow>& rows) {
  Table table{{"feature", "target", "toolkit", "verdict", "sass", "message"}, {}};
  for (const MatrixRow& row : rows) {
    table.rows.push_back({row.feature, row.target, row.toolkit, std::string(to_string(row.verdict)),
                          row.sass, row.message});
  }
  return table;
}

}  // namespace

ExitStatus run_matrix(const MatrixOptions& options) {
  std::vector<std::string> ids = words_of(feature_names());
  const TargetChoice choice = choose_targets(options.targets);
  std::string wrong =
      !choice.error.empty() ? choice.error : unmatched("--feature", options.features, ids);
  auto outputs = open_outputs(options.output, table_formats(), Print::unasked);
  if (const auto* error = std::get_if<std::string>(&outputs); error != nullptr && wrong.empty())
    wrong = *error;
  if (!wrong.empty()) {
    complain(wrong);
    return ExitStatus::usage;
  }
  std::erase_if(ids, [&](const std::string& id) { return !is_selected(id, options.features, {}); });

  std::vector<Target> targets(known_targets().begin(), known_targets().end());
  if (!choice.targets.empty()) {
    std::erase_if(targets, [&](Target target) {
      return std::ranges::none_of(choice.targets, [&](Target chosen) {
        return chosen == target || (chosen.suffix == Suffix::none && chosen.cc == target.cc);
      });
    });
  }

  std::vector<MatrixRow> rows;
  if (options.ptxas.empty()) {
    rows = rows_of(matrix_rows(probe_pack()), targets);
    std::erase_if(rows, [&](const MatrixRow& row) {
      return std::ranges::find(ids, row.feature) == ids.end();
    });
  } else {
    try {
      rows = ask(options.ptxas, ids, targets);
    } catch (const PtxasError& error) {
      complain(std::string("--ptxas: ") + error.what());
      return ExitStatus::usage;
    }
  }
  // Report order: as the registry lists features; targets keep theirs.
  std::ranges::stable_sort(rows, {}, [&](const MatrixRow& row) {
    return std::ranges::find(ids, row.feature) - ids.begin();
  });

  const auto bytes = [&](const Output& output) {
    if (output.format == "csv") return to_csv(table_of(rows));
    if (output.format == "json") {
      Json json = Json::array();
      for (const MatrixRow& row : rows) json.push_back(encode(row));
      return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
    }
    return matrix_grid(rows, output.standard ? columns_of(STDOUT_FILENO) : 100);
  };
  return write_outputs(std::get<std::vector<Output>>(outputs), bytes) ? ExitStatus::met
                                                                      : ExitStatus::incomplete;
}

}  // namespace bp
