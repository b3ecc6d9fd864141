#include "report/gate/config.h"

#include <gmock/gmock.h>

namespace bp::gate {
namespace {

using testing::HasSubstr;

constexpr std::string_view toml = R"(
[gate]
require = [
  "driver >= 580",
  { require = "feature:a>=verified", name = "fast decode" },
  { require = "backend:b=runs", xfail = "not ported", strict = false },
]
[gate.sets]
training = [{ require = "feature:c>=verified", xfail = "later" }]
[other]
anything = 1
)";

TEST(GateConfig, HasRequirementsSetsAndExpectedFailures) {
  const Config config = parse_config_toml(toml, "x.toml");
  ASSERT_EQ(config.sets.size(), 2u);
  const auto& required = config.sets[0].demands;
  ASSERT_EQ(required.size(), 3u);
  EXPECT_EQ(config.sets[0].name, "");
  EXPECT_EQ(required[0].text, "driver >= 580");
  EXPECT_EQ(required[0].place, "x.toml, gate.require[0]");
  EXPECT_EQ(required[1].name, "fast decode");
  EXPECT_FALSE(required[1].xfail);
  EXPECT_EQ(required[2].xfail, "not ported");
  EXPECT_FALSE(required[2].strict);
  EXPECT_EQ(config.sets[1].name, "training");
  EXPECT_TRUE(config.sets[1].demands[0].strict);
}

TEST(GateConfig, CommentsAndEscapesMayGoBeyondAscii) {
  const Config config = parse_config_toml(
      "  # f\xc3\xbcr alle\n[gate]\nrequire = [{require = 'a', name = \"f\\u00fcr\"}]", "x");
  EXPECT_EQ(config.sets[0].demands[0].name, "f\xc3\xbcr");
}

TEST(GateConfig, BeyondAsciiItTakesWhatTomlTakes) {
  const auto read = [](const std::string& list) {
    std::vector<std::string> texts;
    const Config config = parse_config_toml("[gate]\nrequire = " + list, "x");
    for (const Demand& demand : config.sets[0].demands) texts.push_back(demand.text);
    return texts;
  };
  using testing::ElementsAre;
  // Behind a value, between values, and where quotes seem to end a text that they do not end.
  EXPECT_THAT(read("['a']  # f\xc3\xbcr alle"), ElementsAre("a"));
  EXPECT_THAT(read("['a', # \xc3\xa9 \"\n 'b'] # '\xc3\xa9"), ElementsAre("a", "b"));
  EXPECT_THAT(read(R"(["a # \"é", 'b"', "c'"] # é)"), ElementsAre("a # \"é", "b\"", "c'"));
  EXPECT_THAT(read(R"(["""a"#é""""", '\', "é\\"] # é)"), ElementsAre("a\"#é\"\"", "\\", "é\\"));
  EXPECT_THAT(read("['''\na'#''b\n''''] # é"), ElementsAre("a'#''b\n'"));
  EXPECT_THAT(read("[\"\xf0\x9f\x98\x80\"]"), ElementsAre("\xf0\x9f\x98\x80"));
}

TEST(GateConfig, JsonSaysTheSame) {
  const Config config = parse_config_json(
      R"({"gate": {"require": ["driver>=580", {"require": "cuda>=13", "xfail": "x"}]}})", "x.json");
  EXPECT_EQ(config.sets[0].demands[1].xfail, "x");
}

struct Broken {
  const char* text;
  const char* part;
};

class BrokenConfig : public testing::TestWithParam<Broken> {};

TEST_P(BrokenConfig, IsRefusedInOneSentence) {
  try {
    parse_config_toml(GetParam().text, "x.toml");
    FAIL() << GetParam().text;
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), testing::StartsWith("x.toml: "));
    EXPECT_THAT(error.what(), HasSubstr(GetParam().part));
    EXPECT_THAT(error.what(), testing::Not(HasSubstr("\n")));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Files, BrokenConfig,
    testing::ValuesIn(std::to_array<Broken>({
        {"", "there is no [gate]"},
        {"[gate]", "requires nothing"},
        {"[gate]\nrequire = 5", "not a list"},
        {"[gate]\nrequire = []", "is empty"},
        {"[gate]\nrequire = [5]", "gate.require[0] is neither"},
        {"[gate]\nrequires = ['a']", "no key \"requires\""},
        {"[gate]\nrequire = [{name = 'a'}]", "lacks \"require\""},
        {"[gate]\nrequire = [{require = ''}]", "is not a text"},
        {"[gate]\nrequire = [{require = 'a', xfail = true}]", "xfail is not a text"},
        {"[gate]\nrequire = [{require = 'a', strict = true}]", "nothing without xfail"},
        {"[gate]\nrequire = [{require = 'a', xfail = 'b', strict = 1}]", "not true or false"},
        {"[gate]\nrequire = [{require = 'a', reason = 'b'}]", "no key \"reason\""},
        {"[gate]\nsets = ['a']", "not a table"},
        {"[gate]\nrequire = ['a'\n\n[x", "line "},
        {"gate = 3", "gate is not a table"},
        {"[[[a", "no TOML"},
        {"\n\xc6\x91 = 1", "line 2: beyond ASCII"},
        {"# \xc3\xbc\n\na = '\xc3\xbc'", "line 3: beyond ASCII"},
        {"a = \"\n\xc3\xbc\"", "line 2: beyond ASCII"},
        {"a = \"\\\xc3\xbc\"", "no such escape"},
        {"a = \"\"\"\n\xff\"\"\"", "line 2: this is not UTF-8"},
        {"\"\\u001B\" = 1\n[gate]\n\"\\u001B[31m\" = 1", "\\x1b[31m"},
    })));

TEST(GateConfig, HostileSizeAndDepthAreBounded) {
  EXPECT_THROW(parse_config_toml(std::string(max_config_bytes + 1, '\n'), "x"), ConfigError);
  EXPECT_THROW(parse_config_toml("a = " + std::string(100'000, '['), "x"), ConfigError);
  EXPECT_THROW(parse_config_json(std::string(100'000, '['), "x"), ConfigError);
  EXPECT_THROW(parse_config_json("\xff", "x"), ConfigError);
  std::string many = "[gate]\nrequire = [";
  for (int i = 0; i < 1001; ++i) many += "'a',";
  EXPECT_THROW(parse_config_toml(many + "]", "x"), ConfigError);
}

}  // namespace
}  // namespace bp::gate
