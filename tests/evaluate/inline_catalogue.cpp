#include "tests/evaluate/inline_catalogue.h"

#include <nlohmann/json.hpp>

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
  const int major = machine.cc.major;
  const bool tmem = major == 10 || major == 11;
  return {.cc = machine.cc,
          .in_hand = true,
          .features = {result("mma_sync.bf16", major >= 8), result("wgmma.bf16", major == 9),
                       result("tcgen05.mma.f16", tmem), result("tcgen05.tmem", tmem),
                       result("mma_sync.mxf4nvf4", major == 12), result("tma.load", major >= 9)},
          .limits = limits_of(machine.cc),
          .driver = "580.159.04",
          .cuda = "13.0"};
}

}  // namespace bp::test
