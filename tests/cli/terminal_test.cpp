// What the ends of the streams are taken for; the real terminal is in
// tests/end_to_end/test_habits.py.
#include "cli/output/terminal.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

namespace bp {
namespace {

/// Standard output of a test is no terminal.
class Terminal : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"COLUMNS", "NO_COLOR", "TERM", "LC_ALL", "LC_CTYPE", "LANG"})
      unsetenv(name);
    ASSERT_EQ(pipe(ends_), 0);
  }
  void TearDown() override {
    close(ends_[0]);
    close(ends_[1]);
  }
  int no_terminal() const { return ends_[1]; }

 private:
  int ends_[2] = {-1, -1};
};

TEST_F(Terminal, ItsColumnsAreThoseOfTheEnvironmentWithinReason) {
  EXPECT_EQ(columns_of(no_terminal()), 80);
  const auto with = [&](const char* columns) {
    setenv("COLUMNS", columns, 1);
    return columns_of(no_terminal());
  };
  EXPECT_EQ(with("100"), 100);
  EXPECT_EQ(with("3"), 40);
  EXPECT_EQ(with("-5"), 40);
  EXPECT_EQ(with("1000000"), 200);
  EXPECT_EQ(with("99999999999999999999"), 80) << "not a number of columns";
  EXPECT_EQ(with("wide"), 80);
  EXPECT_EQ(with(""), 80);
}

TEST_F(Terminal, ColoursAreAskedForOrNot) {
  EXPECT_FALSE(wants_colour(Colour::automatic, no_terminal()));
  EXPECT_TRUE(wants_colour(Colour::always, no_terminal()));
  setenv("NO_COLOR", "1", 1);
  EXPECT_TRUE(wants_colour(Colour::always, no_terminal()));
  EXPECT_FALSE(wants_colour(Colour::never, no_terminal()));
}

TEST_F(Terminal, TheFirstVariableOfTheLocaleThatIsSetDecides) {
  EXPECT_FALSE(has_unicode());
  setenv("LANG", "de_DE.UTF-8", 1);
  EXPECT_TRUE(has_unicode());
  setenv("LC_ALL", "C", 1);
  EXPECT_FALSE(has_unicode());
  setenv("LC_ALL", "", 1);
  EXPECT_TRUE(has_unicode()) << "empty is not set";
}

TEST_F(Terminal, ALineThatStaysIsOneLine) {
  testing::internal::CaptureStderr();
  StatusLine line;
  line.show("seen by nobody: no terminal");
  line.print("two\nlines \x1b[2J");
  line.clear();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "two\\nlines \\x1b[2J\n");
}

}  // namespace
}  // namespace bp
