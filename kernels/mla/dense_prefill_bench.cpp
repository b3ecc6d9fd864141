// Dense MLA prefill at the real shapes, as `bench` asks for them.
#include "kernels/check.h"
#include "kernels/mla/dense_prefill_path.h"
#include "kernels/mla/dense_prefill_shapes.h"
#include "kernels/problem.h"

namespace bp::mla {
namespace {

struct PrefillBench {
  using Inputs = PrefillInputs;
  struct Expected {
    std::vector<PrefillRow> rows;
    DensePrefillResult values;
  };
  using Choice = PrefillVariant;
  using Image = ModuleImage;
  using Run = PrefillRun;

  const PrefillPath& path;

  KernelWork work(const Inputs& inputs) const {
    return dense_prefill_work(inputs.shape, path.unit);
  }

  Image load(const Gpu& gpu, Tuning tuning) const { return path.load(gpu, tuning); }

  ChosenEntry<Choice> choose(const Gpu& gpu, const Image& image, const Inputs& inputs,
                             Tuning tuning) const {
    const auto variant = choose_prefill(path, inputs.shape, gpu, tuning);
    return {image, variant, variant.entry};
  }

  Run run(const Gpu& gpu, const Module& module, const Inputs& inputs, const Choice& choice) const {
    return {gpu, module, inputs, choice};
  }

  Expected expected(const Inputs& inputs) const {
    auto rows = sampled_prefill_rows(inputs);
    auto values = dense_prefill_reference(inputs.problem(), rows);
    return {std::move(rows), std::move(values)};
  }

  void verify(Run& run, const Inputs&, const Expected& expected,
              std::chrono::milliseconds timeout) const {
    const auto outputs = run.outputs(expected.rows, timeout);
    const std::string name = "sample of " + std::to_string(expected.rows.size()) + " rows";
    expect_equal(name, "out", outputs.out, expected.values.out, dense_prefill_out_limits);
    expect_equal(name, "lse", outputs.lse, expected.values.lse, dense_prefill_lse_limits);
  }
};

}  // namespace

std::unique_ptr<KernelProblem> dense_prefill_problem(const PrefillPath& path, std::size_t index,
                                                     std::uint64_t seed,
                                                     const KernelProblem* like) {
  return problem_of(PrefillBench{path}, like,
                    [&] { return make_prefill_inputs(dense_prefill_shape(index), seed); });
}

}  // namespace bp::mla
