// Command lines: what is understood, and what is said about what is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/commands/options.h"

namespace bp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Invocation parse(std::vector<const char*> words) {
  words.insert(words.begin(), "blackwell-probe");
  return parse_command_line(static_cast<int>(words.size()), words.data());
}

template <typename Options>
Options options(std::vector<const char*> words) {
  const Invocation invocation = parse(std::move(words));
  if (const auto* message = std::get_if<Message>(&invocation)) {
    ADD_FAILURE() << message->text;
    return {};
  }
  return std::get<Options>(invocation);
}

TEST(CommandLine, Bare) {
  const auto run = options<RunOptions>({});
  EXPECT_TRUE(run.bare);
  EXPECT_EQ(run.level, "default");
  EXPECT_EQ(options<RunOptions>({"--level", "quick"}).level, "quick");
}

TEST(CommandLine, Run) {
  const auto run = options<RunOptions>({"run",       "--level=quick",
                                        "--timeout", "2.5",
                                        "--only",    "wgmma.*,ldmatrix",
                                        "--only",    "tma.*",
                                        "--skip",    "*.e4m3",
                                        "--gpu",     "0",
                                        "--gpu",     "GPU-1a2b",
                                        "--seed",    "18446744073709551615",
                                        "--strict",  "--libcuda",
                                        "/x.so",     "--target",
                                        "sm_121",    "-o",
                                        "a.json",    "-o",
                                        "b.html",    "--color",
                                        "never"});
  EXPECT_FALSE(run.bare);
  EXPECT_EQ(run.timeout_seconds, 2.5);
  EXPECT_THAT(run.only, ElementsAre("wgmma.*", "ldmatrix", "tma.*"));
  EXPECT_THAT(run.skip, ElementsAre("*.e4m3"));
  EXPECT_THAT(run.gpus, ElementsAre("0", "GPU-1a2b"));
  EXPECT_EQ(run.seed, UINT64_MAX);
  EXPECT_TRUE(run.strict);
  EXPECT_EQ(run.libcuda, "/x.so");
  EXPECT_THAT(run.targets, ElementsAre("sm_121"));
  EXPECT_THAT(run.output.files, ElementsAre("a.json", "b.html"));
  EXPECT_EQ(run.output.colour, Colour::never);
}

TEST(CommandLine, HowMuchIsSaidOfARun) {
  EXPECT_FALSE(options<RunOptions>({"run"}).talk.quiet);
  EXPECT_TRUE(options<RunOptions>({"-q"}).talk.quiet);
  EXPECT_EQ(options<RunOptions>({"run", "-v"}).talk.verbose, 1);
  EXPECT_EQ(options<RunOptions>({"run", "-vv"}).talk.verbose, 2);
  EXPECT_EQ(options<RunOptions>({"--verbose", "-v"}).talk.verbose, 2);
  EXPECT_EQ(options<GateOptions>({"gate", "--require", "driver>=580", "-v"}).talk.verbose, 1);
}

TEST(CommandLine, AShapeIsTakenWhereverBackendsAreJudged) {
  const std::vector<const char*> words{"--heads",     "16",          "--head-dim",  "576",
                                       "--topk=2048", "--page-size", "64",          "--kv-dtype",
                                       "fp8_e4m3",    "--target",    "sm_121,sm_90"};
  const Shape wanted{
      .heads = 16, .head_dim = 576, .page_size = 64, .topk = 2048, .kv_dtype = "fp8_e4m3"};
  const auto after = [&](std::vector<const char*> front) {
    front.insert(front.end(), words.begin(), words.end());
    return front;
  };
  EXPECT_EQ(options<RunOptions>(after({})).shape, wanted);
  EXPECT_EQ(options<RunOptions>(after({"run"})).shape, wanted);
  const auto list = options<ListOptions>(after({"list", "backends"}));
  EXPECT_EQ(list.shape, wanted);
  EXPECT_THAT(list.targets, ElementsAre("sm_121", "sm_90"));
  EXPECT_EQ(options<RunOptions>({"run"}).shape, Shape{});
}

TEST(CommandLine, TheOtherCommands) {
  EXPECT_EQ(options<ListOptions>({"list", "probes", "--format", "json"}).output.format, "json");
  EXPECT_EQ(options<MatrixOptions>({"matrix", "--ptxas", "/p", "--target", "sm_90a"}).ptxas, "/p");
  EXPECT_EQ(options<RenderOptions>({"render", "r.json", "--format", "html"}).file, "r.json");
  EXPECT_EQ(options<RenderOptions>({"render", "-"}).file, "-");
  EXPECT_THAT(options<RenderOptions>({"render", "r.json", "-o", "-"}).output.files,
              ElementsAre("-"));
  options<VersionOptions>({"version"});
  options<VersionOptions>({"--version"});
}

TEST(CommandLine, HelpIsNoError) {
  for (const char* command : {"run", "matrix", "list", "render", "version"}) {
    const auto message = std::get<Message>(parse({command, "--help"}));
    EXPECT_EQ(message.status, 0);
    EXPECT_THAT(message.text, HasSubstr("Examples:"));
    EXPECT_THAT(message.text, HasSubstr("blackwell-probe " + std::string(command)));
    EXPECT_THAT(message.text, HasSubstr("--format"));
  }
  const auto help = std::get<Message>(parse({"--help"}));
  EXPECT_THAT(help.text, HasSubstr("Examples:"));
  EXPECT_THAT(help.text, testing::Not(HasSubstr("__worker")));
}

struct Wrong {
  std::vector<const char*> words;
  std::string says;
};

class Usage : public testing::TestWithParam<Wrong> {};

TEST_P(Usage, IsOneSentenceThatNamesTheFlag) {
  const Invocation invocation = parse(GetParam().words);
  const auto* message = std::get_if<Message>(&invocation);
  ASSERT_NE(message, nullptr);
  EXPECT_EQ(message->status, 2);
  EXPECT_EQ(message->text, "blackwell-probe: " + GetParam().says + " --help.\n");
}

INSTANTIATE_TEST_SUITE_P(
    CommandLine, Usage,
    testing::Values(
        Wrong{{"--levle", "quick"},
              "Unknown flag --levle; did you mean --level? See blackwell-probe"},
        Wrong{{"run", "--timout=3"},
              "Unknown flag --timout; did you mean --timeout? See blackwell-probe run"},
        Wrong{{"run", "--zzzzzzzz"}, "Unknown flag --zzzzzzzz. See blackwell-probe run"},
        Wrong{{"matrix", "--targte", "sm_90"},
              "Unknown flag --targte; did you mean --target? See blackwell-probe matrix"},
        Wrong{{"rnu"}, "Unknown command \"rnu\"; did you mean run? See blackwell-probe"},
        Wrong{{"frobnicate"}, "Unknown command \"frobnicate\". See blackwell-probe"},
        Wrong{{"list", "probs"},
              "what: \"probs\" is not one of probes, surveys, kernels, backends, targets, models; "
              "did you "
              "mean "
              "probes? "
              "See blackwell-probe list"},
        Wrong{{"list"},
              "list needs one of probes, surveys, kernels, backends, targets, models. See "
              "blackwell-probe "
              "list"},
        Wrong{{"render"}, "render needs the name of a report.json. See blackwell-probe render"},
        Wrong{{"run", "--level", "quik"},
              "--level: \"quik\" is not one of quick, default, full; did you mean quick? See "
              "blackwell-probe run"},
        Wrong{{"run", "--timeout", "soon"},
              "--timeout: \"soon\" is not a number of seconds from 0.1 to 86400. See "
              "blackwell-probe run"},
        Wrong{{"run", "--timeout", "nan"},
              "--timeout: \"nan\" is not a number of seconds from 0.1 to 86400. See "
              "blackwell-probe run"},
        Wrong{{"run", "--level", "full", "--level=quick"},
              "--level may be given only once. See blackwell-probe run"},
        Wrong{{"run", "--seed"}, "--seed needs a value. See blackwell-probe run"},
        Wrong{{"run", "--seed", "-1"},
              "--seed: \"-1\" is not a whole number from 0 to 18446744073709551615. See "
              "blackwell-probe run"},
        Wrong{{"run", "--seed", "x"},
              "--seed: \"x\" is not a whole number from 0 to 18446744073709551615. See "
              "blackwell-probe run"},
        Wrong{{"run", "--seed", "18446744073709551616"},
              "--seed: \"18446744073709551616\" is not a whole number from 0 to "
              "18446744073709551615. See blackwell-probe run"},
        Wrong{{"run", "--heads", "0"},
              "--heads: \"0\" is not a whole number from 1 to 1000000. See blackwell-probe run"},
        Wrong{{"list", "backends", "--topk", "99999999999999999999"},
              "--topk: \"99999999999999999999\" is not a whole number from 1 to 1000000. See "
              "blackwell-probe list"},
        Wrong{{"--kv-dtype", "fp8_e4m4"},
              "--kv-dtype: \"fp8_e4m4\" is not one of fp32, tf32, fp16, bf16, fp8_e4m3, fp8_e5m2, "
              "mxfp8, mxfp4, nvfp4, int8, int4; did you mean fp8_e4m3? See blackwell-probe"},
        Wrong{{"run", "extra"}, "Unexpected argument \"extra\". See blackwell-probe run"},
        Wrong{{"--level", "quick", "run"},
              "--level must stand after \"run\". See blackwell-probe run"},
        Wrong{{"list", "targets", "--format", "cvs"},
              "--format: \"cvs\" is not one of text, json, csv; did you mean csv? See "
              "blackwell-probe list"}));

}  // namespace
}  // namespace bp
