#include "report/formats/json_matrix.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "report/formats/json.h"
#include "report/formats/target_name.h"

namespace bp {
namespace {

constexpr std::string_view placeholder = "{target}";
constexpr std::size_t most_targets = 256;  // of a row; toolkits know some thirty

/// Cells of one feature and toolkit that stand together, by target: their order is known without
/// being kept.
bool ordered(std::span<const MatrixRow> cells) {
  std::optional<Target> last;
  for (const MatrixRow& cell : cells) {
    const auto target = parse_target(cell.target);
    // Only a name that is written as it is read.
    if (!target || to_string(*target) != cell.target || (last && *target <= *last)) return false;
    last = target;
  }
  return true;
}

struct Group {
  MatrixRow row;  // of the first target; its message with the placeholder
  std::vector<std::string> targets;
  std::string verbatim;
};

Json encode_group(const Group& group) {
  MatrixRow row = group.row;
  if (group.targets.size() == 1) row.message = group.verbatim;
  const Json cell = encode(row);
  Json json;
  for (const auto& [key, value] : cell.items()) {
    if (key == "target") {
      json["targets"] = group.targets;
    } else {
      json[key] = value;
    }
  }
  return json;
}

void encode_run(std::span<const MatrixRow> cells, std::vector<Json>& rows) {
  const bool can_group = ordered(cells);
  std::vector<Group> groups;
  for (const MatrixRow& cell : cells) {
    MatrixRow row = cell;
    row.target.clear();
    const bool clear = can_group && cell.message.find(placeholder) == std::string::npos;
    if (clear) row.message = with_name(cell.message, cell.target, placeholder);
    auto group = groups.end();
    if (clear) group = std::ranges::find(groups, row, &Group::row);
    if (group == groups.end() || group->targets.size() >= most_targets) {
      groups.push_back({std::move(row), {cell.target}, cell.message});
    } else {
      group->targets.push_back(cell.target);
    }
  }
  for (const Group& group : groups) rows.push_back(encode_group(group));
}

bool same_run(const MatrixRow& a, const MatrixRow& b) {
  return a.feature == b.feature && a.toolkit == b.toolkit;
}

std::vector<std::string> targets_of(const Json& row) {
  if (!row.is_object()) throw DecodeError("expected an object with \"targets\"");
  const auto list = row.find("targets");
  if (list == row.end()) return {};
  if (!list->is_array() || list->empty() || list->size() > most_targets)
    throw DecodeError("\"targets\" is not a list of 1 to " + std::to_string(most_targets));
  std::vector<std::string> targets;
  for (const Json& target : *list) {
    if (!target.is_string()) throw DecodeError("\"targets\" holds what is not a string");
    targets.push_back(target.get<std::string>());
  }
  return targets;
}

}  // namespace

std::vector<Json> encode_matrix(std::span<const MatrixRow> matrix) {
  std::vector<Json> rows;
  for (std::size_t i = 0; i < matrix.size();) {
    std::size_t end = i;
    while (end < matrix.size() && same_run(matrix[i], matrix[end])) ++end;
    encode_run(matrix.subspan(i, end - i), rows);
    i = end;
  }
  return rows;
}

std::vector<MatrixRow> decode_matrix(const Json& rows) {
  if (!rows.is_array()) throw DecodeError("\"matrix\" is not an array");
  std::vector<MatrixRow> matrix;
  std::size_t start = 0;  // of the run
  bool several = false;   // some row of the run has more than one target
  std::size_t bytes = 0;  // a long message for many targets would fill the memory
  std::size_t index = 0;
  const auto end_run = [&] {
    if (several) {
      std::stable_sort(matrix.begin() + static_cast<std::ptrdiff_t>(start), matrix.end(),
                       [](const MatrixRow& a, const MatrixRow& b) {
                         return parse_target(a.target) < parse_target(b.target);
                       });
    }
    start = matrix.size();
    several = false;
  };
  for (const Json& item : rows) {
    try {
      const std::vector<std::string> targets = targets_of(item);
      if (targets.empty()) {  // of the first reports
        MatrixRow row = decode_matrix_row(item);
        if (matrix.size() > start && !same_run(matrix.back(), row)) end_run();
        matrix.push_back(std::move(row));
      } else {
        Json one = item;
        one["target"] = targets.front();
        MatrixRow row = decode_matrix_row(one);
        if (matrix.size() > start && !same_run(matrix.back(), row)) end_run();
        const std::string message = row.message;
        several = several || targets.size() > 1;
        for (const std::string& target : targets) {
          row.target = target;
          if (targets.size() > 1) {
            row.message = with_name(message, placeholder, target);
            bytes += sizeof(MatrixRow) + row.message.size() + row.sass.size();
            if (bytes > max_report_bytes) throw DecodeError("more cells than fit into memory");
          }
          matrix.push_back(row);
        }
      }
    } catch (const DecodeError& error) {
      throw DecodeError("matrix[" + std::to_string(index) + "]: " + error.what());
    }
    ++index;
  }
  end_run();
  return matrix;
}

}  // namespace bp
