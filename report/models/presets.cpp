#include <algorithm>

#include "report/models/embedded_files.h"
#include "report/models/model.h"

namespace bp {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

const std::vector<Model>& embedded_models() {
  static const std::vector<Model> models = [] {
    std::vector<Model> all;
    for (const std::string_view file : embedded_model_files()) all.push_back(parse_model(file));
    std::ranges::sort(all, {}, &Model::id);
    return all;
  }();
  return models;
}

const Model* find_model(std::string_view name) {
  for (const Model& model : embedded_models()) {
    const auto is_it = [&](const std::string& other) { return same_name(other, name); };
    if (is_it(model.id) || is_it(model.name) || std::ranges::any_of(model.also, is_it))
      return &model;
  }
  return nullptr;
}

std::optional<CacheCost> cache_cost(const Model& model, const CacheFormat& format) {
  if (model.cache.empty()) return std::nullopt;
  CacheCost cost;
  for (const CacheLayers& group : model.cache) {
    const auto layers = static_cast<double>(group.layers);
    cost.bytes_per_sequence += layers * static_cast<double>(model.window * format.bytes);
    if (!group.ratio) continue;
    const std::int64_t entry = format.bytes + (group.indexed ? model.indexer->key_bytes : 0);
    cost.bytes_per_token += layers * static_cast<double>(entry) / static_cast<double>(*group.ratio);
  }
  return cost;
}

}  // namespace bp
