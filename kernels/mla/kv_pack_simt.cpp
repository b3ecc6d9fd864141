#include "kernels/mla/kv_pack_simt.h"

#include <algorithm>
#include <climits>
#include <cmath>
#include <numeric>

#include "kernels/image.h"
#include "kernels/reference/bf16.h"
#include "kernels/reference/parallel.h"
#include "probes/features/host.h"

namespace bp::mla {
namespace {

template <typename T>
std::span<const std::uint8_t> kv_pack_bytes(const std::vector<T>& values) {
  return {reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(T)};
}

const char* kv_pack_entry(const KvPackShape& shape) {
  if (shape.layout == KvLayout::model1) return "mla_kv_pack_model1";
  return shape.rule == ScaleRule::exact ? "mla_kv_pack_v32_exact" : "mla_kv_pack_v32_power_of_two";
}

/// One token: magnitudes from 2^-16 to 2^15, so that both the smallest scale and saturation-free
/// large ones occur; one value in eight is 0, one group in 64 is nothing else.
void fill_token(std::span<std::uint16_t> values, std::uint64_t seed) {
  Random random(seed);
  int exponent = 0;
  bool zeros = false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i % 64 == 0) {
      exponent = random.between(-16, 15);
      zeros = random.between(0, 63) == 0;
    }
    const bool zero = zeros || random.between(0, 7) == 0;
    const auto value = static_cast<float>(std::ldexp(random.unit(), exponent));
    values[i] = to_bf16(zero ? 0.0f : value);
  }
}

}  // namespace

ModuleImage load_kv_pack_simt(const Gpu& gpu, Tuning tuning) {
  return load_portable_kernel(gpu, "mla.kv_pack.simt", tuning);
}

KvPackInputs make_kv_pack_inputs(const KvPackShape& shape, std::uint64_t seed) {
  Random random(seed);
  KvPackInputs inputs;
  inputs.shape = shape;
  inputs.pages = (shape.tokens + shape.page_tokens - 1) / shape.page_tokens + 1;
  const int slots = inputs.pages * shape.page_tokens;
  std::vector<std::int32_t> order(static_cast<std::size_t>(slots));
  std::iota(order.begin(), order.end(), 0);
  const auto tokens = static_cast<std::size_t>(shape.tokens);
  for (std::size_t i = 0; i < tokens; ++i) {
    const int other = random.between(static_cast<int>(i), slots - 1);
    std::swap(order[i], order[static_cast<std::size_t>(other)]);
  }
  order.resize(tokens);
  if (shape.skipped) {
    constexpr std::int32_t outside[] = {-1, INT_MIN, INT_MAX};
    for (std::size_t i = 1; i < tokens; i += 5) order[i] = outside[i % 3];
    if (tokens > 3) order[3] = slots;
  }
  inputs.slots = std::move(order);
  inputs.values.resize(tokens * inputs.width());
  const std::uint64_t base = random.next();
  parallel_for(shape.tokens, [&](int token) {
    const auto at = static_cast<std::size_t>(token);
    fill_token(std::span(inputs.values).subspan(at * inputs.width(), inputs.width()), base + at);
  });
  return inputs;
}

Bytes kv_pack_reference(const KvPackInputs& inputs) {
  const KvPackShape& shape = inputs.shape;
  Bytes cache(inputs.cache_bytes(), untouched_byte);
  const auto page_bytes = static_cast<std::size_t>(page_bytes_of(shape.layout, shape.page_tokens));
  parallel_for(shape.tokens, [&](int token) {
    const auto at = static_cast<std::size_t>(token);
    const std::int32_t slot = inputs.slots[at];
    if (inputs.is_skipped(slot)) return;
    pack_token(shape.layout, shape.rule,
               std::span(inputs.values).subspan(at * inputs.width(), inputs.width()),
               cache.data() + static_cast<std::size_t>(slot / shape.page_tokens) * page_bytes,
               shape.page_tokens, slot % shape.page_tokens);
  });
  return cache;
}

KvPackRun::KvPackRun(const Gpu& gpu, const Module& module, const KvPackInputs& inputs)
    : gpu_(gpu),
      function_(module.function(kv_pack_entry(inputs.shape))),
      values_(gpu, kv_pack_bytes(inputs.values).size()),
      slots_(gpu, kv_pack_bytes(inputs.slots).size()),
      cache_(gpu, inputs.cache_bytes()),
      params_{.values = reinterpret_cast<std::uint16_t*>(values_.address()),
              .slots = reinterpret_cast<std::int32_t*>(slots_.address()),
              .cache = reinterpret_cast<std::uint8_t*>(cache_.address()),
              .page_stride = page_bytes_of(inputs.shape.layout, inputs.shape.page_tokens),
              .page_tokens = make_divisor(inputs.shape.page_tokens),
              .cache_slots = inputs.pages * inputs.shape.page_tokens,
              .tokens = inputs.shape.tokens} {
  values_.upload(kv_pack_bytes(inputs.values));
  slots_.upload(kv_pack_bytes(inputs.slots));
}

void KvPackRun::poison() { cache_.fill(untouched_byte); }

void KvPackRun::enqueue() {
  void* parameters[] = {&params_};
  LaunchShape shape;
  shape.grid = {static_cast<unsigned>((params_.tokens + kv_pack_warps - 1) / kv_pack_warps), 1, 1};
  shape.block = {kv_pack_warps * 32, 1, 1};
  launch(gpu_, function_, shape, parameters);
}

Bytes KvPackRun::cache(std::chrono::milliseconds timeout) const {
  gpu_.wait(timeout);
  Bytes bytes(cache_.size());
  cache_.download(bytes);
  return bytes;
}

void KvPackRun::set_value(std::size_t index, std::uint16_t value) {
  const std::uint8_t bytes[] = {static_cast<std::uint8_t>(value & 0xff),
                                static_cast<std::uint8_t>(value >> 8)};
  values_.upload(bytes, index * sizeof value);
  gpu_.wait(std::chrono::seconds(10));  // `bytes` ends with this call
}

}  // namespace bp::mla
