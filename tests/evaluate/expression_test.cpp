#include "report/evaluate/expression.h"

#include <gmock/gmock.h>

namespace bp {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(Expression, PrintsAsItWasWritten) {
  for (const std::string text :
       {"any", "wgmma.bf16", "wgmma.bf16 and smem_optin >= 227 KiB", "cc == 12.1 or major == 10",
        "not tma.multicast", "(a and b) or (c and not d)", "smem_optin >= 230816",
        "major >= 10 and major < 12"}) {
    EXPECT_EQ(to_string(parse_expression(text)), text);
  }
}

TEST(Expression, AndBindsTighterThanOr) {
  const Expression parsed = parse_expression("a or b and c");
  ASSERT_EQ(parsed.kind, Expression::Kind::any_of);
  ASSERT_EQ(parsed.parts.size(), 2u);
  EXPECT_EQ(parsed.parts[1].kind, Expression::Kind::all);
}

TEST(Expression, KibMultiplies) {
  EXPECT_EQ(parse_expression("smem_optin >= 99 KiB").number, 99 * 1024);
  EXPECT_EQ(parse_expression("smem_optin >= 230816").number, 230816);
}

TEST(Expression, SaysWhereAndWhatIsWrong) {
  const auto parse = [](std::string_view text) { return [text] { parse_expression(text); }; };
  EXPECT_THAT(parse(""), ThrowsMessage<ExpressionError>(HasSubstr("at column 1")));
  EXPECT_THAT(parse("a and"), ThrowsMessage<ExpressionError>(HasSubstr("not the end")));
  EXPECT_THAT(parse("a b"), ThrowsMessage<ExpressionError>(HasSubstr("at column 3")));
  EXPECT_THAT(parse("(a"), ThrowsMessage<ExpressionError>(HasSubstr("expected \")\"")));
  EXPECT_THAT(parse("smem >= x"), ThrowsMessage<ExpressionError>(HasSubstr("expected a number")));
  EXPECT_THAT(parse("smem >= 1e999"),
              ThrowsMessage<ExpressionError>(HasSubstr("expected a number")));
  EXPECT_THAT(parse("a & b"), ThrowsMessage<ExpressionError>(HasSubstr("not \"&\"")));
}

TEST(Expression, HostileDepthAndLengthAreRefused) {
  EXPECT_THROW(parse_expression(std::string(2000, '(') + "a"), ExpressionError);
  std::string nots;
  for (int i = 0; i < 1000; ++i) nots += "not ";
  EXPECT_THROW(parse_expression(nots + "a"), ExpressionError);
  EXPECT_THROW(parse_expression(std::string(5000, 'a')), ExpressionError);
}

}  // namespace
}  // namespace bp
