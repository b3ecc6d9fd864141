// Top-k selection at the real shapes, as `bench` asks for them.
#include <array>
#include <limits>

#include "kernels/check.h"
#include "kernels/dsa/topk_simt.h"
#include "kernels/problem.h"

namespace bp::dsa {
namespace {

struct TopkCase {
  int rows;
  int length;
  int k;
  TopkRowKind kind = TopkRowKind::normal;
  std::string_view model = "deepseek-v3.2";
};

// Prefill of DeepSeek-V3.2 and GLM-5, with rows of one value beside it: what a method that relies
// on the distribution does not stand; decode; and the smaller k of DeepSeek-V4.
constexpr std::array topk_cases{
    TopkCase{4096, 32768, 2048},
    TopkCase{4096, 32768, 2048, TopkRowKind::constant},
    TopkCase{128, 32768, 2048},
    TopkCase{128, 32768, 1024, TopkRowKind::normal, "deepseek-v4-pro"},
    TopkCase{128, 32768, 512, TopkRowKind::normal, "deepseek-v4-flash"},
    TopkCase{4096, 8192, 2048},
    TopkCase{64, 131072, 2048},
    TopkCase{4096, 32768, 512, TopkRowKind::normal, "deepseek-v4-flash"},
    TopkCase{1024, 32768, 2048, TopkRowKind::rising},
};

struct TopkBench {
  using Inputs = TopkInputs;
  using Expected = std::vector<TopkRowValues>;  // of each of sampled()
  using Choice = TopkVariant;
  using Image = ModuleImage;
  using Run = TopkRun;

  static std::array<int, 3> sampled(const Inputs& inputs) {
    return {0, inputs.rows / 2 + 1, inputs.rows - 1};
  }

  KernelWork work(const Inputs& inputs) const {
    const double read = static_cast<double>(inputs.rows) * inputs.row_stride * sizeof(float);
    const double written = static_cast<double>(inputs.rows) * inputs.k * sizeof(std::int32_t);
    return {0, read + written, ""};
  }

  Image load(const Gpu& gpu, Tuning tuning) const { return load_topk_image(gpu, tuning); }

  ChosenEntry<Choice> choose(const Gpu& gpu, const Image& image, const Inputs& inputs,
                             Tuning tuning) const {
    const TopkVariant variant = choose_topk(inputs.rows, limits_of(gpu, tuning));
    return {image, variant, variant.entry};
  }

  Run run(const Gpu& gpu, const Module& module, const Inputs& inputs, const Choice& choice) const {
    return {gpu, module, inputs, choice};
  }

  Expected expected(const Inputs& inputs) const {
    Expected expected;
    for (const int row : sampled(inputs)) expected.push_back(expected_topk_row(inputs, row));
    return expected;
  }

  void verify(Run& run, const Inputs& inputs, const Expected& expected,
              std::chrono::milliseconds timeout) const {
    constexpr CompareLimits same{std::numeric_limits<double>::denorm_min(), 0, -1};
    const auto outputs = run.outputs(timeout);
    const auto k = static_cast<std::size_t>(inputs.k);
    const auto rows = sampled(inputs);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto written = std::span(outputs).subspan(static_cast<std::size_t>(rows[i]) * k, k);
      const auto seen = topk_row_values(inputs, rows[i], written);
      const std::string name = "row " + std::to_string(rows[i]);
      expect_equal(name, "values", seen.values, expected[i].values, same);
      expect_equal(name, "indices", seen.indices, expected[i].indices, same);
    }
  }
};

}  // namespace

std::vector<KernelShape> topk_shapes() {
  std::vector<KernelShape> shapes;
  for (const TopkCase& c : topk_cases) {
    const std::string kind = c.kind == TopkRowKind::normal ? "" : "_" + to_string(c.kind);
    shapes.push_back({"r" + std::to_string(c.rows) + "_n" + std::to_string(c.length) + "_k" +
                          std::to_string(c.k) + kind,
                      {c.model}});
    if (c.k == largest_k) shapes.back().models.push_back("glm-5");
  }
  return shapes;
}

std::unique_ptr<KernelProblem> topk_problem(std::size_t index, std::uint64_t seed,
                                            const KernelProblem* like) {
  return problem_of(TopkBench{}, like, [&] {
    const TopkCase& c = topk_cases.at(index);
    return make_large_topk_inputs(c.rows, c.length, c.k, c.kind, seed);
  });
}

}  // namespace bp::dsa
