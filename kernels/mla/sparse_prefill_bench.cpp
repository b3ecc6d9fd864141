// Sparse MLA prefill at the real shapes, as `bench` asks for them.
#include <array>

#include "kernels/check.h"
#include "kernels/mla/sparse_prefill_run.h"
#include "kernels/mla/sparse_prefill_shapes.h"
#include "kernels/problem.h"

namespace bp::mla {
namespace {

struct SparsePrefillBench {
  using Inputs = SparsePrefillInputs;
  using Expected = std::vector<SparsePrefillResult>;  // of each of sampled()
  using Choice = SparsePrefillLaunch;
  using Image = ModuleImage;
  using Run = SparsePrefillRun;

  const SparsePrefillPath& path;

  /// Of these query tokens all heads are compared: the first, a middle and the last.
  static std::array<int, 3> sampled(const Inputs& inputs) {
    return {0, inputs.shape.s_q / 2, inputs.shape.s_q - 1};
  }

  KernelWork work(const Inputs& inputs) const { return sparse_prefill_work(inputs, path.unit); }

  Image load(const Gpu& gpu, Tuning tuning) const { return path.load(gpu, tuning); }

  ChosenEntry<Choice> choose(const Gpu& gpu, const Image& image, const Inputs& inputs,
                             Tuning tuning) const {
    const auto launch = choose_sparse_prefill(path, inputs.shape, gpu, tuning);
    return {image, launch, launch.entry};
  }

  Run run(const Gpu& gpu, const Module& module, const Inputs& inputs, const Choice& choice) const {
    return {gpu, module, inputs, choice};
  }

  Expected expected(const Inputs& inputs) const {
    Expected expected;
    for (const int token : sampled(inputs))
      expected.push_back(sparse_prefill_reference(inputs.problem(), token, 1));
    return expected;
  }

  void verify(Run& run, const Inputs& inputs, const Expected& expected,
              std::chrono::milliseconds timeout) const {
    const auto tokens = sampled(inputs);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const auto outputs = run.outputs(tokens[i], 1, timeout);
      const std::string name = "query token " + std::to_string(tokens[i]);
      expect_equal(name, "out", outputs.out, expected[i].out, sparse_prefill_out_limits);
      expect_equal(name, "max_logits", outputs.max_logits, expected[i].max_logits,
                   sparse_prefill_logit_limits);
      expect_equal(name, "lse", outputs.lse, expected[i].lse, sparse_prefill_logit_limits);
    }
  }
};

}  // namespace

std::unique_ptr<KernelProblem> sparse_prefill_problem(const SparsePrefillPath& path,
                                                      std::size_t index, std::uint64_t seed,
                                                      const KernelProblem* like) {
  return problem_of(SparsePrefillBench{path}, like,
                    [&] { return make_sparse_prefill_inputs(sparse_prefill_shape(index), seed); });
}

}  // namespace bp::mla
