#include "kernels/mla/sparse_decode_run.h"

#include <algorithm>
#include <numbers>

#include "kernels/mla/sparse_combine.cuh"
#include "kernels/reference/bf16.h"
#include "probes/features/host.h"

namespace bp::mla {
namespace {

template <typename T>
std::span<const std::uint8_t> raw(const std::vector<T>& values) {
  return {reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(T)};
}

template <typename T>
T* address_of(const DeviceBuffer& buffer) {
  return reinterpret_cast<T*>(buffer.address());
}

// A buffer has to have a size.
std::size_t at_least_16(std::size_t bytes) { return std::max<std::size_t>(bytes, 16); }

template <typename T>
void upload(DeviceBuffer& buffer, const std::vector<T>& values) {
  if (!values.empty()) buffer.upload(raw(values));
}

// What starting and ending a piece costs, in blocks of 64 candidates.
constexpr int piece_overhead_blocks = 2;

}  // namespace

int SparseDecodeVariant::parts(int heads, int multiprocessors) const {
  return std::max(1, multiprocessors * blocks_per_multiprocessor / tiles(heads));
}

DecodePlan plan_sparse_decode(std::span<const std::int32_t> blocks, int parts) {
  std::vector<std::int32_t> lengths;
  for (const std::int32_t count : blocks) lengths.push_back(count * candidate_block);
  return plan_decode(lengths, parts, piece_overhead_blocks);
}

SparsePoolBuffers::SparsePoolBuffers(const Gpu& gpu, KvLayout layout, const SparsePoolShape& shape,
                                     const SparsePoolInputs& inputs)
    : cache_(gpu, at_least_16(inputs.cache.size())),
      indices_(gpu, at_least_16(raw(inputs.indices).size())),
      topk_length_(gpu, at_least_16(raw(inputs.topk_length).size())),
      pool_{.cache = address_of<std::uint8_t>(cache_),
            .indices = address_of<std::int32_t>(indices_),
            .topk_length =
                inputs.topk_length.empty() ? nullptr : address_of<std::int32_t>(topk_length_),
            .page_stride = page_bytes_of(layout, shape.page_tokens),
            .page_tokens = make_divisor(shape.page_tokens),
            .slots = inputs.pages * shape.page_tokens,
            .topk = shape.topk} {
  upload(cache_, inputs.cache);
  upload(indices_, inputs.indices);
  upload(topk_length_, inputs.topk_length);
}

SparsePool SparsePoolBuffers::pool() const { return pool_; }

SparseDecodeRun::SparseDecodeRun(const Gpu& gpu, const Module& module,
                                 const SparseDecodeInputs& inputs,
                                 const SparseDecodeVariant& variant, int parts)
    : gpu_(gpu),
      variant_(variant),
      plan_(plan_sparse_decode(inputs.blocks(), parts)),
      decode_(module.function(variant.entry)),
      combine_(module.function("mla_sparse_decode_combine")),
      heads_(inputs.shape.h_q),
      queries_(inputs.queries()),
      q_(gpu, raw(inputs.q).size()),
      pool_(gpu, inputs.shape.layout, inputs.shape.pool, inputs.pool),
      extra_(gpu, inputs.shape.layout, inputs.shape.extra, inputs.extra),
      sink_(gpu, at_least_16(raw(inputs.sink).size())),
      segments_(gpu, raw(plan_.segments).size()),
      part_begin_(gpu, raw(plan_.part_begin).size()),
      split_begin_(gpu, raw(plan_.split_begin).size()),
      out_(gpu, static_cast<std::size_t>(queries_ * heads_) * sparse_value_width * 2),
      lse_(gpu, static_cast<std::size_t>(queries_ * heads_) * sizeof(float)),
      partial_out_(
          gpu, at_least_16(static_cast<std::size_t>(plan_.partials()) *
                           static_cast<std::size_t>(heads_) * sparse_value_width * sizeof(float))),
      partial_lse_(gpu, at_least_16(static_cast<std::size_t>(plan_.partials()) *
                                    static_cast<std::size_t>(heads_) * sizeof(float))),
      params_{.q = address_of<std::uint16_t>(q_),
              .pool = pool_.pool(),
              .extra = extra_.pool(),
              .sink = inputs.sink.empty() ? nullptr : address_of<float>(sink_),
              .segments = address_of<DecodeSegment>(segments_),
              .part_begin = address_of<std::int32_t>(part_begin_),
              .split_begin = address_of<std::int32_t>(split_begin_),
              .out = address_of<std::uint16_t>(out_),
              .lse = address_of<float>(lse_),
              .partial_out = address_of<float>(partial_out_),
              .partial_lse = address_of<float>(partial_lse_),
              .s_q = inputs.shape.s_q,
              .h_q = inputs.shape.h_q,
              .scale_log2 = static_cast<float>(inputs.scale * std::numbers::log2e)} {
  // A hint: without it the driver may leave L1 so much that only one block fits where two could
  // run.
  gpu.check(
      gpu.api().FuncSetAttribute(decode_, CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT, 100),
      "cuFuncSetAttribute");
  upload(q_, inputs.q);
  upload(sink_, inputs.sink);
  upload(segments_, plan_.segments);
  upload(part_begin_, plan_.part_begin);
  upload(split_begin_, plan_.split_begin);
}

void SparseDecodeRun::poison() {
  for (DeviceBuffer* buffer : {&out_, &lse_, &partial_out_, &partial_lse_}) buffer->fill(0xff);
}

void SparseDecodeRun::enqueue() {
  void* parameters[] = {&params_};
  LaunchShape decode;
  decode.grid = {static_cast<unsigned>(variant_.tiles(heads_)),
                 static_cast<unsigned>(plan_.parts()), 1};
  decode.block = {static_cast<unsigned>(variant_.threads), 1, 1};
  decode.cluster = {static_cast<unsigned>(variant_.cluster), 1, 1};
  decode.dynamic_shared_bytes = static_cast<unsigned>(variant_.shared_bytes);
  launch(gpu_, decode_, decode, parameters);
  if (plan_.partials() == 0) return;
  LaunchShape combine;
  combine.grid = {static_cast<unsigned>((heads_ + sparse_combine_rows - 1) / sparse_combine_rows),
                  static_cast<unsigned>(queries_), 1};
  combine.block = {sparse_combine_threads, 1, 1};
  launch(gpu_, combine_, combine, parameters);
}

SparseDecodeOutputs SparseDecodeRun::outputs(std::chrono::milliseconds timeout) const {
  gpu_.wait(timeout);
  Bytes out(out_.size());
  Bytes lse(lse_.size());
  out_.download(out);
  lse_.download(lse);
  SparseDecodeOutputs outputs;
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

void SparseDecodeRun::set_cache(std::size_t at, std::span<const std::uint8_t> bytes) {
  pool_.cache().upload(bytes, at);
  gpu_.wait(std::chrono::seconds(10));  // `bytes` may end with this call
}

}  // namespace bp::mla
