#include "tests/features/neutralise.h"

#include <stdexcept>
#include <vector>

namespace bp {
namespace {

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// The operands of "opcode a, {b, c}, [d];", cut at the commas outside braces and brackets.
std::vector<std::string_view> operands(std::string_view instruction) {
  instruction = instruction.substr(0, instruction.find(';'));
  const auto blank = instruction.find_first_of(" \t");
  if (blank == std::string_view::npos) return {};
  const std::string_view list = trim(instruction.substr(blank));
  std::vector<std::string_view> found;
  std::size_t start = 0;
  int depth = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const char c = list[i];
    if (c == '{' || c == '[' || c == '(') ++depth;
    if (c == '}' || c == ']' || c == ')') --depth;
    if (c == ',' && depth == 0) {
      found.push_back(trim(list.substr(start, i - start)));
      start = i + 1;
    }
  }
  found.push_back(trim(list.substr(start)));
  return found;
}

std::string expand(std::string_view replacement, std::string_view instruction) {
  const auto values = operands(instruction);
  std::string text;
  for (std::size_t i = 0; i < replacement.size(); ++i) {
    const bool names_operand = replacement[i] == '%' && i + 1 < replacement.size() &&
                               replacement[i + 1] >= '0' && replacement[i + 1] <= '3';
    if (!names_operand) {
      text += replacement[i];
      continue;
    }
    const auto index = static_cast<std::size_t>(replacement[++i] - '0');
    if (index >= values.size()) {
      throw std::invalid_argument("\"" + std::string(instruction) + "\" has no operand " +
                                  std::to_string(index));
    }
    text += values[index];
  }
  return text;
}

}  // namespace

Neutralised neutralise(std::string_view ptx, const Neutralise& rule) {
  Neutralised result;
  while (!ptx.empty()) {
    const auto end = ptx.find('\n');
    const std::string_view line = ptx.substr(0, end);
    ptx.remove_prefix(end == std::string_view::npos ? ptx.size() : end + 1);
    const std::string_view instruction = trim(line);
    const bool is_instruction = instruction.ends_with(';') && !instruction.starts_with("//");
    if (is_instruction && instruction.find(rule.line_with) != std::string_view::npos) {
      result.text += expand(rule.replacement, instruction);
      ++result.changed;
    } else {
      result.text += line;
    }
    result.text += '\n';
  }
  return result;
}

}  // namespace bp
