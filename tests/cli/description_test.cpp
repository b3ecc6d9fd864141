// What is generated from the command line: whatever is declared is in it, whatever its text holds.
// The scripts are run in their shells by documents_test.py.
#include "cli/command_line/description.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command_line/completion.h"
#include "cli/command_line/man_page.h"

namespace bp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(Description, ANewCommandIsInEveryDocument) {
  Declaration declaration;
  std::string value;
  std::vector<std::string> values;
  CLI::App* app = declaration.root.add_subcommand("brew", "Make tea");
  may_be(declaration.values, app->add_option("--leaf", value, "Which leaf")->type_name("LEAF"),
         one_of({"assam", "sencha"}));
  may_be(
      declaration.values,
      app->add_option("--into", values, "Which cups")->type_name("FILE")->allow_extra_args(false),
      file_called("a cup"));
  app->add_flag("--hot")->description("Not iced");
  declaration.commands.push_back({app, {"blackwell-probe brew --hot"}, nullptr});
  const ProgramDescription program = describe(declaration);

  const CommandDescription& command = program.commands.back();
  EXPECT_EQ(command.name, "brew");
  const OptionDescription& leaf = command.options.at(1);
  EXPECT_THAT(leaf.names, ElementsAre("--leaf"));
  EXPECT_EQ(leaf.value, "LEAF");
  EXPECT_FALSE(leaf.repeatable);
  EXPECT_TRUE(command.options.at(2).repeatable);
  EXPECT_TRUE(command.options.at(2).file);
  EXPECT_EQ(command.options.at(3).value, "");

  for (const std::string& shell : completion_shells()) {
    const std::string script = completion_script(shell, program);
    for (const char* word : {"brew", "leaf", "assam", "sencha", "into", "hot"})
      EXPECT_THAT(script, HasSubstr(word)) << shell;
  }
  const std::string page = man_page(program, "1.2.3", "2026-01-31");
  for (const char* text :
       {".SS brew", "Make tea.", "\\fB\\-\\-leaf\\fP \\fILEAF\\fP", "\\fB\\-\\-hot\\fP",
        "blackwell\\-probe brew \\-\\-hot", "\"2026-01-31\" \"blackwell-probe 1.2.3\""})
    EXPECT_THAT(page, HasSubstr(text));
}

ProgramDescription hostile() {
  OptionDescription option;
  option.names = {"--odd"};
  option.text = "It's [odd]: a \\ in it, .and 'more'";
  option.value = "A:B";
  option.words = {{"one", "the 'first'"}, {"two", "[second]:"}};
  option.list = true;
  return {{"blackwell-probe", "Root", {option}, {}, {".x 'y' \\z"}}, {}};
}

TEST(Description, TextIsQuotedAsEachShellWantsIt) {
  EXPECT_THAT(zsh_completion(hostile()),
              HasSubstr("'--odd=[It'\\''s \\[odd\\]\\: a \\\\ in it, .and '\\''more'\\'']:A\\:B:"));
  EXPECT_THAT(zsh_completion(hostile()), HasSubstr("'two[\\[second\\]\\:]'"));
  EXPECT_THAT(fish_completion(hostile()),
              HasSubstr("-d 'It\\'s [odd]: a \\\\ in it, .and \\'more\\''"));
  EXPECT_THAT(fish_completion(hostile()), HasSubstr("'one' 'the \\'first\\''"));
}

TEST(Description, NothingInAPageIsARequestByAccident) {
  const std::string page = man_page(hostile(), "1", "");
  EXPECT_THAT(page, HasSubstr("It\\(aqs [odd]: a \\e in it, .and \\(aqmore\\(aq"));
  EXPECT_THAT(page, HasSubstr("\n\\&.x \\(aqy\\(aq \\ez\n"));
  EXPECT_THAT(page, Not(HasSubstr("\n'")));
}

}  // namespace
}  // namespace bp
