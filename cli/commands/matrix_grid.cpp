#include "cli/commands/matrix_grid.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "probes/registry/target.h"

namespace bp {
namespace {

/// What the suffixes of one GPU's number say about one feature.
struct GridCell {
  bool judged = false;
  bool plain = false;
  bool family = false;
  bool architecture = false;
  bool native = false;  // at least one took the instruction and left it itself
  bool helper = false;  // at least one calls a function instead
  bool other = false;   // at least one became other instructions
};

/// `disassembled`: others were, so that a plain yes would say too much of this one.
std::string text_of(const GridCell& cell, bool disassembled) {
  if (!cell.judged) return "";
  if (!cell.plain && !cell.family && !cell.architecture) return "-";
  const std::string suffix = cell.plain ? "" : cell.family ? "f" : "a";
  if (!cell.native && cell.helper) return "*" + suffix;
  if (!cell.native && cell.other) return "~" + suffix;
  if (!cell.native && disassembled) return "+" + suffix;
  return suffix.empty() ? "yes" : suffix;
}

}  // namespace

std::string matrix_grid(std::span<const MatrixRow> rows, int width) {
  std::vector<std::string> features;
  std::vector<ComputeCapability> gpus;
  std::map<std::pair<std::string, ComputeCapability>, GridCell> cells;
  std::vector<std::string> toolkits;
  bool disassembled = false;
  for (const MatrixRow& row : rows) {
    const auto target = parse_target(row.target);
    if (!target) continue;
    if (std::ranges::find(toolkits, row.toolkit) == toolkits.end()) toolkits.push_back(row.toolkit);
    if (std::ranges::find(features, row.feature) == features.end()) features.push_back(row.feature);
    if (std::ranges::find(gpus, target->cc) == gpus.end()) gpus.push_back(target->cc);
    GridCell& cell = cells[{row.feature, target->cc}];
    cell.judged = true;
    if (row.verdict != Status::assembles) continue;
    const MachineCode code = machine_code_of(row.sass);
    if (code == MachineCode::helper) cell.helper = true;
    if (code == MachineCode::expanded) cell.other = true;
    if (code == MachineCode::native) cell.native = true;
    if (code != MachineCode::unknown) disassembled = true;
    if (target->suffix == Suffix::none) cell.plain = true;
    if (target->suffix == Suffix::family) cell.family = true;
    if (target->suffix == Suffix::architecture) cell.architecture = true;
  }
  std::ranges::sort(gpus);
  if (features.empty()) return "Nothing was judged.\n";

  std::size_t name_width = 7;
  for (const std::string& feature : features) name_width = std::max(name_width, feature.size());
  constexpr std::size_t cell_width = 4;
  const std::size_t room = static_cast<std::size_t>(std::max(width, 40));
  const std::size_t columns =
      room > name_width + cell_width ? (room - name_width) / cell_width : std::size_t{1};

  std::string out;
  std::set<char> marks;
  const auto pad = [&](const std::string& text, std::size_t to) {
    return text + std::string(text.size() < to ? to - text.size() : 0, ' ');
  };
  const auto end_line = [&] {
    while (out.ends_with(' ')) out.pop_back();
    out.push_back('\n');
  };
  for (std::size_t first = 0; first < gpus.size(); first += columns) {
    const std::size_t last = std::min(gpus.size(), first + columns);
    if (first > 0) out.push_back('\n');
    out += pad("sm_", name_width);
    for (std::size_t i = first; i < last; ++i) {
      out += " " + pad(std::to_string(gpus[i].number()), cell_width - 1);
    }
    end_line();
    for (const std::string& feature : features) {
      out += pad(feature, name_width);
      for (std::size_t i = first; i < last; ++i) {
        const auto cell = cells.find({feature, gpus[i]});
        const std::string text = cell == cells.end() ? "" : text_of(cell->second, disassembled);
        if (!text.empty()) marks.insert(text.front());
        out += " " + pad(text, cell_width - 1);
      }
      end_line();
    }
  }
  out +=
      "\nyes: assembles; f, a: only with that suffix (f: a too); -: refused; empty: not judged\n";
  if (marks.contains('~'))
    out += "~: assembles, but other instructions stand in its place (--format csv names them)\n";
  if (marks.contains('+')) out += "+: assembles; its machine code was not looked at\n";
  if (marks.contains('*'))
    out += "*: assembles, with a call to a function that the driver has to bring\n";
  std::string by;
  for (const std::string& toolkit : toolkits) by += (by.empty() ? "" : " and ") + toolkit;
  out += "Judged by " + by + ". It says what assembles, not what a GPU does.\n";
  return out;
}

}  // namespace bp
