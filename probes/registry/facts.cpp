#include "probes/registry/facts.h"

#include <algorithm>

namespace bp {

const Fact* find_fact(const std::vector<Fact>& facts, std::string_view key) {
  const auto found = std::ranges::find(facts, key, &Fact::key);
  return found == facts.end() ? nullptr : &*found;
}

std::optional<double> number(const std::vector<Fact>& facts, std::string_view key) {
  const Fact* fact = find_fact(facts, key);
  if (fact == nullptr) return std::nullopt;
  if (const auto* whole = std::get_if<std::int64_t>(&fact->value))
    return static_cast<double>(*whole);
  if (const auto* real = std::get_if<double>(&fact->value)) return *real;
  return std::nullopt;
}

}  // namespace bp
