#include "report/formats/json_models.h"

#include <nlohmann/json.hpp>

#include "probes/registry/json_read.h"

namespace bp {

using namespace json_read;

namespace {

Json text_or_absent(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

template <typename Number>
Json number_or_absent(const std::optional<Number>& number) {
  return number ? Json(*number) : Json(nullptr);
}

template <typename Items, typename Encode>
Json array_of(const Items& items, Encode encode_item) {
  Json array = Json::array();
  for (const auto& item : items) array.push_back(encode_item(item));
  return array;
}

Json encode_input(const std::optional<ModelInput>& input) {
  if (!input) return nullptr;
  return {{"value", input->value},
          {"unit", input->unit},
          {"kind", to_string(input->kind)},
          {"by", input->by}};
}

Json encode_work(const ModelWork& work) {
  return {{"tensor_parallel", work.tensor_parallel},
          {"bytes", work.bytes},
          {"flop", work.flop},
          {"estimated_us", number_or_absent(work.microseconds)},
          {"memory_bound", work.microseconds ? Json(work.memory_bound) : Json(nullptr)}};
}

Json encode_refusal(const ModelRefusal& refusal) {
  return {{"backend", refusal.backend}, {"why", refusal.why}};
}

Json encode_reference(const ModelReference& reference) {
  return {{"kernel", reference.kernel}, {"share_of_limit", number_or_absent(reference.share)}};
}

Json encode_way(const ModelWay& way) {
  return {{"operation", way.operation},
          {"shape", encode(way.shape)},
          {"fallback", way.fallback},
          {"verdict", to_string(way.verdict)},
          {"best", text_or_absent(way.best)},
          {"evidence", way.evidence ? Json(to_string(*way.evidence)) : Json(nullptr)},
          {"notes", way.notes},
          {"runs", way.runs},
          {"refused", array_of(way.refused, encode_refusal)},
          {"reason", text_or_absent(way.reason)},
          {"references", array_of(way.references, encode_reference)},
          {"work", array_of(way.work, encode_work)}};
}

Json encode_need(const ModelNeed& need) {
  return {{"name", need.name},
          {"tensor_parallel", need.tensor_parallel},
          {"ways", array_of(need.ways, encode_way)}};
}

Json encode_size(const ModelSize& size) {
  return {{"tensor_parallel", size.tensor_parallel},
          {"heads", size.heads},
          {"verdict", to_string(size.verdict)},
          {"falls_back", size.falls_back},
          {"missing", size.missing},
          {"weight_bytes", number_or_absent(size.weight_bytes)},
          {"context_tokens", number_or_absent(size.tokens)}};
}

Json encode_cache(const ModelCache& cache) {
  return {{"dtype", cache.dtype},
          {"bytes_per_token", cache.bytes_per_token},
          {"bytes_per_sequence", cache.bytes_per_sequence}};
}

std::int64_t whole(const Json& value, const char* key) {
  if (!value.is_number_integer() ||
      (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{INT64_MAX}))
    throw DecodeError(std::string("\"") + key + "\" is not a whole number");
  return value.get<std::int64_t>();
}
std::int64_t whole_at(const Json& json, const char* key) { return whole(member(json, key), key); }

std::optional<std::int64_t> whole_or_null(const Json& json, const char* key) {
  if (member(json, key).is_null()) return std::nullopt;
  return whole_at(json, key);
}

std::optional<double> real_or_null(const Json& json, const char* key) {
  if (member(json, key).is_null()) return std::nullopt;
  return real(json, key);
}

std::optional<ModelInput> decode_input(const Json& json, const char* key) {
  const Json& input = member(json, key);
  if (input.is_null()) return std::nullopt;
  return ModelInput{real(input, "value"), text(input, "unit"),
                    named(input, "kind", parse_evidence_kind), text(input, "by")};
}

ModelWork decode_work(const Json& json) {
  ModelWork work{whole_at(json, "tensor_parallel"), real(json, "bytes"), real(json, "flop"),
                 real_or_null(json, "estimated_us")};
  if (work.microseconds) work.memory_bound = flag(json, "memory_bound");
  return work;
}

ModelRefusal decode_refusal(const Json& json) { return {text(json, "backend"), text(json, "why")}; }

ModelReference decode_reference(const Json& json) {
  return {text(json, "kernel"), real_or_null(json, "share_of_limit")};
}

ModelWay decode_way(const Json& json) {
  ModelWay way{.operation = text(json, "operation"),
               .shape = decode_shape(member(json, "shape")),
               .fallback = flag(json, "fallback"),
               .verdict = named(json, "verdict", parse_verdict),
               .best = text_or_null(json, "best"),
               .notes = list(json, "notes", decode_line),
               .runs = list(json, "runs", decode_line),
               .refused = list(json, "refused", decode_refusal),
               .reason = text_or_null(json, "reason"),
               .references = list(json, "references", decode_reference),
               .work = list(json, "work", decode_work)};
  if (!member(json, "evidence").is_null())
    way.evidence = named(json, "evidence", parse_evidence_kind);
  return way;
}

std::vector<std::int64_t> decode_sizes(const Json& json) {
  return list(json, "tensor_parallel",
              [](const Json& size) { return whole(size, "tensor_parallel"); });
}

ModelNeed decode_need(const Json& json) {
  return {text(json, "name"), decode_sizes(json), list(json, "ways", decode_way)};
}

ModelSize decode_size(const Json& json) {
  return {whole_at(json, "tensor_parallel"),     whole_at(json, "heads"),
          named(json, "verdict", parse_verdict), list(json, "falls_back", decode_line),
          list(json, "missing", decode_line),    real_or_null(json, "weight_bytes"),
          whole_or_null(json, "context_tokens")};
}

ModelCache decode_cache(const Json& json) {
  return {text(json, "dtype"), real(json, "bytes_per_token"), real(json, "bytes_per_sequence")};
}

int decode_ordinal(const Json& json) {
  const std::int64_t number = whole(json, "gpus");
  if (number < 0 || number > 1'000'000) throw DecodeError("\"gpus\" names no GPU");
  return static_cast<int>(number);
}

}  // namespace

Json encode(const Shape& shape) {
  Json json = Json::object();
  for (const auto& [name, member_of] : shape_numbers)
    json[std::string(name)] = number_or_absent(shape.*member_of);
  json["kv_dtype"] = text_or_absent(shape.kv_dtype);
  return json;
}

Shape decode_shape(const Json& json) {
  Shape shape;
  for (const auto& [name, member_of] : shape_numbers) {
    const Json& value = member(json, name.data());
    if (value.is_null()) continue;
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() < 1 ||
        value.get<std::uint64_t>() > std::uint64_t{max_shape_number})
      throw DecodeError("\"" + std::string(name) + "\" is not a number of a shape");
    shape.*member_of = value.get<std::int64_t>();
  }
  shape.kv_dtype = text_or_null(json, "kv_dtype");
  return shape;
}

Json encode(const ModelReport& model) {
  return {{"id", model.id},
          {"name", model.name},
          {"gpus", model.gpus},
          {"target", text_or_absent(model.target)},
          {"layers", number_or_absent(model.layers)},
          {"max_context", number_or_absent(model.max_context)},
          {"weight_bytes", number_or_absent(model.weight_bytes)},
          {"cache", array_of(model.cache, encode_cache)},
          {"memory", encode_input(model.memory)},
          {"bandwidth", encode_input(model.bandwidth)},
          {"rate", encode_input(model.rate)},
          {"sizes", array_of(model.sizes, encode_size)},
          {"needs", array_of(model.needs, encode_need)}};
}

ModelReport decode_model(const Json& json) {
  return {text(json, "id"),
          text(json, "name"),
          list(json, "gpus", decode_ordinal),
          text_or_null(json, "target"),
          whole_or_null(json, "layers"),
          whole_or_null(json, "max_context"),
          whole_or_null(json, "weight_bytes"),
          list(json, "cache", decode_cache),
          decode_input(json, "memory"),
          decode_input(json, "bandwidth"),
          decode_input(json, "rate"),
          list(json, "sizes", decode_size),
          list(json, "needs", decode_need)};
}

}  // namespace bp
