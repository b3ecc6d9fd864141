// The shipped schemas list exactly the values that the code can write or read. The lists are
// generated from the code: BP_UPDATE_GOLDEN=1 writes them anew.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <tuple>

#include "probes/registry/codec.h"
#include "probes/registry/feature.h"
#include "probes/registry/operation.h"
#include "probes/registry/reason.h"
#include "report/backends/catalogue.h"
#include "report/diff/diff.h"
#include "report/formats/json.h"
#include "report/gate/formats.h"
#include "report/merge/fleet_report.h"
#include "report/model/report.h"
#include "report/models/model.h"
#include "tests/report/golden.h"
#include "tests/support/paths.h"

namespace bp {
namespace {

std::string schema_path(const std::string& of) {
  return test::path("BP_TEST_ROOT") + "/report/schema/" + of + ".schema.json";
}

Json shipped_schema(const std::string& of) { return Json::parse(test::read_file(schema_path(of))); }

/// All names of an enum: values are counted up until one has no name of its own.
template <typename Enum>
Json names(std::optional<Enum> (*parse)(std::string_view), Enum last) {
  Json list = Json::array();
  for (unsigned i = 0; i <= static_cast<unsigned>(last); ++i) {
    const auto value = static_cast<Enum>(i);
    const std::string_view name = to_string(value);
    EXPECT_EQ(parse(name), value) << name;
    list.push_back(name);
  }
  return list;
}

template <typename Rows>
Json ids(const Rows& rows) {
  Json list = Json::array();
  for (const auto& row : rows) list.push_back(row.id);
  return list;
}

Json with_enums_of_the_code(Json schema) {
  Json& defs = schema["$defs"];
  defs["evidence_kind"]["enum"] = names(parse_evidence_kind, EvidenceKind::counted);
  defs["status"]["enum"] = names(parse_status, Status::measured);
  defs["verdict"]["enum"] = names(parse_verdict, Verdict::unknown);
  defs["outcome"]["enum"] = names(parse_outcome, DisputedFact::Outcome::open);
  defs["basis"]["enum"] = names(parse_basis, DisputedFact::Basis::executed);
  defs["peak_quality"]["enum"] = names(parse_peak_quality, PeakQuality::unverified);
  defs["reason_id"]["enum"] = ids(reasons());
  defs["operation"]["enum"] = ids(operations());
  defs["feature_id"]["anyOf"][0]["enum"] = ids(features());
  return schema;
}

Json with_enums_of_the_catalogue(Json schema) {
  Json& defs = schema["$defs"];
  defs["backend"]["properties"]["kind"]["enum"] = names(parse_backend_kind, BackendKind::build);
  defs["dtype"]["enum"] = kv_dtypes;
  defs["operation"]["enum"] = ids(operations());
  return schema;
}

/// Of an enum that no text is parsed into.
template <typename Enum>
Json words_up_to(Enum last) {
  Json list = Json::array();
  for (unsigned i = 0; i <= static_cast<unsigned>(last); ++i)
    list.push_back(to_string(static_cast<Enum>(i)));
  return list;
}

Json with_enums_of_the_gate(Json schema) {
  schema["$defs"]["outcome"]["enum"] = words_up_to(gate::Outcome::no_such_gpu);
  schema["$defs"]["evidence_kind"]["enum"] = names(parse_evidence_kind, EvidenceKind::counted);
  return schema;
}

Json with_enums_of_the_diff(Json schema) {
  schema["$defs"]["trend"]["enum"] = words_up_to(Trend::other);
  schema["$defs"]["subject"]["enum"] = words_up_to(ChangeOf::tool);
  return schema;
}

Json with_words_of_model_files(Json schema) {
  Json& defs = schema["$defs"];
  defs["dtype"]["enum"] = kv_dtypes;
  defs["weight_format"]["enum"] = weight_formats();
  return schema;
}

void expect_generated(const std::string& of, Json (*generate)(Json)) {
  const Json generated = generate(shipped_schema(of));
  if (test::updating())
    std::ofstream(schema_path(of), std::ios::binary) << generated.dump(1) << '\n';
  EXPECT_EQ(shipped_schema(of), generated)
      << "BP_UPDATE_GOLDEN=1 ctest -R Schema writes the lists anew";
}

TEST(Schema, EnumsEqualTheCode) {
  BP_NEEDS("BP_TEST_ROOT");
  expect_generated("report", with_enums_of_the_code);
  expect_generated("backends", with_enums_of_the_catalogue);
  expect_generated("model", with_words_of_model_files);
  expect_generated("gate", with_enums_of_the_gate);
  expect_generated("diff", with_enums_of_the_diff);
}

TEST(Schema, IsOfTheVersionThatTheCodeWrites) {
  BP_NEEDS("BP_TEST_ROOT");
  for (const auto& [of, key, version] :
       {std::tuple("report", "schema_version", schema_version),
        std::tuple("gate", "gate_schema_version", gate::gate_schema_version),
        std::tuple("diff", "diff_schema_version", diff_schema_version),
        std::tuple("fleet", "fleet_schema_version", fleet_schema_version)}) {
    const std::string pattern = shipped_schema(of)["properties"][key]["pattern"];
    const std::string major(version.substr(0, version.find('.')));
    EXPECT_TRUE(pattern.starts_with("^" + major + "\\.")) << pattern;
  }
}

}  // namespace
}  // namespace bp
