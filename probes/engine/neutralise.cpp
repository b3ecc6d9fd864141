#include <array>
#include <string>
#include <vector>

#include "probes/assembly/rewrite.h"
#include "probes/engine/proof.h"

namespace bp {
namespace {

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Operands of the instruction that holds `opcode`: split at commas outside {} and [], up to the
/// semicolon.
std::vector<std::string_view> operands(std::string_view line, std::string_view opcode) {
  const auto at = line.find(opcode);
  auto rest = line.substr(at);
  const auto space = rest.find_first_of(" \t");
  if (space == std::string_view::npos) return {};
  rest = rest.substr(space, rest.find(';', space) - space);
  std::vector<std::string_view> found;
  std::size_t begin = 0;
  int depth = 0;
  for (std::size_t i = 0; i <= rest.size(); ++i) {
    const char c = i < rest.size() ? rest[i] : ',';
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (c != ',' || (depth > 0 && i < rest.size())) continue;
    found.push_back(trim(rest.substr(begin, i - begin)));
    begin = i + 1;
  }
  return found;
}

std::string filled(std::string_view replacement, const std::vector<std::string_view>& values) {
  std::string text;
  for (std::size_t i = 0; i < replacement.size(); ++i) {
    const bool slot = replacement[i] == '%' && i + 1 < replacement.size() &&
                      replacement[i + 1] >= '0' && replacement[i + 1] <= '3';
    if (!slot) {
      text += replacement[i];
      continue;
    }
    const auto index = static_cast<std::size_t>(replacement[++i] - '0');
    if (index >= values.size())
      throw PtxError("the instruction has no operand " + std::to_string(index));
    text += values[index];
  }
  return text;
}

}  // namespace

std::string neutralised(std::string_view ptx, const Neutralise& change) {
  std::string text;
  bool changed = false;
  for (std::size_t at = 0; at < ptx.size();) {
    const auto end = std::min(ptx.find('\n', at), ptx.size());
    const auto line = ptx.substr(at, end - at);
    if (line.find(change.line_with) != std::string_view::npos) {
      text += filled(change.replacement, operands(line, change.line_with));
      changed = true;
    } else {
      text += line;
    }
    text += '\n';
    at = end + 1;
  }
  if (!changed) throw PtxError("no line contains " + std::string(change.line_with));
  return text;
}

}  // namespace bp
