// docs/command-line.md and the table of exit statuses in README.md are made from what the program
// declares.
#include <gtest/gtest.h>

#include <fstream>

#include "cli/command_line/description.h"
#include "cli/output/exit_status.h"
#include "cli/output/variables.h"
#include "report/formats/format.h"
#include "tests/report/golden.h"
#include "tests/support/paths.h"

namespace bp {
namespace {

constexpr const char* how = "BP_UPDATE_GOLDEN=1 command_line_page_test writes it anew";

std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2)
    text.replace(at, 1, "\\|");
  return text;
}

std::string row(const std::vector<std::string>& cells) {
  std::string text = "|";
  for (const std::string& one : cells) text += " " + cell(one) + " |";
  return text + "\n";
}

std::string code(std::string_view text) { return "`" + std::string(text) + "`"; }

std::string exit_statuses() {
  std::string text = "| status | means |\n|---|---|\n";
  for (const ExitStatusMeaning& meaning : exit_status_meanings()) {
    text += row({std::to_string(static_cast<int>(meaning.status)),
                 std::string(meaning.brief) + ". " + std::string(meaning.more)});
  }
  return text;
}

std::string format_table() {
  std::string text = "| `--format` | suffixes of `-o` |\n|---|---|\n";
  for (const Format& format : formats()) {
    std::string suffixes;
    for (const std::string_view suffix : format.suffixes)
      suffixes += (suffixes.empty() ? "" : ", ") + code(suffix);
    text += row({code(format.name),
                 suffixes.empty() ? "none: `-o " + std::string(format.name) + ":FILE`" : suffixes});
  }
  return text;
}

std::string page() {
  const ProgramDescription program = describe(Declaration());
  std::string text =
      "# The command line\n\n"
      "`--help` of a command and `man blackwell-probe` name its flags. This page is made from the "
      "same declaration:\n"
      "`BP_UPDATE_GOLDEN=1` in the environment of `command_line_page_test` writes it anew, and the "
      "table in the README.\n\n"
      "| command | |\n|---|---|\n";
  text += row({code("blackwell-probe"),
               "All it can tell about this machine; with no GPU, what every known target is "
               "expected to do"});
  for (const CommandDescription& command : program.commands)
    text += row({code("blackwell-probe " + command.name), command.text});
  text += "\n## Exit statuses\n\n" + exit_statuses();
  text += "\n## Formats of reports\n\n" + format_table();
  text += "\n## Environment\n\n| variable | |\n|---|---|\n";
  for (const Variable& variable : terminal_variables)
    text += row({code(variable.name), std::string(variable.text)});
  return text;
}

TEST(CommandLinePage, IsWhatTheProgramDeclares) {
  BP_NEEDS("BP_TEST_ROOT");
  const std::string path = test::path("BP_TEST_ROOT") + "/docs/command-line.md";
  if (test::updating()) std::ofstream(path, std::ios::binary) << page();
  EXPECT_EQ(test::read_file(path), page()) << how;
}

TEST(CommandLinePage, TheReadmeHasTheSameExitStatuses) {
  BP_NEEDS("BP_TEST_ROOT");
  const std::string path = test::path("BP_TEST_ROOT") + "/README.md";
  std::string readme = test::read_file(path);
  const std::string title = "## Exit statuses\n\n";
  const auto begin = readme.find(title);
  ASSERT_NE(begin, std::string::npos);
  const auto table = begin + title.size();
  const auto end = readme.find("\n\n", table);
  ASSERT_NE(end, std::string::npos);
  if (test::updating()) {
    readme.replace(table, end + 1 - table, exit_statuses());
    std::ofstream(path, std::ios::binary) << readme;
  }
  EXPECT_EQ(readme.substr(table, exit_statuses().size()), exit_statuses()) << how;
}

}  // namespace
}  // namespace bp
