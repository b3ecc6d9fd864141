#include "tests/evaluate/inline_catalogue.h"

#include <nlohmann/json.hpp>

#include "probes/registry/feature.h"

namespace bp::test {
namespace {

using Json = nlohmann::ordered_json;

FeatureResult result(std::string id, bool works) {
  return {std::move(id),
          works ? Status::supported : Status::unsupported,
          std::nullopt,
          {{.kind = works ? EvidenceKind::verified : EvidenceKind::assembled,
            .against = !works,
            .by = "test",
            .target = {},
            .text = "x",
            .value = {},
            .unit = {}}}};
}

/// By the first words of the PTX ISA on each family: enough for kernels of one generation.
bool has(const Feature& feature, int major) {
  const bool block_scaled = feature.id.find(".mxf") != std::string_view::npos;
  switch (feature.family) {
    case Family::warp_mma:
      return block_scaled ? major == 12 : major >= 8;
    case Family::warpgroup_mma:
      return major == 9;
    case Family::tcgen05:
      return major == 10 || major == 11;
    case Family::cluster:
      return major >= 9;
    case Family::copy:
      return major >= (feature.id.starts_with("tma.") ? 9 : 8);
    default:
      return major >= (feature.id == "setmaxnreg" ? 9 : 8);
  }
}

}  // namespace

std::string file_of(const std::vector<std::string>& rows) {
  Json file = {{"project", "P"}, {"backends", Json::array()}};
  for (const std::string& text : rows) {
    Json row = Json::parse(text);
    const auto fill = [&](const char* key, const Json& value) {
      if (!row.contains(key)) row[key] = value;
    };
    fill("id", "p.row" + std::to_string(file["backends"].size()));
    fill("kind", "kernel");
    fill("name", "n");
    fill("operation", "mla.sparse_decode");
    fill("versions", "1.0");
    fill("date", "2026-11-22");
    if (row["kind"] == "kernel") fill("needs", nullptr);
    if (row["kind"] == "kernel") fill("admits", nullptr);
    fill("sources",
         Json::parse(R"([{"repository":"a/b","commit":"0123456","path":"d","line":1}])"));
    file["backends"].push_back(row);
  }
  return file.dump();
}

Catalogue catalogue_of(const std::vector<std::string>& rows) {
  return {parse_backends(file_of(rows))};
}

Subject subject_of(const Machine& machine) {
  Subject subject{
      .cc = machine.cc, .in_hand = true, .features = {}, .limits = limits_of(machine.cc)};
  subject.driver = "580.159.04";
  subject.cuda = "13.0";
  for (const Feature& feature : features()) {
    if (feature.kind == FeatureKind::instruction)
      subject.features.push_back(result(std::string(feature.id), has(feature, machine.cc.major)));
  }
  return subject;
}

}  // namespace bp::test
