#include "report/backends/takes.h"

#include <algorithm>

namespace bp {
namespace {

template <typename Items, typename Text>
std::string either(const Items& items, Text text) {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += i + 1 == items.size() ? " or " : ", ";
    out += text(items[i]);
  }
  return out;
}

std::string bounds(const Range& range) {
  if (range.min && range.max)
    return std::to_string(*range.min) + " to " + std::to_string(*range.max);
  if (range.max) return "at most " + std::to_string(*range.max);
  if (range.min) return "at least " + std::to_string(*range.min);
  return {};
}

std::string named(std::string_view name, const Range& range) {
  const std::string text = to_string(range);
  if (name == "heads" && !range.values.empty()) return text + " heads";
  return std::string(name) + " " + text;
}

std::string dtypes(const Takes& takes) {
  return "kv_dtype " + either(takes.kv_dtype, [](const std::string& word) { return word; });
}

void add(std::string& list, std::string_view item) {
  list.append(list.empty() ? "" : "; ").append(item);
}

}  // namespace

bool Range::holds(std::int64_t value) const {
  if (!values.empty()) return std::ranges::binary_search(values, value);
  return (!min || value >= *min) && (!max || value <= *max) &&
         (!multiple_of || value % *multiple_of == 0);
}

std::string to_string(const Range& range) {
  if (!range.values.empty())
    return either(range.values, [](std::int64_t value) { return std::to_string(value); });
  std::string text = bounds(range);
  if (range.multiple_of) {
    if (!text.empty()) text += " and ";
    text += "a multiple of " + std::to_string(*range.multiple_of);
  }
  return text;
}

std::string to_string(const Takes& takes) {
  std::string list;
  for (const auto& [name, member] : taken_numbers) {
    if (const auto& range = takes.*member) add(list, named(name, *range));
  }
  if (!takes.kv_dtype.empty()) add(list, dtypes(takes));
  return list;
}

std::string excluded(const Takes& takes, const Shape& shape) {
  std::string list;
  for (std::size_t i = 0; i < shape_numbers.size(); ++i) {
    const auto& asked = shape.*shape_numbers[i].second;
    const auto& range = takes.*taken_numbers[i].second;
    if (asked && range && !range->holds(*asked))
      add(list, named(taken_numbers[i].first, *range) + ", not " + std::to_string(*asked));
  }
  const bool other = !shape.kv_dtype.empty() && !takes.kv_dtype.empty() &&
                     std::ranges::find(takes.kv_dtype, shape.kv_dtype) == takes.kv_dtype.end();
  if (other) add(list, dtypes(takes) + ", not " + shape.kv_dtype);
  return list;
}

}  // namespace bp
