#include "report/evaluate/shape.h"

#include <algorithm>

namespace bp {

std::string to_string(const Shape& shape) {
  std::string text;
  const auto add = [&](std::string_view name, std::string_view value) {
    text.append(text.empty() ? "" : ", ").append(name).append(" ").append(value);
  };
  for (const auto& [name, member] : shape_numbers) {
    if (const auto& value = shape.*member) add(name, std::to_string(*value));
  }
  if (!shape.kv_dtype.empty()) add("kv_dtype", shape.kv_dtype);
  return text;
}

std::string option_of(std::string_view name) {
  std::string option = "--" + std::string(name);
  std::ranges::replace(option, '_', '-');
  return option;
}

}  // namespace bp
