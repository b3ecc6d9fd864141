// docs/disputed.md is made from the data of the disputed claims.
#include <gtest/gtest.h>

#include <fstream>

#include "report/disputed/claims.h"
#include "tests/report/golden.h"
#include "tests/support/paths.h"

namespace bp {
namespace {

std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2)
    text.replace(at, 1, "\\|");
  return text;
}

std::string settled_by(const Claim& claim) {
  if (!claim.open.empty()) return claim.open + ".";
  const std::string command = settling_command(claim);
  if (command.empty()) return "Arithmetic.";
  return "`" + command + "`, on " +
         (claim.about.empty() ? "any GPU" : "a GPU of " + about_words(claim)) + ".";
}

std::string page() {
  std::string text =
      "# Disputed claims\n\n"
      "What public documents say in different ways about these GPUs, and the command that settles "
      "it. A report answers each\nclaim from its own evidence: the GPUs in hand for their own "
      "capability, the assemblers for the others (\"expected\"); a\ndocument alone decides nothing "
      "([evidence.md](evidence.md)). This page is made from `report/disputed/*.json`, where a "
      "claim "
      "is\none entry: `BP_UPDATE_GOLDEN=1` in the environment of `disputed_page_test` writes it "
      "anew.\n";
  std::string topic;
  for (const Claim& claim : embedded_claims()) {
    if (claim.topic != topic) text += "\n## " + claim.topic + "\n";
    topic = claim.topic;
    text += "\n### " + claim.id + "\n\n" + claim.text + ".\n\n";
    for (const DisputedSource& source : claim.sources)
      text += "- " + source.who + ": " + source.says + " (" + source.reference + ")\n";
    text += "\nSettled by: " + settled_by(claim) + "\n";
  }
  text += "\n## Chips of one generation\n\nFrom documents (`inferred`), not measured.\n";
  for (const Split& split : embedded_splits()) {
    text += "\n| " + split.generation + " |";
    for (const std::string& chip : split.chips) text += " " + chip + " |";
    text += " source |\n|---|---|---|---|\n";
    for (const Split::Row& row : split.rows) {
      text += "| " + cell(row.what) + " |";
      for (const std::string& value : row.cells) text += " " + cell(value) + " |";
      text += " " + cell(row.source) + " |\n";
    }
  }
  return text;
}

TEST(DisputedPage, IsWhatTheDataSays) {
  BP_NEEDS("BP_TEST_ROOT");
  const std::string path = test::path("BP_TEST_ROOT") + "/docs/disputed.md";
  if (test::updating()) std::ofstream(path, std::ios::binary) << page();
  EXPECT_EQ(test::read_file(path), page())
      << "BP_UPDATE_GOLDEN=1 disputed_page_test writes it anew";
}

}  // namespace
}  // namespace bp
