// tma.store: two boxes from shared memory to a 2-D tensor by cp.async.bulk.tensor, one inside it
// and one over its far corner, of which TMA drops what lies outside. The tensor lies behind the
// boxes in the input buffer and is blank before; all of it is written out. No box over the near
// corner: an H200 (driver 580.159.04) ends a store to a negative coordinate with an illegal
// instruction.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/tma.cuh"

BP_ENTRY(tma_store) {
  using namespace bp::ptx;
  constexpr unsigned boxes = 2, words = 16 * 8, tensor_words = 64 * 48, blank = 0x0b1a2c3d;
  __shared__ alignas(128) unsigned tile[boxes * words];
  const auto* source = reinterpret_cast<const unsigned*>(in);
  auto* tensor =
      reinterpret_cast<volatile unsigned*>(const_cast<unsigned char*>(in)) + boxes * words;
  for (unsigned i = threadIdx.x; i < boxes * words; i += blockDim.x) tile[i] = source[i];
  // What an earlier launch left must not pass for a result.
  for (unsigned i = threadIdx.x; i < tensor_words; i += blockDim.x) tensor[i] = blank;
  fence_proxy_async_all();
  __syncthreads();
  if (threadIdx.x == 0) {
    tma_store_2d(&tensor_map, 20, 13, shared_address(tile));
    tma_store_2d(&tensor_map, 56, 43, shared_address(tile + words));
    tma_store_commit_and_wait();
    fence_proxy_async_all();
  }
  __syncthreads();
  auto* result = reinterpret_cast<unsigned*>(out);
  for (unsigned i = threadIdx.x; i < tensor_words; i += blockDim.x) result[i] = tensor[i];
}

#else
#include <algorithm>

#include "probes/features/tile_copy.h"

namespace bp {
namespace {

struct Corner {
  int x, y;
};
// Inside the tensor, over its far corner.
constexpr Corner corners[] = {{20, 13}, {56, 43}};
constexpr std::uint32_t blank = 0x0b1a2c3d;
constexpr std::size_t source_words = std::size(corners) * TileCopy::box_words;
constexpr std::size_t tensor_words = std::size_t{TileCopy::width} * TileCopy::height;
constexpr TensorMap map = [] {
  TensorMap behind = TileCopy::map;
  behind.offset = source_words * sizeof(std::uint32_t);
  return behind;
}();
constexpr std::string_view instructions[] = {
    "cp.async.bulk.tensor.2d.global.shared::cta.tile.bulk_group",
    "cp.async.bulk.commit_group",
    "cp.async.bulk.wait_group",
    "fence.proxy.async",
};
constexpr std::string_view native_sass[] = {"UTMASTG"};

void fill_tensor(std::span<std::uint8_t> in) {
  for (std::size_t i = 0; i < tensor_words; ++i) store<std::uint32_t>(in, source_words + i, blank);
}

void exact(std::span<std::uint8_t> in) {
  for (std::size_t i = 0; i < source_words; ++i)
    store<std::uint32_t>(in, i, static_cast<std::uint32_t>(i + 1));
  fill_tensor(in);
}

void random(std::span<std::uint8_t> in, std::uint64_t seed) {
  Random values(seed);
  for (std::size_t i = 0; i < source_words; ++i)
    store<std::uint32_t>(in, i, static_cast<std::uint32_t>(values.next() >> 33) | 0x40000000u);
  fill_tensor(in);
}

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  std::ranges::fill(out, static_cast<double>(blank));
  for (std::size_t i = 0; i < std::size(corners); ++i) {
    for (int row = 0; row < TileCopy::box_height; ++row) {
      for (int column = 0; column < TileCopy::box_width; ++column) {
        const int x = corners[i].x + column, y = corners[i].y + row;
        if (x < 0 || x >= TileCopy::width || y < 0 || y >= TileCopy::height) continue;
        const auto word =
            i * TileCopy::box_words + static_cast<std::size_t>(row * TileCopy::box_width + column);
        out[static_cast<std::size_t>(y * TileCopy::width + x)] = load<std::uint32_t>(in, word);
      }
    }
  }
}

/// Row 4, column 9 of the box that is wholly inside.
void corrupt(std::span<std::uint8_t> in) {
  const std::size_t word = 4 * TileCopy::box_width + 9;
  store<std::uint32_t>(in, word, load<std::uint32_t>(in, word) ^ 0x10100u);
}

}  // namespace

extern const InstructionProbe tma_store_probe{
    .feature = "tma.store",
    .entry = "tma_store",
    .instructions = instructions,
    .needs = {},
    .ptx = {8, 0},
    .operations = source_words * sizeof(std::uint32_t),  // bytes
    .launch = {.grid = {1}, .block = {128}},
    .input_bytes = (source_words + tensor_words) * sizeof(std::uint32_t),
    .element = Element::u32,
    .outputs = tensor_words,
    .scratch_bytes = 0,
    .tensor_map = map,
    .exact = &exact,
    .random = &random,
    .reference = &reference,
    .fault = {.what = "a word of the first box gets another value", .corrupt = &corrupt},
    .tolerance = {},
    .native_sass = native_sass,
    .rate = std::nullopt,
    .native_test = std::nullopt,
    // Without it the tensor stays blank.
    .neutralise = {.line_with = "cp.async.bulk.tensor.2d.", .replacement = ""},
    .neutralise_exception = {},
};

}  // namespace bp
#endif
