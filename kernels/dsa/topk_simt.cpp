#include "kernels/dsa/topk_simt.h"

#include <algorithm>

#include "kernels/image.h"
#include "kernels/reference/topk.h"
#include "probes/driver/outcome.h"
#include "probes/features/host.h"
#include "probes/registry/reason.h"

namespace bp::dsa {
namespace {

template <typename T>
std::span<const std::uint8_t> topk_bytes(std::span<const T> values) {
  return {reinterpret_cast<const std::uint8_t*>(values.data()), values.size_bytes()};
}

template <typename T>
T* topk_pointer(const DeviceBuffer& buffer) {
  return reinterpret_cast<T*>(buffer.address());
}

std::size_t topk_row_bytes(const TopkInputs& inputs) {
  return static_cast<std::size_t>(inputs.row_stride) * sizeof(float);
}

}  // namespace

TopkVariant choose_topk(int rows, const GpuLimits& limits) {
  return rows <= limits.multiprocessors ? topk_few_rows : topk_many_rows;
}

ModuleImage load_topk_image(const Gpu& gpu, Tuning tuning) {
  return load_portable_kernel(gpu, "dsa.topk.simt", tuning);
}

TopkRun::TopkRun(const Gpu& gpu, const Module& module, const TopkInputs& inputs,
                 const TopkVariant& variant)
    : gpu_(gpu),
      inputs_(inputs),
      variant_(variant),
      function_(module.function(variant.entry)),
      logits_(gpu, static_cast<std::size_t>(inputs.rows) * topk_row_bytes(inputs)),
      row_begin_(gpu, inputs.row_begin.size() * sizeof(std::int32_t)),
      row_end_(gpu, inputs.row_end.size() * sizeof(std::int32_t)),
      block_table_(gpu, std::max<std::size_t>(inputs.block_table.size(), 1) * sizeof(std::int32_t)),
      indices_(gpu, static_cast<std::size_t>(inputs.rows) * static_cast<std::size_t>(inputs.k) *
                        sizeof(std::int32_t)),
      params_{.logits = topk_pointer<float>(logits_),
              .row_begin = topk_pointer<std::int32_t>(row_begin_),
              .row_end = topk_pointer<std::int32_t>(row_end_),
              .block_table =
                  inputs.block_table.empty() ? nullptr : topk_pointer<std::int32_t>(block_table_),
              .indices = topk_pointer<std::int32_t>(indices_),
              .row_stride = inputs.row_stride,
              .columns = inputs.row_stride,
              .k = inputs.k,
              .rows_per_table = inputs.rows_per_table,
              .table_stride = inputs.table_stride,
              .page_tokens = inputs.page_tokens} {
  // A hint: with the driver's own choice fewer blocks may share an SM.
  gpu.check(gpu.api().FuncSetAttribute(function_,
                                       CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT, 100),
            "cuFuncSetAttribute");
  const auto all = topk_bytes(std::span<const float>(inputs.logits));
  for (std::size_t at = 0; at < logits_.size(); at += all.size()) {
    logits_.upload(all.first(std::min(all.size(), logits_.size() - at)), at);
  }
  row_begin_.upload(topk_bytes(std::span<const std::int32_t>(inputs.row_begin)));
  row_end_.upload(topk_bytes(std::span<const std::int32_t>(inputs.row_end)));
  if (inputs.block_table.empty()) return;
  block_table_.upload(topk_bytes(std::span<const std::int32_t>(inputs.block_table)));
}

void TopkRun::poison() { indices_.fill(0xc3); }

void TopkRun::enqueue() {
  void* parameters[] = {&params_};
  LaunchShape shape;
  shape.grid = {static_cast<unsigned>(inputs_.rows), 1, 1};
  shape.block = {static_cast<unsigned>(variant_.threads), 1, 1};
  launch(gpu_, function_, shape, parameters);
}

std::vector<std::int32_t> TopkRun::outputs(std::chrono::milliseconds timeout) const {
  gpu_.wait(timeout);
  Bytes bytes(indices_.size());
  indices_.download(bytes);
  std::vector<std::int32_t> indices(bytes.size() / sizeof(std::int32_t));
  std::memcpy(indices.data(), bytes.data(), bytes.size());
  return indices;
}

void TopkRun::set_logit(int row, int column, float value) {
  const auto r = static_cast<std::size_t>(row);
  const auto at = r * topk_row_bytes(inputs_) +
                  static_cast<std::size_t>(inputs_.row_begin[r] + column) * sizeof(float);
  logits_.upload(topk_bytes(std::span<const float>(&value, 1)), at);
  gpu_.wait(std::chrono::seconds(10));  // `value` ends with this call
}

TopkRowValues topk_row_values(const TopkInputs& inputs, int row,
                              std::span<const std::int32_t> written) {
  const auto chosen = inputs.chosen(row, written);
  auto sorted = chosen;
  std::ranges::sort(sorted);
  std::erase(sorted, -1);
  const bool twice = std::ranges::adjacent_find(sorted) != sorted.end();
  if (twice || (!sorted.empty() && sorted.front() < 0)) {
    throw WrongOutput(make_reason(
        "wrong_value", "row " + std::to_string(row) +
                           (twice ? ": an index comes twice" : ": an index is not of this row")));
  }
  return {selected_values(inputs.row(row), chosen), {written.begin(), written.end()}};
}

TopkRowValues expected_topk_row(const TopkInputs& inputs, int row) {
  const auto chosen = topk_reference(inputs.row(row), inputs.k);
  const auto written = inputs.written(row, chosen);
  return {selected_values(inputs.row(row), chosen), {written.begin(), written.end()}};
}

}  // namespace bp::dsa
