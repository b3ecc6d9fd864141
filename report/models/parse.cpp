#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "report/evaluate/shape.h"
#include "report/formats/clean.h"
#include "report/models/model.h"

namespace bp {
namespace {

using ModelJson = nlohmann::json;

constexpr std::int64_t most_heads = 4096;
constexpr std::int64_t most_bytes = 1'000'000;  // of a cache entry
constexpr std::int64_t most_layers = 10'000;
constexpr std::size_t longest_name = 60;
constexpr std::size_t longest_text = 600;
constexpr std::size_t most_items = 32;  // of a list

constexpr auto weight_words =
    std::to_array<std::string_view>({"bf16", "fp8_block", "mxfp8", "mxfp4", "nvfp4", "int4"});

[[noreturn]] void bad_model(const std::string& sentence) { throw ModelError(sentence); }

/// A key's full name for errors: "attention.heads".
std::string inside(const std::string& at, std::string_view key) {
  return at.empty() ? std::string(key) : at + "." + std::string(key);
}

/// An object of the file, with its name.
class ModelPart {
 public:
  ModelPart(const ModelJson& json, std::string at, std::initializer_list<std::string_view> keys)
      : json_(json), at_(std::move(at)) {
    if (!json.is_object())
      bad_model((at_.empty() ? "it" : "\"" + at_ + "\"") + " is not an object");
    for (const auto& [key, value] : json.items()) {
      if (std::ranges::find(keys, key) == keys.end())
        bad_model("unknown key \"" + one_line(inside(at_, key).substr(0, 100)) + "\"");
    }
  }

  std::string name(std::string_view key) const { return inside(at_, key); }

  /// nullptr: absent or null, which is the same.
  const ModelJson* find(const char* key) const {
    const auto found = json_.find(key);
    return found == json_.end() || found->is_null() ? nullptr : &*found;
  }
  const ModelJson& at(const char* key) const {
    const ModelJson* value = find(key);
    if (value == nullptr) bad_model("\"" + name(key) + "\" is missing");
    return *value;
  }

  std::optional<std::int64_t> number(const char* key, std::int64_t most,
                                     std::int64_t least = 1) const {
    const ModelJson* value = find(key);
    if (value == nullptr) return std::nullopt;
    const bool fits = value->is_number_integer() &&
                      (!value->is_number_unsigned() ||
                       value->get<std::uint64_t>() <= static_cast<std::uint64_t>(most)) &&
                      value->get<std::int64_t>() >= least && value->get<std::int64_t>() <= most;
    if (!fits)
      bad_model("\"" + name(key) + "\" is not a whole number from " + std::to_string(least) +
                " to " + std::to_string(most));
    return value->get<std::int64_t>();
  }
  std::int64_t needed(const char* key, std::int64_t most) const {
    at(key);
    return *number(key, most);
  }

  const ModelJson& list(const char* key, std::size_t least) const {
    const ModelJson& value = at(key);
    if (!value.is_array() || value.size() < least || value.size() > most_items)
      bad_model("\"" + name(key) + "\" is not a list of " + std::to_string(least) + " to " +
                std::to_string(most_items) + " items");
    return value;
  }

  std::string text(const char* key, std::size_t longest) const {
    return text_of(at(key), name(key), longest);
  }
  static std::string text_of(const ModelJson& value, const std::string& name, std::size_t longest) {
    if (!value.is_string() || value.get_ref<const std::string&>().empty() ||
        value.get_ref<const std::string&>().size() > longest)
      bad_model("\"" + name + "\" is not a text of 1 to " + std::to_string(longest) + " bytes");
    return value.get<std::string>();
  }

  /// One of a few words; empty where the key is absent.
  std::string word(const char* key, std::span<const std::string_view> words) const {
    if (find(key) == nullptr) return {};
    std::string chosen = text(key, longest_name);
    if (std::ranges::find(words, chosen) != words.end()) return chosen;
    std::string list;
    for (const std::string_view one : words) list.append(list.empty() ? "" : ", ").append(one);
    bad_model("\"" + name(key) + "\" is none of " + list);
  }

 private:
  const ModelJson& json_;
  std::string at_;
};

/// Ids are given on command lines and written into reports.
std::string plain_name(std::string name, const std::string& key) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyz0123456789-._";
  if (name.find_first_not_of(plain) != std::string::npos || name.starts_with('-'))
    bad_model("\"" + key + "\" has other characters than a to z, 0 to 9, '-', '.' and '_'");
  return name;
}

HeadSizes head_sizes(const ModelPart& part) {
  return {part.needed("head_dim", most_heads), part.needed("value_dim", most_heads)};
}

void read_attention(const ModelJson& json, Model& model) {
  const ModelPart part(json, "attention", {"heads", "head_dim", "value_dim", "prefill"});
  model.heads = part.needed("heads", most_heads);
  model.absorbed = head_sizes(part);
  if (const ModelJson* prefill = part.find("prefill"))
    model.prefill =
        head_sizes(ModelPart(*prefill, part.name("prefill"), {"head_dim", "value_dim"}));
}

Indexer read_indexer(const ModelJson& json) {
  const ModelPart part(json, "indexer", {"heads", "head_dim", "topk", "key_bytes"});
  return {part.needed("heads", most_heads), part.needed("head_dim", most_heads),
          part.needed("topk", max_shape_number), part.needed("key_bytes", most_bytes)};
}

CacheFormat read_format(const ModelJson& json) {
  const ModelPart part(json, "cache.formats", {"dtype", "bytes"});
  part.at("dtype");
  return {part.word("dtype", kv_dtypes), part.needed("bytes", most_bytes)};
}

CacheLayers read_layers(const ModelJson& json) {
  const ModelPart part(json, "cache.layers", {"layers", "ratio", "indexed"});
  CacheLayers group{part.needed("layers", most_layers), part.number("ratio", max_shape_number)};
  const ModelJson& indexed = part.at("indexed");
  if (!indexed.is_boolean()) bad_model("\"" + part.name("indexed") + "\" is not true or false");
  group.indexed = indexed.get<bool>();
  return group;
}

void read_cache(const ModelJson& json, Model& model) {
  const ModelPart part(json, "cache", {"formats", "layers", "window"});
  for (const ModelJson& item : part.list("formats", 1)) model.formats.push_back(read_format(item));
  model.window = part.number("window", max_shape_number).value_or(0);
  if (part.find("layers") == nullptr) return;
  std::int64_t sum = 0;
  for (const ModelJson& item : part.list("layers", 1)) {
    const CacheLayers& group = model.cache.emplace_back(read_layers(item));
    sum += group.layers;
    if (group.indexed && !model.indexer)
      bad_model("\"cache.layers.indexed\" is true, and there is no \"indexer\"");
    if (group.indexed && !group.ratio)
      bad_model("\"cache.layers.indexed\" is true of layers that keep only the window");
    if (!group.ratio && model.window == 0)
      bad_model("\"cache.layers.ratio\" is null, and there is no \"cache.window\"");
  }
  if (model.layers && sum != *model.layers)
    bad_model("\"cache.layers\" names " + std::to_string(sum) + " layers, and \"layers\" is " +
              std::to_string(*model.layers));
}

void read_weights(const ModelJson& json, Model& model) {
  const ModelPart part(json, "weights", {"bytes", "dense", "experts"});
  model.weight_bytes = part.number("bytes", std::int64_t{1'000'000'000'000'000});
  model.dense_weights = part.word("dense", weight_words);
  model.expert_weights = part.word("experts", weight_words);
}

Experts read_experts(const ModelJson& json) {
  const ModelPart part(json, "experts", {"routed", "per_token"});
  return {part.needed("routed", max_shape_number), part.needed("per_token", max_shape_number)};
}

ModelSource read_source(const ModelJson& json) {
  const ModelPart part(json, "sources", {"of", "text"});
  ModelSource source;
  for (const ModelJson& key : part.list("of", 1))
    source.of.push_back(ModelPart::text_of(key, "sources.of", longest_name));
  source.text = part.text("text", longest_text);
  return source;
}

Model read_model(const ModelJson& json) {
  const ModelPart part(json, "",
                       {"id", "name", "also", "layers", "hidden_size", "max_context", "attention",
                        "indexer", "cache", "experts", "weights", "sources"});
  Model model;
  model.id = plain_name(part.text("id", longest_name), "id");
  model.name = part.text("name", longest_name);
  if (part.find("also") != nullptr) {
    for (const ModelJson& name : part.list("also", 0))
      model.also.push_back(plain_name(ModelPart::text_of(name, "also", longest_name), "also"));
  }
  model.layers = part.number("layers", most_layers);
  model.hidden_size = part.number("hidden_size", max_shape_number);
  model.max_context = part.number("max_context", std::int64_t{1'000'000'000'000});
  read_attention(part.at("attention"), model);
  if (const ModelJson* indexer = part.find("indexer")) model.indexer = read_indexer(*indexer);
  read_cache(part.at("cache"), model);
  if (const ModelJson* experts = part.find("experts")) model.experts = read_experts(*experts);
  if (const ModelJson* weights = part.find("weights")) read_weights(*weights, model);
  if (part.find("sources") != nullptr) {
    for (const ModelJson& source : part.list("sources", 0))
      model.sources.push_back(read_source(source));
  }
  return model;
}

}  // namespace

std::span<const std::string_view> weight_formats() { return weight_words; }

Model parse_model(std::string_view json) {
  if (json.size() > max_model_bytes)
    bad_model("it is larger than " + std::to_string(max_model_bytes >> 10) + " KiB");
  const ModelJson file = ModelJson::parse(json, nullptr, /*allow_exceptions=*/false);
  if (file.is_discarded()) bad_model("it is not valid JSON");
  return read_model(file);
}

}  // namespace bp
