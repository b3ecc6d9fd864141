// The fast reader takes what the other one takes, and survives what strangers send.
#include "report/merge/machine_reader.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "report/formats/json.h"
#include "tests/support/paths.h"

namespace bp {
namespace {

using testing::HasSubstr;

std::string file(const std::string& name) {
  std::ifstream in(test::path("BP_TEST_ROOT") + "/tests/" + name);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::variant<FleetMachine, std::string> read(std::string text) {
  MachineReader reader;
  return reader.read(text);
}

std::string refusal(std::string text) {
  const auto result = read(std::move(text));
  const auto* why = std::get_if<std::string>(&result);
  return why == nullptr ? "was read" : *why;
}

const std::string smallest =
    R"({"schema_version":"1.0.0","tool":{"version":"9"},"complete":false,"driver":{"version":"1","cuda_version":null,"fake":null,"problem":null},"gpus":[]})";

/// The same from the reader of whole reports.
FleetMachine by_the_other_reader(const std::string& text) {
  const Report report = parse_report(text);
  FleetMachine machine{report.driver.version,
                       report.driver.cuda_version,
                       report.driver.problem ? report.driver.problem->id : "",
                       report.complete,
                       report.driver.fake.has_value(),
                       report.tool.version,
                       {}};
  for (const GpuReport& gpu : report.gpus) {
    FleetGpu found{gpu.facts.name,
                   to_string(gpu.facts.cc),
                   gpu.facts.problem ? gpu.facts.problem->id : "",
                   {}};
    for (const auto& row : gpu.features)
      found.standings.push_back({ItemKind::feature, row.id, static_cast<std::uint8_t>(row.status)});
    for (const auto& row : gpu.kernels)
      found.standings.push_back({ItemKind::kernel, row.id, static_cast<std::uint8_t>(row.status)});
    for (const auto& row : gpu.backends)
      found.standings.push_back(
          {ItemKind::backend, row.id, static_cast<std::uint8_t>(row.verdict)});
    for (const auto& row : gpu.bench.rows)
      found.standings.push_back(
          {ItemKind::bench, item_of(row), static_cast<std::uint8_t>(row.status)});
    machine.gpus.push_back(found);
  }
  return machine;
}

TEST(MachineReader, SeesWhatTheReaderOfWholeReportsSees) {
  BP_NEEDS("BP_TEST_ROOT");
  MachineReader reader;
  for (const char* name :
       {"fixtures/h200.json", "report/golden/h200.json", "report/golden/offline.json",
        "report/golden/troubled.json", "report/golden/bench.json", "fixtures/h200_bench.json"}) {
    std::string text = file(name);
    const FleetMachine expected = by_the_other_reader(text);
    const auto result = reader.read(text);
    ASSERT_TRUE(std::holds_alternative<FleetMachine>(result))
        << name << ": " << std::get<std::string>(result);
    EXPECT_EQ(std::get<FleetMachine>(result), expected) << name;
  }
}

TEST(MachineReader, RefusesARowOfBenchThatLacksSomething) {
  const auto with = [](const std::string& row) {
    return smallest.substr(0, smallest.size() - 3) +
           R"([{"name":"G","compute_capability":"9.0","problem":null,"features":[],"kernels":[],)" +
           R"("backends":[],"bench":{"yardsticks":[],"rows":[)" + row + "]}}]}";
  };
  EXPECT_EQ(refusal(with(R"({"kernel":"k","shape":"s","tuning":"free","status":"measured"})")),
            "was read");
  EXPECT_THAT(refusal(with(R"({"kernel":"k","shape":"s","status":"measured"})")),
              HasSubstr("lacks its kernel, shape, tuning or status"));
  EXPECT_THAT(refusal(with(R"({"kernel":"k","shape":"s","tuning":"free","status":"fast"})")),
              HasSubstr("\"fast\" is not known as the end of a bench"));
  EXPECT_THAT(refusal(with("7")), HasSubstr("\"rows\" is not an object"));
}

TEST(MachineReader, ReadsTheSmallestReport) {
  const auto result = read(smallest);
  ASSERT_TRUE(std::holds_alternative<FleetMachine>(result)) << std::get<std::string>(result);
  EXPECT_EQ(std::get<FleetMachine>(result).tool, "9");
  EXPECT_FALSE(std::get<FleetMachine>(result).complete);
}

TEST(MachineReader, RefusesAReportThatWasCutOffAnywhere) {
  BP_NEEDS("BP_TEST_ROOT");
  const std::string whole = file("report/golden/h200.json");
  for (std::size_t length = 0; length < whole.size() - 2; length += 61)
    EXPECT_NE(refusal(whole.substr(0, length)), "was read") << length;
  EXPECT_EQ(refusal(""), "It is empty.");
}

TEST(MachineReader, RefusesDamageInPartsThatItDoesNotKeep) {
  std::string text = smallest;
  text.insert(1, R"("log":["a" "b"],)");
  EXPECT_EQ(refusal(text), "It is not valid JSON: damaged, or cut off.");
  text = smallest;
  text.insert(1, "\"log\":[\"\xff\xfe\"],");
  EXPECT_EQ(refusal(text), "It is not valid JSON: damaged, or cut off.");
}

TEST(MachineReader, SurvivesEveryByteBeingChanged) {
  const std::string good = smallest.substr(0, smallest.size() - 3) +
                           R"([{"name":"G","compute_capability":"9.0","problem":null,)" +
                           R"("features":[{"id":"f","status":"supported"}],"kernels":[],)" +
                           R"("backends":[{"id":"b","verdict":"runs"}]}]})";
  ASSERT_TRUE(std::holds_alternative<FleetMachine>(read(good))) << refusal(good);
  MachineReader reader;
  int refused = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const char c : {'\0', '"', '{', ']', '9', '\\', '\xff'}) {
      std::string text = good;
      text[at] = c;
      refused += std::holds_alternative<std::string>(reader.read(text)) ? 1 : 0;
    }
  }
  EXPECT_GT(refused, 1000);
}

TEST(MachineReader, SaysWhatIsWrong) {
  EXPECT_THAT(refusal("[]"), HasSubstr("\"report\" is not an object"));
  EXPECT_THAT(refusal("{}"), HasSubstr("\"schema_version\" is missing"));
  EXPECT_THAT(refusal(R"({"schema_version":"1.0.0"})"), HasSubstr("\"gpus\" is missing"));
  EXPECT_THAT(refusal(R"({"schema_version":"1.0.0","gpus":[{}]})"), HasSubstr("a GPU lacks"));
  EXPECT_THAT(refusal(R"({"schema_version":"2.0.0","gpus":[]})"),
              HasSubstr("use a newer blackwell-probe"));
  EXPECT_THAT(
      refusal(R"({"schema_version":"1.0.0","gpus":[{"features":[{"id":"f","status":"odd"}]}]})"),
      HasSubstr("\"odd\" is not known"));
  EXPECT_THAT(refusal(std::string(40, '[') + std::string(40, ']')), HasSubstr("nests deeper"));
  EXPECT_THAT(refusal(std::string(max_report_bytes + 1, ' ')), HasSubstr("larger than 64 MiB"));
}

TEST(MachineReader, ReadsASmallReportAfterALargeOne) {
  MachineReader reader;
  std::string large = smallest;
  large.insert(1, "\"log\":[\"" + std::string(std::size_t{20} << 20, 'x') + "\"],");
  std::string small = smallest;
  EXPECT_TRUE(std::holds_alternative<FleetMachine>(reader.read(large)));
  EXPECT_TRUE(std::holds_alternative<FleetMachine>(reader.read(small)));
}

}  // namespace
}  // namespace bp
