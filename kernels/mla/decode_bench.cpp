// Dense MLA decode at the real shapes, as `bench` asks for them, on any path.
#include "kernels/check.h"
#include "kernels/mla/decode_path.h"
#include "kernels/mla/dense_decode_shapes.h"
#include "kernels/problem.h"

namespace bp::mla {
namespace {

struct DecodeBench {
  using Inputs = DecodeInputs;
  using Expected = std::vector<DenseDecodeResult>;  // of each of sampled_requests
  using Image = ModuleImage;
  using Run = DecodeRun;
  struct Choice {
    DecodeVariant variant;
    int parts = 1;
  };

  DecodePath path;

  KernelWork work(const Inputs& inputs) const { return dense_decode_work(inputs.shape, path.unit); }

  Image load(const Gpu& gpu, Tuning tuning) const { return path.load(gpu, tuning); }

  ChosenEntry<Choice> choose(const Gpu& gpu, const Image& image, const Inputs& inputs,
                             Tuning tuning) const {
    const GpuLimits limits = limits_of(gpu, tuning);
    const auto variant = choose_dense_decode(path, inputs.query_rows(), limits);
    return {image, {variant, parts_for(variant, inputs.query_rows(), limits)}, variant.entry};
  }

  Run run(const Gpu& gpu, const Module& module, const Inputs& inputs, const Choice& choice) const {
    return {gpu, module, inputs, choice.variant, choice.parts};
  }

  Expected expected(const Inputs& inputs) const {
    Expected expected;
    for (const int request : sampled_requests(inputs.batch()))
      expected.push_back(dense_decode_reference(inputs.problem(), request, 1));
    return expected;
  }

  void verify(Run& run, const Inputs& inputs, const Expected& expected,
              std::chrono::milliseconds timeout) const {
    const auto outputs = run.outputs(timeout);
    const auto requests = sampled_requests(inputs.batch());
    const auto rows = static_cast<std::size_t>(inputs.query_rows());
    for (std::size_t i = 0; i < requests.size(); ++i) {
      const auto first = static_cast<std::size_t>(requests[i]) * rows;
      const std::string name = "request " + std::to_string(requests[i]);
      expect_equal(name, "out",
                   std::span(outputs.out).subspan(first * value_width, rows * value_width),
                   expected[i].out, dense_decode_out_limits);
      expect_equal(name, "lse", std::span(outputs.lse).subspan(first, rows), expected[i].lse,
                   dense_decode_lse_limits);
    }
  }
};

}  // namespace

std::unique_ptr<KernelProblem> dense_decode_problem(const DecodePath& path, std::size_t index,
                                                    std::uint64_t seed, const KernelProblem* like) {
  return problem_of(DecodeBench{path}, like,
                    [&] { return make_decode_inputs(dense_decode_shape(index), seed); });
}

}  // namespace bp::mla
