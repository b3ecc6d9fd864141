#include "probes/binary/sass_opcodes.h"

#include <gmock/gmock.h>

#include <cstring>
#include <random>

#include "probes/features/embedded.h"
#include "probes/features/probe.h"

namespace bp {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using Bytes = std::vector<std::uint8_t>;

Bytes cubin(std::string_view feature, std::string_view target) {
  return probe_pack().cubin(feature, *parse_target(target)).value();
}

TEST(SassReading, NamesTheInstructionWithItsModifiers) {
  EXPECT_THAT(read_sass(cubin("wgmma.bf16", "sm_90a"))->opcodes,
              Contains("HGMMA.64x64x16.F32.BF16"));
  EXPECT_THAT(read_sass(cubin("mma_sync.mxf4nvf4", "sm_120a"))->opcodes,
              Contains("OMMA.SF.16864.F32.E2M1.E2M1.UE4M3.4X"));
  EXPECT_THAT(read_sass(cubin("tcgen05.mma.i8", "sm_100a"))->opcodes, Contains("UTCIMMA"));
  EXPECT_THAT(read_sass(cubin("mma_sync.s4", "sm_80"))->opcodes, Contains("IMMA.16864.S4.S4"));
}

TEST(SassReading, OneKernelAloneIsRead) {
  const auto& probe = *find_probe("wgmma.bf16");
  const auto image = cubin("wgmma.bf16", "sm_90a");
  const auto own = read_sass(image, probe.entry);
  ASSERT_TRUE(own);
  EXPECT_LT(own->instructions, read_sass(image)->instructions) << "the clocked loop is beside it";
  EXPECT_THAT(own->opcodes, Contains("HGMMA.64x64x16.F32.BF16"));
  EXPECT_THAT(own->opcodes, Not(Contains(StartsWith("HGMMA.64x256")))) << "that is of the loop";
  EXPECT_FALSE(read_sass(image, "no_such_kernel"));
}

TEST(SassReading, HelpersAreNamed) {
  EXPECT_THAT(read_sass(cubin("mma_sync.s4", "sm_90a"))->helpers,
              ElementsAre("__cuda_sm_9x_mma_sub_byte_internal_m16n8k64_s4_s4"));
  EXPECT_THAT(read_sass(cubin("tma.multicast", "sm_120a"))->helpers,
              ElementsAre("__cuda_syscall_cp_async_bulk_tensor_2d_tile_multicast"));
  EXPECT_THAT(read_sass(cubin("mma_sync.f16", "sm_90a"))->helpers, IsEmpty());
}

TEST(SassReading, AnArchitectureThatIsNotKnownIsNotGuessed) {
  auto image = cubin("mma_sync.f16", "sm_90a");
  image[0x31] = 130;  // e_flags: the capability's number, as of CUDA 13
  EXPECT_FALSE(read_sass(image));
  image[0x31] = 70;
  EXPECT_FALSE(read_sass(image));
}

TEST(SassReading, TheFlagsOfCuda12HoldTheNumberElsewhere) {
  auto image = cubin("mma_sync.f16", "sm_90a");
  image[0x08] = 7;  // ABI version
  image[0x30] = 90;
  image[0x31] = 0x05;
  ASSERT_TRUE(read_sass(image));
  EXPECT_EQ(read_sass(image)->architecture, 90);
  image[0x08] = 9;
  EXPECT_FALSE(read_sass(image)) << "an ABI that nobody has seen";
}

TEST(SassReading, AnotherMachinesProgramIsNone) {
  auto image = cubin("mma_sync.f16", "sm_90a");
  image[0x12] = 62;  // EM_X86_64
  EXPECT_FALSE(read_sass(image));
  EXPECT_FALSE(read_sass({}));
  const std::string ptx = ".version 8.0\n.target sm_90a\n";
  EXPECT_FALSE(read_sass({reinterpret_cast<const std::uint8_t*>(ptx.data()), ptx.size()}));
}

/// The place of the first HMMA of the image.
std::size_t find_hmma(const Bytes& image) {
  for (std::size_t at = 0; at + 16 <= image.size(); at += 16) {
    if (image[at] == 0x3c && (image[at + 1] & 0x0f) == 0x02) return at;
  }
  return image.size();
}

TEST(SassReading, AModifierThatIsNotKnownCutsTheName) {
  auto image = cubin("mma_sync.f16", "sm_90a");
  ASSERT_THAT(read_sass(image)->unclear, IsEmpty());
  const auto at = find_hmma(image);
  ASSERT_LT(at, image.size());
  image[at + 10] |= 0x0c;  // bits 82 and 83: no type has this number
  EXPECT_THAT(read_sass(image)->unclear, ElementsAre("HMMA.16816.F32"));
}

// Modifiers that are in no cubin of the build: words and names of nvdisasm 13.5.37 -b.
TEST(SassReading, NamesModifiersThatNoProbeHas) {
  struct Row {
    std::string_view target;
    std::uint64_t low, high;
    std::string_view name;
  };
  constexpr Row rows[] = {
      {"sm_80", 0x0000002e24047237, 0x000fe20000784404, "IMMA.16864.U4.S4"},
      {"sm_80", 0x0000002e2404723d, 0x000fe20000010c04, "BMMA.168128.XOR.POPC"},
      {"sm_80", 0x00000008060b7231, 0x000fc60003818007, "HFMA2.FTZ.RELU"},
      {"sm_89", 0x0000002e2404727a, 0x000fee000000a404, "QMMA.16816.F32.E4M3.E5M2"},
      {"sm_90a", 0x3f803f8006077835, 0x004fc60000008009, "HFMA2.MMA.RELU"},
      {"sm_90a", 0x3f803f8006077835, 0x004fc60000208009, "HFMA2.MMA.BF16_V2.RELU"},
      {"sm_90a", 0x000000283010723f, 0x0004e40000001010, "DMMA.16x8x4"},
      {"sm_90a", 0x0001602c3844723c, 0x000fde0000000244, "HMMA.SP.1688.F16"},
      {"sm_90a", 0x0000001c0402723c, 0x000fe20000040802, "HMMA.16816.F16.BF16"},
      {"sm_90a", 0x04000000041879f0, 0x000fe20008700818, "HGMMA.64x8x8.F32"},
      {"sm_90a", 0x03600000041879f0, 0x000fe20008700818, "HGMMA.64x224x16.F32"},
      {"sm_90a", 0x00600000041879f3, 0x000fe2000c7018ff, "QGMMA.64x32x32.F32.E5M2.E4M3"},
      {"sm_90a", 0x04e03900041879f3, 0x000fe2000c7022ff, "QGMMA.SP.64x64x64.F16.E4M3.E5M2"},
      {"sm_90a", 0x01800000041879f1, 0x000fe2000c7400ff, "IGMMA.64x48x32.U8.S8"},
      {"sm_90a", 0x00203900041879f1, 0x000fe2000c7012ff, "IGMMA.SP.64x8x64.S8.U8"},
      {"sm_90a", 0x01a00000041879f2, 0x000fe2000c7140ff, "BGMMA.64x192x256.AND.POPC"},
      {"sm_90a", 0x0000000408007844, 0x004fe20000004100, "STSM.16.MT88.2"},
      {"sm_90a", 0x00000008060073b4, 0x0001d80008050805, "UTMALDG.3D.IM2COL.MULTICAST"},
      {"sm_90a", 0x0000000c040073ba, 0x0003d80008000a07, "UBLKCP.S.G.MULTICAST"},
      {"sm_90a", 0x00000000ffff89a7, 0x0001e20008000209, "SYNCS.ARRIVE.TRANS64.TMASK"},
      {"sm_90a", 0x0001000c080079a6, 0x004fe2000d10e984, "REDG.E.MIN.BF16x4"},
      {"sm_90a", 0x1000000200097308, 0x000e240000000e00, "MUFU.LG2.BF16"},
      {"sm_90a", 0x000100065f34783b, 0x0004e40008004100, "LDSM.16.MT88.2"},
      {"sm_90a", 0x0000000d080b79a8, 0x000ea400091ee1c4, "ATOMG.E.MAX"},
      {"sm_100a", 0x0000000c0a0073b4, 0x0003d80008308804, "UTMALDG.2D.GATHER4.MULTICAST.2CTA"},
      {"sm_100a", 0x00ff0c060b0079ea, 0x0001d8000ba80304, "UTCQMMA.2CTA.WS"},
      {"sm_100a", 0x00ff0e08060075ea, 0x0001d8000ba00104, "UTCIMMA.2CTA"},
      {"sm_100a", 0x000100060f40783b, 0x00032e0008010200, "LDSM.16.MT1616.4"},
      {"sm_100a", 0x0000000408007844, 0x004fe20000000a00, "STSM.8.M88.4"},
      {"sm_100a", 0x0000000c0a0073b5, 0x0005e20008020000, "UTMASTG.5D"},
      {"sm_100a", 0xfe0000060204797e, 0x000ea20008021908, "LDG.E.EF.ENL2.256"},
      {"sm_103a", 0x0000000200007308, 0x004e240000000a00, "MUFU.EX2.BF16"},
      {"sm_120a", 0x000000022404727a, 0x000fd00000244404, "QMMA.16816.F16.E3M2.E2M3"},
      {"sm_120a", 0x730031022404747a, 0x000fd00000093e04, "QMMA.SF.SP.16864.F32.E2M3.E4M3"},
      {"sm_120a", 0x730031022404747f, 0x000fd000000c3e04, "OMMA.SF.16864.F32.E2M1.E2M1.UE4M3"},
      {"sm_120a", 0x730031022404747f, 0x000fd00000013e04, "OMMA.SF.SP.168128.F32.E2M1.E2M1.E8.4X"},
      {"sm_80", 0x0000000000057308, 0x004e240000000a00, "MUFU.EX2.F16"},
      {"sm_90", 0x0000000000057308, 0x004e240000000900, "MUFU.EX2.F16"},
  };
  for (const auto& row : rows) {
    auto image = cubin("mma_sync.f16", row.target);
    const auto at = find_hmma(image);
    ASSERT_LE(at + 16, image.size()) << row.target;
    std::memcpy(image.data() + at, &row.low, 8);
    std::memcpy(image.data() + at + 8, &row.high, 8);
    EXPECT_THAT(read_sass(image)->opcodes, Contains(row.name)) << row.target;
  }
}

// Run under AddressSanitizer by the sanitize preset.
TEST(SassReading, ATruncatedImageIsNoDanger) {
  for (const auto* target : {"sm_80", "sm_90a", "sm_120"}) {
    const auto image = cubin("mma_sync.f16", target);
    for (std::size_t size = 0; size < image.size(); size += size < 512 ? 1 : 37) {
      const Bytes part(image.begin(), image.begin() + static_cast<std::ptrdiff_t>(size));
      const bool read = read_sass(part).has_value();
      EXPECT_FALSE(read && size < image.size() / 2) << target << " " << size;
    }
  }
}

TEST(SassReading, ADamagedImageIsNoDanger) {
  const auto image = cubin("tma.load", "sm_120a");
  std::mt19937_64 random(7);
  std::size_t refused = 0;
  for (int round = 0; round < 4000; ++round) {
    auto damaged = image;
    // The header and the tables at the end take most of it: that is where reading can go astray.
    const auto flips = 1 + random() % 8;
    for (std::size_t i = 0; i < flips; ++i) {
      const auto place = random() % 3;
      const auto at = place == 0 ? random() % 64
                      : place == 1
                          ? image.size() - 1 - random() % std::min<std::size_t>(image.size(), 2000)
                          : random() % image.size();
      damaged[at] ^= static_cast<std::uint8_t>(1u << (random() % 8));
    }
    refused += read_sass(damaged) ? 0 : 1;
    read_sass(damaged, "tma_load");
  }
  EXPECT_GT(refused, 100u);
  EXPECT_LT(refused, 4000u) << "nothing was read at all";
}

TEST(SassReading, RandomBytesBehindAnElfHeaderAreNoDanger) {
  const auto image = cubin("mma_sync.f16", "sm_90a");
  std::mt19937_64 random(11);
  for (int round = 0; round < 500; ++round) {
    Bytes bytes(image.begin(), image.begin() + 64);
    for (int i = 0; i < 2000; ++i) bytes.push_back(static_cast<std::uint8_t>(random()));
    bytes[0x28] = static_cast<std::uint8_t>(random());  // e_shoff
    bytes[0x29] = static_cast<std::uint8_t>(random() % 8);
    for (std::size_t i = 0x2a; i < 0x30; ++i) bytes[i] = 0;
    read_sass(bytes);
  }
}

}  // namespace
}  // namespace bp
