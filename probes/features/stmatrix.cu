// stmatrix: four 8x8 matrices of 16-bit elements from registers to rows in shared memory, in
// another order.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/ldmatrix.cuh"

BP_ENTRY(stmatrix_x4) {
  __shared__ alignas(16) uint4 rows[32];
  const unsigned lane = threadIdx.x;
  rows[lane] = make_uint4(0, 0, 0, 0);
  unsigned r[4];
  for (unsigned matrix = 0; matrix < 4; ++matrix) {
    r[matrix] = reinterpret_cast<const unsigned*>(in)[32 * matrix + lane];
  }
  __syncwarp();
  // 13 is odd: every row is written once, to a place that is not its own.
  bp::ptx::stmatrix_x4(&rows[(13 * lane + 5) % 32], r);
  __syncwarp();
  reinterpret_cast<uint4*>(out)[lane] = rows[lane];
}

#else
#include "probes/features/host.h"

namespace bp {
namespace {

constexpr unsigned rows = 32;      // of all four matrices
constexpr unsigned row_words = 4;  // 8 elements of 16 bits
constexpr std::string_view instructions[] = {"stmatrix.sync.aligned.m8n8.x4.shared.b16"};
constexpr std::string_view native_sass[] = {"STSM.16.M88.4"};

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

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (unsigned row = 0; row < rows; ++row) {
    for (unsigned word = 0; word < row_words; ++word) {
      out[(13 * row + 5) % rows * row_words + word] =
          load<std::uint32_t>(in, row * row_words + word);
    }
  }
}

void corrupt(std::span<std::uint8_t> in) { in[2 * 77] ^= 1; }

}  // namespace

extern const InstructionProbe stmatrix_probe{
    .feature = "stmatrix",
    .entry = "stmatrix_x4",
    .instructions = instructions,
    .needs = {},
    .ptx = {7, 8},
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
    // Without the store shared memory stays zero.
    .neutralise = {.line_with = "stmatrix.sync", .replacement = {}},
    .neutralise_exception = {},
};

}  // namespace bp
#endif
