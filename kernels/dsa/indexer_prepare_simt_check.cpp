// The check of dsa.indexer_prepare.simt, what `run` executes as evidence.
#include "kernels/check.h"
#include "kernels/dsa/indexer_prepare_simt.h"
#include "kernels/reference/bf16.h"
#include "kernels/reference/indexer_prepare.h"

namespace bp::dsa {
namespace {

std::string describe_prepare(const IndexerPrepareShape& shape) {
  return "heads " + std::to_string(shape.heads) + ", " + std::to_string(shape.tokens) + " tokens" +
         (shape.paged ? ", paged" : "") + (shape.interleaved ? ", interleaved" : "") +
         (shape.power_of_two ? ", scales of powers of two" : "");
}

constexpr auto prepare_fault = "one value of a query is replaced by 24";

/// The last query in the device's copy alone.
void check_prepare_fault(IndexerPrepareRun& run, IndexerPrepareInputs inputs,
                         const IndexerPrepareValues& original, std::chrono::milliseconds timeout) {
  const std::size_t index = inputs.q.size() - 100;
  inputs.q[index] = to_bf16(24.0f);
  const int tokens = inputs.shape.tokens;
  const auto expected = indexer_prepare_reference(inputs, 0, tokens);
  expect_caught(!compare(expected.q, original.q, indexer_prepare_code_limits).equal,
                "it does not change the reference");
  run.set_query(index, inputs.q[index]);
  run.poison();
  run.enqueue();
  const auto actual = run.values(0, tokens, timeout);
  expect_caught(!compare(actual.q, original.q, indexer_prepare_code_limits).equal, prepare_fault);
  expect_equal("planted fault", "q", actual.q, expected.q, indexer_prepare_code_limits);
}

void decide_prepare(const Gpu& gpu, Tuning tuning, std::uint64_t seed,
                    std::chrono::milliseconds timeout, CheckRecord& record) {
  const ModuleImage image = load_indexer_prepare_image(gpu, tuning);
  record.loaded(image);
  const IndexerPrepareShape shapes[] = {{9, 64, true, false, true}, {7, 32, false, true, false}};
  for (const IndexerPrepareShape& shape : shapes) {
    const auto inputs = make_indexer_prepare_inputs(shape, seed);
    const auto expected = indexer_prepare_reference(inputs, 0, shape.tokens);
    IndexerPrepareRun run(gpu, *image.module, inputs);
    run.poison();
    run.enqueue();
    const auto actual = run.values(0, shape.tokens, timeout);
    record.launched();
    const std::string name = describe_prepare(shape);
    record.expect_equal(name, "q", actual.q, expected.q, indexer_prepare_code_limits);
    record.expect_equal(name, "weights", actual.weights, expected.weights,
                        indexer_prepare_scale_limits);
    record.expect_equal(name, "k", actual.k, expected.k, indexer_prepare_code_limits);
    record.expect_equal(name, "k_scale", actual.k_scale, expected.k_scale,
                        indexer_prepare_scale_limits);
    if (&shape == &shapes[1]) check_prepare_fault(run, inputs, expected, timeout);
  }
  record.verified(prepare_fault);
}

KernelResult check_indexer_prepare(const Gpu& gpu, Tuning tuning, std::uint64_t seed,
                                   std::chrono::milliseconds timeout) {
  return run_check(gpu, indexer_prepare_simt_kernel(), {8, 0}, [&](CheckRecord& record) {
    decide_prepare(gpu, tuning, seed, timeout, record);
  });
}

std::vector<KernelEntry> indexer_prepare_entries() {
  return {{"indexer_prepare", IndexerPrepareTiling::threads, 0}};
}

}  // namespace

Kernel indexer_prepare_simt_kernel() {
  return {.id = "dsa.indexer_prepare.simt",
          .operation = "dsa.indexer_prepare",
          .path = "simt",
          .title = "RoPE, Hadamard rotation and quantisation of the indexer's queries and keys",
          .needs = {},  // plain arithmetic and shuffles
          .check = &check_indexer_prepare,
          .time = nullptr,
          .shapes = &indexer_prepare_shapes,
          .make_problem = &indexer_prepare_problem,
          .has_portable = false,
          .entries = &indexer_prepare_entries};
}

}  // namespace bp::dsa
