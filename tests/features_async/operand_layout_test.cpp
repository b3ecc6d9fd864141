// Matrices are put into a model of shared memory by the functions that device code uses, and read
// back the way the tensor core does: through the bits of the descriptors, decoded here from the PTX
// ISA's tables and not by the code under test. The product of what is read must be the probe's
// reference.
#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "probes/features/host.h"
#include "probes/ptx/matrix_layout.h"

namespace bp {
namespace {

using ptx::swizzled_128b;

/// PTX ISA 9.0: "Shared Memory Descriptor" (tcgen05).
struct Descriptor {
  std::uint32_t start, stride;
};

std::uint32_t field(std::uint64_t value, unsigned first, unsigned bits) {
  return static_cast<std::uint32_t>(value >> first & ((std::uint64_t{1} << bits) - 1));
}

Descriptor decode_tcgen05(std::uint64_t value) {
  EXPECT_EQ(field(value, 14, 2), 0u);
  EXPECT_EQ(field(value, 30, 2), 0u);
  EXPECT_EQ(field(value, 46, 3), 0b001u) << "the fixed constant";
  EXPECT_EQ(field(value, 49, 12), 0u) << "base offset, stride mode and reserved bits";
  EXPECT_EQ(field(value, 61, 3), 2u) << "128-byte swizzle";
  return {field(value, 0, 14) * 16, field(value, 32, 14) * 16};
}

class SharedMemory {
 public:
  std::span<std::uint8_t> bytes() { return bytes_; }
  std::uint8_t& at(std::uint32_t address) { return bytes_.at(address); }
  /// Byte `byte` of row `row` of the K-major operand that starts where the descriptor says.
  std::uint8_t read(const Descriptor& d, unsigned row, unsigned byte) const {
    std::uint32_t address = d.start + row / 8 * d.stride + row % 8 * 128 + byte;
    // The pattern belongs to the address, not to the operand: bits 4-6 are xored with bits 7-9.
    address ^= (address >> 7 & 7) << 4;
    return bytes_.at(address);
  }

 private:
  std::vector<std::uint8_t> bytes_ = std::vector<std::uint8_t>(64 * 1024, 0xee);
};

template <typename Code>
double element(const SharedMemory& memory, const Descriptor& d, const SmallFloat& format,
               unsigned row, unsigned k) {
  std::uint32_t code = 0;
  for (unsigned i = 0; i < sizeof(Code); ++i)
    code |= std::uint32_t{memory.read(d, row, k * static_cast<unsigned>(sizeof(Code)) + i)}
            << 8 * i;
  return format.decode(code);
}

const InstructionProbe& probe(std::string_view id) {
  const auto* found = find_probe(id);
  if (found == nullptr) throw std::runtime_error("no probe " + std::string(id));
  return *found;
}

void copy_swizzled(SharedMemory& memory, std::uint32_t base, std::span<const std::uint8_t> source,
                   unsigned rows) {
  for (unsigned row = 0; row < rows; ++row)
    for (unsigned byte = 0; byte < 128; ++byte)
      memory.at(base + swizzled_128b(row, byte)) = source[std::size_t{row} * 128 + byte];
}

void expect_equal(const std::vector<double>& got, const InstructionProbe& p, const Bytes& in) {
  std::vector<double> want(p.outputs);
  p.reference(std::span<const std::uint8_t>(in), std::span<double>(want));
  ASSERT_EQ(got.size(), want.size());
  for (std::size_t i = 0; i < want.size(); ++i) ASSERT_EQ(got[i], want[i]) << "output " << i;
}

/// `ctas` CTAs hold the rows of A and of B in equal shares, at the same places.
void tcgen05_case(std::string_view id, unsigned m, unsigned n, unsigned ctas) {
  const auto& p = probe(id);
  Bytes in(p.input_bytes);
  p.exact(std::span(in));
  std::vector<SharedMemory> memory(ctas);
  constexpr std::uint32_t a = 0x400, b = 0x8000;
  const std::size_t share_a = std::size_t{m} / ctas * 128, share_b = std::size_t{n} / ctas * 128;
  for (unsigned cta = 0; cta < ctas; ++cta) {
    copy_swizzled(memory[cta], a, std::span(in).subspan(cta * share_a, share_a), m / ctas);
    copy_swizzled(memory[cta], b, std::span(in).subspan(ctas * share_a + cta * share_b, share_b),
                  n / ctas);
  }
  // Table "Instruction descriptor format for .kind::f16".
  const auto instruction = ptx::tcgen05_instruction(ptx::Tcgen05Type::f16, ptx::Tcgen05Type::f16,
                                                    ptx::Tcgen05Result::f32, m, n);
  EXPECT_EQ(field(instruction, 0, 4), 0u) << "dense, no saturation";
  EXPECT_EQ(field(instruction, 4, 2), 1u) << "D is f32";
  EXPECT_EQ(field(instruction, 6, 11), 0u) << "f16, not negated, not transposed";
  const unsigned rows = field(instruction, 24, 5) * 16, columns = field(instruction, 17, 6) * 8;
  EXPECT_EQ(rows, m);
  EXPECT_EQ(columns, n);
  EXPECT_EQ(field(instruction, 23, 1), 0u);
  EXPECT_EQ(field(instruction, 29, 3), 0u);

  std::vector<double> d(std::size_t{rows} * columns);
  for (unsigned step = 0; step < 4; ++step) {
    const auto da = decode_tcgen05(ptx::tcgen05_descriptor(
        a + step * 32, 16, ptx::swizzled_128b_stride, ptx::Tcgen05Swizzle::b128));
    const auto db = decode_tcgen05(ptx::tcgen05_descriptor(
        b + step * 32, 16, ptx::swizzled_128b_stride, ptx::Tcgen05Swizzle::b128));
    for (unsigned row = 0; row < rows; ++row)
      for (unsigned column = 0; column < columns; ++column)
        for (unsigned k = 0; k < 16; ++k)
          d[std::size_t{row} * columns + column] +=
              element<std::uint16_t>(memory[row / (m / ctas)], da, f16, row % (m / ctas), k) *
              element<std::uint16_t>(memory[column / (n / ctas)], db, f16, column % (n / ctas), k);
  }
  expect_equal(d, p, in);
}

TEST(OperandLayout, Tcgen05ReadsItsReference) { tcgen05_case("tcgen05.mma.f16", 128, 32, 1); }
TEST(OperandLayout, Tcgen05PairReadsItsReference) {
  tcgen05_case("tcgen05.mma.f16.cta_group2", 256, 32, 2);
}

TEST(OperandLayout, AddressesBeyondEighteenBitsAreCut) {
  // matrix-descriptor-encode(x) = (x & 0x3ffff) >> 4: bits of the CTA's rank in a cluster address
  // fall away.
  EXPECT_EQ(ptx::descriptor_encode(0x01000400), 0x40u);
  EXPECT_EQ(ptx::descriptor_encode(0x3fff0), 0x3fffu);
}

TEST(OperandLayout, SwizzleIsAPermutationOfEachBlock) {
  std::set<unsigned> seen;
  for (unsigned row = 0; row < 8; ++row)
    for (unsigned byte = 0; byte < 128; ++byte) seen.insert(swizzled_128b(row, byte));
  EXPECT_EQ(seen.size(), 1024u);
  EXPECT_EQ(*seen.rbegin(), 1023u);
}

}  // namespace
}  // namespace bp
