// Sparse MLA prefill at the real shapes, as `bench` asks for them.
#include "kernels/check.h"
#include "kernels/mla/sparse_prefill_run.h"
#include "kernels/mla/sparse_prefill_shapes.h"

namespace bp::mla {
namespace {

class SparsePrefillKernelRun : public KernelRun {
 public:
  SparsePrefillKernelRun(const SparsePrefillPath& path, const Gpu& gpu,
                         const SparsePrefillInputs& inputs, Tuning tuning)
      : inputs_(inputs),
        image_(path.load(gpu, tuning)),
        launch_(choose_sparse_prefill(path, inputs.shape, gpu, tuning)),
        run_(gpu, *image_.module, inputs, launch_) {}
  void poison() override { run_.poison(); }
  void enqueue() override { run_.enqueue(); }
  std::string image() const override { return image_.text + ", " + launch_.entry; }

  void verify(std::chrono::milliseconds timeout) override {
    const auto outputs = run_.outputs(timeout);
    const auto heads = static_cast<std::size_t>(inputs_.shape.h_q);
    // All heads of the first, a middle and the last query token.
    for (const int token : {0, inputs_.shape.s_q / 2, inputs_.shape.s_q - 1}) {
      const auto expected = sparse_prefill_reference(inputs_.problem(), token, 1);
      const auto first = static_cast<std::size_t>(token) * heads;
      const std::string name = "query token " + std::to_string(token);
      expect_equal(
          name, "out",
          std::span(outputs.out).subspan(first * sparse_value_width, heads * sparse_value_width),
          expected.out, sparse_prefill_out_limits);
      expect_equal(name, "max_logits", std::span(outputs.max_logits).subspan(first, heads),
                   expected.max_logits, sparse_prefill_logit_limits);
      expect_equal(name, "lse", std::span(outputs.lse).subspan(first, heads), expected.lse,
                   sparse_prefill_logit_limits);
    }
  }

 private:
  const SparsePrefillInputs& inputs_;
  ModuleImage image_;
  SparsePrefillLaunch launch_;
  SparsePrefillRun run_;
};

class SparsePrefillKernelProblem : public KernelProblem {
 public:
  SparsePrefillKernelProblem(const SparsePrefillPath& path, const SparsePrefillShape& shape,
                             std::uint64_t seed)
      : path_(path), inputs_(make_sparse_prefill_inputs(shape, seed)) {}
  KernelWork work() const override { return sparse_prefill_work(inputs_, path_.unit); }
  std::unique_ptr<KernelRun> upload(const Gpu& gpu, Tuning tuning) const override {
    return std::make_unique<SparsePrefillKernelRun>(path_, gpu, inputs_, tuning);
  }

 private:
  const SparsePrefillPath& path_;
  SparsePrefillInputs inputs_;
};

}  // namespace

std::unique_ptr<KernelProblem> sparse_prefill_problem(const SparsePrefillPath& path,
                                                      std::size_t index, std::uint64_t seed) {
  return std::make_unique<SparsePrefillKernelProblem>(path, sparse_prefill_shape(index), seed);
}

}  // namespace bp::mla
