#include "report/backends/catalogue.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "report/backends/embedded_files.h"

namespace bp {
namespace {

constexpr auto kind_names = std::to_array<std::pair<BackendKind, std::string_view>>({
    {BackendKind::kernel, "kernel"},
    {BackendKind::selector, "selector"},
    {BackendKind::format, "format"},
    {BackendKind::build, "build"},
});

}  // namespace

std::string_view to_string(BackendKind kind) {
  return kind_names[static_cast<std::size_t>(kind)].second;
}

std::optional<BackendKind> parse_backend_kind(std::string_view text) {
  for (const auto& [kind, name] : kind_names) {
    if (name == text) return kind;
  }
  return std::nullopt;
}

bool performs(const Backend& backend, std::string_view operation) {
  return backend.operation == operation ||
         std::ranges::find(backend.also, operation) != backend.also.end();
}

const Backend* find_backend(const Catalogue& catalogue, std::string_view id) {
  const auto found = std::ranges::find(catalogue.backends, id, &Backend::id);
  return found == catalogue.backends.end() ? nullptr : &*found;
}

const Catalogue& embedded_catalogue() {
  static const Catalogue catalogue = [] {
    Catalogue all;
    for (const std::string_view file : embedded_backend_files()) {
      auto backends = parse_backends(file);
      std::ranges::move(backends, std::back_inserter(all.backends));
    }
    std::ranges::sort(all.backends, {}, [](const Backend& b) { return std::tie(b.project, b.id); });
    return all;
  }();
  return catalogue;
}

}  // namespace bp
