// The check of dense MLA decode on any path. Small shapes, so that the whole of it with the
// reference on the host stays well below half a second.
#include <algorithm>
#include <array>

#include "kernels/mla/decode_path.h"
#include "kernels/mla/dense_decode_shapes.h"
#include "kernels/reference/bf16.h"
#include "kernels/reference/compare.h"

namespace bp::mla {
namespace {

std::string describe(const DecodeShape& shape, int parts) {
  return "heads " + std::to_string(shape.h_q) + ", query tokens " + std::to_string(shape.s_q) +
         (shape.causal ? ", causal" : "") + ", " + std::to_string(shape.seqlens.size()) +
         " requests, " + std::to_string(parts) + (parts == 1 ? " part" : " parts");
}

constexpr auto fault = "one value of a key is replaced by 24";

/// One value of a key in the device's copy alone: the output must follow the corrupted cache.
void check_fault(DecodeRun& run, DecodeInputs inputs, DenseDecodeResult expected,
                 std::chrono::milliseconds timeout) {
  const int request = inputs.batch() - 1;
  const auto original = expected;
  const std::size_t key = inputs.key_at(request, inputs.shape.seqlens.back() * 3 / 4) + 100;
  inputs.cache[key] = to_bf16(24.0f);
  run.set_key(key, inputs.cache[key]);
  const auto changed = dense_decode_reference(inputs.problem(), request, 1);
  std::ranges::copy(changed.out,
                    expected.out.end() - static_cast<std::ptrdiff_t>(changed.out.size()));
  std::ranges::copy(changed.lse,
                    expected.lse.end() - static_cast<std::ptrdiff_t>(changed.lse.size()));
  expect_caught(!compare(expected.out, original.out, dense_decode_out_limits).equal,
                "it does not change the reference");
  run.poison();
  run.enqueue();
  const auto outputs = run.outputs(timeout);
  expect_caught(!compare(outputs.out, original.out, dense_decode_out_limits).equal, fault);
  // Its errors are those of a far larger value: no part of the figures.
  expect_equal("planted fault", "out", outputs.out, expected.out, dense_decode_out_limits);
  expect_equal("planted fault", "lse", outputs.lse, expected.lse, dense_decode_lse_limits);
}

}  // namespace

DecodeVariant choose_dense_decode(const DecodePath& path, int query_rows, const GpuLimits& limits) {
  const DecodeVariant variant = path.variant(query_rows, limits);
  if (variant.entry == nullptr) {
    throw DriverError(CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES",
                      "shared memory of a block");
  }
  return variant;
}

void check_dense_decode(const DecodePath& path, const Gpu& gpu, Tuning tuning, std::uint64_t seed,
                        std::chrono::milliseconds timeout, CheckRecord& record) {
  const ModuleImage image = path.load(gpu, tuning);
  record.loaded(image);
  const GpuLimits limits = limits_of(gpu, tuning);
  // Few heads with all borders of pages and tiles; many heads with more query tokens than one
  // request has keys.
  const std::array<DecodeShape, 2> shapes{
      {{1, 16, false, {0, 1, 63, 64, 65, 200}}, {2, 128, true, {1, 130}}}};
  for (const DecodeShape& shape : shapes) {
    const DecodeInputs inputs = make_decode_inputs(shape, seed);
    const DenseDecodeResult expected = dense_decode_reference(inputs.problem());
    const auto variant = choose_dense_decode(path, inputs.query_rows(), limits);
    // In one piece; cut somewhere; cut as fine as it gets.
    for (const int parts : {1, 3, parts_for(variant, inputs.query_rows(), limits)}) {
      DecodeRun run(gpu, *image.module, inputs, variant, parts);
      run.poison();
      run.enqueue();
      const auto outputs = run.outputs(timeout);
      record.launched();
      const std::string name = describe(shape, parts);
      record.expect_equal(name, "out", outputs.out, expected.out, dense_decode_out_limits);
      record.expect_equal(name, "lse", outputs.lse, expected.lse, dense_decode_lse_limits);
      if (shape.s_q == 1 && parts == 3) check_fault(run, inputs, expected, timeout);
    }
  }
  record.verified(fault);
}

}  // namespace bp::mla
