// Libraries that have one way for each architecture, and ship images for some: what is the
// hardware's part and what the library's.
#include <gmock/gmock.h>

#include "tests/evaluate/inline_catalogue.h"

namespace bp {
namespace {

using test::catalogue_of;
using test::subject_of;
using testing::HasSubstr;
using testing::Not;

BackendResult judged(const std::string& needs, const std::string& admits,
                     const test::Machine& machine) {
  const auto rows = catalogue_of({R"({"needs": ")" + needs + R"(", "admits": ")" + admits + "\"}"});
  return evaluate(rows, subject_of(machine)).front();
}

const std::string per_architecture =
    "(major == 9 and wgmma.bf16) or (major == 10 and tcgen05.mma.f16) or "
    "(major == 12 and mma_sync.mxf4nvf4) or (major == 8 and mma_sync.bf16)";

TEST(Ways, TheOneOfTheNumberCounts) {
  for (const auto& machine :
       {test::h200, test::b200, test::b300, test::rtx5090, test::gb10, test::a100}) {
    EXPECT_EQ(judged(per_architecture, "any", machine).verdict, Verdict::runs) << machine.name;
  }
}

TEST(Ways, AnotherNumbersWayIsNoWay) {
  // Thor has mma.sync for BF16, as the way of Ampere needs, and tcgen05: nobody wrote a way for it.
  const auto none = judged(per_architecture, "any", test::thor);
  EXPECT_EQ(none.verdict, Verdict::no_dispatch);
  EXPECT_THAT(none.reason, HasSubstr("it is only for major == 10 or major == 8."));
}

TEST(Ways, MissingHardwareInTheOnlyWayIsMissingHardware) {
  const std::string needs = "(major == 12 and wgmma.bf16) or (major == 9 and mma_sync.bf16)";
  const auto admitted = judged(needs, "any", test::rtx5090);
  EXPECT_EQ(admitted.verdict, Verdict::at_risk);  // not the way of Hopper, which would do
  EXPECT_THAT(admitted.reason, HasSubstr("wgmma.bf16 is missing"));
  EXPECT_THAT(admitted.reason, Not(HasSubstr("mma_sync")));
  EXPECT_EQ(judged("(major == 9 and wgmma.bf16) or (major == 10 and tcgen05.tmem)", "major == 9",
                   test::gb10)
                .verdict,
            Verdict::no_hardware);
}

TEST(Ways, NegationReachesTheLeaves) {
  EXPECT_EQ(judged("not (wgmma.bf16 or tcgen05.tmem)", "any", test::gb10).verdict, Verdict::runs);
  const auto hopper = judged("not (wgmma.bf16 or tcgen05.tmem)", "any", test::h200);
  EXPECT_EQ(hopper.verdict, Verdict::at_risk);
  EXPECT_THAT(hopper.reason, HasSubstr("but not wgmma.bf16 is missing"));
  EXPECT_EQ(judged("not (major == 9 and wgmma.bf16)", "any", test::b200).verdict, Verdict::runs);
}

TEST(Images, LoadByTheRulesOfCubins) {
  struct Case {
    const char* image;
    std::vector<const test::Machine*> on;
  };
  const std::vector<const test::Machine*> all{&test::a100, &test::h200,    &test::b200, &test::b300,
                                              &test::thor, &test::rtx5090, &test::gb10};
  const Case cases[] = {{"sm_100f", {&test::b200, &test::b300}},
                        {"sm_103a", {&test::b300}},
                        {"sm_100a", {&test::b200}},
                        {"sm_120", {&test::rtx5090, &test::gb10}},
                        {"sm_121f", {&test::gb10}},
                        {"sm_90", {&test::h200}},
                        {"sm_110f", {&test::thor}},
                        {"sm_80", {&test::a100}}};
  for (const auto& [image, on] : cases) {
    for (const test::Machine* machine : all) {
      const bool loads = std::ranges::find(on, machine) != on.end();
      const auto result = judged(std::string("cubin.") + image, "any", *machine);
      EXPECT_EQ(result.verdict, loads ? Verdict::runs : Verdict::not_built)
          << image << " on " << machine->name;
      EXPECT_EQ(result.evidence, EvidenceKind::inferred);
    }
  }
}

TEST(Images, ClosedOnesForDataCentreGpus) {
  const std::string needs = "tcgen05.mma.f16 and (cubin.sm_100f or cubin.sm_103a)";
  EXPECT_EQ(judged(needs, "major == 10", test::b200).verdict, Verdict::runs);
  EXPECT_EQ(judged(needs, "major == 10", test::rtx5090).verdict, Verdict::no_hardware);
  EXPECT_EQ(judged(needs, "major >= 10", test::rtx5090).verdict, Verdict::at_risk);
  // Thor has the instructions.
  const auto admitted = judged(needs, "major >= 10", test::thor);
  EXPECT_EQ(admitted.verdict, Verdict::not_built);
  EXPECT_EQ(admitted.reason,
            "No image of it loads on this GPU: it needs cubin.sm_100f or cubin.sm_103a.");
  const auto refused = judged(needs, "major == 10", test::thor);
  EXPECT_EQ(refused.verdict, Verdict::no_dispatch);
  EXPECT_THAT(refused.reason, HasSubstr("no image of it loads here"));
  // Of images alone nobody knows what they need: no word about the hardware.
  const auto closed = judged("cubin.sm_100f", "major == 10", test::h20);
  EXPECT_EQ(closed.verdict, Verdict::not_built);
  EXPECT_THAT(closed.reason, HasSubstr("it needs cubin.sm_100f. Its own gate refuses compute "
                                       "capability 9.0 (it admits: major == 10)."));
}

TEST(Versions, AnOlderDriverIsNoNo) {
  const auto rows =
      catalogue_of({R"({"needs": "wgmma.bf16", "admits": "any", "cuda": "13.0"})",
                    R"({"needs": "wgmma.bf16", "admits": "any", "driver": "570.0"})",
                    R"({"needs": "tcgen05.tmem", "admits": "any", "cuda": "12.8"})",
                    R"({"needs": "wgmma.bf16", "admits": "cc == 8.0", "cuda": "13.0"})",
                    R"({"needs": "wgmma.bf16", "admits": "any", "cuda": "12.8"})"});
  Subject gpu = subject_of(test::h20);
  for (const BackendResult& result : evaluate(rows, gpu)) EXPECT_TRUE(result.notes.empty());
  gpu.driver = "535.161.08";
  gpu.cuda = "12.2";
  const auto results = evaluate(rows, gpu);
  EXPECT_EQ(results[0].verdict, Verdict::unknown);
  EXPECT_EQ(
      results[0].reason,
      "Needs CUDA 13.0 or newer, and the driver here is of CUDA 12.2: nothing certain is known "
      "of it.");
  EXPECT_EQ(
      results[1].reason,
      "Needs driver 570.0 or newer, and the driver here is 535.161.08: nothing certain is known "
      "of it.");
  EXPECT_EQ(results[2].verdict, Verdict::at_risk);  // no driver brings Tensor Memory
  EXPECT_EQ(results[3].verdict, Verdict::unknown);  // blocked comes before the gate
  EXPECT_EQ(results[4].verdict, Verdict::runs);     // a newer minor version is taken
  EXPECT_THAT(results[4].notes.front(), HasSubstr("takes its machine code but not its PTX"));
}

TEST(Versions, OfATargetNotInHandAreANote) {
  Subject target = subject_of(test::b200);
  target.in_hand = false;
  target.driver = target.cuda = "1.0";  // of another GPU: says nothing
  const auto result =
      evaluate(catalogue_of({R"({"needs": "tcgen05.tmem", "admits": "any", "cuda": "12.8"})"}),
               target)
          .front();
  EXPECT_EQ(result.verdict, Verdict::runs);
  EXPECT_THAT(result.notes, testing::ElementsAre("needs CUDA 12.8 or newer"));
}

TEST(Dates, OldRowsAreMarked) {
  const auto rows = catalogue_of({R"({"date": "2026-07-26"})", R"({"date": "2026-07-25"})"});
  const Subject gpu = subject_of(test::h200);
  const auto results = evaluate(rows, gpu, {}, "2026-11-23T09:00:00Z");  // 120 and 121 days later
  EXPECT_FALSE(results[0].outdated);
  EXPECT_TRUE(results[1].outdated);
  EXPECT_EQ(results[1].date, "2026-07-25");
  EXPECT_EQ(results[1].versions, "1.0");
  EXPECT_FALSE(evaluate(rows, gpu)[1].outdated);
  EXPECT_FALSE(evaluate(rows, gpu, {}, "today")[1].outdated);
}

}  // namespace
}  // namespace bp
