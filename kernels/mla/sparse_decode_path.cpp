#include "kernels/mla/sparse_decode_path.h"

#include <algorithm>
#include <array>

#include "kernels/check.h"

namespace bp::mla {
namespace {

constexpr auto sparse_fault = "the RoPE part of a candidate is replaced";

std::string describe_sparse(const SparseDecodeShape& shape, int parts) {
  return std::string(shape.layout == KvLayout::v32 ? "656-byte" : "584-byte") + " tokens, heads " +
         std::to_string(shape.h_q) + ", query tokens " + std::to_string(shape.s_q) + ", " +
         std::to_string(shape.pool.contexts.size()) + " requests, " + std::to_string(parts) +
         (parts == 1 ? " part" : " parts");
}

/// The RoPE part of the first visible candidate of the last query, in the device's copy alone: the
/// output must follow the corrupted cache.
void check_sparse_fault(SparseDecodeRun& run, SparseDecodeInputs inputs,
                        const SparseDecodeResult& original, std::chrono::milliseconds timeout) {
  const int query = inputs.queries() - 1;
  const auto& pool = inputs.shape.pool;
  const auto indices =
      std::span(inputs.pool.indices)
          .subspan(static_cast<std::size_t>(query) * static_cast<std::size_t>(pool.topk));
  const auto slot = std::ranges::find_if(indices, [&](std::int32_t index) {
    return index >= 0 && index < inputs.pool.pages * pool.page_tokens;
  });
  const int page = *slot / pool.page_tokens;
  const auto at =
      static_cast<std::size_t>(page * page_bytes_of(inputs.shape.layout, pool.page_tokens) +
                               with_layout(inputs.shape.layout, [&](auto kv) {
                                 return kv.rope_at(pool.page_tokens, *slot % pool.page_tokens);
                               }));
  // 24 of bf16, in all 64 components.
  std::array<std::uint8_t, rope_width * 2> bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = i % 2 == 0 ? 0xc0 : 0x41;
  std::ranges::copy(bytes, inputs.pool.cache.begin() + static_cast<std::ptrdiff_t>(at));
  run.set_cache(at, bytes);
  const auto expected = sparse_decode_reference(inputs.problem());
  expect_caught(!compare(expected.out, original.out, sparse_decode_out_limits).equal,
                "it does not change the reference");
  run.poison();
  run.enqueue();
  const auto outputs = run.outputs(timeout);
  expect_caught(!compare(outputs.out, original.out, sparse_decode_out_limits).equal, sparse_fault);
  // Its errors are those of a far larger value: no part of the figures.
  expect_equal("planted fault", "out", outputs.out, expected.out, sparse_decode_out_limits);
  expect_equal("planted fault", "lse", outputs.lse, expected.lse, sparse_decode_lse_limits);
}

/// Small ones with everything that can be: scales of any size, masked candidates, lists longer than
/// the context, an empty request; and of the other layout two pools, lengths and a sink.
std::array<SparseDecodeShape, 2> checked_shapes() {
  SparseDecodeShape v32;
  v32.s_q = 1;
  v32.h_q = 16;
  v32.pool = {.topk = 192, .page_tokens = 64, .contexts = {0, 1, 65, 300}, .lengths = false};
  v32.scales = ScaleRule::exact;
  v32.masked = 0.1;
  SparseDecodeShape model1;
  model1.layout = KvLayout::model1;
  model1.s_q = 2;
  model1.h_q = 128;
  model1.pool = {.topk = 128, .page_tokens = 64, .contexts = {200, 128}, .lengths = true};
  model1.extra = {.topk = 64, .page_tokens = 2, .contexts = {100, 70}, .lengths = false};
  model1.sink = SinkKind::random;
  return {v32, model1};
}

void decide_sparse(const SparseDecodePath& path, const Gpu& gpu, Tuning tuning, std::uint64_t seed,
                   std::chrono::milliseconds timeout, CheckRecord& record) {
  const ModuleImage image = path.load(gpu, tuning);
  record.loaded(image);
  const GpuLimits limits = limits_of(gpu, tuning);
  for (const SparseDecodeShape& shape : checked_shapes()) {
    const SparseDecodeInputs inputs = make_sparse_decode_inputs(shape, seed);
    const SparseDecodeResult expected = sparse_decode_reference(inputs.problem());
    const SparseDecodeVariant variant = choose_sparse_decode(path, shape, limits);
    // In one piece; cut somewhere; cut as fine as it gets.
    for (const int parts : {1, 3, variant.parts(shape.h_q, limits.multiprocessors)}) {
      SparseDecodeRun run(gpu, *image.module, inputs, variant, parts);
      run.poison();
      run.enqueue();
      const auto outputs = run.outputs(timeout);
      record.launched();
      const std::string name = describe_sparse(shape, parts);
      record.expect_equal(name, "out", outputs.out, expected.out, sparse_decode_out_limits);
      record.expect_equal(name, "lse", outputs.lse, expected.lse, sparse_decode_lse_limits);
      if (shape.layout == KvLayout::v32 && parts == 3) {
        check_sparse_fault(run, inputs, expected, timeout);
      }
    }
  }
  record.verified(sparse_fault);
}

}  // namespace

SparseDecodeVariant choose_sparse_decode(const SparseDecodePath& path,
                                         const SparseDecodeShape& shape, const GpuLimits& limits) {
  const SparseDecodeVariant variant = path.choose(shape.layout, shape.h_q, limits);
  if (variant.entry == nullptr) {
    throw DriverError(CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES",
                      "shared memory of a block");
  }
  return variant;
}

KernelResult check_sparse_decode(const SparseDecodePath& path, const Gpu& gpu, Tuning tuning,
                                 std::uint64_t seed, std::chrono::milliseconds timeout) {
  return run_check(gpu, path.kernel(), path.smallest, [&](CheckRecord& record) {
    decide_sparse(path, gpu, tuning, seed, timeout, record);
  });
}

}  // namespace bp::mla
