#include "cli/supervisor/protocol.h"

#include <gtest/gtest.h>

#include "probes/registry/reason.h"

namespace bp {
namespace {

TEST(Protocol, RequestsComeBackAsTheyWere) {
  const std::vector<Request> requests{
      OpenRequest{"/lib/libcuda.so.1", UINT64_MAX, 3, true, std::chrono::milliseconds(1500)},
      EnumerateRequest{},
      FeaturesRequest{{"a", "b \"quoted\"\n"}, true, false},
      FeaturesRequest{{"a"}, false, true},
      KernelRequest{"k", true},
      SurveyRequest{"s", {}},
      SurveyRequest{"s", {1, 4096}},
      SurveyRequest{"s", {0}, {"a", "b"}},
      BenchRequest{"k/s/free", "k", "s", "free", "", true, 0.25},
      BenchRequest{.item = "copy again", .yardstick = "copy"},
      NvmlRequest{},
      QuitRequest{}};
  for (const Request& request : requests) {
    const std::string line = encode_line(request);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_EQ(decode_request(line), request) << line;
  }
}

TEST(Protocol, AnswersComeBackAsTheyWere) {
  DriverFacts driver;
  driver.library = "/lib/libcuda.so.1";
  driver.ptx = PtxVersion{8, 7};
  driver.gpus.push_back(
      {0, "GPU", {12, 1}, "GPU-1", "0000:01:00.0", {{"sms", std::int64_t{48}, "driver", {}}}, {}});
  const std::vector<Answer> answers{
      StartedAnswer{"wgmma.bf16"},
      FeatureResult{
          "a",
          Status::unsupported,
          make_reason("not_on_target"),
          {{EvidenceKind::assembled, true, "driver 1", "sm_90a", "line\nbreak", 1.5, "s"}}},
      KernelResult{"k", "op", "path", Status::supported, {}, {}, {{"error", 1e-6, ""}}},
      SurveyResult{.id = "s",
                   .gpus = {0, 1},
                   .status = Status::measured,
                   .values = {{"v", 1.5, "GB/s", EvidenceKind::launched, {}}},
                   .columns = {{"c", "B"}},
                   .rows = {{{std::int64_t{3}, {}}}, {{{}, "refused"}}}},
      driver,
      NvmlAnswer{"580", make_reason("no_nvml"), {{"GPU-1", {{"watts", {}, "NVML", "N/A"}}}}},
      CountedAnswer{"a", {EvidenceKind::counted, true, "CUPTI 1", "sm_90a", "many", 7.0, "x"}},
      BenchRow{.kernel = "k",
               .operation = "op",
               .path = "path",
               .shape = "s",
               .tuning = "free",
               .status = Status::measured,
               .image = "cubin",
               .operations = 2e9,
               .bytes = 1e6,
               .unit = "wgmma.bf16",
               .l2 = "cold",
               .copies = 3,
               .time = BenchTime{1e-3, 9e-4, 2e-3, 100},
               .clocks = {10, 2, {"sw_power_cap"}, 1200.0, 1980.0, ""}},
      BenchRow{.kernel = "k",
               .operation = "op",
               .path = "path",
               .shape = "s",
               .tuning = "portable",
               .status = Status::blocked,
               .reason = make_reason("out_of_memory"),
               .clocks = {.absent = "no NVML"}},
      YardstickAnswer{"copy again",
                      {.id = "copy", .status = Status::measured, .values = {4e12}, .by = "x"}},
      UnusableAnswer{make_reason("exclusive_process")},
      DoneAnswer{true}};
  for (const Answer& answer : answers) {
    const std::string line = encode_line(answer);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_TRUE(decode_answer(line) == answer) << line;
  }
}

TEST(Protocol, BytesThatAreNotUtf8DoNotStopAnAnswer) {
  const std::string line = encode_line(StartedAnswer{"\xff\xfe"});
  EXPECT_EQ(std::get<StartedAnswer>(decode_answer(line)).item, "\xef\xbf\xbd\xef\xbf\xbd");
}

class Garbage : public testing::TestWithParam<std::string> {};

TEST_P(Garbage, IsRefused) {
  EXPECT_THROW(decode_answer(GetParam()), DecodeError);
  EXPECT_THROW(decode_request(GetParam()), DecodeError);
}

INSTANTIATE_TEST_SUITE_P(
    Protocol, Garbage,
    testing::Values(
        "", " ", "\n", "null", "42", "[]", "{}", "{", "\"is\"", "}{ not json \x01\xff",
        std::string("\0\0\0", 3), R"({"is":1,"do":1})", R"({"is":"nothing","do":"nothing"})",
        R"({"is":"started","do":"kernel"})", R"({"is":"started","item":7,"do":"kernel","id":7})",
        R"({"is":"feature","result":null,"do":"features","ids":{}})",
        R"({"is":"feature","result":{"id":"a","status":"splendid","reason":null,"evidence":[]},"do":"features","ids":[1]})",
        R"({"is":"driver","driver":[],"do":"open"})",
        R"({"is":"done","poisoned":"no","do":"open","libcuda":"","seed":-1,"gpu":0,"serial":false,"timeout_ms":1})",
        R"({"is":"nvml","driver_version":"","problem":null,"gpus":[7],"do":"open","libcuda":"","seed":1,"gpu":99999,"serial":false,"timeout_ms":1})",
        R"({"is":"survey","result":{"id":"s"},"do":"survey","id":"s","gpus":[0,1,2]})",
        R"({"is":"survey","result":7,"do":"survey","id":"s","gpus":[-1],"features":[]})",
        R"({"is":"counted","feature":"a","do":"survey","id":"s","gpus":[0],"features":[3]})",
        R"({"is":"counted","feature":7,"evidence":{},"do":"survey","id":"s","gpus":[0]})",
        R"({"is":"bench_row","row":{"kernel":"k"},"do":"bench","item":"i"})",
        R"({"is":"yardstick","item":"i","yardstick":7,"do":"bench","item":"i","kernel":"","shape":"","tuning":"","yardstick":"copy","warm":false,"least_seconds":0})",
        R"({"is":"unusable","do":"open"} trailing)", std::string(100000, '[')));

TEST(Protocol, AVeryLongLineIsRefused) {
  const std::string line = R"({"is":"started","item":")" + std::string(longest_line, 'x') + "\"}";
  EXPECT_THROW(decode_answer(line), DecodeError);
}

}  // namespace
}  // namespace bp
