// Machine code that the driver made of PTX: linked, read, and loaded.
#include "probes/binary/elf.h"
#include "probes/binary/sass_opcodes.h"
#include "tests/engine/decide_fixture.h"

namespace bp {
namespace {

using test::kinds;
using test::opcode_evidence;
using testing::HasSubstr;

/// A driver that takes no cubin of the build and hands out what it makes of PTX.
class Linked : public test::Decide {
 protected:
  Linked() { behaviour_.cubins_load = false; }

  /// It makes the machine code of this feature and target of the build.
  void makes(std::string feature, std::string_view target) {
    behaviour_.linked = [feature = std::move(feature), target](std::string_view) {
      return probe_pack().cubin(feature, *parse_target(target)).value();
    };
  }
};

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

}  // namespace
}  // namespace bp
