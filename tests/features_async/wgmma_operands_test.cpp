// Tiles are put into a model of shared memory by the functions that device code uses, and read back
// the way the tensor core does: through the bits of the descriptors, decoded here from the PTX
// ISA's tables and not by the code under test. Each k-step must find its part of the matrix.
#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "probes/ptx/wgmma_layout.h"

namespace bp {
namespace {

using ptx::WgmmaSwizzle;

/// PTX ISA 9.0, 9.7.15.5.1.2: "Matrix Descriptor Format".
struct Descriptor {
  std::uint32_t start, leading, stride;
  unsigned width;  // of the repeating pattern in bytes; 16: no swizzle
};

std::uint32_t field(std::uint64_t value, unsigned first, unsigned bits) {
  return static_cast<std::uint32_t>(value >> first & ((std::uint64_t{1} << bits) - 1));
}

Descriptor decode(std::uint64_t value) {
  EXPECT_EQ(field(value, 14, 2), 0u);
  EXPECT_EQ(field(value, 30, 2), 0u);
  EXPECT_EQ(field(value, 46, 16), 0u) << "base offset and reserved bits";
  constexpr unsigned width_of[] = {16, 128, 64, 32};
  return {field(value, 0, 14) * 16, field(value, 16, 14) * 16, field(value, 32, 14) * 16,
          width_of[field(value, 62, 2)]};
}

/// The pattern belongs to the address: 128, 64 and 32 bytes xor bits 4-6, 4-5 and 4 with those from
/// 7 on.
std::uint32_t swizzled(std::uint32_t address, unsigned width) {
  return address ^ (address >> 7 & (width / 16 - 1)) << 4;
}

/// Byte `byte` along K of row `row`.
std::uint32_t k_major(const Descriptor& d, unsigned row, unsigned byte) {
  const auto group = d.start + row / 8 * d.stride;
  if (d.width == 16) return group + byte / 16 * d.leading + row % 8 * 16 + byte % 16;
  return swizzled(group + row % 8 * d.width + byte, d.width);
}

/// Byte `byte` along M or N at `k`.
std::uint32_t mn_major(const Descriptor& d, unsigned byte, unsigned k) {
  if (d.width == 16)
    return d.start + byte / 16 * d.stride + k / 8 * d.leading + k % 8 * 16 + byte % 16;
  return swizzled(
      d.start + byte / d.width * d.leading + k / 8 * d.stride + k % 8 * d.width + byte % d.width,
      d.width);
}

constexpr unsigned lines = 64, line_bytes = 128;
constexpr std::uint32_t tile = 0x2400;

/// Shared memory with a tile whose byte `b` of line `l` is the number 128 l + b.
std::vector<unsigned> memory_of(WgmmaSwizzle swizzle) {
  std::vector<unsigned> memory(64 * 1024, ~0u);
  for (unsigned line = 0; line < lines; ++line)
    for (unsigned byte = 0; byte < line_bytes; ++byte)
      memory.at(tile + ptx::in_panels(swizzle, lines, line, byte)) = line * line_bytes + byte;
  return memory;
}

class WgmmaOperand : public testing::TestWithParam<WgmmaSwizzle> {};

TEST_P(WgmmaOperand, FillsItsTileOnce) {
  std::set<unsigned> seen;
  for (unsigned line = 0; line < lines; ++line)
    for (unsigned byte = 0; byte < line_bytes; ++byte)
      seen.insert(ptx::in_panels(GetParam(), lines, line, byte));
  EXPECT_EQ(seen.size(), lines * line_bytes);
  EXPECT_EQ(*seen.rbegin(), lines * line_bytes - 1);
}

TEST_P(WgmmaOperand, KeepsChunksOfSixteenBytesTogether) {
  for (unsigned line = 0; line < lines; ++line)
    for (unsigned byte = 0; byte < line_bytes; ++byte)
      EXPECT_EQ(ptx::in_panels(GetParam(), lines, line, byte),
                ptx::in_panels(GetParam(), lines, line, byte / 16 * 16) + byte % 16);
}

TEST_P(WgmmaOperand, KMajorStepsFindTheirColumns) {
  const auto memory = memory_of(GetParam());
  for (unsigned step = 0; step < line_bytes; step += 32) {
    const auto d = decode(ptx::wgmma_k_major(tile, GetParam(), lines, step));
    for (unsigned row = 0; row < lines; ++row)
      for (unsigned byte = 0; byte < 32; ++byte)
        ASSERT_EQ(memory.at(k_major(d, row, byte)), row * line_bytes + step + byte)
            << "step " << step << " row " << row << " byte " << byte;
  }
}

TEST_P(WgmmaOperand, MnMajorStepsFindTheirLines) {
  const auto memory = memory_of(GetParam());
  for (unsigned step = 0; step < lines; step += 16) {
    const auto d = decode(ptx::wgmma_mn_major(tile, GetParam(), lines, step));
    for (unsigned k = 0; k < 16; ++k)
      for (unsigned byte = 0; byte < line_bytes; ++byte)
        ASSERT_EQ(memory.at(mn_major(d, byte, k)), (step + k) * line_bytes + byte)
            << "step " << step << " k " << k << " byte " << byte;
  }
}

INSTANTIATE_TEST_SUITE_P(Modes, WgmmaOperand,
                         testing::Values(WgmmaSwizzle::none, WgmmaSwizzle::b32, WgmmaSwizzle::b64,
                                         WgmmaSwizzle::b128),
                         [](const auto& info) {
                           return std::to_string(ptx::panel_bytes(info.param)) + "_bytes";
                         });

TEST(WgmmaOperands, SparseStepsFindSixtyFourBytes) {
  const auto memory = memory_of(WgmmaSwizzle::b128);
  for (unsigned step = 0; step < line_bytes; step += 64) {
    const auto d = decode(ptx::wgmma_k_major(tile, WgmmaSwizzle::b128, lines, step));
    for (unsigned row = 0; row < lines; ++row)
      for (unsigned byte = 0; byte < 64; ++byte)
        ASSERT_EQ(memory.at(k_major(d, row, byte)), row * line_bytes + step + byte);
  }
}

}  // namespace
}  // namespace bp
