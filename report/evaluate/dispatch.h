// What a kernel's own library would do with it: its gate, and the shapes that it takes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/backends/catalogue.h"
#include "report/evaluate/condition.h"

namespace bp {

struct Dispatch {
  std::optional<bool> gate;       // whether it admits; nullopt: not known
  std::vector<std::string> asks;  // numbers of the shape on which that depends
  std::string excluded;           // of the shape: "takes 64 or 128 heads, not 16"; empty: nothing

  /// Whether the library takes it to the GPU; nullopt: not known.
  std::optional<bool> admits() const { return excluded.empty() ? gate : false; }
};

Dispatch dispatch_of(const Backend& backend, const Ground& ground);

/// "a, b and c"
std::string in_words(const std::vector<std::string>& names);
/// "depends on topk (give --topk)"
std::string depends_on(std::vector<std::string> asks);

}  // namespace bp
