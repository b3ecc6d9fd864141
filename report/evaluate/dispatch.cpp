#include "report/evaluate/dispatch.h"

#include <algorithm>

namespace bp {

Dispatch dispatch_of(const Backend& backend, const Ground& ground) {
  Dispatch dispatch{std::nullopt, {}, excluded(backend.takes, ground.shape())};
  if (!backend.admits) return dispatch;
  Judged gate = judge(*backend.admits, ground);
  if (gate.uncertain()) {
    dispatch.asks = std::move(gate.asks);
  } else {
    dispatch.gate = gate.holds();
  }
  return dispatch;
}

std::string in_words(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

std::string depends_on(std::vector<std::string> asks) {
  std::ranges::sort(asks);
  const auto repeated = std::ranges::unique(asks);
  asks.erase(repeated.begin(), repeated.end());
  std::vector<std::string> options;
  for (const std::string& name : asks) options.push_back(option_of(name));
  return "depends on " + in_words(asks) + " (give " + in_words(options) + ")";
}

}  // namespace bp
