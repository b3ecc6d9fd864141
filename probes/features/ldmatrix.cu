// ldmatrix: four 8x8 matrices of 16-bit elements, whose rows lie in shared memory in another order.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/ldmatrix.cuh"

BP_ENTRY(ldmatrix_x4) {
  __shared__ alignas(16) uint4 rows[32];
  const unsigned lane = threadIdx.x;
  rows[lane] = reinterpret_cast<const uint4*>(in)[lane];
  __syncwarp();
  // 13 is odd: every row is read once, from a place that is not its own.
  unsigned r[4];
  bp::ptx::ldmatrix_x4(r, &rows[(13 * lane + 5) % 32]);
  for (unsigned matrix = 0; matrix < 4; ++matrix) {
    reinterpret_cast<unsigned*>(out)[32 * matrix + lane] = r[matrix];
  }
}

#else
#include "probes/features/host.h"

namespace bp {
namespace {

constexpr unsigned rows = 32;      // of all four matrices
constexpr unsigned row_words = 4;  // 8 elements of 16 bits
constexpr std::string_view instructions[] = {"ldmatrix.sync.aligned.m8n8.x4.shared.b16"};
constexpr std::string_view native_sass[] = {"LDSM.16.M88.4"};

void exact(std::span<std::uint8_t> in) {
  for (unsigned i = 0; i < rows * row_words; ++i) {
    store<std::uint16_t>(in, 2 * i, static_cast<std::uint16_t>(1000 + 2 * i));
    store<std::uint16_t>(in, 2 * i + 1, static_cast<std::uint16_t>(1001 + 2 * i));
  }
}

void random(std::span<std::uint8_t> in, std::uint64_t seed) {
  Random values(seed);
  for (unsigned i = 0; i < rows * row_words; ++i) {
    store<std::uint32_t>(in, i, static_cast<std::uint32_t>(values.next() >> 32));
  }
}

/// Register `matrix` of a lane holds the word lane % 4 of row lane / 4: in order, the words of the
/// matrix.
void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (unsigned row = 0; row < rows; ++row) {
    for (unsigned word = 0; word < row_words; ++word) {
      out[row * row_words + word] =
          load<std::uint32_t>(in, (13 * row + 5) % rows * row_words + word);
    }
  }
}

void corrupt(std::span<std::uint8_t> in) { in[2 * 77] ^= 1; }

}  // namespace

extern const InstructionProbe ldmatrix_probe{
    .feature = "ldmatrix",
    .entry = "ldmatrix_x4",
    .instructions = instructions,
    .needs = {},
    .ptx = {6, 5},
    .operations = rows * row_words * 4,
    .launch = {.grid = {1}, .block = {32}},
    .input_bytes = rows * row_words * 4,
    .element = Element::u32,
    .outputs = rows * row_words,
    .scratch_bytes = 0,
    .tensor_map = std::nullopt,
    .exact = &exact,
    .random = &random,
    .reference = &reference,
    .fault = {.what = "the lowest bit of element 77 is flipped", .corrupt = &corrupt},
    .tolerance = {},
    .native_sass = native_sass,
    .rate = std::nullopt,
    .native_test = std::nullopt,
    // A plain load gives each lane the row that it points to instead of its share of four rows.
    .neutralise = {.line_with = "ldmatrix.sync", .replacement = "ld.shared.v4.b32 %0, %1;"},
    .neutralise_exception = {},
};

}  // namespace bp
#endif
