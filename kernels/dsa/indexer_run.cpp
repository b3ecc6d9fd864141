#include "kernels/dsa/indexer_run.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "kernels/image.h"
#include "probes/features/host.h"

namespace bp::dsa {
namespace {

template <typename T>
std::span<const std::uint8_t> raw_bytes(const std::vector<T>& values) {
  return {reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(T)};
}

/// The driver allocates no buffer of no bytes.
template <typename T>
std::size_t room_for(const std::vector<T>& values) {
  return std::max<std::size_t>(values.size() * sizeof(T), 16);
}

template <typename T>
T* device_pointer(const DeviceBuffer& buffer) {
  return reinterpret_cast<T*>(buffer.address());
}

/// Rows of 16 floats: whole sectors of 64 bytes.
int padded(int columns) { return (columns + 15) / 16 * 16; }

/// A map of bytes with the swizzle that wgmma reads, in rows of 128.
template <std::size_t rank>
void encode_map(const Gpu& gpu, unsigned char (&map)[128], CUdeviceptr address,
                const std::array<cuuint64_t, rank>& dims,
                const std::array<cuuint64_t, rank - 1>& strides,
                const std::array<cuuint32_t, rank>& box) {
  if (gpu.api().TensorMapEncodeTiled == nullptr) {
    throw DriverError(CUDA_ERROR_NOT_SUPPORTED, "CUDA_ERROR_NOT_SUPPORTED",
                      "cuTensorMapEncodeTiled");
  }
  CUtensorMap encoded{};
  std::array<cuuint32_t, rank> steps;
  steps.fill(1);
  gpu.check(gpu.api().TensorMapEncodeTiled(
                &encoded, CU_TENSOR_MAP_DATA_TYPE_UINT8, static_cast<cuuint32_t>(rank),
                reinterpret_cast<void*>(address), dims.data(), strides.data(), box.data(),
                steps.data(), CU_TENSOR_MAP_INTERLEAVE_NONE, CU_TENSOR_MAP_SWIZZLE_128B,
                CU_TENSOR_MAP_L2_PROMOTION_L2_256B, CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE),
            "cuTensorMapEncodeTiled");
  static_assert(sizeof encoded == sizeof map);
  std::memcpy(map, &encoded, sizeof map);
}

}  // namespace

IndexerImages load_indexer_images(const Gpu& gpu, IndexerPath path, Tuning tuning) {
  if (path == IndexerPath::wgmma) return {load_hopper_kernel(gpu, "dsa.indexer.wgmma"), {}};
  IndexerImages images{load_portable_kernel(gpu, "dsa.indexer.mma_sync", tuning), {}};
  if (tuning == Tuning::free && multiplies_e4m3(gpu.cc())) {
    images.e4m3 = load_float8_kernel(gpu, "dsa.indexer.mma_sync_e4m3");
  }
  return images;
}

IndexerVariant choose_indexer_variant(const IndexerImages& images, IndexerPath path,
                                      const IndexerShape& shape, const GpuLimits& limits) {
  IndexerVariant variant = path == IndexerPath::wgmma
                               ? indexer_wgmma_variant(shape, limits)
                               : indexer_mma_sync_variant(shape, limits, images.e4m3.has_value());
  if (variant.entry.empty()) {
    throw DriverError(CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES",
                      "no entry of the indexer fits the shape and this GPU's shared memory");
  }
  return variant;
}

int indexer_parts(const IndexerVariant& variant, const GpuLimits& limits) {
  return std::max(1, limits.multiprocessors * variant.blocks_per_multiprocessor);
}

IndexerRun::IndexerRun(const Gpu& gpu, const Module& module, const IndexerInputs& inputs,
                       const IndexerVariant& variant, int parts)
    : gpu_(gpu),
      variant_(variant),
      plan_(plan_indexer(inputs.shape.first, inputs.shape.end,
                         inputs.shape.paged() ? inputs.shape.next_n : variant.block_tokens,
                         inputs.shape.columns, parts)),
      function_(module.function(variant.entry.c_str())),
      tokens_(inputs.shape.tokens()),
      columns_(inputs.shape.columns),
      row_stride_(padded(inputs.shape.columns)),
      q_(gpu, room_for(inputs.q)),
      weights_(gpu, room_for(inputs.weights)),
      k_(gpu, room_for(inputs.k)),
      k_scale_(gpu, room_for(inputs.k_scale)),
      block_table_(gpu, room_for(inputs.block_table)),
      first_(gpu, room_for(inputs.shape.first)),
      end_(gpu, room_for(inputs.shape.end)),
      segments_(gpu, room_for(plan_.segments)),
      part_begin_(gpu, room_for(plan_.part_begin)),
      logits_(gpu, static_cast<std::size_t>(tokens_) * static_cast<std::size_t>(row_stride_) *
                       sizeof(float)),
      params_{.q_map = {},
              .k_map = {},
              .indexer = {
                  .q = device_pointer<void>(q_),
                  .weights = device_pointer<float>(weights_),
                  .k = device_pointer<void>(k_),
                  .k_scale = inputs.k_scale.empty() ? nullptr : device_pointer<float>(k_scale_),
                  .block_table =
                      inputs.shape.paged() ? device_pointer<std::int32_t>(block_table_) : nullptr,
                  .first = device_pointer<std::int32_t>(first_),
                  .end = device_pointer<std::int32_t>(end_),
                  .segments = device_pointer<IndexerSegment>(segments_),
                  .part_begin = device_pointer<std::int32_t>(part_begin_),
                  .logits = device_pointer<float>(logits_),
                  .tokens = tokens_,
                  .block_tokens = inputs.shape.paged() ? inputs.shape.next_n : variant.block_tokens,
                  .columns = columns_,
                  .row_stride = row_stride_,
                  .max_pages = inputs.max_pages}} {
  q_.upload(raw_bytes(inputs.q));
  weights_.upload(raw_bytes(inputs.weights));
  k_.upload(raw_bytes(inputs.k));
  if (!inputs.k_scale.empty()) k_scale_.upload(raw_bytes(inputs.k_scale));
  if (!inputs.block_table.empty()) block_table_.upload(raw_bytes(inputs.block_table));
  first_.upload(raw_bytes(inputs.shape.first));
  end_.upload(raw_bytes(inputs.shape.end));
  segments_.upload(raw_bytes(plan_.segments));
  part_begin_.upload(raw_bytes(plan_.part_begin));
  gpu.check(gpu.api().FuncSetAttribute(function_,
                                       CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT, 100),
            "cuFuncSetAttribute");
  if (variant.query_box == 0) return;
  constexpr cuuint64_t width = indexer_width;
  encode_map<2>(gpu, params_.q_map, q_.address(), {width, inputs.q.size() / width}, {width},
                {static_cast<cuuint32_t>(width), static_cast<cuuint32_t>(variant.query_box)});
  if (inputs.shape.paged()) {
    encode_map<3>(gpu, params_.k_map, k_.address(),
                  {width, indexer_tile, static_cast<cuuint64_t>(inputs.pages)},
                  {width, indexer_page_bytes}, {static_cast<cuuint32_t>(width), indexer_tile, 1});
  } else {
    encode_map<2>(gpu, params_.k_map, k_.address(),
                  {width, static_cast<cuuint64_t>(std::max(columns_, 1))}, {width},
                  {static_cast<cuuint32_t>(width), indexer_tile});
  }
}

void IndexerRun::poison() { logits_.fill(0xff); }

void IndexerRun::enqueue() {
  void* with_maps[] = {&params_};
  void* without[] = {&params_.indexer};
  LaunchShape shape;
  shape.grid = {static_cast<unsigned>(plan_.parts()), 1, 1};
  shape.block = {static_cast<unsigned>(variant_.threads), 1, 1};
  shape.dynamic_shared_bytes = static_cast<unsigned>(variant_.shared_bytes);
  launch(gpu_, function_, shape, variant_.query_box != 0 ? with_maps : without);
}

std::vector<double> IndexerRun::row(int token, std::chrono::milliseconds timeout) const {
  gpu_.wait(timeout);
  const auto columns = static_cast<std::size_t>(columns_);
  std::vector<std::uint8_t> bytes(columns * sizeof(float));
  logits_.download(bytes, static_cast<std::size_t>(token) * static_cast<std::size_t>(row_stride_) *
                              sizeof(float));
  std::vector<double> row(columns);
  for (std::size_t i = 0; i < columns; ++i) row[i] = static_cast<double>(load<float>(bytes, i));
  return row;
}

std::vector<double> IndexerRun::logits(std::chrono::milliseconds timeout) const {
  std::vector<double> all;
  for (int token = 0; token < tokens_; ++token) {
    const auto one = row(token, timeout);
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

void IndexerRun::set_key_byte(std::size_t index, std::uint8_t value) {
  const std::uint8_t bytes[] = {value};
  k_.upload(bytes, index);
  gpu_.wait(std::chrono::seconds(10));  // `bytes` ends with this call
}

}  // namespace bp::dsa
