// Top-k selection at the real shapes, as `bench` asks for them.
#include <array>
#include <limits>

#include "kernels/check.h"
#include "kernels/dsa/topk_simt.h"

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

class TopkBenchRun : public KernelRun {
 public:
  TopkBenchRun(const Gpu& gpu, const TopkInputs& inputs, Tuning tuning)
      : inputs_(inputs),
        image_(load_topk_image(gpu, tuning)),
        variant_(choose_topk(inputs.rows, limits_of(gpu, tuning))),
        run_(gpu, *image_.module, inputs, variant_) {}
  void poison() override { run_.poison(); }
  void enqueue() override { run_.enqueue(); }
  std::string image() const override { return image_.text + ", " + variant_.entry; }

  void verify(std::chrono::milliseconds timeout) override {
    constexpr CompareLimits same{std::numeric_limits<double>::denorm_min(), 0, -1};
    const auto outputs = run_.outputs(timeout);
    const auto k = static_cast<std::size_t>(inputs_.k);
    for (const int row : {0, inputs_.rows / 2 + 1, inputs_.rows - 1}) {
      const auto seen = topk_row_values(
          inputs_, row, std::span(outputs).subspan(static_cast<std::size_t>(row) * k, k));
      const auto expected = expected_topk_row(inputs_, row);
      const std::string name = "row " + std::to_string(row);
      expect_equal(name, "values", seen.values, expected.values, same);
      expect_equal(name, "indices", seen.indices, expected.indices, same);
    }
  }

 private:
  const TopkInputs& inputs_;
  ModuleImage image_;
  TopkVariant variant_;
  TopkRun run_;
};

class TopkBenchProblem : public KernelProblem {
 public:
  TopkBenchProblem(const TopkCase& c, std::uint64_t seed)
      : inputs_(make_large_topk_inputs(c.rows, c.length, c.k, c.kind, seed)), length_(c.length) {}
  KernelWork work() const override {
    const double read = static_cast<double>(inputs_.rows) * length_ * sizeof(float);
    const double written = static_cast<double>(inputs_.rows) * inputs_.k * sizeof(std::int32_t);
    return {0, read + written, ""};
  }
  std::unique_ptr<KernelRun> upload(const Gpu& gpu, Tuning tuning) const override {
    return std::make_unique<TopkBenchRun>(gpu, inputs_, tuning);
  }

 private:
  TopkInputs inputs_;
  int length_;
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

std::unique_ptr<KernelProblem> topk_problem(std::size_t index, std::uint64_t seed) {
  return std::make_unique<TopkBenchProblem>(topk_cases.at(index), seed);
}

}  // namespace bp::dsa
