// tcgen05.tmem: all of an SM's Tensor Memory, 128 lanes x 512 columns of 32 bits, is allocated,
// overwritten, filled with values that are all different, read back and freed by four warps.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/tcgen05.cuh"

BP_ENTRY(tcgen05_tmem) {
  using namespace bp::ptx;
  constexpr unsigned columns = 512;
  __shared__ unsigned allocated;
  const unsigned warp = threadIdx.x / 32;
  if (warp == 0) {
    tcgen05_alloc<1>(shared_address(&allocated), columns);
    tcgen05_relinquish_alloc_permit<1>();
  }
  tcgen05_fence_before_sync();
  __syncthreads();
  tcgen05_fence_after_sync();
  const unsigned base = allocated;
  // Warp w reaches lanes 32 w to 32 w + 31, and thread t of it lane 32 w + t: lane and thread are
  // one number.
  const unsigned lanes = base + (warp * 32 << 16);
  const auto* source = reinterpret_cast<const unsigned*>(in) + threadIdx.x * columns;
  auto* result = reinterpret_cast<unsigned*>(out) + threadIdx.x * columns;

  // What an earlier launch left must not pass for a result.
  unsigned blank[16];
#pragma unroll
  for (unsigned i = 0; i < 16; ++i) blank[i] = poison;
  for (unsigned column = 0; column < columns; column += 16) tcgen05_store(lanes + column, blank);
  tcgen05_wait_store();

  for (unsigned column = 0; column < columns; column += 32) {
    unsigned values[32];
#pragma unroll
    for (unsigned i = 0; i < 32; ++i) values[i] = source[column + i];
    tcgen05_store(lanes + column, values);
  }
  tcgen05_wait_store();
  for (unsigned column = 0; column < columns; column += 32) {
    unsigned values[32];
    tcgen05_load(values, lanes + column);
    tcgen05_wait_load();
#pragma unroll
    for (unsigned i = 0; i < 32; ++i) result[column + i] = values[i];
  }

  tcgen05_fence_before_sync();
  __syncthreads();
  tcgen05_fence_after_sync();
  if (warp == 0) tcgen05_dealloc<1>(base, columns);
}

#else
#include "probes/features/host.h"

namespace bp {
namespace {

constexpr unsigned words = 128 * 512;
constexpr std::string_view instructions[] = {
    "tcgen05.st.sync.aligned.32x32b.x32.b32",
    "tcgen05.st.sync.aligned.32x32b.x16.b32",
    "tcgen05.ld.sync.aligned.32x32b.x32.b32",
    "tcgen05.wait::st.sync.aligned",
    "tcgen05.wait::ld.sync.aligned",
    "tcgen05.alloc.cta_group::1.sync.aligned.shared::cta.b32",
    "tcgen05.relinquish_alloc_permit.cta_group::1.sync.aligned",
    "tcgen05.dealloc.cta_group::1.sync.aligned.b32",
    "tcgen05.fence::before_thread_sync",
    "tcgen05.fence::after_thread_sync",
};
constexpr std::string_view native_sass[] = {"STTM"};

void exact(std::span<std::uint8_t> in) {
  for (unsigned i = 0; i < words; ++i) store<std::uint32_t>(in, i, i + 1);
}

void random(std::span<std::uint8_t> in, std::uint64_t seed) {
  Random values(seed);
  // 31 bits: never the value that stands for "no result".
  for (unsigned i = 0; i < words; ++i)
    store<std::uint32_t>(in, i, static_cast<std::uint32_t>(values.next() >> 33));
}

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (unsigned i = 0; i < words; ++i) out[i] = load<std::uint32_t>(in, i);
}

void corrupt(std::span<std::uint8_t> in) {
  const unsigned index = 77 * 512 + 333;
  store<std::uint32_t>(in, index, load<std::uint32_t>(in, index) ^ 0x10101u);
}

}  // namespace

extern const InstructionProbe tcgen05_tmem_probe{
    .feature = "tcgen05.tmem",
    .entry = "tcgen05_tmem",
    .instructions = instructions,
    .needs = {},
    .ptx = {8, 6},
    .operations = std::uint64_t{2} * words * sizeof(std::uint32_t),  // bytes, in and out
    .launch = {.grid = {1}, .block = {128}},
    .input_bytes = words * sizeof(std::uint32_t),
    .element = Element::u32,
    .outputs = words,
    .scratch_bytes = 0,
    .tensor_map = std::nullopt,
    .exact = &exact,
    .random = &random,
    .reference = &reference,
    .fault = {.what = "lane 77, column 333 gets another value", .corrupt = &corrupt},
    .tolerance = {},
    .native_sass = native_sass,
    .rate = std::nullopt,
    .native_test = std::nullopt,
    // Without the stores of the values, the blanks that were stored first come back.
    .neutralise = {.line_with = "tcgen05.st.sync.aligned.32x32b.x32.", .replacement = ""},
    .neutralise_exception = {},
};

}  // namespace bp
#endif
