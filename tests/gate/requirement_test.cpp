#include "report/gate/requirement.h"

#include <gmock/gmock.h>

namespace bp::gate {
namespace {

using testing::HasSubstr;

Statement statement(std::string_view text) {
  const Requirement requirement = parse_requirement(text);
  EXPECT_EQ(requirement.kind, Requirement::Kind::statement);
  return requirement.statement;
}

TEST(Requirement, StatementsAreTakenApart) {
  const Statement feature = statement("feature:wgmma.bf16>=verified");
  EXPECT_EQ(feature.about, About::feature);
  EXPECT_EQ(feature.id, "wgmma.bf16");
  EXPECT_EQ(feature.compare, Compare::at_least);
  EXPECT_EQ(std::get<EvidenceKind>(feature.value), EvidenceKind::verified);
  EXPECT_EQ(std::get<Status>(statement("feature:a = supported").value), Status::supported);
  EXPECT_EQ(std::get<Verdict>(statement("backend:flashinfer.mla.fa2=runs").value), Verdict::runs);
  EXPECT_EQ(std::get<EvidenceKind>(statement("backend:x>=counted").value), EvidenceKind::counted);
  EXPECT_EQ(statement("kernel:mla.dense_decode.wgmma>=verified").about, About::kernel);
  EXPECT_EQ(std::get<std::string>(statement("driver>=580.65").value), "580.65");
  EXPECT_EQ(statement("cuda>13.0").compare, Compare::more);
  EXPECT_EQ(statement("ptx == 8.7").compare, Compare::equal);
  EXPECT_EQ(std::get<std::string>(statement("cc=12.x").value), "12.x");
  EXPECT_EQ(std::get<std::string>(statement("gpu=0").value), "0");
}

TEST(Requirement, LimitsInBytesHaveUnitsAtTheNumberOrApart) {
  EXPECT_EQ(std::get<double>(statement("limit:smem_optin>=99KiB").value), 99 * 1024);
  EXPECT_EQ(std::get<double>(statement("limit:smem_optin >= 0.5 MiB").value), 512 * 1024);
  EXPECT_EQ(std::get<double>(statement("limit:smem_*>=232448B").value), 232448);
  EXPECT_EQ(std::get<double>(statement("limit:cluster_max<=8").value), 8);
  EXPECT_EQ(statements_of(parse_requirement("limit:sms>=8 and driver>=580")).size(), 2u);
}

TEST(Requirement, AndBindsCloserThanOrAndNotCloserThanBoth) {
  const Requirement parsed = parse_requirement("driver>=1 or not cuda>=1 and ptx>=1");
  ASSERT_EQ(parsed.kind, Requirement::Kind::any_of);
  ASSERT_EQ(parsed.parts[1].kind, Requirement::Kind::all_of);
  EXPECT_EQ(parsed.parts[1].parts[0].kind, Requirement::Kind::negation);
  EXPECT_EQ(parse_requirement("(driver>=1 or cuda>=1) and ptx>=1").kind, Requirement::Kind::all_of);
}

TEST(Requirement, ScopesHoldTheirSelectorLast) {
  const Requirement every = parse_requirement("all(cc=12.x or cc=10.0, feature:a>=loaded)");
  ASSERT_EQ(every.kind, Requirement::Kind::every_gpu);
  ASSERT_EQ(every.parts.size(), 2u);
  EXPECT_EQ(every.parts[0].statement.about, About::feature);
  EXPECT_EQ(every.parts[1].kind, Requirement::Kind::any_of);
  EXPECT_EQ(parse_requirement("any(feature:a>=loaded)").parts.size(), 1u);
}

struct Wrong {
  const char* text;
  std::size_t column;  // from 1
  const char* part;
};

class WrongRequirement : public testing::TestWithParam<Wrong> {};

TEST_P(WrongRequirement, IsRefusedAtItsColumn) {
  try {
    parse_requirement(GetParam().text);
    FAIL() << GetParam().text;
  } catch (const RequirementError& error) {
    EXPECT_EQ(error.column + 1, GetParam().column) << GetParam().text << ": " << error.what();
    EXPECT_THAT(error.what(), HasSubstr(GetParam().part));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Columns, WrongRequirement,
    testing::ValuesIn(std::to_array<Wrong>({
        {"", 1, "not the end"},
        {"wgmma.bf16>=verified", 1, "expected feature:ID"},
        {"feature>=verified", 1, "expected feature:ID"},
        {"feature:>=verified", 1, "expected an id"},
        {"driver:x>=580", 1, "without \":\""},
        {"feature:a", 10, "expected \">=\" or \"=\" (write feature:a>=verified, or"},
        {"backend:b and cc=9.x", 11, "(write backend:b=runs), not \"and\""},
        {"feature:a<=verified", 10, "expected \">=\" or \"=\""},
        {"feature:a>=verifid", 12, "verified or counted, not \"verifid\""},
        {"feature:a=runs", 11, "supported, emulated"},
        {"feature:a=blocked", 11, "supported, emulated"},
        {"backend:a=supported", 11, "no_dispatch"},
        {"backend:a=unknown", 11, "no_dispatch"},
        {"limit:sms>=-1", 12, "expected a number"},
        {"limit:sms>=inf", 12, "expected a number"},
        {"limit:sms>=1e400", 13, "without a unit, not \"e400\""},
        {"limit:smem_optin>=99kb", 21, "not \"kb\""},
        {"limit:smem_optin>=many", 19, "expected a number such as 99KiB"},
        {"limit:smem_optin>=99", 21, "a unit: B, KiB, MiB or GiB, not the end"},
        {"limit:smem_optin>=99 or gpu=0", 22, "not \"or\""},
        {"limit:sms>=1KiB", 13, "without a unit"},
        {"limit:sms>=1 KiB", 14, "without a unit"},
        {"limit:*_sm>=1", 7, "in full"},
        {"driver>=R580", 9, "expected a version"},
        {"driver>=1..2", 9, "expected a version"},
        {"cuda>=1.2.3.4.5", 7, "expected a version"},
        {"cc>=12.x", 5, "compute capability"},
        {"cc=12.1.1", 4, "compute capability"},
        {"gpu>=1", 4, "expected \"=\""},
        {"gpu=0.1", 5, "number of a GPU"},
        {"driver>=580 cuda>=13", 13, "expected \"and\""},
        {"driver>=580 and", 16, "not the end"},
        {"(driver>=580", 13, "\")\""},
        {"not", 4, "not the end"},
        {"all(any(driver>=580))", 5, "do not nest"},
        {"all driver>=580", 5, "all(...)"},
        {"all(feature:a>=loaded, feature:b>=loaded)", 5, "cc and gpu alone"},
        {"all(cc=12.x, feature:b>=loaded, cc=1.0)", 31, "\")\""},
        {"feature:a>=verified\xe2\x80\xae", 20, "not \"\\u{202e}\""},
        {"\x1b[31mfeature:a", 1, "\\x1b"},
        {"feature:a>=\xff", 12, "kind of evidence"},
    })));

TEST(Requirement, HostileLengthAndDepthAreBounded) {
  EXPECT_THROW(parse_requirement(std::string(4097, ' ')), RequirementError);
  EXPECT_THROW(parse_requirement(std::string(4000, '(')), RequirementError);
  std::string nots;
  for (int i = 0; i < 1000; ++i) nots += "not ";
  EXPECT_THROW(parse_requirement(nots + "cc=1.0"), RequirementError);
  std::string many = "cc=9.0";
  for (int i = 0; i < 250; ++i) many += " and cc=9.0";
  EXPECT_EQ(statements_of(parse_requirement(many)).size(), 251u);
}

TEST(Requirement, TheCaretStandsUnderTheColumn) {
  const std::string text = "feature:a>=nope";
  try {
    parse_requirement(text);
    FAIL();
  } catch (const RequirementError& error) {
    EXPECT_THAT(explained(text, error), HasSubstr("at column 12: expected a kind of evidence"));
    EXPECT_THAT(explained(text, error), testing::EndsWith("\n  feature:a>=nope\n             ^"));
  }
}

TEST(Requirement, TheCaretOfALongTextIsSeen) {
  const std::string text = std::string(3000, ' ') + "nope" + std::string(500, 'x');
  try {
    parse_requirement(text);
    FAIL();
  } catch (const RequirementError& error) {
    EXPECT_LT(explained(text, error).size(), 500u);
  }
}

}  // namespace
}  // namespace bp::gate
