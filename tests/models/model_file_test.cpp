// Model files come from strangers: each mistake gives one sentence that names the key.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "report/models/embedded_files.h"
#include "report/models/model.h"

namespace bp {
namespace {

using Json = nlohmann::ordered_json;
using testing::HasSubstr;

/// The least that a model file has, with one change.
template <typename Change>
std::string file_with(Change change) {
  Json json = {{"id", "mine"},
               {"name", "Mine"},
               {"attention", {{"heads", 64}, {"head_dim", 576}, {"value_dim", 512}}},
               {"cache", {{"formats", {{{"dtype", "bf16"}, {"bytes", 1152}}}}}}};
  change(json);
  return json.dump();
}
template <typename Change>
Model model_with(Change change) {
  return parse_model(file_with(change));
}

std::string error_of(std::string_view text) {
  try {
    parse_model(text);
  } catch (const ModelError& error) {
    return error.what();
  }
  return "no error";
}
template <typename Change>
std::string error_with(Change change) {
  return error_of(file_with(change));
}

TEST(ModelFile, NeedsOnlyHeadsAndOneCacheFormat) {
  const Model model = model_with([](Json&) {});
  EXPECT_EQ(model.heads, 64);
  EXPECT_FALSE(model.layers.has_value());
  EXPECT_FALSE(model.indexer.has_value());
  EXPECT_FALSE(model.weight_bytes.has_value());
  EXPECT_EQ(model.dense_weights, "");
}

TEST(ModelFile, NullIsTheSameAsAbsent) {
  const Model model = model_with([](Json& json) {
    for (const char* key : {"also", "layers", "hidden_size", "max_context", "indexer", "experts",
                            "weights", "sources"})
      json[key] = nullptr;
    json["attention"]["prefill"] = nullptr;
    json["cache"]["layers"] = nullptr;
    json["cache"]["window"] = nullptr;
  });
  EXPECT_FALSE(model.layers.has_value());
}

TEST(ModelFile, NamesTheKeyThatIsMissing) {
  EXPECT_EQ(error_with([](Json& json) { json.erase("attention"); }), "\"attention\" is missing");
  EXPECT_EQ(error_with([](Json& json) { json["attention"].erase("heads"); }),
            "\"attention.heads\" is missing");
  EXPECT_EQ(error_with([](Json& json) { json["cache"]["formats"][0].erase("dtype"); }),
            "\"cache.formats.dtype\" is missing");
}

TEST(ModelFile, NamesAKeyThatNobodyReads) {
  EXPECT_EQ(error_with([](Json& json) { json["attention"]["head"] = 64; }),
            "unknown key \"attention.head\"");
  EXPECT_EQ(error_with([](Json& json) { json["a\x1b[31m"] = 1; }), "unknown key \"a\\x1b[31m\"");
}

TEST(ModelFile, BoundsEveryNumber) {
  for (const Json& bad : {Json(0), Json(-1), Json(4097), Json(64.5), Json("64"), Json(nullptr),
                          Json(std::uint64_t{1} << 63), Json::array({64})}) {
    const std::string error = error_with([&](Json& json) { json["attention"]["heads"] = bad; });
    EXPECT_THAT(error, HasSubstr("\"attention.heads\" is ")) << bad;
  }
  EXPECT_THAT(error_with([](Json& json) {
                json["weights"] = {{"bytes", 2e15}};
              }),
              HasSubstr("\"weights.bytes\" is not a whole number from 1 to 1000000000000000"));
}

TEST(ModelFile, ChecksThatLayersAddUp) {
  const auto layers = [](std::int64_t of_cache) {
    return error_with([&](Json& json) {
      json["layers"] = 61;
      json["cache"]["layers"] = {{{"layers", of_cache}, {"ratio", 1}, {"indexed", false}}};
    });
  };
  EXPECT_EQ(layers(61), "no error");
  EXPECT_EQ(layers(60), "\"cache.layers\" names 60 layers, and \"layers\" is 61");
}

TEST(ModelFile, ChecksWhatLayersKeep) {
  const auto group = [](const Json& layer) {
    return error_with([&](Json& json) { json["cache"]["layers"] = {layer}; });
  };
  EXPECT_THAT(group({{"layers", 1}, {"ratio", 4}, {"indexed", true}}),
              HasSubstr("there is no \"indexer\""));
  EXPECT_THAT(group({{"layers", 1}, {"ratio", nullptr}, {"indexed", false}}),
              HasSubstr("there is no \"cache.window\""));
  EXPECT_THAT(group({{"layers", 1}, {"ratio", 1}}),
              HasSubstr("\"cache.layers.indexed\" is missing"));
}

TEST(ModelFile, TakesOnlyKnownTypes) {
  EXPECT_THAT(error_with([](Json& json) { json["cache"]["formats"][0]["dtype"] = "fp8"; }),
              HasSubstr("\"cache.formats.dtype\" is none of fp32, tf32"));
  EXPECT_THAT(error_with([](Json& json) {
                json["weights"] = {{"dense", "q4"}};
              }),
              HasSubstr("\"weights.dense\" is none of bf16, fp8_block"));
}

TEST(ModelFile, TakesOnlyPlainIds) {
  for (const char* id : {"", "Mine", "a b", "../a", "-a", "a/b", "a\n"}) {
    EXPECT_THAT(error_with([&](Json& json) { json["id"] = id; }), HasSubstr("\"id\" ")) << id;
  }
}

TEST(ModelFile, IsBounded) {
  EXPECT_EQ(error_of(std::string(max_model_bytes + 1, ' ')), "it is larger than 64 KiB");
  EXPECT_THAT(error_with([](Json& json) { json["name"] = std::string(61, 'x'); }),
              HasSubstr("\"name\" is not a text of 1 to 60 bytes"));
  EXPECT_THAT(error_with([](Json& json) { json["cache"]["formats"] = Json::array(); }),
              HasSubstr("\"cache.formats\" is not a list of 1 to 32 items"));
  const std::string deep(max_model_bytes / 2, '[');
  EXPECT_EQ(error_of(deep), "it is not valid JSON");
}

TEST(ModelFile, SaysWhatIsNoModel) {
  EXPECT_EQ(error_of(""), "it is not valid JSON");
  EXPECT_EQ(error_of("[1"), "it is not valid JSON");
  EXPECT_EQ(error_of("[]"), "it is not an object");
  EXPECT_EQ(error_of("null"), "it is not an object");
  // The configuration that a model comes with: its first key says what is wrong.
  EXPECT_THAT(error_of(R"({"architectures": ["DeepseekV3ForCausalLM"]})"),
              HasSubstr("unknown key \"architectures\""));
}

TEST(ModelFile, EveryPresetIsOne) {
  EXPECT_EQ(embedded_model_files().size(), embedded_models().size());
  EXPECT_EQ(embedded_models().size(), 5u);
}

}  // namespace
}  // namespace bp
