// Sparse MLA decode at the real shapes, as `bench` asks for them, on any path.
#include "kernels/check.h"
#include "kernels/mla/dense_decode_shapes.h"
#include "kernels/mla/sparse_decode_path.h"
#include "kernels/mla/sparse_decode_shapes.h"
#include "kernels/problem.h"

namespace bp::mla {
namespace {

struct SparseDecodeBench {
  using Inputs = SparseDecodeInputs;
  using Expected = std::vector<SparseDecodeResult>;  // of each of sampled_requests of the queries
  using Image = ModuleImage;
  using Run = SparseDecodeRun;
  struct Choice {
    SparseDecodeVariant variant;
    int parts = 1;
  };

  const SparseDecodePath& path;

  KernelWork work(const Inputs& inputs) const { return sparse_decode_work(inputs, path.unit); }

  Image load(const Gpu& gpu, Tuning tuning) const { return path.load(gpu, tuning); }

  ChosenEntry<Choice> choose(const Gpu& gpu, const Image& image, const Inputs& inputs,
                             Tuning tuning) const {
    const GpuLimits limits = limits_of(gpu, tuning);
    const auto variant = choose_sparse_decode(path, inputs.shape, limits);
    return {
        image, {variant, variant.parts(inputs.shape.h_q, limits.multiprocessors)}, variant.entry};
  }

  Run run(const Gpu& gpu, const Module& module, const Inputs& inputs, const Choice& choice) const {
    return {gpu, module, inputs, choice.variant, choice.parts};
  }

  Expected expected(const Inputs& inputs) const {
    Expected expected;
    for (const int query : sampled_requests(inputs.queries()))
      expected.push_back(sparse_decode_reference(inputs.problem(), query, 1));
    return expected;
  }

  void verify(Run& run, const Inputs& inputs, const Expected& expected,
              std::chrono::milliseconds timeout) const {
    const auto outputs = run.outputs(timeout);
    const auto queries = sampled_requests(inputs.queries());
    const auto heads = static_cast<std::size_t>(inputs.shape.h_q);
    for (std::size_t i = 0; i < queries.size(); ++i) {
      const auto first = static_cast<std::size_t>(queries[i]) * heads;
      const std::string name = "query " + std::to_string(queries[i]);
      expect_equal(
          name, "out",
          std::span(outputs.out).subspan(first * sparse_value_width, heads * sparse_value_width),
          expected[i].out, sparse_decode_out_limits);
      expect_equal(name, "lse", std::span(outputs.lse).subspan(first, heads), expected[i].lse,
                   sparse_decode_lse_limits);
    }
  }
};

}  // namespace

std::unique_ptr<KernelProblem> make_sparse_decode_problem(const SparseDecodePath& path,
                                                          std::size_t index, std::uint64_t seed,
                                                          const KernelProblem* like) {
  return problem_of(SparseDecodeBench{path}, like,
                    [&] { return make_sparse_decode_inputs(sparse_decode_shape(index), seed); });
}

}  // namespace bp::mla
