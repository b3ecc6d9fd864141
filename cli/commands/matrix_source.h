// Where the rows of `matrix` come from, and how another assembler differs from the table.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "probes/assembly/process.h"
#include "probes/assembly/toolkits.h"
#include "probes/registry/evidence.h"

namespace bp {

struct MatrixChoice {
  std::vector<std::string> features;  // ids, in report order
  std::vector<Target> targets;        // chosen ones; empty: all that the source knows
};

/// The toolkit of the build; with machine code.
std::vector<MatrixRow> rows_of_build(const MatrixChoice& choice);
/// Toolkits of the table, one after the other. Machine code where it is the build's.
std::vector<MatrixRow> rows_of_toolkits(const std::vector<const Toolkit*>& toolkits,
                                        const MatrixChoice& choice);
/// Those of toolkit_targets() that were chosen.
std::vector<Target> targets_of(const MatrixChoice& choice);
/// Fills MatrixRow::since.
void add_first_toolkits(std::vector<MatrixRow>& rows);
/// Runs an assembler, in processes of `running`. Throws PtxasError.
std::vector<MatrixRow> rows_of_program(const std::string& path, const MatrixChoice& choice,
                                       const std::shared_ptr<RunningGroups>& running);

/// Toolkits by the words of --toolkit; the sentence says which word names none.
struct ToolkitChoice {
  std::vector<const Toolkit*> toolkits;
  std::string error;
};
ToolkitChoice choose_toolkits(const std::vector<std::string>& words);

/// Rows against the toolkit of the table that is nearest to the one that made them.
struct ToolkitComparison {
  const Toolkit* with = nullptr;
  std::vector<const ToolkitVerdict*> verdicts;  // for each row; null: not in the table
};
ToolkitComparison compare(const std::vector<MatrixRow>& rows, const std::string& name);
/// Whether the verdicts differ; messages may.
bool differs(const MatrixRow& row, const ToolkitVerdict& verdict);
/// Lines for people.
std::string differences(const std::vector<MatrixRow>& rows, const ToolkitComparison& comparison);

/// For people: cells of these rows that not all toolkits of the table judge alike. Empty: none.
std::string disagreements(const std::vector<MatrixRow>& rows);

}  // namespace bp
