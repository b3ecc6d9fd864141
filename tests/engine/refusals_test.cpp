// Judging refusals against assemblers that behave in every way that matters.
#include "probes/engine/refusals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>

#include "tests/engine/scripted_assembler.h"

namespace bp {
namespace {

using test::Script;
using testing::HasSubstr;

/// Runs judge_refused with a scripted driver and keeps what came out.
class Refusals : public testing::Test {
 protected:
  struct Call {
    std::vector<std::string_view> features;
    std::optional<Target> target;
  };

  LinkFunction driver() {
    return [this](std::string_view ptx, std::optional<Target> target) {
      const auto answer = test::assemble_by_script(script_, ptx, target);
      LinkResult result{
          .code = answer.code, .name = "CUDA_ERROR_TEST", .log = answer.log, .truncated = false};
      const auto probes = test::probes_in(ptx);
      const std::lock_guard lock(mutex_);
      std::vector<std::string_view> features;
      for (const auto* probe : probes) features.push_back(probe->feature);
      if (!features.empty()) calls_.push_back({features, target});
      if (truncate_ && truncate_(features, target)) result.truncated = true;
      return result;
    };
  }

  void judge(std::vector<std::string_view> features, RefusalOptions options = {.gpu = {9, 0}}) {
    const DriverAssembler assembler(driver(), "driver 1.2", PtxVersion{9, 0});
    std::vector<const InstructionProbe*> probes;
    for (const auto id : features) {
      ASSERT_NE(find_probe(id), nullptr) << id;
      probes.push_back(find_probe(id));
    }
    const RefusalSink sink{
        .started = [this](const InstructionProbe& probe) { started_.emplace_back(probe.feature); },
        .decided =
            [this](const InstructionProbe& probe, const RefusalVerdict& verdict) {
              verdicts_.insert_or_assign(std::string(probe.feature), verdict);
            }};
    const std::atomic<bool> stop = false;
    judge_refused(assembler, probe_pack(), probes, options, sink, stop);
    EXPECT_EQ(verdicts_.size(), features.size());
    EXPECT_EQ(started_.size(), features.size());
  }

  const FeatureResult& result(const std::string& feature) {
    return std::get<FeatureResult>(verdicts_.at(feature));
  }
  std::string reason(const std::string& feature) {
    const auto& of = result(feature);
    return of.reason ? of.reason->id : std::string{};
  }
  /// Calls for this GPU's own target that hold so many features.
  long own_calls(std::size_t features) {
    return std::ranges::count_if(calls_, [&](const Call& call) {
      return call.features.size() == features && call.target &&
             call.target->cc == ComputeCapability{9, 0};
    });
  }

  Script script_;
  std::function<bool(const std::vector<std::string_view>&, std::optional<Target>)> truncate_;
  std::mutex mutex_;
  std::vector<Call> calls_;
  std::vector<std::string> started_;
  std::map<std::string, RefusalVerdict> verdicts_;
};

TEST_F(Refusals, OneCallJudgesAllAndEveryNoHasAControl) {
  judge({"tcgen05.tmem", "tcgen05.mma.f16", "mma_sync.mxf4nvf4"});
  for (const std::string id : {"tcgen05.tmem", "tcgen05.mma.f16", "mma_sync.mxf4nvf4"}) {
    EXPECT_EQ(result(id).status, Status::unsupported) << id;
    EXPECT_EQ(reason(id), "not_on_target");
    ASSERT_EQ(result(id).evidence.size(), 2u);
    const auto& refusal = result(id).evidence[0];
    EXPECT_EQ(refusal.kind, EvidenceKind::assembled);
    EXPECT_TRUE(refusal.against);
    EXPECT_EQ(refusal.by, "driver 1.2");
    EXPECT_EQ(refusal.target, "sm_90a");
    EXPECT_THAT(refusal.text, HasSubstr("not supported on .target 'sm_90a'"));
    const auto& control = result(id).evidence[1];
    EXPECT_TRUE(control.against);
    EXPECT_THAT(control.text, HasSubstr("accepted for " + control.target));
    EXPECT_FALSE(strongest(result(id).evidence)) << "a refusal must never satisfy a gate";
  }
  EXPECT_EQ(own_calls(3), 1);
  EXPECT_EQ(own_calls(1), 0);
}

TEST_F(Refusals, QuickControlsAreChecksOfTextsWithAPlantedRefusal) {
  judge({"tcgen05.tmem", "tcgen05.mma.f16", "mma_sync.mxf4nvf4"},
        {.gpu = {9, 0}, .serial = false, .quick = true});
  for (const std::string id : {"tcgen05.tmem", "tcgen05.mma.f16", "mma_sync.mxf4nvf4"}) {
    EXPECT_EQ(result(id).status, Status::unsupported) << id;
    ASSERT_EQ(result(id).evidence.size(), 2u);
    EXPECT_THAT(result(id).evidence[1].text,
                HasSubstr("nothing of the same text is refused but an instruction planted"));
    EXPECT_TRUE(result(id).evidence[1].against);
  }
}

TEST_F(Refusals, AnAssemblerThatNamesNotEveryPlantedRefusalAssemblesTheControls) {
  script_.only_first = true;
  judge({"tcgen05.tmem", "tcgen05.mma.f16"}, {.gpu = {9, 0}, .serial = false, .quick = true});
  EXPECT_THAT(result("tcgen05.mma.f16").evidence.back().text, HasSubstr("accepted for"));
}

TEST_F(Refusals, QuickOrNotAControlThatIsRefusedProvesNothing) {
  script_.accepts = [](const InstructionProbe&, Target) { return false; };
  judge({"tcgen05.tmem", "tcgen05.mma.f16"}, {.gpu = {9, 0}, .serial = false, .quick = true});
  EXPECT_EQ(reason("tcgen05.tmem"), "control_failed");
  EXPECT_EQ(reason("tcgen05.mma.f16"), "control_failed");
}

TEST_F(Refusals, WhatTheJoinedLogDoesNotNameIsAssembledAlone) {
  script_.only_first = true;
  judge({"tcgen05.tmem", "tcgen05.mma.f16", "mma_sync.mxf4nvf4"});
  EXPECT_EQ(own_calls(3), 1);
  EXPECT_EQ(own_calls(1), 2);
  for (const auto& [id, verdict] : verdicts_)
    EXPECT_EQ(result(id).status, Status::unsupported) << id;
}

TEST_F(Refusals, ATruncatedJoinedLogJudgesNothing) {
  truncate_ = [](const auto& features, auto) { return features.size() == 2; };
  judge({"tcgen05.tmem", "tcgen05.mma.f16"});
  EXPECT_EQ(own_calls(1), 2);
  EXPECT_EQ(result("tcgen05.tmem").status, Status::unsupported);
}

TEST_F(Refusals, ATruncatedLogOfOneFeatureIsAnInternalError) {
  truncate_ = [](const auto&, auto target) {
    return target && target->cc == ComputeCapability{9, 0};
  };
  judge({"tcgen05.tmem"});
  EXPECT_EQ(result("tcgen05.tmem").status, Status::blocked);
  EXPECT_EQ(reason("tcgen05.tmem"), "log_truncated");
}

TEST_F(Refusals, WithoutAPassedControlThereIsNoVerdict) {
  script_.accepts = [](const InstructionProbe&, Target) { return false; };
  judge({"tcgen05.tmem", "wgmma.bf16"}, {.gpu = {12, 0}});
  EXPECT_EQ(result("tcgen05.tmem").status, Status::blocked);
  EXPECT_EQ(reason("tcgen05.tmem"), "control_failed");
  EXPECT_EQ(reason("wgmma.bf16"), "control_failed");
}

TEST_F(Refusals, AFailedControlOfOneFeatureDoesNotSpoilTheOthersOfItsGroup) {
  script_.accepts = [](const InstructionProbe& probe, Target target) {
    return probe.feature != "tcgen05.mma.f16" && probe_pack().find(probe.feature, target)->accepted;
  };
  judge({"tcgen05.tmem", "tcgen05.mma.f16"});
  EXPECT_EQ(result("tcgen05.tmem").status, Status::unsupported);
  EXPECT_EQ(reason("tcgen05.mma.f16"), "control_failed");
}

TEST_F(Refusals, ATooOldAssemblerLeavesTheVerdictToTheEmbeddedToolkit) {
  script_.newest = {8, 2};
  judge({"tcgen05.tmem"});
  const auto& of = result("tcgen05.tmem");
  EXPECT_EQ(of.status, Status::unsupported);
  ASSERT_EQ(of.evidence.size(), 3u);
  EXPECT_THAT(of.evidence[0].text, HasSubstr("it takes PTX 8.2, the probe needs 8.6"));
  EXPECT_EQ(of.evidence[1].by, probe_pack().toolkit());
  EXPECT_EQ(of.evidence[1].text,
            probe_pack().find("tcgen05.tmem", *parse_target("sm_90a"))->message);
  EXPECT_EQ(of.evidence[2].by, probe_pack().toolkit());
  EXPECT_TRUE(calls_.empty()) << "a text of too new a version proves nothing";
}

TEST_F(Refusals, AMissingAssemblerToo) {
  script_.absent = true;
  judge({"tcgen05.tmem"});
  EXPECT_EQ(result("tcgen05.tmem").status, Status::unsupported);
  EXPECT_EQ(result("tcgen05.tmem").evidence.back().by, probe_pack().toolkit());
}

TEST_F(Refusals, WithoutAssemblerAnUnknownCapabilityIsBlocked) {
  script_.absent = true;
  judge({"tcgen05.tmem"}, {.gpu = {13, 0}});
  EXPECT_EQ(result("tcgen05.tmem").status, Status::blocked);
  EXPECT_EQ(reason("tcgen05.tmem"), "no_assembler");
}

TEST_F(Refusals, AnUnknownCapabilityIsJudgedByTheDriverForTheFirstTargetItKnows) {
  script_.accepts = [](const InstructionProbe& probe, Target target) {
    return target.cc != ComputeCapability{13, 0} &&
           probe_pack().find(probe.feature, target)->accepted;
  };
  judge({"tcgen05.tmem"}, {.gpu = {13, 0}});
  EXPECT_EQ(result("tcgen05.tmem").status, Status::unsupported);
  EXPECT_EQ(result("tcgen05.tmem").evidence.front().target, "sm_130a");
  EXPECT_EQ(result("tcgen05.tmem").evidence.front().by, "driver 1.2");
}

TEST_F(Refusals, AnUnknownCapabilityWithATooOldDriverIsBlocked) {
  script_.newest = {8, 2};
  judge({"tcgen05.tmem"}, {.gpu = {13, 0}});
  EXPECT_EQ(reason("tcgen05.tmem"), "driver_too_old");
}

TEST_F(Refusals, WhatTheDriverTakesAfterAllHasToBeExecuted) {
  script_.accepts = [](const InstructionProbe& probe, Target target) {
    return probe.feature == "tcgen05.tmem" || probe_pack().find(probe.feature, target)->accepted;
  };
  judge({"tcgen05.tmem", "tcgen05.mma.f16"});
  ASSERT_TRUE(std::holds_alternative<Accepted>(verdicts_.at("tcgen05.tmem")));
  EXPECT_EQ(to_string(std::get<Accepted>(verdicts_.at("tcgen05.tmem")).target), "sm_90a");
  EXPECT_EQ(result("tcgen05.mma.f16").status, Status::unsupported);
}

TEST_F(Refusals, AnUnexpectedRefusalIsNotSettledByTheToolkit) {
  script_.newest = {8, 2};
  judge({"mma_sync.e4m3"}, {.gpu = {9, 0}, .expected_accepted = true});
  EXPECT_EQ(result("mma_sync.e4m3").status, Status::blocked);
  EXPECT_EQ(reason("mma_sync.e4m3"), "driver_too_old");
}

TEST_F(Refusals, ARefusedHelperInstructionIsNoVerdict) {
  const DriverAssembler assembler(
      [](std::string_view ptx, std::optional<Target>) {
        // Blames a line that does not hold the feature's own instruction.
        return ptx.find(".version 99.9") != std::string_view::npos
                   ? LinkResult{.code = CUDA_ERROR_UNSUPPORTED_PTX_VERSION,
                                .name = {},
                                .log = "current version is '9.0'",
                                .truncated = false}
                   : LinkResult{.code = CUDA_ERROR_INVALID_PTX,
                                .name = "CUDA_ERROR_INVALID_PTX",
                                .log =
                                    "ptxas application ptx input, line 3; error   : Instruction "
                                    "'tcgen05.alloc' not "
                                    "supported on .target 'sm_90a'\n",
                                .truncated = false};
      },
      "driver 1.2", std::nullopt);
  const auto judged =
      judge_alone(assembler, probe_pack(), *find_probe("tcgen05.mma.f16"), *parse_target("sm_90a"));
  EXPECT_FALSE(judged.accepted);
  EXPECT_FALSE(judged.on_target);
  EXPECT_THAT(judged.message, HasSubstr("tcgen05.alloc"));
}

TEST_F(Refusals, SeriallyOneFeatureIsInFlight) {
  judge({"tcgen05.tmem", "tcgen05.mma.f16"}, {.gpu = {9, 0}, .serial = true});
  EXPECT_EQ(own_calls(2), 0);
  EXPECT_EQ(own_calls(1), 2);
  EXPECT_EQ(result("tcgen05.mma.f16").status, Status::unsupported);
}

// A quarter of the pairs, in which every feature and every target occurs: each starts an assembler.
TEST_F(Refusals, JoinedAndAloneAgree) {
  const DriverAssembler assembler(driver(), "driver 1.2", std::nullopt);
  std::size_t first = 0;
  for (const auto target : known_targets()) {
    std::vector<const InstructionProbe*> refused;
    for (const auto* probe : probes()) {
      if (!probe_pack().find(probe->feature, target)->accepted) refused.push_back(probe);
    }
    if (refused.size() < 2) continue;
    const auto joined = judge_joined(assembler, probe_pack(), refused, target);
    for (std::size_t i = first++ % 4; i < refused.size(); i += 4) {
      EXPECT_EQ(joined[i].on_target,
                judge_alone(assembler, probe_pack(), *refused[i], target).on_target)
          << refused[i]->feature << " " << to_string(target);
    }
  }
}

TEST(Assembler, ReadsTheNewestVersionFromTheComplaint) {
  const DriverAssembler assembler(
      [](std::string_view, std::optional<Target>) {
        return LinkResult{
            .code = CUDA_ERROR_UNSUPPORTED_PTX_VERSION,
            .name = {},
            .log =
                "ptxas application ptx input, line 1; fatal   : Unsupported .version 99.9; current "
                "version is '8.7'\nptxas fatal   : Ptx assembly aborted due to errors\n",
            .truncated = false};
      },
      "driver", PtxVersion{8, 0});
  EXPECT_TRUE(assembler.ability().present);
  EXPECT_EQ(assembler.ability().newest, (PtxVersion{8, 7}));
}

TEST(Assembler, TellsTroubleFromVerdicts) {
  const auto of = [](CUresult code, std::string log) {
    return trouble({.code = code, .name = {}, .log = std::move(log), .truncated = false});
  };
  EXPECT_EQ(of(CUDA_ERROR_JIT_COMPILER_NOT_FOUND, ""), Trouble::absent);
  EXPECT_EQ(of(CUDA_ERROR_JIT_COMPILATION_DISABLED, ""), Trouble::absent);
  EXPECT_EQ(of(CUDA_ERROR_INVALID_VALUE, ""), Trouble::unknown_target);
  EXPECT_EQ(
      of(CUDA_ERROR_INVALID_PTX, "ptxas x, line 2; fatal   : Unsupported .target 'sm_130a'\n"),
      Trouble::unknown_target);
  EXPECT_EQ(
      of(CUDA_ERROR_INVALID_PTX, "ptxas x, line 9; error   : Unknown modifier '.kind::mxf4'\n"),
      Trouble::too_old);
  EXPECT_EQ(of(CUDA_ERROR_INVALID_PTX,
               "ptxas x, line 9; error   : Feature 'a' requires PTX ISA .version 8.7 or later\n"),
            Trouble::too_old);
  EXPECT_EQ(of(CUDA_ERROR_INVALID_PTX,
               "ptxas x, line 9; error   : Instruction 'a' not supported on .target 'sm_90'\n"),
            Trouble::none);
  EXPECT_EQ(of(CUDA_SUCCESS, ""), Trouble::none);
}

}  // namespace
}  // namespace bp
