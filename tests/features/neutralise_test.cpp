#include "tests/features/neutralise.h"

#include <gtest/gtest.h>

namespace bp {
namespace {

constexpr std::string_view text =
    "// ldmatrix is loaded here;\n"
    "\tldmatrix.sync.x4 {%r1,%r2}, [%r3+16];\n"
    "\tmov.u32 %r1, %r2;\n";

TEST(Neutralise, DeletesTheLineAndNothingElse) {
  const auto result = neutralise(text, {.line_with = "ldmatrix", .replacement = {}});
  EXPECT_EQ(result.changed, 1u);
  EXPECT_EQ(result.text, "// ldmatrix is loaded here;\n\n\tmov.u32 %r1, %r2;\n");
}

TEST(Neutralise, PutsOperandsIntoTheReplacement) {
  const auto result =
      neutralise(text, {.line_with = "ldmatrix", .replacement = "ld.shared.v2.b32 %0, %1;"});
  EXPECT_NE(result.text.find("\nld.shared.v2.b32 {%r1,%r2}, [%r3+16];\n"), std::string::npos);
}

TEST(Neutralise, RegistersOfTheReplacementItselfStay) {
  const auto result =
      neutralise(text, {.line_with = "mov.u32", .replacement = "add.u32 %0, %r7, %1;"});
  EXPECT_NE(result.text.find("add.u32 %r1, %r7, %r2;"), std::string::npos);
}

TEST(Neutralise, SaysHowManyLinesItChanged) {
  EXPECT_EQ(neutralise(text, {.line_with = "stmatrix", .replacement = {}}).changed, 0u);
  EXPECT_EQ(neutralise(text, {.line_with = "%r2", .replacement = {}}).changed, 2u);
}

TEST(Neutralise, RefusesAnOperandThatIsNotThere) {
  EXPECT_THROW(neutralise(text, {.line_with = "ldmatrix", .replacement = "mov %0, %2;"}),
               std::invalid_argument);
}

}  // namespace
}  // namespace bp
