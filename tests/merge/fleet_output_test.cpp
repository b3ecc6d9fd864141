// A fleet as text, JSON and HTML.
#include "report/merge/fleet_output.h"

#include <gmock/gmock.h>

#include "tests/merge/fleet_samples.h"

namespace bp {
namespace {

using testing::HasSubstr;
using testing::Not;

FleetReport sample() {
  Fleet fleet;
  std::size_t content = 0;
  for (const auto& one : test::mixed_fleet()) fleet.add(one.name, one.machine, ++content);
  fleet.skip("torn.json", "It is empty.");
  return fleet.report();
}

TEST(FleetText, NamesOddMachinesAndWhatIsOdd) {
  const std::string text = fleet_text(sample(), {.width = 200});
  EXPECT_THAT(text, HasSubstr("17 reports, 120 GPUs of 3 models"));
  EXPECT_THAT(text, HasSubstr("driver: 570.86.15 here, 580.159.04 on 13 of 14 machines"));
  EXPECT_THAT(text, HasSubstr("wgmma.bf16: crashed here, supported on 110 of 111 GPUs"));
  EXPECT_THAT(text, HasSubstr("7 of NVIDIA H200 here, 8 in 13 of 14 machines"));
  EXPECT_THAT(text, HasSubstr("NVIDIA H200 (9.0), fake driver: 8 in 1 machine"));
  EXPECT_THAT(text, HasSubstr("torn.json: It is empty."));
}

TEST(FleetOutput, RowsOfBenchAreThereWhereAnyWasMeasured) {
  const FleetReport fleet = test::merged(test::benched_fleet());
  EXPECT_THAT(fleet_text(fleet, {.width = 200}), HasSubstr("rows of bench: 1 not the same on all"));
  EXPECT_THAT(fleet_text(fleet, {.width = 200}),
              HasSubstr(std::string(test::bench_row) + ": wrong result here, measured on 2 of 3"));
  EXPECT_THAT(fleet_html(fleet), HasSubstr("Rows of bench"));
  EXPECT_THAT(fleet_html(fleet), HasSubstr(test::bench_row));
  EXPECT_THAT(fleet_json(fleet), HasSubstr(test::bench_row));
  EXPECT_THAT(fleet_text(sample(), {.width = 200}), Not(HasSubstr("rows of bench")));
  EXPECT_THAT(fleet_html(sample()), Not(HasSubstr("Rows of bench")));
}

TEST(FleetText, FitsANarrowTerminalAndAPlainOne) {
  const std::string text = fleet_text(sample(), {.width = 40, .unicode = false});
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = text.find('\n', start);
    EXPECT_LE(end - start, 40U) << text.substr(start, end - start);
    start = end + 1;
  }
  EXPECT_TRUE(
      std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 128; }));
}

TEST(FleetOutput, HostileNamesAreInertEverywhere) {
  auto machines = test::mixed_fleet();
  const std::string bad = "<script>alert(1)</script>\x1b[31m\xe2\x80\xae\"'`";
  for (auto& one : machines) {
    one.name += bad;
    one.machine.driver += bad;
    one.machine.tool += bad;
    for (FleetGpu& gpu : one.machine.gpus) {
      gpu.model += bad;
      gpu.standings[0].id += bad;
    }
  }
  const FleetReport fleet = test::merged(machines);
  EXPECT_THAT(fleet_html(fleet), Not(HasSubstr("<script>alert")));
  for (const std::string& text : {fleet_html(fleet), fleet_json(fleet), fleet_text(fleet, {})}) {
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(text, Not(HasSubstr("\xe2\x80\xae")));
  }
}

TEST(FleetOutput, IdentifiersInNamesAreRedacted) {
  auto machines = test::mixed_fleet();
  machines[0].name = "/home/alice/node7.example.org/192.168.1.17/a8:a1:59:00:11:22.json";
  machines[0].machine.gpus[0].model = "GPU of node7";
  machines[0].machine.gpus[0].problem = "problem of alice";
  machines[1].machine.problem = "problem of alice";
  FleetReport fleet = test::merged(machines);
  fleet.skipped.push_back({"/home/alice/x.json", "Cannot read /home/alice/x.json"});
  const FleetReport clean =
      redact(fleet, {.hosts = {"node7.example.org"}, .users = {"alice"}, .homes = {"/home/alice"}});
  EXPECT_TRUE(clean.redacted);
  for (const std::string& text : {fleet_html(clean), fleet_json(clean), fleet_text(clean, {})}) {
    for (const char* secret : {"alice", "node7", "192.168.1.17", "a8:a1:59"})
      EXPECT_THAT(text, Not(HasSubstr(secret)));
  }
}

TEST(FleetOutput, IdsOfOurOwnAreNoNames) {
  const FleetReport clean = redact(sample(), {.hosts = {"fa3"}, .users = {"wgmma"}, .homes = {}});
  for (const std::string& text : {fleet_html(clean), fleet_json(clean), fleet_text(clean, {})})
    EXPECT_THAT(text, HasSubstr("wgmma.bf16"));
  EXPECT_THAT(fleet_json(clean), HasSubstr("\"fa3\""));
}

TEST(FleetText, SaysThatAMachineHasNoUsableDriver) {
  EXPECT_THAT(fleet_text(sample(), {.width = 200}),
              HasSubstr("driver not usable here: no libcuda; usable on 15 of 16 machines"));
}

TEST(FleetOutput, StaysReadableWhereEveryMachineIsAClassOfItsOwn) {
  FleetReport fleet = test::merged(test::fleet_of_strangers(60));
  for (int i = 0; i < 500; ++i) {
    fleet.skipped.push_back({"skipped" + std::to_string(i) + ".json", "It is empty."});
    fleet.models.push_back(fleet.models.front());
    fleet.models[0].drivers.push_back({"580." + std::to_string(i), 1});
  }
  const std::string text = fleet_text(fleet, {.width = 100});
  const std::string html = fleet_html(fleet);
  EXPECT_LT(text.size(), 150'000U);
  EXPECT_LT(html.size(), 3'000'000U);
  for (const char* what : {"classes", "models", "files"}) {
    EXPECT_THAT(text, HasSubstr(" more " + std::string(what)));
    EXPECT_THAT(html, HasSubstr(" more " + std::string(what)));
  }
}

TEST(FleetOutput, ProblemsOfMachinesAndGpusAreRedacted) {
  FleetReport fleet = sample();
  fleet.classes[0].problem = "open of /home/alice";
  fleet.classes[0].gpus[0].problem = "node7 says no";
  const FleetReport clean = redact(fleet, Identity{{"node7"}, {"alice"}, {}});
  EXPECT_EQ(clean.classes[0].problem, "open of ~");
  EXPECT_EQ(clean.classes[0].gpus[0].problem, "[host] says no");
}

TEST(FleetHtml, AsksForNothingAndNamesEverySection) {
  const std::string html = fleet_html(sample());
  EXPECT_THAT(html, Not(HasSubstr("http")));
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("src=")));
  for (const char* id : {"odd", "models", "classes", "backends", "features", "kernels", "skipped"})
    EXPECT_THAT(html, HasSubstr("<section id=\"" + std::string(id) + "\""));
}

}  // namespace
}  // namespace bp
