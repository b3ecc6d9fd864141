#include "cli/commands/listing.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <stdexcept>

#include "cli/command_line/names.h"
#include "cli/commands/commands.h"
#include "kernels/kernel.h"
#include "probes/assembly/embedded/toolkit_table.h"
#include "probes/features/probe.h"
#include "probes/registry/codec.h"
#include "probes/registry/feature.h"
#include "probes/registry/survey.h"
#include "probes/registry/target.h"
#include "report/backends/catalogue.h"
#include "report/models/model.h"

namespace bp {
namespace {

std::string joined(std::span<const std::string_view> words, const char* separator) {
  std::string text;
  for (const std::string_view word : words) {
    if (!text.empty()) text += separator;
    text += word;
  }
  return text;
}

Listing list_probes() {
  Listing list{{{"id", "family", "title", "ptx"}, {}}};
  for (const Feature& feature : features()) {
    const InstructionProbe* probe = find_probe(feature.id);
    if (probe == nullptr) continue;
    list.table.rows.push_back({std::string(feature.id), std::string(to_string(feature.family)),
                               std::string(feature.title), joined(probe->instructions, " ")});
    list.json.push_back({{"id", feature.id},
                         {"title", feature.title},
                         {"family", to_string(feature.family)},
                         {"ptx", probe->instructions},
                         {"needs", probe->needs},
                         {"ptx_version", to_string(probe->ptx)},
                         {"fault", probe->fault.what}});
  }
  return list;
}

Listing list_kernels() {
  Listing list{{{"id", "operation", "path", "title"}, {}}};
  for (const Kernel& kernel : kernels()) {
    list.table.rows.push_back({std::string(kernel.id), std::string(kernel.operation),
                               std::string(kernel.path), std::string(kernel.title)});
    list.json.push_back({{"id", kernel.id},
                         {"operation", kernel.operation},
                         {"path", kernel.path},
                         {"title", kernel.title},
                         {"needs", kernel.needs}});
  }
  return list;
}

Json or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

/// Where it can be read: "deepseek-ai/FlashMLA@0123456789ab/csrc/x.h:12".
std::string address(const Source& source) {
  std::string text = source.repository;
  if (!source.thread.empty()) return text + source.thread;
  if (!source.commit.empty()) text += "@" + source.commit.substr(0, 12);
  text += "/" + source.path;
  if (source.line > 0) text += ":" + std::to_string(source.line);
  return text;
}

Json to_json(const Source& source) {
  return {{"repository", source.repository},
          {"commit", or_null(source.commit)},
          {"path", or_null(source.path)},
          {"line", source.line > 0 ? Json(source.line) : Json(nullptr)},
          {"thread", or_null(source.thread)}};
}

/// The candidates of a selector, in its order.
Json chain_of(const Backend& backend) {
  Json chain = Json::array();
  for (const Candidates& candidates : backend.chain)
    chain.push_back({{"when", to_string(candidates.when)}, {"try", candidates.ids}});
  return chain;
}

Listing list_backends() {
  Listing list{{{"id", "project", "kind", "operation", "name", "source"}, {}}};
  const auto expression = [](const std::optional<Expression>& e) {
    return e ? Json(to_string(*e)) : Json(nullptr);
  };
  for (const Backend& backend : embedded_catalogue().backends) {
    const std::string kind(to_string(backend.kind));
    list.table.rows.push_back({backend.id, backend.project, kind, backend.operation, backend.name,
                               address(backend.sources.front())});
    Json sources = Json::array();
    for (const Source& source : backend.sources) sources.push_back(to_json(source));
    list.json.push_back(
        {{"id", backend.id},
         {"project", backend.project},
         {"kind", kind},
         {"operation", or_null(backend.operation)},
         {"also", backend.also},
         {"name", backend.name},
         {"versions", or_null(backend.versions)},
         {"needs", expression(backend.needs)},
         {"admits", expression(backend.admits)},
         {"cuda", or_null(backend.cuda)},
         {"driver", or_null(backend.driver)},
         {"takes", or_null(to_string(backend.takes))},
         {"chain", chain_of(backend)},
         {"gate_message", or_null(backend.gate_message)},
         {"gate_source", backend.gate_source ? Json(*backend.gate_source) : Json(nullptr)},
         {"notes", or_null(backend.notes)},
         {"date", backend.date},
         {"sources", std::move(sources)}});
  }
  return list;
}

Listing list_targets() {
  Listing list{{{"target", "compute_capability", "ptx_version", "toolkits"}, {}}};
  for (const Target target : toolkit_targets()) {
    // Not known of targets that the toolkit of the build does not know.
    const auto version = minimum_ptx_version(target);
    std::string releases;
    Json toolkits = Json::array();
    for (const Toolkit& toolkit : toolkit_table().toolkits) {
      if (std::ranges::find(toolkit.targets, target) == toolkit.targets.end()) continue;
      releases += (releases.empty() ? "" : " ") + release_of(toolkit);
      toolkits.push_back(release_of(toolkit));
    }
    list.table.rows.push_back(
        {to_string(target), to_string(target.cc), version ? to_string(*version) : "", releases});
    list.json.push_back({{"target", to_string(target)},
                         {"compute_capability", to_string(target.cc)},
                         {"ptx_version", version ? Json(to_string(*version)) : Json(nullptr)},
                         {"toolkits", std::move(toolkits)}});
  }
  return list;
}

Listing list_surveys() {
  constexpr std::array<std::string_view, 2> kind_names{"sweep", "fact"};
  constexpr std::array<std::string_view, 3> scopes{"gpu", "pair", "host"};
  Listing list{{{"id", "kind", "scope", "title"}, {}}};
  for (const SurveyRow& survey : surveys()) {
    const std::string kind(kind_names[static_cast<std::size_t>(survey.kind)]);
    const std::string scope(scopes[static_cast<std::size_t>(survey.scope)]);
    list.table.rows.push_back({std::string(survey.id), kind, scope, std::string(survey.title)});
    list.json.push_back(
        {{"id", survey.id}, {"title", survey.title}, {"kind", kind}, {"scope", scope}});
  }
  return list;
}

template <typename T>
std::string cell(const std::optional<T>& number) {
  return number ? std::to_string(*number) : "not known";
}
template <typename T>
Json or_null(const std::optional<T>& number) {
  return number ? Json(*number) : Json(nullptr);
}

Json sources_of(const Model& model) {
  Json sources = Json::array();
  for (const ModelSource& source : model.sources)
    sources.push_back({{"of", source.of}, {"text", source.text}});
  return sources;
}

Listing list_models() {
  Listing list{
      {{"id", "name", "layers", "heads", "topk", "kv_cache", "bytes_per_token", "weight_bytes"},
       {}}};
  for (const Model& model : embedded_models()) {
    const CacheFormat& usual = model.formats.front();
    const auto cost = cache_cost(model, usual);
    char bytes[32] = "not known";
    if (cost) std::snprintf(bytes, sizeof bytes, "%.10g", cost->bytes_per_token);
    list.table.rows.push_back({model.id, model.name, cell(model.layers),
                               std::to_string(model.heads),
                               model.indexer ? std::to_string(model.indexer->topk) : "dense",
                               usual.dtype, bytes, cell(model.weight_bytes)});
    list.json.push_back(
        {{"id", model.id},
         {"name", model.name},
         {"also", model.also},
         {"layers", or_null(model.layers)},
         {"hidden_size", or_null(model.hidden_size)},
         {"max_context", or_null(model.max_context)},
         {"heads", model.heads},
         {"head_dim", model.absorbed.head_dim},
         {"value_dim", model.absorbed.value_dim},
         {"topk", model.indexer ? Json(model.indexer->topk) : Json(nullptr)},
         {"kv_cache", usual.dtype},
         {"bytes_per_token", cost ? Json(cost->bytes_per_token) : Json(nullptr)},
         {"bytes_per_sequence", cost ? Json(cost->bytes_per_sequence) : Json(nullptr)},
         {"routed_experts", model.experts ? Json(model.experts->routed) : Json(nullptr)},
         {"dense_weights", or_null(model.dense_weights)},
         {"expert_weights", or_null(model.expert_weights)},
         {"weight_bytes", or_null(model.weight_bytes)},
         {"sources", sources_of(model)}});
  }
  return list;
}

struct Kind {
  std::string_view name;
  Listing (*list)();
};

constexpr std::array<Kind, 6> kinds{{{"probes", list_probes},
                                     {"surveys", list_surveys},
                                     {"kernels", list_kernels},
                                     {"backends", list_backends},
                                     {"targets", list_targets},
                                     {"models", list_models}}};

}  // namespace

std::vector<std::string> list_kinds() {
  std::vector<std::string> names;
  for (const Kind& kind : kinds) names.emplace_back(kind.name);
  return names;
}

Listing list_of(std::string_view what) {
  const auto kind = std::ranges::find(kinds, what, &Kind::name);
  if (kind == kinds.end()) throw std::logic_error("nothing to list is called " + std::string(what));
  return kind->list();
}

}  // namespace bp
