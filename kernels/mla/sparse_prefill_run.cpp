#include "kernels/mla/sparse_prefill_run.h"

#include <algorithm>
#include <numbers>

#include "kernels/reference/bf16.h"
#include "probes/features/host.h"

namespace bp::mla {
namespace {

template <typename T>
std::span<const std::uint8_t> as_bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(T)};
}

/// Of `values`, and never empty.
template <typename T>
std::size_t buffer_size(const std::vector<T>& values) {
  return std::max<std::size_t>(values.size() * sizeof(T), 16);
}

template <typename T>
T* device_pointer(const DeviceBuffer& buffer) {
  return reinterpret_cast<T*>(buffer.address());
}

std::size_t query_heads(const SparsePrefillShape& shape) {
  return static_cast<std::size_t>(shape.s_q) * static_cast<std::size_t>(shape.h_q);
}

std::vector<double> download_floats(const DeviceBuffer& buffer, std::size_t first,
                                    std::size_t count) {
  Bytes bytes(count * sizeof(float));
  buffer.download(bytes, first * sizeof(float));
  std::vector<double> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<double>(load<float>(bytes, i));
  return values;
}

}  // namespace

std::vector<KernelEntry> entries_of(std::span<const SparsePrefillLaunch> launches) {
  std::vector<KernelEntry> entries;
  for (const SparsePrefillLaunch& launch : launches) {
    entries.push_back({launch.entry, launch.threads, launch.shared_bytes});
  }
  return entries;
}

SparsePrefillRun::SparsePrefillRun(const Gpu& gpu, const Module& module,
                                   const SparsePrefillInputs& inputs,
                                   const SparsePrefillLaunch& launch)
    : gpu_(gpu),
      launch_(launch),
      function_(module.function(launch.entry)),
      tokens_(inputs.shape.s_q),
      heads_(static_cast<std::size_t>(inputs.shape.h_q)),
      blocks_(static_cast<unsigned>(inputs.shape.s_q) *
              static_cast<unsigned>((inputs.shape.h_q + launch.heads - 1) / launch.heads)),
      q_(gpu, buffer_size(inputs.q)),
      kv_(gpu, buffer_size(inputs.kv)),
      indices_(gpu, buffer_size(inputs.indices)),
      topk_length_(gpu, buffer_size(inputs.topk_length)),
      sink_(gpu, buffer_size(inputs.sink)),
      out_(gpu, query_heads(inputs.shape) * sparse_value_width * sizeof(std::uint16_t)),
      max_logits_(gpu, query_heads(inputs.shape) * sizeof(float)),
      lse_(gpu, query_heads(inputs.shape) * sizeof(float)),
      params_{.q = device_pointer<std::uint16_t>(q_),
              .kv = device_pointer<std::uint16_t>(kv_),
              .indices = device_pointer<std::int32_t>(indices_),
              .topk_length =
                  inputs.topk_length.empty() ? nullptr : device_pointer<std::int32_t>(topk_length_),
              .sink = inputs.sink.empty() ? nullptr : device_pointer<float>(sink_),
              .out = device_pointer<std::uint16_t>(out_),
              .max_logits = device_pointer<float>(max_logits_),
              .lse = device_pointer<float>(lse_),
              .s_q = inputs.shape.s_q,
              .s_kv = inputs.shape.s_kv,
              .h_q = inputs.shape.h_q,
              .topk = inputs.shape.topk,
              .scale_log2 = static_cast<float>(inputs.scale * std::numbers::log2e)} {
  // A hint: without it the driver may leave L1 so much that fewer blocks fit than could run.
  gpu.check(gpu.api().FuncSetAttribute(function_,
                                       CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT, 100),
            "cuFuncSetAttribute");
  q_.upload(as_bytes_of(inputs.q));
  kv_.upload(as_bytes_of(inputs.kv));
  indices_.upload(as_bytes_of(inputs.indices));
  topk_length_.upload(as_bytes_of(inputs.topk_length));
  sink_.upload(as_bytes_of(inputs.sink));
}

void SparsePrefillRun::poison() {
  for (DeviceBuffer* buffer : {&out_, &max_logits_, &lse_}) buffer->fill(0xff);
}

void SparsePrefillRun::enqueue() {
  void* parameters[] = {&params_};
  LaunchShape shape;
  shape.grid = {blocks_, 1, 1};
  shape.block = {static_cast<unsigned>(launch_.threads), 1, 1};
  shape.cluster = {static_cast<unsigned>(launch_.cluster), 1, 1};
  shape.dynamic_shared_bytes = static_cast<unsigned>(launch_.shared_bytes);
  launch(gpu_, function_, shape, parameters);
}

SparsePrefillOutputs SparsePrefillRun::outputs(std::chrono::milliseconds timeout) const {
  return outputs(0, tokens_, timeout);
}

SparsePrefillOutputs SparsePrefillRun::outputs(int first, int count,
                                               std::chrono::milliseconds timeout) const {
  gpu_.wait(timeout);
  const std::size_t begin = static_cast<std::size_t>(first) * heads_;
  const std::size_t rows = static_cast<std::size_t>(count) * heads_;
  Bytes out(rows * sparse_value_width * sizeof(std::uint16_t));
  out_.download(out, begin * sparse_value_width * sizeof(std::uint16_t));
  SparsePrefillOutputs outputs{std::vector<double>(rows * sparse_value_width),
                               download_floats(max_logits_, begin, rows),
                               download_floats(lse_, begin, rows)};
  for (std::size_t i = 0; i < outputs.out.size(); ++i) {
    outputs.out[i] = static_cast<double>(from_bf16(load<std::uint16_t>(out, i)));
  }
  return outputs;
}

void SparsePrefillRun::set_kv(std::size_t index, std::uint16_t value) {
  const std::uint8_t bytes[] = {static_cast<std::uint8_t>(value & 0xff),
                                static_cast<std::uint8_t>(value >> 8)};
  kv_.upload(bytes, index * sizeof value);
  gpu_.wait(std::chrono::seconds(10));  // `bytes` ends with this call
}

SparsePrefillLaunch choose_sparse_prefill(const SparsePrefillPath& path,
                                          const SparsePrefillShape& shape, const Gpu& gpu,
                                          Tuning tuning) {
  const SparsePrefillLaunch launch = path.choose(shape.width, shape.h_q, limits_of(gpu, tuning));
  if (launch.entry == nullptr) {
    throw DriverError(CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES",
                      "shared memory of a block");
  }
  return launch;
}

}  // namespace bp::mla
