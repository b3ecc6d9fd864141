// The indexer at the real shapes, as `bench` asks for them, on either path.
#include <array>

#include "kernels/check.h"
#include "kernels/dsa/indexer_check.h"
#include "kernels/dsa/indexer_shapes.h"
#include "kernels/problem.h"
#include "kernels/reference/indexer.h"

namespace bp::dsa {
namespace {

struct IndexerBench {
  using Inputs = IndexerInputs;
  using Expected = std::vector<std::vector<double>>;  // logits of each of sampled()
  struct Choice {
    IndexerVariant variant;
    int parts = 1;
  };
  using Image = IndexerImages;
  using Run = IndexerRun;

  IndexerPath path;

  static std::array<int, 3> sampled(const Inputs& inputs) {
    return {0, inputs.shape.tokens() / 2 - 1, inputs.shape.tokens() - 1};
  }

  KernelWork work(const Inputs& inputs) const {
    return indexer_work(inputs.shape, path == IndexerPath::wgmma ? "wgmma.e4m3" : "mma_sync.e4m3");
  }

  Image load(const Gpu& gpu, Tuning tuning) const { return load_indexer_images(gpu, path, tuning); }

  ChosenEntry<Choice> choose(const Gpu& gpu, const Image& image, const Inputs& inputs,
                             Tuning tuning) const {
    const GpuLimits limits = limits_of(gpu, tuning);
    const auto variant = choose_indexer_variant(image, path, inputs.shape, limits);
    const ModuleImage& chosen = image.of(inputs.shape);
    // Factors converted to f16 multiply at the rate of bf16.
    const std::string_view unit = path == IndexerPath::wgmma ? "wgmma.e4m3"
                                  : &chosen == &image.first  ? "mma_sync.bf16"
                                                             : "mma_sync.e4m3";
    return {chosen, {variant, indexer_parts(variant, limits)}, variant.entry, unit};
  }

  Run run(const Gpu& gpu, const Module& module, const Inputs& inputs, const Choice& choice) const {
    return {gpu, module, inputs, choice.variant, choice.parts};
  }

  Expected expected(const Inputs& inputs) const {
    Expected expected;
    for (const int token : sampled(inputs))
      expected.push_back(indexer_reference(inputs.problem(), token));
    return expected;
  }

  void verify(Run& run, const Inputs& inputs, const Expected& expected,
              std::chrono::milliseconds timeout) const {
    const auto tokens = sampled(inputs);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      expect_equal("token " + std::to_string(tokens[i]), "out", run.row(tokens[i], timeout),
                   expected[i], indexer_limits);
    }
  }
};

}  // namespace

std::unique_ptr<KernelProblem> make_indexer_problem(std::size_t index, std::uint64_t seed,
                                                    const KernelProblem* like, IndexerPath path) {
  return problem_of(IndexerBench{path}, like,
                    [&] { return make_indexer_inputs(indexer_shape(index), seed); });
}

}  // namespace bp::dsa
