#include "kernels/mla/dense_prefill_run.h"

#include <algorithm>
#include <array>
#include <numbers>

#include "kernels/reference/bf16.h"
#include "probes/features/host.h"

namespace bp::mla {
namespace {

/// An empty tensor still needs an address.
constexpr std::size_t smallest_buffer = 16;

template <typename T>
std::span<const std::uint8_t> prefill_bytes(const std::vector<T>& values) {
  return {reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(T)};
}

template <typename T>
std::size_t room_for(const std::vector<T>& values) {
  return std::max(values.size() * sizeof(T), smallest_buffer);
}

std::size_t out_values(const PrefillInputs& inputs) {
  return static_cast<std::size_t>(inputs.queries()) *
         static_cast<std::size_t>(inputs.shape.heads * inputs.shape.v_width);
}

std::size_t lse_values(const PrefillInputs& inputs) {
  return static_cast<std::size_t>(inputs.queries()) * static_cast<std::size_t>(inputs.shape.heads);
}

template <typename T>
T* prefill_pointer(const DeviceBuffer& buffer) {
  return reinterpret_cast<T*>(buffer.address());
}

/// Of a bf16 tensor [tokens, heads, width] a box of 64 components of one head: lines of 128 bytes,
/// swizzled as wgmma reads them. What lies behind the last token comes as zeros.
CUtensorMap head_map(const Gpu& gpu, const DeviceBuffer& tensor, std::int32_t tokens, int heads,
                     int width, int box_tokens) {
  if (gpu.api().TensorMapEncodeTiled == nullptr) {
    throw DriverError(CUDA_ERROR_NOT_FOUND, "CUDA_ERROR_NOT_FOUND", "cuTensorMapEncodeTiled");
  }
  const auto row = static_cast<cuuint64_t>(width) * sizeof(std::uint16_t);
  const std::array<cuuint64_t, 3> dims{static_cast<cuuint64_t>(width),
                                       static_cast<cuuint64_t>(heads),
                                       static_cast<cuuint64_t>(std::max(tokens, 1))};
  const std::array<cuuint64_t, 2> strides{row, row * static_cast<cuuint64_t>(heads)};
  const std::array<cuuint32_t, 3> box{64, 1, static_cast<cuuint32_t>(box_tokens)};
  const std::array<cuuint32_t, 3> steps{1, 1, 1};
  CUtensorMap map{};
  gpu.check(gpu.api().TensorMapEncodeTiled(
                &map, CU_TENSOR_MAP_DATA_TYPE_BFLOAT16, 3, prefill_pointer<void>(tensor),
                dims.data(), strides.data(), box.data(), steps.data(),
                CU_TENSOR_MAP_INTERLEAVE_NONE, CU_TENSOR_MAP_SWIZZLE_128B,
                CU_TENSOR_MAP_L2_PROMOTION_L2_256B, CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE),
            "cuTensorMapEncodeTiled");
  return map;
}

}  // namespace

PrefillRun::PrefillRun(const Gpu& gpu, const Module& module, const PrefillInputs& inputs,
                       const PrefillVariant& variant)
    : gpu_(gpu),
      inputs_(inputs),
      variant_(variant),
      tiles_(plan_prefill(inputs.cu_q, inputs.cu_k, inputs.shape.causal)),
      deal_(
          deal_prefill(tiles_, inputs.shape.heads, variant.blocks, std::max(variant.key_tile, 1))),
      function_(module.function(variant.entry)),
      q_(gpu, room_for(inputs.q)),
      k_(gpu, room_for(inputs.k)),
      v_(gpu, room_for(inputs.v)),
      tiles_on_gpu_(gpu, room_for(tiles_)),
      items_(gpu, room_for(deal_.items)),
      item_begin_(gpu, room_for(deal_.item_begin)),
      maps_(gpu, (1 + 2 * inputs.shape.requests.size()) * sizeof(CUtensorMap)),
      out_(gpu, std::max(out_values(inputs) * sizeof(std::uint16_t), smallest_buffer)),
      lse_(gpu, std::max(lse_values(inputs) * sizeof(float), smallest_buffer)),
      params_{.q = prefill_pointer<std::uint16_t>(q_),
              .k = prefill_pointer<std::uint16_t>(k_),
              .v = prefill_pointer<std::uint16_t>(v_),
              .tiles = prefill_pointer<PrefillTile>(tiles_on_gpu_),
              .items = prefill_pointer<PrefillItem>(items_),
              .item_begin = prefill_pointer<std::int32_t>(item_begin_),
              .maps = prefill_pointer<void>(maps_),
              .out = prefill_pointer<std::uint16_t>(out_),
              .lse = prefill_pointer<float>(lse_),
              .heads = inputs.shape.heads,
              .queries = inputs.queries(),
              .scale_log2 = static_cast<float>(inputs.scale * std::numbers::log2e)} {
  // A hint: without it the driver may leave L1 so much that only one block fits where two could
  // run.
  gpu.check(gpu.api().FuncSetAttribute(function_,
                                       CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT, 100),
            "cuFuncSetAttribute");
  q_.upload(prefill_bytes(inputs.q));
  k_.upload(prefill_bytes(inputs.k));
  v_.upload(prefill_bytes(inputs.v));
  tiles_on_gpu_.upload(prefill_bytes(tiles_));
  if (variant.blocks == 0) return;
  items_.upload(prefill_bytes(deal_.items));
  item_begin_.upload(prefill_bytes(deal_.item_begin));
  const PrefillShape& shape = inputs.shape;
  std::vector<CUtensorMap> maps{
      head_map(gpu, q_, inputs.queries(), shape.heads, shape.qk_width, prefill_rows)};
  // Maps of k and v for each request, which end where its keys end: what a tile holds behind them
  // is zero, and the next request's NaN do not spoil this one's sums (0 * NaN).
  for (std::size_t request = 0; request < shape.requests.size(); ++request) {
    const std::int32_t end = inputs.cu_k[request + 1];
    maps.push_back(head_map(gpu, k_, end, shape.heads, shape.qk_width, variant.key_tile));
    maps.push_back(head_map(gpu, v_, end, shape.heads, shape.v_width, variant.key_tile));
  }
  maps_.upload(prefill_bytes(maps));
  gpu.wait(std::chrono::seconds(10));  // `maps` ends with this call
}

void PrefillRun::poison() {
  out_.fill(0xff);
  lse_.fill(0xff);
}

void PrefillRun::enqueue() {
  if (tiles_.empty()) return;
  void* parameters[] = {&params_};
  LaunchShape shape;
  if (variant_.blocks == 0) {
    shape.grid = {static_cast<unsigned>(tiles_.size()), static_cast<unsigned>(params_.heads), 1};
  } else {
    shape.grid = {static_cast<unsigned>(deal_.blocks()), 1, 1};
  }
  shape.block = {static_cast<unsigned>(variant_.threads), 1, 1};
  shape.dynamic_shared_bytes = static_cast<unsigned>(variant_.shared_bytes);
  launch(gpu_, function_, shape, parameters);
}

PrefillOutputs PrefillRun::outputs(std::span<const PrefillRow> rows,
                                   std::chrono::milliseconds timeout) const {
  gpu_.wait(timeout);
  // All at once where that is little; of a large problem the rows alone.
  constexpr std::size_t little = std::size_t{1} << 26;
  const auto heads = static_cast<std::size_t>(params_.heads);
  const auto width = static_cast<std::size_t>(inputs_.shape.v_width);
  const bool whole = out_.size() <= little;
  Bytes out(whole ? out_.size() : width * sizeof(std::uint16_t));
  Bytes lse(lse_.size());
  lse_.download(lse);
  if (whole) out_.download(out);
  PrefillOutputs outputs;
  for (const PrefillRow& row : rows) {
    const auto query = static_cast<std::size_t>(row.query);
    const auto head = static_cast<std::size_t>(row.head);
    const std::size_t first = (query * heads + head) * width;
    if (!whole) out_.download(out, first * sizeof(std::uint16_t));
    for (std::size_t i = 0; i < width; ++i) {
      outputs.out.push_back(
          static_cast<double>(from_bf16(load<std::uint16_t>(out, whole ? first + i : i))));
    }
    outputs.lse.push_back(static_cast<double>(
        load<float>(lse, head * static_cast<std::size_t>(params_.queries) + query)));
  }
  return outputs;
}

void PrefillRun::set_value(std::size_t index, std::uint16_t value) {
  const std::uint8_t bytes[] = {static_cast<std::uint8_t>(value & 0xff),
                                static_cast<std::uint8_t>(value >> 8)};
  v_.upload(bytes, index * sizeof value);
  gpu_.wait(std::chrono::seconds(10));  // `bytes` ends with this call
}

}  // namespace bp::mla
