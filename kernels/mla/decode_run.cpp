#include "kernels/mla/decode_run.h"

#include <cstring>
#include <numbers>

#include "kernels/mla/combine.cuh"
#include "kernels/reference/bf16.h"
#include "probes/features/host.h"

namespace bp::mla {
namespace {

template <typename T>
std::span<const std::uint8_t> bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(T)};
}

template <typename T>
T* pointer(const DeviceBuffer& buffer) {
  return reinterpret_cast<T*>(buffer.address());
}

std::size_t rows_of(const DecodeInputs& inputs) {
  return static_cast<std::size_t>(inputs.batch()) * static_cast<std::size_t>(inputs.query_rows());
}

std::size_t partial_rows(const DecodePlan& plan, int query_rows) {
  return static_cast<std::size_t>(plan.partials()) * static_cast<std::size_t>(query_rows);
}

template <typename T>
std::size_t size_of_vector(const std::vector<T>& values) {
  return values.size() * sizeof(T);
}

/// Boxes of one page and 64 components, in the swizzle that wgmma reads.
TensorMapBytes map_of_cache(const Gpu& gpu, CUdeviceptr cache, int pages) {
  if (gpu.api().TensorMapEncodeTiled == nullptr) {
    throw DriverError(CUDA_ERROR_NOT_SUPPORTED, "CUDA_ERROR_NOT_SUPPORTED",
                      "cuTensorMapEncodeTiled");
  }
  const cuuint64_t dims[] = {key_width, static_cast<cuuint64_t>(pages) * page_tokens};
  const cuuint64_t stride = key_width * sizeof(std::uint16_t);
  const cuuint32_t box[] = {WgmmaDecodeTiling::box_width, page_tokens};
  const cuuint32_t element_strides[] = {1, 1};
  CUtensorMap map;
  gpu.check(
      gpu.api().TensorMapEncodeTiled(
          &map, CU_TENSOR_MAP_DATA_TYPE_BFLOAT16, 2, reinterpret_cast<void*>(cache), dims, &stride,
          box, element_strides, CU_TENSOR_MAP_INTERLEAVE_NONE, CU_TENSOR_MAP_SWIZZLE_128B,
          CU_TENSOR_MAP_L2_PROMOTION_L2_128B, CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE),
      "cuTensorMapEncodeTiled");
  TensorMapBytes bytes{};
  static_assert(sizeof bytes == sizeof map);
  std::memcpy(bytes.bytes, &map, sizeof map);
  return bytes;
}

}  // namespace

DecodeRun::DecodeRun(const Gpu& gpu, const Module& module, const DecodeInputs& inputs,
                     const DecodeVariant& variant, int parts)
    : gpu_(gpu),
      variant_(variant),
      plan_(plan_decode(inputs.shape.seqlens, parts)),
      decode_(module.function(variant.entry)),
      combine_(module.function("mla_decode_combine")),
      query_rows_(inputs.query_rows()),
      batch_(inputs.batch()),
      q_(gpu, size_of_vector(inputs.q)),
      cache_(gpu, size_of_vector(inputs.cache)),
      block_table_(gpu, size_of_vector(inputs.block_table)),
      seqlens_(gpu, size_of_vector(inputs.shape.seqlens)),
      segments_(gpu, size_of_vector(plan_.segments)),
      part_begin_(gpu, size_of_vector(plan_.part_begin)),
      split_begin_(gpu, size_of_vector(plan_.split_begin)),
      out_(gpu, rows_of(inputs) * value_width * sizeof(std::uint16_t)),
      lse_(gpu, rows_of(inputs) * sizeof(float)),
      partial_out_(gpu, partial_rows(plan_, query_rows_) * value_width * sizeof(float)),
      partial_lse_(gpu, partial_rows(plan_, query_rows_) * sizeof(float)),
      params_{.q = pointer<std::uint16_t>(q_),
              .cache = pointer<std::uint16_t>(cache_),
              .block_table = pointer<std::int32_t>(block_table_),
              .seqlens = pointer<std::int32_t>(seqlens_),
              .segments = pointer<DecodeSegment>(segments_),
              .part_begin = pointer<std::int32_t>(part_begin_),
              .split_begin = pointer<std::int32_t>(split_begin_),
              .out = pointer<std::uint16_t>(out_),
              .lse = pointer<float>(lse_),
              .partial_out = pointer<float>(partial_out_),
              .partial_lse = pointer<float>(partial_lse_),
              .s_q = inputs.shape.s_q,
              .h_q = inputs.shape.h_q,
              .max_pages = inputs.max_pages,
              .causal = inputs.shape.causal ? 1 : 0,
              .scale_log2 = static_cast<float>(inputs.scale * std::numbers::log2e)} {
  // A hint: without it the driver may leave L1 so much that only one block fits where two could
  // run.
  gpu.check(
      gpu.api().FuncSetAttribute(decode_, CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT, 100),
      "cuFuncSetAttribute");
  q_.upload(bytes_of(inputs.q));
  cache_.upload(bytes_of(inputs.cache));
  block_table_.upload(bytes_of(inputs.block_table));
  seqlens_.upload(bytes_of(inputs.shape.seqlens));
  segments_.upload(bytes_of(plan_.segments));
  part_begin_.upload(bytes_of(plan_.part_begin));
  split_begin_.upload(bytes_of(plan_.split_begin));
  if (variant.copies_by_tma) cache_map_ = map_of_cache(gpu, cache_.address(), inputs.pages);
}

void DecodeRun::poison() {
  for (DeviceBuffer* buffer : {&out_, &lse_, &partial_out_, &partial_lse_}) buffer->fill(0xff);
}

void DecodeRun::enqueue() {
  const auto tiles = static_cast<unsigned>((query_rows_ + variant_.rows - 1) / variant_.rows);
  void* parameters[] = {&params_, &cache_map_};  // entries without a map take the first alone
  LaunchShape decode;
  decode.grid = {tiles, static_cast<unsigned>(plan_.parts()), 1};
  decode.block = {static_cast<unsigned>(variant_.threads), 1, 1};
  decode.dynamic_shared_bytes = static_cast<unsigned>(variant_.shared_bytes);
  launch(gpu_, decode_, decode, parameters);
  if (plan_.partials() == 0) return;
  LaunchShape combine;
  combine.grid = {static_cast<unsigned>(query_rows_), static_cast<unsigned>(batch_), 1};
  combine.block = {CombineTiling::threads, 1, 1};
  combine.dynamic_shared_bytes = CombineTiling::shared_bytes;
  combine.programmatic_dependent = variant_.early_combine;
  launch(gpu_, combine_, combine, parameters, 1);
}

DecodeOutputs DecodeRun::outputs(std::chrono::milliseconds timeout) const {
  gpu_.wait(timeout);
  Bytes out(out_.size());
  Bytes lse(lse_.size());
  out_.download(out);
  lse_.download(lse);
  DecodeOutputs outputs;
  outputs.out.resize(out.size() / sizeof(std::uint16_t));
  outputs.lse.resize(lse.size() / sizeof(float));
  for (std::size_t i = 0; i < outputs.out.size(); ++i) {
    outputs.out[i] = static_cast<double>(from_bf16(load<std::uint16_t>(out, i)));
  }
  for (std::size_t i = 0; i < outputs.lse.size(); ++i) {
    outputs.lse[i] = static_cast<double>(load<float>(lse, i));
  }
  return outputs;
}

void DecodeRun::set_key(std::size_t index, std::uint16_t value) {
  const std::uint8_t bytes[] = {static_cast<std::uint8_t>(value & 0xff),
                                static_cast<std::uint8_t>(value >> 8)};
  cache_.upload(bytes, index * sizeof value);
  gpu_.wait(std::chrono::seconds(10));  // `bytes` ends with this call
}

}  // namespace bp::mla
