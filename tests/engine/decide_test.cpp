// Features on a GPU that is a table of functions: fallbacks, wrong results, faults, time-outs,
// native or emulated.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <map>

#include "probes/binary/elf.h"
#include "probes/binary/sass_opcodes.h"
#include "probes/driver/link.h"
#include "probes/driver/problem.h"
#include "probes/engine/schedule.h"
#include "tests/engine/scripted_assembler.h"
#include "tests/engine/table_driver.h"

namespace bp {
namespace {

using test::Behaviour;
using test::Script;
using testing::HasSubstr;

class Decide : public testing::Test {
 protected:
  Decide() {
    behaviour_.assembler = [this](std::string_view ptx, std::optional<Target> target) {
      return test::assemble_by_script(script_, ptx, target);
    };
  }

  void decide(const std::vector<std::string>& features, ScheduleOptions options = {}) {
    const auto driver = test::table_driver(behaviour_);
    const Gpu gpu(driver, 0);
    const DriverAssembler assembler(link_on(gpu), "driver 1.2", PtxVersion{9, 0});
    decide_features(gpu, probe_pack(), assembler, features, options,
                    {.started = [this](const std::string& id) { started_.push_back(id); },
                     .finished =
                         [&](const FeatureResult& result) {
                           results_[result.id] = result;
                           behaviour_.lost = gpu.lost();
                         }});
    lost_ = gpu.lost();
  }

  FeatureResult one(const std::string& feature, ScheduleOptions options = {}) {
    decide({feature}, options);
    return results_.at(feature);
  }

  static ScheduleOptions short_timeout() {
    ScheduleOptions options;
    options.execute.timeout = std::chrono::milliseconds(20);
    return options;
  }

  Script script_;
  Behaviour behaviour_;
  std::vector<std::string> started_;
  std::map<std::string, FeatureResult> results_;
  bool lost_ = false;
};

std::vector<EvidenceKind> kinds(const FeatureResult& result) {
  std::vector<EvidenceKind> list;
  for (const auto& item : result.evidence) {
    if (!item.against) list.push_back(item.kind);
  }
  return list;
}

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

/// A driver that takes no cubin of the build and hands out what it makes of PTX.
class Linked : public Decide {
 protected:
  Linked() { behaviour_.cubins_load = false; }

  /// It makes the machine code of this feature and target of the build.
  void makes(std::string feature, std::string_view target) {
    behaviour_.linked = [feature = std::move(feature), target](std::string_view) {
      return probe_pack().cubin(feature, *parse_target(target)).value();
    };
  }
};

const Evidence* opcode_evidence(const FeatureResult& result) {
  const auto found = std::ranges::find(result.evidence, "blackwell-probe", &Evidence::by);
  return found == result.evidence.end() ? nullptr : &*found;
}

TEST_F(Linked, TheOpcodeOfWhatTheDriverMadeIsSeen) {
  makes("wgmma.bf16", "sm_90a");
  const auto result = one("wgmma.bf16");
  EXPECT_EQ(result.status, Status::supported);
  EXPECT_EQ(behaviour_.loaded, std::vector<std::string>{"linked"});
  EXPECT_EQ(result.evidence[0].text, "PTX 8.0 for sm_90a by driver 1.2");
  EXPECT_EQ(kinds(result), (std::vector{EvidenceKind::loaded, EvidenceKind::launched,
                                        EvidenceKind::verified, EvidenceKind::counted}));
  EXPECT_EQ(result.evidence[3].text, "opcode HGMMA.64x64x16.F32.BF16 in the loaded image");
  EXPECT_EQ(behaviour_.assembled, 1u);
}

TEST_F(Linked, WhatTheDriverExpandedIsEmulated) {
  makes("mma_sync.b1.xor", "sm_90a");
  ScheduleOptions profiled;  // so that the clock has no say
  profiled.execute.injected_tools = {"compute-sanitizer"};
  const auto result = one("mma_sync.b1.xor", profiled);
  EXPECT_EQ(result.status, Status::emulated);
  EXPECT_EQ(result.reason->id, "emulated_sass");
  ASSERT_NE(opcode_evidence(result), nullptr);
  EXPECT_TRUE(opcode_evidence(result)->against);
  EXPECT_EQ(opcode_evidence(result)->text,
            "no opcode BMMA.168256.XOR.POPC in the loaded image (helper: "
            "__cuda_sm_9x_mma_bit_internal_xor_m16n8k256)");
}

TEST_F(Linked, ATextWithSetmaxnregIsCompiledWhole) {
  makes("setmaxnreg", "sm_90a");
  const auto result = one("setmaxnreg");
  EXPECT_EQ(result.status, Status::supported);
  EXPECT_EQ(behaviour_.loaded, std::vector<std::string>{"ptx sm_90a"});
}

TEST_F(Linked, AnImageThatDoesNotLoadLeavesTheTextToTheDriver) {
  makes("wgmma.bf16", "sm_90a");
  behaviour_.linked_loads = false;
  const auto result = one("wgmma.bf16");
  EXPECT_EQ(result.status, Status::supported);
  EXPECT_EQ(behaviour_.loaded, std::vector<std::string>{"ptx sm_90a"});
  EXPECT_EQ(opcode_evidence(result), nullptr) << "these bytes were not what ran";
}

/// The probe's cubin with one bit changed so that its native opcode, and no other like it, stands
/// there before a modifier that nobody knows. Empty: there is no such bit.
std::vector<std::uint8_t> with_an_unknown_modifier(const InstructionProbe& probe) {
  auto cubin = probe_pack().cubin(probe.feature, *parse_target("sm_90a")).value_or(Bytes{});
  const auto file = read_elf(cubin);
  if (!file) return {};
  const auto is_native = [&](const std::string& opcode) {
    return std::ranges::any_of(probe.native_sass,
                               [&](auto prefix) { return opcode.starts_with(prefix); });
  };
  for (const auto& section : file->sections) {
    if (section.name != ".text." + std::string(probe.entry)) continue;
    const auto first = static_cast<std::size_t>(section.bytes.data() - cubin.data());
    for (std::size_t bit = 8 * first; bit < 8 * (first + section.bytes.size()); ++bit) {
      const auto mask = static_cast<std::uint8_t>(1u << (bit % 8));
      cubin[bit / 8] ^= mask;
      const auto code = read_sass(cubin, probe.entry);
      if (code && std::ranges::none_of(code->opcodes, is_native) &&
          std::ranges::any_of(code->unclear, is_native))
        return cubin;
      cubin[bit / 8] ^= mask;
    }
  }
  return {};
}

TEST_F(Linked, AnOpcodeWithAnUnknownModifierIsNotMissing) {
  std::size_t tried = 0;
  for (const auto* probe : probes()) {
    if (probe->native_sass.empty() || !probe->not_launched.empty() || tried == 3) continue;
    const auto code = with_an_unknown_modifier(*probe);
    if (code.empty()) continue;
    ++tried;
    behaviour_.linked = [&](std::string_view) { return code; };
    const auto result = one(std::string(probe->feature));
    EXPECT_EQ(result.status, Status::supported) << probe->feature;
    ASSERT_NE(opcode_evidence(result), nullptr) << probe->feature;
    EXPECT_FALSE(opcode_evidence(result)->against) << probe->feature;
  }
  EXPECT_GT(tried, 0u);
}

TEST_F(Linked, MachineCodeThatNobodyKnowsSaysNothing) {
  for (const auto& bytes : {std::vector<std::uint8_t>{0x7f, 'E', 'L', 'F', 2, 1, 1},
                            std::vector<std::uint8_t>(200, 0x7f)}) {
    behaviour_.linked = [&](std::string_view) {
      auto image = bytes;
      image.resize(64);
      image[0] = 0x7f, image[1] = 'E', image[2] = 'L', image[3] = 'F';
      return image;
    };
    const auto result = one("wgmma.bf16");
    EXPECT_EQ(result.status, Status::supported);
    EXPECT_EQ(opcode_evidence(result), nullptr);
  }
}

TEST_F(Linked, AnUnknownCapabilityIsNotJudgedByAnothersEncodings) {
  behaviour_.cc = {13, 0};
  behaviour_.linked = [](std::string_view) {
    auto image = probe_pack().cubin("mma_sync.f16", *parse_target("sm_120")).value();
    image[0x31] = 130;
    return image;
  };
  script_.accepts = [](const InstructionProbe&, Target) { return true; };
  const auto result = one("mma_sync.f16");
  EXPECT_EQ(result.status, Status::supported);
  EXPECT_EQ(behaviour_.loaded, std::vector<std::string>{"linked"});
  EXPECT_EQ(opcode_evidence(result), nullptr);
}

TEST_F(Linked, ARefusedTextIsNotAssembledTwiceForItsLog) {
  behaviour_.assembler = [](std::string_view, std::optional<Target>) {
    return test::Answer{CUDA_ERROR_INVALID_PTX, "ptxas says no"};
  };
  const auto driver = test::table_driver(behaviour_);
  const Gpu gpu(driver, 0);
  const DriverAssembler assembler(link_on(gpu), "driver 1.2", PtxVersion{9, 0});
  try {
    load_ptx(gpu, assembler, ".version 8.0\n.target sm_90a\n", {8, 0}, *parse_target("sm_90a"));
    FAIL() << "loaded";
  } catch (const DriverError& error) {
    EXPECT_EQ(error.code, CUDA_ERROR_INVALID_PTX);
    EXPECT_EQ(error.log, "ptxas says no");
  }
  EXPECT_EQ(behaviour_.assembled, 1u);
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

/// The image says "expanded" (no QMMA on sm_90); the clock is played.
class Native : public Decide {
 protected:
  const Evidence& ratio() {
    return *std::ranges::find_if(results_.at("mma_sync.e4m3").evidence,
                                 [](const Evidence& e) { return e.value.has_value(); });
  }
};

TEST_F(Native, TheClockShowsTheNativeUnit) {
  behaviour_.e4m3_rate = 2048;
  EXPECT_EQ(one("mma_sync.e4m3").status, Status::supported);
  EXPECT_EQ(ratio().value, 2.0);
  EXPECT_EQ(ratio().kind, EvidenceKind::counted);
  EXPECT_FALSE(ratio().against);
  EXPECT_EQ(strongest(results_.at("mma_sync.e4m3").evidence), EvidenceKind::counted);
}

TEST_F(Native, TheClockShowsAnotherUnit) {
  behaviour_.e4m3_rate = 1024;
  const auto result = one("mma_sync.e4m3");
  EXPECT_EQ(result.status, Status::emulated);
  EXPECT_EQ(result.reason->id, "emulated_ratio");
  EXPECT_TRUE(ratio().against);
  EXPECT_EQ(strongest(result.evidence), EvidenceKind::verified);
}

// NVIDIA Ada whitepaper, RTX 4090, and RTX Blackwell whitepaper, RTX 5090: FP32 accumulation at
// half rate. FP8 is native there, with either accumulator.
TEST_F(Native, HalfRateAccumulationIsNotEmulation) {
  for (const ComputeCapability geforce : {ComputeCapability{8, 9}, ComputeCapability{12, 0}}) {
    behaviour_.cc = geforce;
    behaviour_.rates = {{"mma_sync.f16", 511.5},  {"mma_sync.f16.acc_f16", 1024},
                        {"mma_sync.e4m3", 1023},  {"mma_sync.e4m3.acc_f16", 2046},
                        {"mma_sync.e5m2", 1023},  {"mma_sync.e5m2.acc_f16", 2046},
                        {"mma_sync.bf16", 511.5}, {"mma_sync.sp.e4m3", 2046}};
    for (const std::string feature :
         {"mma_sync.f16", "mma_sync.f16.acc_f16", "mma_sync.bf16", "mma_sync.e4m3",
          "mma_sync.e4m3.acc_f16", "mma_sync.e5m2", "mma_sync.e5m2.acc_f16", "mma_sync.sp.e4m3"}) {
      const auto result = one(feature);
      EXPECT_EQ(result.status, Status::supported) << feature << " on " << to_string(geforce);
      EXPECT_FALSE(result.reason) << feature;
    }
  }
}

TEST_F(Native, BetweenTheLimitsTheImageDecides) {
  behaviour_.e4m3_rate = 1.55 * 1024;
  const auto result = one("mma_sync.e4m3");
  EXPECT_EQ(result.status, Status::emulated);
  EXPECT_EQ(result.reason->id, "emulated_sass");
  EXPECT_TRUE(ratio().against) << "an inconclusive figure must not satisfy a gate";
}

TEST_F(Native, UnderAProfilerTheClockSaysNothing) {
  behaviour_.e4m3_rate = 2048;
  ScheduleOptions profiled;
  profiled.execute.injected_tools = {"compute-sanitizer"};
  const auto result = one("mma_sync.e4m3", profiled);
  EXPECT_EQ(result.status, Status::emulated);
  EXPECT_EQ(result.reason->id, "emulated_sass");
  EXPECT_THAT(result.evidence.back().text, HasSubstr("compute-sanitizer"));
}

TEST_F(Native, RatesAreReportedOnRequestAndAddNoWitness) {
  ScheduleOptions options;
  EXPECT_EQ(strongest(one("mma_sync.f16", options).evidence), EvidenceKind::counted);
  const auto without = results_.at("mma_sync.f16").evidence;
  options.execute.rates = true;
  auto with = one("mma_sync.f16", options).evidence;
  ASSERT_EQ(with.size(), without.size() + 1);
  EXPECT_EQ(with.back().value, 1024.0);
  EXPECT_EQ(with.back().unit, "operations per clock and SM");
  EXPECT_EQ(with.back().kind, EvidenceKind::launched);
  with.pop_back();
  EXPECT_EQ(with, without);
}

TEST_F(Native, TheRateStandsBesideTheRatio) {
  behaviour_.e4m3_rate = 2048;
  ScheduleOptions options;
  options.execute.rates = true;
  std::vector<double> figures;
  for (const auto& item : one("mma_sync.e4m3", options).evidence) {
    if (item.value) figures.push_back(*item.value);
  }
  EXPECT_EQ(figures, (std::vector{2048.0, 2.0}));
}

/// A clocked loop to which something happens after the probe itself was right.
class BadLoop : public Decide {
 protected:
  BadLoop() { behaviour_.cc = {10, 0}; }

  FeatureResult with_rates(std::string_view feature = "tcgen05.mma.f16") {
    auto options = short_timeout();
    options.execute.rates = true;
    return one(std::string(feature), options);
  }
  /// `happens` when the loop of a feature is launched; its answer is that of the launch.
  void when_clocked(std::string_view feature, std::function<CUresult()> happens) {
    behaviour_.launch = [entry = find_probe(feature)->rate->entry,
                         happens = std::move(happens)](const std::string& launched) {
      return launched == entry ? happens() : CUDA_SUCCESS;
    };
  }
  /// As if there were no loop, but for the last item of evidence, which says `why`.
  static void expect_untouched(const FeatureResult& result, const FeatureResult& without,
                               std::string_view why) {
    EXPECT_EQ(result.status, without.status);
    EXPECT_EQ(result.reason, without.reason);
    ASSERT_EQ(result.evidence.size(), without.evidence.size() + 1);
    EXPECT_TRUE(result.evidence.back().against);
    EXPECT_EQ(result.evidence.back().kind, EvidenceKind::inferred);
    EXPECT_FALSE(result.evidence.back().value);
    EXPECT_THAT(result.evidence.back().text, HasSubstr(std::string(why)));
  }
};

TEST_F(BadLoop, LeavesTheVerdictAsItWas) {
  const auto without = one("tcgen05.mma.f16");
  ASSERT_EQ(without.status, Status::supported);

  when_clocked("tcgen05.mma.f16", [] { return CUDA_ERROR_INVALID_CLUSTER_SIZE; });
  expect_untouched(with_rates(), without, "not launched");
  EXPECT_FALSE(lost_);
  behaviour_.launch = nullptr;
  behaviour_.rates["tcgen05.mma.f16"] = std::numeric_limits<double>::infinity();
  expect_untouched(with_rates(), without, "gave no clocks");
  behaviour_.rates.clear();
  unsigned launches = 0;
  behaviour_.launch = [&](const std::string&) {
    // After the third verified launch.
    if (++launches == 3) behaviour_.allocate = CUDA_ERROR_OUT_OF_MEMORY;
    return CUDA_SUCCESS;
  };
  expect_untouched(with_rates(), without, "failed: cuMemAlloc");
  behaviour_.allocate = CUDA_SUCCESS;
  EXPECT_FALSE(lost_);
}

TEST_F(BadLoop, ThatNeverEndsCostsTheWorkerAndNotTheVerdict) {
  const auto without = one("tcgen05.mma.f16");
  when_clocked("tcgen05.mma.f16", [this] {
    behaviour_.stream = CUDA_ERROR_NOT_READY;
    return CUDA_SUCCESS;
  });
  expect_untouched(with_rates(), without, "did not end");
  EXPECT_TRUE(lost_) << "a fresh worker goes on";
}

TEST_F(BadLoop, ThatFaultsCostsTheWorkerAndNotTheVerdict) {
  const auto without = one("tcgen05.mma.f16");
  when_clocked("tcgen05.mma.f16", [this] {
    behaviour_.stream = CUDA_ERROR_ILLEGAL_INSTRUCTION;
    return CUDA_SUCCESS;
  });
  expect_untouched(with_rates(), without, "failed: cuStreamQuery");
  EXPECT_TRUE(lost_) << "a fresh worker goes on";
}

TEST_F(BadLoop, OfTheBaselineLeavesTheOpcodeToDecide) {
  behaviour_.cc = {9, 0};
  behaviour_.e4m3_rate = 2048;
  const auto* baseline = find_probe(find_probe("mma_sync.e4m3")->native_test->baseline);
  when_clocked(baseline->feature, [this] {
    behaviour_.stream = CUDA_ERROR_ILLEGAL_INSTRUCTION;
    return CUDA_SUCCESS;
  });
  const auto result = one("mma_sync.e4m3", short_timeout());
  EXPECT_EQ(result.status, Status::emulated);
  EXPECT_EQ(result.reason->id, "emulated_sass");
  EXPECT_TRUE(lost_);
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
