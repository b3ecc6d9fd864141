// The check of sparse MLA prefill, the same for all paths: what `run` executes as evidence. Small
// shapes, so that the whole of it with the reference on the host takes a few milliseconds.
#include <algorithm>
#include <array>

#include "kernels/check.h"
#include "kernels/mla/sparse_prefill_run.h"
#include "kernels/reference/bf16.h"

namespace bp::mla {
namespace {

constexpr auto planted_in_prefill = "one value of a key is replaced by 24";

std::string describe_prefill(const SparsePrefillShape& shape) {
  return "width " + std::to_string(shape.width) + ", heads " + std::to_string(shape.h_q) +
         ", query tokens " + std::to_string(shape.s_q) + ", top " + std::to_string(shape.topk) +
         " of " + std::to_string(shape.s_kv) + " keys";
}

/// One value of a key in the device's copy alone: the output must follow the corrupted keys.
void check_prefill_fault(SparsePrefillRun& run, SparsePrefillInputs inputs,
                         const SparsePrefillResult& original, std::chrono::milliseconds timeout) {
  const auto named = std::ranges::find_if(
      inputs.indices, [&](int key) { return key >= 0 && key < inputs.shape.s_kv; });
  const std::size_t value =
      static_cast<std::size_t>(*named) * static_cast<std::size_t>(inputs.shape.width) + 100;
  inputs.kv[value] = to_bf16(24.0f);
  run.set_kv(value, inputs.kv[value]);
  const auto changed = sparse_prefill_reference(inputs.problem());
  expect_caught(!compare(changed.out, original.out, sparse_prefill_out_limits).equal,
                "it does not change the reference");
  run.poison();
  run.enqueue();
  const auto outputs = run.outputs(timeout);
  expect_caught(!compare(outputs.out, original.out, sparse_prefill_out_limits).equal,
                planted_in_prefill);
  // Its errors are those of a far larger value: no part of the figures.
  expect_equal("planted fault", "out", outputs.out, changed.out, sparse_prefill_out_limits);
}

void decide_prefill(const SparsePrefillPath& path, const Gpu& gpu, Tuning tuning,
                    std::uint64_t seed, std::chrono::milliseconds timeout, CheckRecord& record) {
  const ModuleImage image = path.load(gpu, tuning);
  record.loaded(image);
  // Few heads, many lists of all lengths with holes; two tiles of heads; keys without RoPE part,
  // more entries than keys.
  const std::array<SparsePrefillShape, 3> shapes{
      {{.s_q = 5,
        .h_q = 16,
        .width = 576,
        .s_kv = 300,
        .topk = 200,
        .percent_nothing = 20,
        .lengths = true,
        .sinks = true},
       {.s_q = 1, .h_q = 128, .width = 576, .s_kv = 500, .topk = 128},
       {.s_q = 1, .h_q = 64, .width = 512, .s_kv = 70, .topk = 150, .percent_nothing = 30}}};
  for (const SparsePrefillShape& shape : shapes) {
    const SparsePrefillInputs inputs = make_sparse_prefill_inputs(shape, seed);
    const SparsePrefillResult expected = sparse_prefill_reference(inputs.problem());
    SparsePrefillRun run(gpu, *image.module, inputs,
                         choose_sparse_prefill(path, shape, gpu, tuning));
    run.poison();
    run.enqueue();
    const auto outputs = run.outputs(timeout);
    record.launched();
    const std::string name = describe_prefill(shape);
    record.expect_equal(name, "out", outputs.out, expected.out, sparse_prefill_out_limits);
    record.expect_equal(name, "max_logits", outputs.max_logits, expected.max_logits,
                        sparse_prefill_logit_limits);
    record.expect_equal(name, "lse", outputs.lse, expected.lse, sparse_prefill_logit_limits);
    if (shape.width == 512) check_prefill_fault(run, inputs, expected, timeout);
  }
  record.verified(planted_in_prefill);
}

}  // namespace

KernelResult check_sparse_prefill(const SparsePrefillPath& path, const Gpu& gpu, Tuning tuning,
                                  std::uint64_t seed, std::chrono::milliseconds timeout) {
  return run_check(gpu, path.kernel(), path.smallest, [&](CheckRecord& record) {
    decide_prefill(path, gpu, tuning, seed, timeout, record);
  });
}

}  // namespace bp::mla
