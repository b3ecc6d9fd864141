// What `run` executes as evidence of the indexer: small shapes, so that the whole of it with the
// reference on the host stays well below half a second.
#include "kernels/dsa/indexer_check.h"

#include "kernels/check.h"
#include "kernels/reference/indexer.h"

namespace bp::dsa {
namespace {

std::string describe_indexer(const IndexerShape& shape) {
  return std::string(shape.bf16 ? "bf16, " : "") + (shape.paged() ? "paged, " : "") + "heads " +
         std::to_string(shape.heads) + ", " + std::to_string(shape.tokens()) + " tokens, " +
         std::to_string(shape.columns) + " keys";
}

std::vector<double> all_rows(const IndexerProblem& problem) {
  std::vector<double> logits;
  for (int token = 0; token < problem.tokens; ++token) {
    const auto row = indexer_reference(problem, token);
    logits.insert(logits.end(), row.begin(), row.end());
  }
  return logits;
}

/// Ranges that begin and end in different tiles, an empty one, one key, and tiles that nobody sees;
/// then requests of pages with all borders. The last tokens see most.
std::vector<IndexerShape> checked_shapes(IndexerPath path) {
  std::vector<IndexerShape> shapes;
  IndexerShape contiguous;
  contiguous.columns = 330;
  contiguous.first = {70, 0, 130, 5, 64, 200, 63, 66, 100};
  contiguous.end = {190, 0, 131, 64, 128, 190, 200, 140, 200};
  shapes.push_back(contiguous);
  shapes.push_back(causal_indexer_shape(17, 70, 32));
  IndexerShape paged;
  paged.next_n = 2;
  paged.end = {0, 1, 63, 64, 64, 65, 189, 190};
  shapes.push_back(paged);
  paged.heads = 32;
  paged.next_n = 1;
  paged.end = {128, 0, 1, 65};
  shapes.push_back(paged);
  if (path == IndexerPath::mma_sync) {
    IndexerShape half = causal_indexer_shape(9, 100, 64);
    half.bf16 = true;
    shapes.push_back(half);
  }
  return shapes;
}

constexpr auto indexer_fault = "one value of a key is replaced by 448";
constexpr std::uint8_t e4m3_448 = 0x7e;

/// One value of a key in the device's copy alone: the logits must follow the corrupted key.
void check_indexer_fault(IndexerRun& run, IndexerInputs inputs, const std::vector<double>& original,
                         std::chrono::milliseconds timeout) {
  const int token = inputs.shape.tokens() - 1;
  const std::size_t byte =
      inputs.key_at(token, inputs.shape.end.back() - 1) + static_cast<std::size_t>(100);
  inputs.k[byte] = e4m3_448;
  const auto expected = all_rows(inputs.problem());
  expect_caught(!compare(expected, original, indexer_limits).equal,
                "it does not change the reference");
  run.set_key_byte(byte, e4m3_448);
  run.poison();
  run.enqueue();
  const auto actual = run.logits(timeout);
  expect_caught(!compare(actual, original, indexer_limits).equal, indexer_fault);
  expect_equal("planted fault", "out", actual, expected, indexer_limits);
}

void decide_indexer(const Gpu& gpu, IndexerPath path, Tuning tuning, std::uint64_t seed,
                    std::chrono::milliseconds timeout, CheckRecord& record) {
  const IndexerImages images = load_indexer_images(gpu, path, tuning);
  record.loaded(images.first);
  if (images.e4m3) record.loaded(*images.e4m3);
  const GpuLimits limits = limits_of(gpu, tuning);
  bool first = true;
  for (const IndexerShape& shape : checked_shapes(path)) {
    const IndexerInputs inputs = make_indexer_inputs(shape, seed++);
    const auto expected = all_rows(inputs.problem());
    const auto variant = choose_indexer_variant(images, path, inputs.shape, limits);
    for (const int parts : {1, 5}) {
      IndexerRun run(gpu, *images.of(shape).module, inputs, variant, parts);
      run.poison();
      run.enqueue();
      const auto actual = run.logits(timeout);
      record.launched();
      record.expect_equal(describe_indexer(inputs.shape), "out", actual, expected, indexer_limits);
      if (first && parts == 5) check_indexer_fault(run, inputs, expected, timeout);
    }
    first = false;
  }
  record.verified(indexer_fault);
}

}  // namespace

KernelResult check_indexer(const Gpu& gpu, const Kernel& kernel, IndexerPath path, Tuning tuning,
                           std::uint64_t seed, std::chrono::milliseconds timeout) {
  const ComputeCapability smallest =
      path == IndexerPath::wgmma ? ComputeCapability{9, 0} : ComputeCapability{8, 0};
  return run_check(gpu, kernel, smallest, [&](CheckRecord& record) {
    decide_indexer(gpu, path, tuning, seed, timeout, record);
  });
}

}  // namespace bp::dsa
