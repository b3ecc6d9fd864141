// indexer_prepare at the real shapes, as `bench` asks for them.
#include <array>

#include "kernels/check.h"
#include "kernels/dsa/indexer_prepare_simt.h"
#include "kernels/problem.h"
#include "kernels/reference/indexer_prepare.h"

namespace bp::dsa {
namespace {

struct IndexerPrepareBench {
  using Inputs = IndexerPrepareInputs;
  using Expected = std::vector<IndexerPrepareValues>;  // of each of sampled()
  struct Choice {};
  using Image = ModuleImage;
  using Run = IndexerPrepareRun;

  static std::array<int, 3> sampled(const Inputs& inputs) {
    return {0, inputs.shape.tokens / 2, inputs.shape.tokens - 1};
  }

  KernelWork work(const Inputs& inputs) const { return indexer_prepare_work(inputs); }

  Image load(const Gpu& gpu, Tuning tuning) const {
    return load_indexer_prepare_image(gpu, tuning);
  }

  ChosenEntry<Choice> choose(const Gpu&, const Image& image, const Inputs&, Tuning) const {
    return {image, {}, "indexer_prepare"};
  }

  Run run(const Gpu& gpu, const Module& module, const Inputs& inputs, const Choice&) const {
    return {gpu, module, inputs};
  }

  Expected expected(const Inputs& inputs) const {
    Expected expected;
    for (const int token : sampled(inputs))
      expected.push_back(indexer_prepare_reference(inputs, token, 1));
    return expected;
  }

  void verify(Run& run, const Inputs& inputs, const Expected& expected,
              std::chrono::milliseconds timeout) const {
    const auto tokens = sampled(inputs);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const auto actual = run.values(tokens[i], 1, timeout);
      const std::string name = "token " + std::to_string(tokens[i]);
      expect_equal(name, "q", actual.q, expected[i].q, indexer_prepare_code_limits);
      expect_equal(name, "weights", actual.weights, expected[i].weights,
                   indexer_prepare_scale_limits);
      expect_equal(name, "k", actual.k, expected[i].k, indexer_prepare_code_limits);
      expect_equal(name, "k_scale", actual.k_scale, expected[i].k_scale,
                   indexer_prepare_scale_limits);
    }
  }
};

}  // namespace

std::unique_ptr<KernelProblem> indexer_prepare_problem(std::size_t index, std::uint64_t seed,
                                                       const KernelProblem* like) {
  return problem_of(IndexerPrepareBench{}, like, [&] {
    return make_indexer_prepare_inputs(indexer_prepare_shape(index), seed);
  });
}

}  // namespace bp::dsa
