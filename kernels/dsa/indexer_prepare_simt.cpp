#include "kernels/dsa/indexer_prepare_simt.h"

#include <algorithm>
#include <bit>

#include "kernels/dsa/indexer_params.h"
#include "kernels/e4m3.h"
#include "kernels/image.h"
#include "probes/features/host.h"

namespace bp::dsa {
namespace {

constexpr std::size_t stored_width = indexer_width;

template <typename T>
std::span<const std::uint8_t> input_bytes(const std::vector<T>& values) {
  return {reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(T)};
}

/// The driver allocates no buffer of no bytes.
std::size_t at_least_one(std::size_t bytes) { return std::max<std::size_t>(bytes, 16); }

template <typename T>
T* address_of(const DeviceBuffer& buffer) {
  return reinterpret_cast<T*>(buffer.address());
}

/// Of pages one more than the kernel knows of: what a slot behind the cache would write to is seen.
std::size_t key_bytes(const IndexerPrepareInputs& in) {
  return in.shape.paged ? static_cast<std::size_t>(in.pages + 1) * indexer_page_bytes
                        : static_cast<std::size_t>(in.shape.tokens) * stored_width;
}

double stored_value(std::uint8_t code) {
  return static_cast<double>(std::bit_cast<float>(fp32_bits_of_e4m3(code)));
}

}  // namespace

ModuleImage load_indexer_prepare_image(const Gpu& gpu, Tuning tuning) {
  return load_portable_kernel(gpu, "dsa.indexer_prepare.simt", tuning);
}

IndexerPrepareRun::IndexerPrepareRun(const Gpu& gpu, const Module& module,
                                     const IndexerPrepareInputs& in)
    : gpu_(gpu),
      shape_(in.shape),
      slot_(in.slots),
      cache_slots_(in.cache_slots()),
      function_(module.function("indexer_prepare")),
      q_(gpu, in.q.size() * 2),
      k_(gpu, in.k.size() * 2),
      weights_(gpu, in.weights.size() * 4),
      cos_sin_(gpu, in.cos_sin.size() * 4),
      positions_(gpu, in.position.size() * 4),
      slots_(gpu, at_least_one(in.slots.size() * 4)),
      q_out_(gpu, in.q.size()),
      weights_out_(gpu, in.weights.size() * 4),
      k_out_(gpu, key_bytes(in)),
      k_scale_(gpu, at_least_one(in.shape.paged ? 0 : in.position.size() * 4)),
      params_{.q = address_of<std::uint16_t>(q_),
              .k = address_of<std::uint16_t>(k_),
              .weights = address_of<float>(weights_),
              .cos_sin = address_of<float>(cos_sin_),
              .positions = address_of<std::int32_t>(positions_),
              .slots = in.shape.paged ? address_of<std::int32_t>(slots_) : nullptr,
              .q_out = address_of<std::uint8_t>(q_out_),
              .weights_out = address_of<float>(weights_out_),
              .k_out = address_of<std::uint8_t>(k_out_),
              .k_scale = in.shape.paged ? nullptr : address_of<float>(k_scale_),
              .cache_slots = in.cache_slots(),
              .tokens = in.shape.tokens,
              .heads = in.shape.heads,
              .interleaved = in.shape.interleaved ? 1 : 0,
              .power_of_two = in.shape.power_of_two ? 1 : 0,
              .fold = in.fold} {
  q_.upload(input_bytes(in.q));
  k_.upload(input_bytes(in.k));
  weights_.upload(input_bytes(in.weights));
  cos_sin_.upload(input_bytes(in.cos_sin));
  positions_.upload(input_bytes(in.position));
  if (in.shape.paged) slots_.upload(input_bytes(in.slots));
}

void IndexerPrepareRun::poison() {
  for (DeviceBuffer* buffer : {&q_out_, &weights_out_, &k_out_, &k_scale_}) buffer->fill(0xff);
}

void IndexerPrepareRun::enqueue() {
  const int rows = shape_.tokens * (shape_.heads + 1);
  void* parameters[] = {&params_};
  LaunchShape launched;
  launched.grid = {
      static_cast<unsigned>((rows + IndexerPrepareTiling::rows - 1) / IndexerPrepareTiling::rows),
      1, 1};
  launched.block = {IndexerPrepareTiling::threads, 1, 1};
  launch(gpu_, function_, launched, parameters);
}

IndexerPrepareValues IndexerPrepareRun::values(int first, int count,
                                               std::chrono::milliseconds timeout) const {
  gpu_.wait(timeout);
  const auto heads = static_cast<std::size_t>(shape_.heads);
  const std::size_t rows = static_cast<std::size_t>(count) * heads;
  const std::size_t before = static_cast<std::size_t>(first) * heads;
  IndexerPrepareValues values;
  Bytes codes(rows * stored_width);
  q_out_.download(codes, before * stored_width);
  for (const std::uint8_t code : codes) values.q.push_back(stored_value(code));
  Bytes weights(rows * 4);
  weights_out_.download(weights, before * 4);
  for (std::size_t i = 0; i < rows; ++i) {
    values.weights.push_back(static_cast<double>(load<float>(weights, i)));
  }
  Bytes row(stored_width);
  Bytes scale(4);
  for (int i = first; i < first + count; ++i) {
    const auto token = static_cast<std::size_t>(i);
    std::size_t at = token * stored_width;
    if (shape_.paged) {
      if (slot_[token] < 0 || slot_[token] >= cache_slots_) continue;
      const auto slot = static_cast<std::size_t>(slot_[token]);
      const std::size_t page = slot / indexer_tile * indexer_page_bytes;
      at = page + slot % indexer_tile * stored_width;
      k_out_.download(scale, page + indexer_tile * stored_width + slot % indexer_tile * 4);
    } else {
      k_scale_.download(scale, token * 4);
    }
    k_out_.download(row, at);
    for (const std::uint8_t code : row) values.k.push_back(stored_value(code));
    values.k_scale.push_back(static_cast<double>(load<float>(scale, 0)));
  }
  return values;
}

std::vector<std::uint8_t> IndexerPrepareRun::bytes(std::chrono::milliseconds timeout) const {
  gpu_.wait(timeout);
  std::vector<std::uint8_t> all;
  for (const DeviceBuffer* buffer : {&q_out_, &weights_out_, &k_out_, &k_scale_}) {
    Bytes part(buffer->size());
    buffer->download(part);
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

void IndexerPrepareRun::set_query(std::size_t index, std::uint16_t value) {
  const std::uint8_t bytes[] = {static_cast<std::uint8_t>(value & 0xff),
                                static_cast<std::uint8_t>(value >> 8)};
  q_.upload(bytes, index * sizeof value);
  gpu_.wait(std::chrono::seconds(10));  // `bytes` ends with this call
}

}  // namespace bp::dsa
