// cp_async_bulk.reduce: vectors in shared memory are reduced into vectors in global memory, two of
// them each: added in six types, and the largest, the smallest and the xor of integers.
#ifdef __CUDACC__
#include "probes/features/bulk_device.cuh"
#include "probes/ptx/cp_async_bulk.cuh"

BP_ENTRY(cp_async_bulk_reduce) {
  using namespace bp::ptx;
  using R = BulkReduction;
  constexpr unsigned segment = 32, words = 9 * segment, bytes = segment * sizeof(unsigned);
  __shared__ alignas(16) unsigned operands[2 * words];
  const auto* source = reinterpret_cast<const unsigned*>(in);
  auto* result = reinterpret_cast<unsigned*>(out);
  for (unsigned i = threadIdx.x; i < words; i += blockDim.x) result[i] = source[i];
  for (unsigned i = threadIdx.x; i < 2 * words; i += blockDim.x) operands[i] = source[words + i];
  fence_proxy_async_all();
  __syncthreads();
  if (threadIdx.x == 0) {
#pragma unroll 1
    for (unsigned operand = 0; operand < 2; ++operand) {
      const unsigned* from = operands + operand * words;
      cp_reduce_async_bulk<R::add_u32>(result, from, bytes);
      cp_reduce_async_bulk<R::add_u64>(result + segment, from + segment, bytes);
      cp_reduce_async_bulk<R::add_f32>(result + 2 * segment, from + 2 * segment, bytes);
      cp_reduce_async_bulk<R::add_f64>(result + 3 * segment, from + 3 * segment, bytes);
      cp_reduce_async_bulk<R::add_f16>(result + 4 * segment, from + 4 * segment, bytes);
      cp_reduce_async_bulk<R::add_bf16>(result + 5 * segment, from + 5 * segment, bytes);
      cp_reduce_async_bulk<R::max_s32>(result + 6 * segment, from + 6 * segment, bytes);
      cp_reduce_async_bulk<R::min_s32>(result + 7 * segment, from + 7 * segment, bytes);
      cp_reduce_async_bulk<R::xor_b32>(result + 8 * segment, from + 8 * segment, bytes);
    }
    bulk_commit_and_wait();
  }
}

#else
#include <algorithm>

#include "probes/features/words.h"

namespace bp {
namespace {

constexpr std::size_t segment = 32;  // words
constexpr std::size_t count = 9 * segment;
constexpr std::array<std::string_view, 9> own{
    "cp.reduce.async.bulk.global.shared::cta.bulk_group.add.u32",
    "cp.reduce.async.bulk.global.shared::cta.bulk_group.add.u64",
    "cp.reduce.async.bulk.global.shared::cta.bulk_group.add.f32",
    "cp.reduce.async.bulk.global.shared::cta.bulk_group.add.f64",
    "cp.reduce.async.bulk.global.shared::cta.bulk_group.add.noftz.f16",
    "cp.reduce.async.bulk.global.shared::cta.bulk_group.add.noftz.bf16",
    "cp.reduce.async.bulk.global.shared::cta.bulk_group.max.s32",
    "cp.reduce.async.bulk.global.shared::cta.bulk_group.min.s32",
    "cp.reduce.async.bulk.global.shared::cta.bulk_group.xor.b32",
};
constexpr std::array<std::string_view, 1> fence{"fence.proxy.async"};
constexpr auto instructions = words::joined(own, words::bulk_group, fence);
constexpr std::string_view native_sass[] = {"UBLKRED.G.S"};

/// Floating-point values are integers so small that the sum of three is exact in any order.
void fill(std::span<std::uint8_t> in, std::uint64_t seed) {
  Random values(seed);
  const auto put = [&]<typename T>(std::size_t index, T, auto next) {
    for (std::size_t operand = 0; operand < 3; ++operand) {
      const auto part =
          in.subspan((operand * count + index * segment) * 4, segment * sizeof(std::uint32_t));
      for (std::size_t i = 0; i < part.size() / sizeof(T); ++i) store<T>(part, i, next());
    }
  };
  const auto word = [&] { return static_cast<std::uint32_t>(values.next() >> 32); };
  put(0, std::uint32_t{}, word);
  put(1, std::uint64_t{}, [&] { return values.next(); });
  put(2, float{}, [&] { return static_cast<float>(values.between(-4000000, 4000000)); });
  put(3, double{}, [&] { return static_cast<double>(values.between(-1000000000, 1000000000)); });
  put(4, std::uint16_t{},
      [&] { return static_cast<std::uint16_t>(f16.encode(values.between(-600, 600))); });
  put(5, std::uint16_t{},
      [&] { return static_cast<std::uint16_t>(bf16.encode(values.between(-80, 80))); });
  for (const std::size_t integers : {6u, 7u, 8u}) put(integers, std::uint32_t{}, word);
}

void exact(std::span<std::uint8_t> in) { fill(in, 0xb01dface); }

template <typename T, typename Operation>
void reduce(std::span<const std::uint8_t> in, std::span<double> out, std::size_t index,
            Operation operation) {
  std::array<std::uint8_t, segment * sizeof(std::uint32_t)> result{};
  for (std::size_t i = 0; i < result.size() / sizeof(T); ++i) {
    const auto at = [&](std::size_t operand) {
      return load<T>(in.subspan((operand * count + index * segment) * 4), i);
    };
    store<T>(result, i, operation(operation(at(0), at(1)), at(2)));
  }
  for (std::size_t i = 0; i < segment; ++i)
    out[index * segment + i] = load<std::uint32_t>(result, i);
}

template <const SmallFloat& format>
std::uint16_t add_small(std::uint16_t a, std::uint16_t b) {
  return static_cast<std::uint16_t>(format.encode(format.decode(a) + format.decode(b)));
}

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  const auto add = [](auto a, auto b) { return a + b; };
  reduce<std::uint32_t>(in, out, 0, add);
  reduce<std::uint64_t>(in, out, 1, add);
  reduce<float>(in, out, 2, add);
  reduce<double>(in, out, 3, add);
  reduce<std::uint16_t>(in, out, 4, &add_small<f16>);
  reduce<std::uint16_t>(in, out, 5, &add_small<bf16>);
  reduce<std::int32_t>(in, out, 6, [](auto a, auto b) { return std::max(a, b); });
  reduce<std::int32_t>(in, out, 7, [](auto a, auto b) { return std::min(a, b); });
  reduce<std::uint32_t>(in, out, 8, [](auto a, auto b) { return a ^ b; });
}

}  // namespace

extern const InstructionProbe cp_async_bulk_reduce_probe = words::describe({
    .feature = "cp_async_bulk.reduce",
    .entry = "cp_async_bulk_reduce",
    .instructions = instructions,
    .launch = {.grid = {1}, .block = {128}},
    .inputs = 3 * count,
    .outputs = count,
    .exact = &exact,
    .random = &fill,
    .reference = &reference,
    .fault = {.what = "bits of a word that is added are flipped",
              .corrupt = &words::flip<count + 5>},
    .native_sass = native_sass,
    // The vectors in global memory stay as they were.
    .neutralise = {.line_with = "cp.reduce.async.bulk.", .replacement = {}},
});

}  // namespace bp
#endif
