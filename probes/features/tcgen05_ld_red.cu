// tcgen05.ld.red: eight columns are loaded and reduced in one go, as unsigned, signed and floating
// point numbers. Not on sm_100.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/tcgen05.cuh"
#include "probes/ptx/tcgen05_move.cuh"

BP_ENTRY(tcgen05_ld_red) {
  using namespace bp::ptx;
  constexpr unsigned columns = 32;
  __shared__ unsigned allocated;
  tcgen05_alloc<1>(shared_address(&allocated), columns);
  tcgen05_relinquish_alloc_permit<1>();
  __syncwarp();
  const unsigned base = allocated;
  unsigned values[32] = {};
#pragma unroll
  for (unsigned i = 0; i < 16; ++i)
    values[i] = reinterpret_cast<const unsigned*>(in)[threadIdx.x * 16 + i];
  tcgen05_store(base, values);
  tcgen05_wait_store();

  // Integers in the first eight columns, floating point numbers in the next.
  unsigned integers[8], highest = poison, lowest = poison;
  float numbers[8], most = 0, least = -1;
#pragma unroll
  for (unsigned i = 0; i < 8; ++i) {
    integers[i] = poison;
    numbers[i] = 0;
  }
  tcgen05_load_max_u32(integers, highest, base);
  tcgen05_load_min_s32(integers, lowest, base);
  tcgen05_load_max_f32(numbers, most, base + 8);
  tcgen05_load_min_abs_f32(numbers, least, base + 8);
  tcgen05_wait_load();
  auto* result = reinterpret_cast<unsigned*>(out) + threadIdx.x * 20;
#pragma unroll
  for (unsigned i = 0; i < 8; ++i) {
    result[i] = integers[i];
    result[8 + i] = __float_as_uint(numbers[i]);
  }
  result[16] = highest;
  result[17] = lowest;
  result[18] = __float_as_uint(most);
  result[19] = __float_as_uint(least);
  __syncwarp();
  tcgen05_dealloc<1>(base, columns);
}

#else
#include <algorithm>
#include <cmath>

#include "probes/features/tcgen05_move_host.h"

namespace bp {
namespace {

constexpr std::string_view instructions[] = {
    "tcgen05.ld.red.sync.aligned.32x32b.x8.max.u32",
    "tcgen05.ld.red.sync.aligned.32x32b.x8.min.s32",
    "tcgen05.ld.red.sync.aligned.32x32b.x8.max.f32",
    "tcgen05.ld.red.sync.aligned.32x32b.x8.min.abs.f32",
    "tcgen05.st.sync.aligned.32x32b.x32.b32",
    "tcgen05.wait::st.sync.aligned",
    "tcgen05.wait::ld.sync.aligned",
    "tcgen05.alloc.cta_group::1.sync.aligned.shared::cta.b32",
    "tcgen05.relinquish_alloc_permit.cta_group::1.sync.aligned",
    "tcgen05.dealloc.cta_group::1.sync.aligned.b32",
};
constexpr std::string_view native_sass[] = {"LDTM.STAT"};
constexpr std::size_t lanes = 32, words = 16, results = 20;

/// All bits of integers, so that signed and unsigned differ; no zero among the numbers.
void fill(std::span<std::uint8_t> in, std::uint64_t seed) {
  Random values(seed);
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    for (std::size_t i = 0; i < 8; ++i) {
      store<std::uint32_t>(in, lane * words + i, static_cast<std::uint32_t>(values.next() >> 32));
      const double size = 1 + std::fabs(values.unit());
      store<float>(in, lane * words + 8 + i,
                   static_cast<float>(values.between(0, 1) == 0 ? -size : size));
    }
  }
}
void exact(std::span<std::uint8_t> in) { fill(in, 0x7265); }

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    std::uint32_t highest = 0;
    std::int32_t lowest = INT32_MAX;
    float most = -INFINITY, least = INFINITY;
    const auto result = out.subspan(lane * results, results);
    for (std::size_t i = 0; i < 8; ++i) {
      const auto integer = load<std::uint32_t>(in, lane * words + i);
      const auto number = load<float>(in, lane * words + 8 + i);
      highest = std::max(highest, integer);
      lowest = std::min(lowest, static_cast<std::int32_t>(integer));
      most = std::max(most, number);
      least = std::min(least, std::fabs(number));
      result[i] = integer;
      result[8 + i] = std::bit_cast<std::uint32_t>(number);
    }
    result[16] = highest;
    result[17] = static_cast<std::uint32_t>(lowest);
    result[18] = std::bit_cast<std::uint32_t>(most);
    result[19] = std::bit_cast<std::uint32_t>(least);
  }
}

void corrupt(std::span<std::uint8_t> in) { store<float>(in, 21 * words + 11, 4.0f); }

constexpr InstructionProbe described() {
  InstructionProbe probe = tcgen05::describe_move({
      .feature = "tcgen05.ld.red",
      .entry = "tcgen05_ld_red",
      .instructions = instructions,
      .ptx = {8, 8},
      .input_words = lanes * words,
      .outputs = lanes * results,
      .reference = &reference,
      .fault = {.what = "lane 21, column 11 gets the largest number", .corrupt = &corrupt},
      .native_sass = native_sass,
      // Without them the registers keep what stands for "no result".
      .neutralise = "tcgen05.ld.red.",
  });
  probe.exact = &exact;
  probe.random = &fill;
  return probe;
}

}  // namespace

extern const InstructionProbe tcgen05_ld_red_probe = described();

}  // namespace bp
#endif
