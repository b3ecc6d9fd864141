// The data of the disputed claims: what is wrong with an entry is refused by name.
#include <gmock/gmock.h>

#include "report/disputed/claims.h"

namespace bp {
namespace {

using testing::HasSubstr;

std::string file_with(const std::string& settle, const std::string& more = "",
                      const std::string& sources = R"([{"who":"a","says":"b","reference":"c"}])") {
  return R"({"topic":"T","claims":[{"id":"one","claim":"x","about":["12.x"],"settle":[)" + settle +
         "]" + more + R"(,"sources":)" + sources + "}]}";
}

std::string error_of(const std::string& file) {
  try {
    parse_claims(file);
  } catch (const DisputedError& error) {
    return error.what();
  }
  return "";
}

TEST(DisputedData, WhatIsWrongIsRefusedWithTheNameOfTheClaim) {
  const std::string good = R"({"feature":"cluster.launch","expect":"yes"})";
  EXPECT_EQ(error_of(file_with(good)), "");
  EXPECT_THAT(error_of(file_with(R"({"feature":"cluster.lunch","expect":"yes"})")),
              HasSubstr("one: unknown feature \"cluster.lunch\""));
  EXPECT_THAT(error_of(file_with(R"({"survey":"sweep.no","value":"x","equals":1})")),
              HasSubstr("unknown survey"));
  EXPECT_THAT(error_of(file_with(R"({"limit":"smem","equals":1})")), HasSubstr("unknown limit"));
  EXPECT_THAT(error_of(file_with(R"({"feature":"cluster.launch","expected":"yes"})")),
              HasSubstr("unknown key \"expected\""));
  EXPECT_THAT(error_of(file_with(R"({"feature":"cluster.launch","native":"cluster.launch"})")),
              HasSubstr("one kind"));
  EXPECT_THAT(error_of(file_with(R"({"feature":"cluster.launch","at_least":1})")),
              HasSubstr("a condition is for a figure"));
  EXPECT_THAT(error_of(file_with(R"({"ratio":["wgmma.f16"],"at_least":1})")),
              HasSubstr("wrong length"));
  EXPECT_THAT(error_of(file_with(R"({"tile":[64,64],"shape":[0,8],"equals":32})")),
              HasSubstr("rows and columns"));
  EXPECT_EQ(error_of(file_with(R"({"counted":"mma_sync.f16","pipe":"hmma","equals":1})")), "");
  EXPECT_THAT(error_of(file_with(R"({"counted":"mma_sync.f16","pipe":"hmma","at_least":1})")),
              HasSubstr("\"equals\" a number"));
  EXPECT_THAT(error_of(file_with(R"({"counted":"mma_sync.f17","pipe":"hmma","equals":1})")),
              HasSubstr("unknown feature"));
  EXPECT_THAT(error_of(file_with(good, "", "[]")), HasSubstr("at least one source"));
  EXPECT_THAT(error_of(R"({"topic":"T","claims":[{"id":"one"}]})"), HasSubstr("one: "));
  EXPECT_THAT(error_of("["), HasSubstr("the file: "));
}

TEST(DisputedData, AClaimIsDecidedByItsSettlersOrSaysWhyNot) {
  EXPECT_THAT(error_of(file_with(R"({"feature":"cluster.launch"})")), HasSubstr("\"open\""));
  EXPECT_EQ(error_of(file_with(R"({"feature":"cluster.launch"})", R"(,"open":"no test")")), "");
  EXPECT_THAT(
      error_of(file_with(R"({"feature":"cluster.launch","expect":"no"})", R"(,"open":"no test")")),
      HasSubstr("\"open\""));
}

TEST(DisputedData, AFamilyOfCapabilitiesIsEveryMinorOfAMajor) {
  const Claim claim = parse_claims(file_with(R"({"feature":"cluster.launch","expect":"no"})"))[0];
  EXPECT_TRUE(covers(claim, {12, 0}));
  EXPECT_TRUE(covers(claim, {12, 1}));
  EXPECT_FALSE(covers(claim, {11, 0}));
  EXPECT_EQ(about_words(claim), "compute capability 12.x");
}

TEST(DisputedData, TheSplitsOfGenerationsAreSmallAndComplete) {
  std::size_t bytes = 0;
  for (const Split& split : embedded_splits()) {
    EXPECT_EQ(split.chips.size(), 2u) << split.generation;
    for (const Split::Row& row : split.rows) bytes += row.what.size() + row.source.size();
  }
  EXPECT_EQ(embedded_splits().size(), 4u);
  EXPECT_LT(bytes, 3000u);
}

}  // namespace
}  // namespace bp
