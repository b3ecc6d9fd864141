// The matrix in report.json is one row for many targets, and comes back cell by cell.
#include "report/formats/json_matrix.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace bp {
namespace {

using testing::HasSubstr;

MatrixRow refused(std::string target, std::string message, std::string feature = "wgmma.bf16") {
  return {std::move(feature),
          std::move(target),
          "ptxas 13.0.88",
          Status::refused,
          "",
          std::move(message),
          "",
          ""};
}

MatrixRow taken(std::string target, std::string since) {
  return {"wgmma.bf16", std::move(target), "ptxas 13.0.88", Status::assembles, "native: X", "",
          "8.0",        std::move(since)};
}

std::vector<MatrixRow> there_and_back(const std::vector<MatrixRow>& matrix) {
  return decode_matrix(Json(encode_matrix(matrix)));
}

std::string error_of(const char* json) {
  try {
    decode_matrix(Json::parse(json));
  } catch (const DecodeError& error) {
    return error.what();
  }
  return "";
}

TEST(JsonMatrix, SameAnswersAreOneRowAndComeBackInOrder) {
  const std::vector matrix{refused("sm_80", "not on 'sm_80'"),
                           taken("sm_90a", "a"),
                           refused("sm_100", "not on 'sm_100'"),
                           taken("sm_100f", "b"),
                           taken("sm_120", "a"),
                           refused("sm_120", "not on 'sm_120'", "tma.load")};
  const auto rows = encode_matrix(matrix);
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0]["targets"], Json::array({"sm_80", "sm_100"}));
  EXPECT_EQ(rows[0]["message"], "not on '{target}'");
  EXPECT_EQ(rows[3]["message"], "not on 'sm_120'");  // one target: as it was said
  EXPECT_TRUE(there_and_back(matrix) == matrix);
}

TEST(JsonMatrix, NothingIsLostByGrouping) {
  // Names within names, the placeholder itself, other orders, other names.
  for (const auto& matrix : std::vector<std::vector<MatrixRow>>{
           {},
           {refused("sm_100", "sm_100a, not sm_100"), refused("sm_120", "sm_100a, not sm_120")},
           {refused("sm_100", "{target}"), refused("sm_120", "{target}")},
           {refused("sm_100", "{target} sm_100"), refused("sm_120", "is sm_120")},
           {refused("sm_120", "on sm_120"), refused("sm_100", "on sm_100")},
           {refused("sm_100", "on sm_100"), refused("sm_100", "on sm_100")},
           {refused("sm_0100", "on sm_0100"), refused("sm_120", "on sm_120")},
           {refused("", "on "), refused("a b", "on a b")}}) {
    EXPECT_TRUE(there_and_back(matrix) == matrix) << Json(encode_matrix(matrix)).dump();
  }
}

TEST(JsonMatrix, RowsOfTheFirstReportsAreRead) {
  const auto matrix = decode_matrix(Json::parse(
      R"([{"feature":"wgmma.bf16","target":"sm_90a","toolkit":"t","verdict":"assembles",)"
      R"("sass":"native: X","message":null},)"
      R"({"feature":"wgmma.bf16","target":"sm_80","toolkit":"t","verdict":"refused",)"
      R"("sass":null,"message":"{target}"}])"));
  ASSERT_EQ(matrix.size(), 2u);
  EXPECT_EQ(matrix[0].target, "sm_90a");
  EXPECT_EQ(matrix[1].message, "{target}");
}

TEST(JsonMatrix, WhatIsNotAMatrixIsRefusedByPlace) {
  EXPECT_THAT(error_of("{}"), HasSubstr("not an array"));
  EXPECT_THAT(error_of("[1]"), HasSubstr("matrix[0]: expected an object"));
  EXPECT_THAT(error_of(R"([{"targets":[]}])"), HasSubstr("matrix[0]: \"targets\""));
  EXPECT_THAT(error_of(R"([{"targets":[1]}])"), HasSubstr("not a string"));
  EXPECT_THAT(error_of(R"([{"targets":"sm_90"}])"), HasSubstr("\"targets\" is not a list"));
  EXPECT_THAT(error_of(R"([{"feature":"x"}])"), HasSubstr("matrix[0]: "));
}

TEST(JsonMatrix, AMessageOfManyTargetsDoesNotFillTheMemory) {
  Json row = Json::parse(
      R"({"feature":"wgmma.bf16","targets":[],"toolkit":"t","verdict":"refused","sass":null})");
  row["message"] = std::string(1 << 20, 'x');
  for (int i = 0; i < 256; ++i) row["targets"].push_back("sm_" + std::to_string(i));
  EXPECT_THROW(decode_matrix(Json::array({row})), DecodeError);
  row["targets"].push_back("sm_999");
  EXPECT_THROW(decode_matrix(Json::array({row})), DecodeError);
}

}  // namespace
}  // namespace bp
