// Features on a GPU that is a table of functions: fallbacks, wrong results, faults, time-outs.
#include "tests/engine/decide_fixture.h"

namespace bp {
namespace {

using test::Decide;
using test::kinds;
using test::opcode_evidence;
using testing::HasSubstr;

TEST_F(Decide, ACubinThatLoadsAndComputesIsSupported) {
  const auto result = one("wgmma.bf16");
  EXPECT_EQ(result.status, Status::supported);
  EXPECT_FALSE(result.reason);
  EXPECT_EQ(kinds(result), (std::vector{EvidenceKind::loaded, EvidenceKind::launched,
                                        EvidenceKind::verified, EvidenceKind::counted}));
  EXPECT_EQ(result.evidence[0].text, "cubin sm_90a of " + probe_pack().toolkit());
  EXPECT_EQ(result.evidence[3].text, "opcode HGMMA.64x64x16.F32.BF16 in the loaded image");
  EXPECT_EQ(result.evidence[3].by, "blackwell-probe");
  EXPECT_EQ(result.evidence[3].target, "sm_90a");
  EXPECT_EQ(behaviour_.loaded, std::vector<std::string>{"cubin"});
}

TEST_F(Decide, ACubinThatTheDriverDoesNotLoadFallsBackToPtx) {
  behaviour_.cubins_load = false;
  script_.newest = {8, 2};  // R535: must not be given a newer `.version` than the feature needs
  const auto result = one("wgmma.bf16");
  EXPECT_EQ(result.status, Status::supported);
  EXPECT_EQ(result.evidence[0].text, "PTX 8.0 for sm_90a by driver 1.2");
  EXPECT_EQ(behaviour_.loaded, std::vector<std::string>{"ptx sm_90a"});
  EXPECT_EQ(kinds(result),
            (std::vector{EvidenceKind::loaded, EvidenceKind::launched, EvidenceKind::verified}))
      << "the driver kept the machine code to itself: no opcode was seen";
}

TEST_F(Decide, AHelperInsteadOfTheOpcodeIsEmulated) {
  behaviour_.cc = {12, 0};
  const auto result = one("tma.multicast");
  EXPECT_EQ(result.status, Status::emulated);
  EXPECT_EQ(result.reason->id, "emulated_sass");
  EXPECT_THAT(result.reason->sentence, HasSubstr("__cuda_syscall_"));
}

TEST_F(Decide, AHelperBesideTheOpcodeIsCountedForNeither) {
  behaviour_.cc = {12, 0};
  const auto result = one("tma.load");
  EXPECT_EQ(result.status, Status::supported);
  EXPECT_EQ(strongest(result.evidence), EvidenceKind::verified);
  ASSERT_NE(opcode_evidence(result), nullptr);
  EXPECT_TRUE(opcode_evidence(result)->against);
  EXPECT_EQ(opcode_evidence(result)->kind, EvidenceKind::loaded);
  EXPECT_THAT(opcode_evidence(result)->text, HasSubstr("beside opcode UTMALDG.2D"));
}

TEST_F(Decide, AnUnknownCapabilityIsExecutedFromPtx) {
  behaviour_.cc = {13, 0};
  script_.accepts = [](const InstructionProbe& probe, Target target) {
    if (target.cc != ComputeCapability{13, 0})
      return probe_pack().find(probe.feature, target)->accepted;
    return probe.feature == "mma_sync.f16" ||
           (probe.feature == "tma.load" && target.suffix == Suffix::none);
  };
  decide({"mma_sync.f16", "tma.load", "wgmma.bf16"});
  EXPECT_EQ(results_.at("mma_sync.f16").status, Status::supported);
  EXPECT_EQ(results_.at("mma_sync.f16").evidence[0].text, "PTX 9.0 for sm_130a by driver 1.2");
  EXPECT_EQ(results_.at("tma.load").evidence[0].target, "sm_130")
      << "a, f and plain are tried in turn";
  EXPECT_EQ(results_.at("wgmma.bf16").status, Status::unsupported);
}

TEST_F(Decide, WhatIsExpectedToBeRefusedIsNotExecuted) {
  decide({"tcgen05.mma.f16", "tcgen05.tmem", "mma_sync.f16"});
  EXPECT_EQ(results_.at("tcgen05.mma.f16").status, Status::unsupported);
  EXPECT_EQ(results_.at("mma_sync.f16").status, Status::supported);
  EXPECT_EQ(behaviour_.loaded.size(), 1u);
}

TEST_F(Decide, WhatTheDriverTakesAfterAllIsExecuted) {
  script_.accepts = [](const InstructionProbe& probe, Target target) {
    return probe.feature == "tcgen05.tmem" || probe_pack().find(probe.feature, target)->accepted;
  };
  const auto result = one("tcgen05.tmem");
  EXPECT_EQ(result.status, Status::supported);
  EXPECT_EQ(result.evidence[0].text, "PTX 8.6 for sm_90a by driver 1.2");
}

TEST_F(Decide, AFeatureWithoutProbeIsNotRun) {
  const auto result = one("tcgen05.mma.mxf4nvf4.nonexistent");
  EXPECT_EQ(result.status, Status::not_run);
  EXPECT_EQ(result.reason->id, "no_probe");
}

TEST_F(Decide, AWrongValueIsSaidWithIndexAndValues) {
  behaviour_.alter = [](const std::string&, std::vector<double>& out) { out[7] += 1; };
  const auto result = one("mma_sync.f16");
  EXPECT_EQ(result.status, Status::wrong_result);
  EXPECT_EQ(result.reason->id, "wrong_value");
  EXPECT_THAT(result.reason->sentence, HasSubstr("exact inputs, element 7: got "));
  EXPECT_THAT(kinds(result), testing::Not(testing::Contains(EvidenceKind::verified)));
}

TEST_F(Decide, AnOutputThatIsNeverWrittenIsWrong) {
  behaviour_.computes = false;
  EXPECT_EQ(one("tma.load").status, Status::wrong_result);
}

TEST_F(Decide, AFaultThatLeavesTheOutputAsItWasIsNotCaught) {
  std::vector<double> first;
  behaviour_.alter = [&](const std::string&, std::vector<double>& out) {
    if (first.empty()) first = out;
    out = first;  // whatever the input, the first answer
  };
  const auto result = one("mma_sync.f16");
  EXPECT_EQ(result.status, Status::wrong_result);
  EXPECT_EQ(result.reason->id, "fault_not_caught");
}

TEST_F(Decide, AStickyErrorIsACrashAndEndsTheRun) {
  behaviour_.launch = [this](const std::string& entry) {
    if (entry == "dsmem_read") behaviour_.stream = CUDA_ERROR_ILLEGAL_ADDRESS;
    return CUDA_SUCCESS;
  };
  ScheduleOptions serial;
  serial.serial = true;
  decide({"mma_sync.f16", "dsmem.read", "mma_sync.bf16", "tcgen05.tmem"}, serial);
  EXPECT_EQ(results_.at("mma_sync.f16").status, Status::supported);
  EXPECT_EQ(results_.at("dsmem.read").status, Status::crashed);
  EXPECT_EQ(results_.at("dsmem.read").reason->id, "gpu_fault");
  EXPECT_THAT(results_.at("dsmem.read").reason->sentence, HasSubstr("CUDA_ERROR_ILLEGAL_ADDRESS"));
  EXPECT_TRUE(lost_);
  EXPECT_FALSE(results_.contains("mma_sync.bf16")) << "left for a fresh worker";
  EXPECT_FALSE(results_.contains("tcgen05.tmem"));
  EXPECT_EQ(behaviour_.freed_after_loss, 0u);
}

TEST_F(Decide, ALaunchThatDoesNotEndTimesOut) {
  behaviour_.launch = [this](const std::string&) {
    behaviour_.stream = CUDA_ERROR_NOT_READY;
    return CUDA_SUCCESS;
  };
  decide({"tma.load", "mma_sync.f16"}, short_timeout());
  EXPECT_EQ(results_.at("tma.load").status, Status::timed_out);
  EXPECT_EQ(results_.at("tma.load").reason->id, "time_out");
  EXPECT_TRUE(lost_);
  EXPECT_FALSE(results_.contains("mma_sync.f16"));
}

TEST_F(Decide, ARefusedLaunchIsBlocked) {
  behaviour_.launch = [](const std::string&) { return CUDA_ERROR_INVALID_CLUSTER_SIZE; };
  auto result = one("cluster.launch");
  EXPECT_EQ(result.status, Status::blocked);
  EXPECT_EQ(result.reason->id, "too_many_resources");
  behaviour_.launch = [](const std::string&) { return CUDA_ERROR_NOT_PERMITTED; };
  result = one("mma_sync.f16");
  EXPECT_EQ(result.reason->id, "launch_refused");
  EXPECT_FALSE(lost_);
}

TEST_F(Decide, FullMemoryIsBlocked) {
  behaviour_.allocate = CUDA_ERROR_OUT_OF_MEMORY;
  const auto result = one("mma_sync.f16");
  EXPECT_EQ(result.status, Status::blocked);
  EXPECT_EQ(result.reason->id, "out_of_memory");
}

TEST_F(Decide, UnderMpsWhatCouldFaultIsNotLaunched) {
  ScheduleOptions shared;
  shared.execute.mps_shared = true;
  unsigned launches = 0;
  behaviour_.launch = [&](const std::string& entry) {
    EXPECT_NE(entry, "dsmem_read");
    ++launches;
    return CUDA_SUCCESS;
  };
  decide({"dsmem.read", "mma_sync.f16"}, shared);
  EXPECT_EQ(results_.at("dsmem.read").status, Status::blocked);
  EXPECT_EQ(results_.at("dsmem.read").reason->id, "mps_shared");
  EXPECT_EQ(results_.at("mma_sync.f16").status, Status::supported);
  EXPECT_GT(launches, 0u);
}

TEST_F(Decide, ASecondRunSaysTheSame) {
  decide({"mma_sync.f16", "mma_sync.e4m3", "tcgen05.tmem", "tma.load"});
  const auto first = results_;
  results_.clear();
  decide({"mma_sync.f16", "mma_sync.e4m3", "tcgen05.tmem", "tma.load"});
  EXPECT_EQ(first, results_);
}

TEST_F(Decide, ALogThatFillsItsBufferCountsAsTruncated) {
  const auto driver = test::table_driver(behaviour_);
  const Gpu gpu(driver, 0);
  behaviour_.assembler = [](std::string_view, std::optional<Target>) {
    return test::Answer{CUDA_ERROR_INVALID_PTX, std::string(5000, 'x')};
  };
  EXPECT_TRUE(link(gpu, "", std::nullopt, 4096).truncated);
  const auto whole = link(gpu, "", std::nullopt, 8192);
  EXPECT_FALSE(whole.truncated);
  EXPECT_EQ(whole.log.size(), 5000u);
}

TEST_F(Decide, AModuleThatIsRefusedBringsItsLog) {
  const auto driver = test::table_driver(behaviour_);
  const Gpu gpu(driver, 0);
  behaviour_.assembler = [](std::string_view, std::optional<Target>) {
    return test::Answer{CUDA_ERROR_INVALID_PTX, "ptxas says no"};
  };
  const std::string text = ".version 8.0\n.target sm_90a\n";
  std::vector<std::uint8_t> image(text.begin(), text.end());
  image.push_back(0);
  try {
    const Module module(gpu, image);
    FAIL() << "loaded";
  } catch (const DriverError& error) {
    EXPECT_EQ(error.code, CUDA_ERROR_INVALID_PTX);
    EXPECT_EQ(error.log, "ptxas says no");
    EXPECT_FALSE(error.sticky());
  }
}

}  // namespace
}  // namespace bp
