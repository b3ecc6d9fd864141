// The check of both dense prefill kernels: what `run` executes as evidence. Small shapes, so that
// the whole of it with the reference on the host stays well below half a second.
#include <algorithm>
#include <array>

#include "kernels/check.h"
#include "kernels/mla/dense_prefill_path.h"
#include "kernels/reference/bf16.h"

namespace bp::mla {
namespace {

std::string describe_prefill(const PrefillShape& shape) {
  return std::to_string(shape.heads) + " heads of " + std::to_string(shape.qk_width) + " and " +
         std::to_string(shape.v_width) + (shape.causal ? ", causal, " : ", ") +
         std::to_string(shape.requests.size()) + " requests";
}

constexpr auto prefill_fault = "one value of a key's v is replaced by 24";

/// One value of v in the device's copy alone: the output must follow the corrupted tensor.
void check_prefill_fault(PrefillRun& run, const PrefillInputs& inputs,
                         std::span<const PrefillRow> rows, const DensePrefillResult& original,
                         std::chrono::milliseconds timeout) {
  PrefillInputs changed = inputs;
  // Component 5 of the last head of the first request's key 1.
  const auto index =
      static_cast<std::size_t>((2 * inputs.shape.heads - 1) * inputs.shape.v_width + 5);
  changed.v[index] = to_bf16(24.0f);
  run.set_value(index, changed.v[index]);
  const auto expected = dense_prefill_reference(changed.problem(), rows);
  expect_caught(!compare(expected.out, original.out, dense_prefill_out_limits).equal,
                "it does not change the reference");
  run.poison();
  run.enqueue();
  const auto outputs = run.outputs(rows, timeout);
  expect_caught(!compare(outputs.out, original.out, dense_prefill_out_limits).equal, prefill_fault);
  // The rounding of the probabilities is that much larger, too.
  expect_equal("planted fault", "out", outputs.out, expected.out, {0.05, 2.01 / 128, 5e-6});
  expect_equal("planted fault", "lse", outputs.lse, expected.lse, dense_prefill_lse_limits);
}

void decide_prefill(const PrefillPath& path, const Gpu& gpu, Tuning tuning, std::uint64_t seed,
                    std::chrono::milliseconds timeout, CheckRecord& record) {
  const ModuleImage image = path.load(gpu, tuning);
  record.loaded(image);
  // Of both widths: borders of tiles of queries and of keys, more queries than keys and the other
  // way round, one token, requests without queries or without keys.
  const std::array<PrefillShape, 3> shapes{
      {{2, 192, 128, true, {{129, 129}, {1, 200}, {40, 3}, {5, 0}, {0, 7}, {1, 1}}},
       {1, 256, 256, true, {{131, 140}, {1, 81}, {3, 2}}},
       {1, 256, 256, false, {{2, 161}, {20, 64}, {1, 0}}}}};
  for (const PrefillShape& shape : shapes) {
    const PrefillInputs inputs = make_prefill_inputs(shape, seed);
    const auto rows = all_prefill_rows(inputs.problem());
    const auto expected = dense_prefill_reference(inputs.problem(), rows);
    PrefillRun run(gpu, *image.module, inputs, choose_prefill(path, shape, gpu, tuning));
    run.poison();
    run.enqueue();
    const auto outputs = run.outputs(rows, timeout);
    record.launched();
    const std::string name = describe_prefill(shape);
    record.expect_equal(name, "out", outputs.out, expected.out, dense_prefill_out_limits);
    record.expect_equal(name, "lse", outputs.lse, expected.lse, dense_prefill_lse_limits);
    if (!shape.causal) check_prefill_fault(run, inputs, rows, expected, timeout);
  }
  record.verified(prefill_fault);
}

}  // namespace

PrefillVariant choose_prefill(const PrefillPath& path, const PrefillShape& shape, const Gpu& gpu,
                              Tuning tuning) {
  const PrefillVariant variant = path.choose(shape.qk_width, limits_of(gpu, tuning));
  if (variant.entry == nullptr) {
    throw DriverError(CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES",
                      "shared memory of a block");
  }
  return variant;
}

std::vector<KernelEntry> prefill_entries(std::span<const PrefillVariant> variants) {
  std::vector<KernelEntry> entries;
  for (const PrefillVariant& variant : variants) {
    entries.push_back({variant.entry, variant.threads, variant.shared_bytes});
  }
  return entries;
}

KernelResult check_dense_prefill(const PrefillPath& path, const Gpu& gpu, Tuning tuning,
                                 std::uint64_t seed, std::chrono::milliseconds timeout) {
  return run_check(gpu, path.kernel(), path.smallest, [&](CheckRecord& record) {
    decide_prefill(path, gpu, tuning, seed, timeout, record);
  });
}

}  // namespace bp::mla
