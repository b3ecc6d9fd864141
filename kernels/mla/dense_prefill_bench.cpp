// Dense MLA prefill at the real shapes, as `bench` asks for them.
#include "kernels/check.h"
#include "kernels/mla/dense_prefill_path.h"
#include "kernels/mla/dense_prefill_shapes.h"

namespace bp::mla {
namespace {

class PrefillBenchRun : public KernelRun {
 public:
  PrefillBenchRun(const PrefillPath& path, const Gpu& gpu, const PrefillInputs& inputs,
                  Tuning tuning)
      : inputs_(inputs),
        image_(path.load(gpu, tuning)),
        variant_(choose_prefill(path, inputs.shape, gpu, tuning)),
        run_(gpu, *image_.module, inputs, variant_) {}
  void poison() override { run_.poison(); }
  void enqueue() override { run_.enqueue(); }
  std::string image() const override { return image_.text + ", " + variant_.entry; }

  void verify(std::chrono::milliseconds timeout) override {
    const auto rows = sampled_prefill_rows(inputs_);
    const auto outputs = run_.outputs(rows, timeout);
    const auto expected = dense_prefill_reference(inputs_.problem(), rows);
    const std::string name = "sample of " + std::to_string(rows.size()) + " rows";
    expect_equal(name, "out", outputs.out, expected.out, dense_prefill_out_limits);
    expect_equal(name, "lse", outputs.lse, expected.lse, dense_prefill_lse_limits);
  }

 private:
  const PrefillInputs& inputs_;
  ModuleImage image_;
  PrefillVariant variant_;
  PrefillRun run_;
};

class PrefillBenchProblem : public KernelProblem {
 public:
  PrefillBenchProblem(const PrefillPath& path, const PrefillShape& shape, std::uint64_t seed)
      : path_(path), inputs_(make_prefill_inputs(shape, seed)) {}
  KernelWork work() const override { return dense_prefill_work(inputs_.shape, path_.unit); }
  std::unique_ptr<KernelRun> upload(const Gpu& gpu, Tuning tuning) const override {
    return std::make_unique<PrefillBenchRun>(path_, gpu, inputs_, tuning);
  }

 private:
  PrefillPath path_;
  PrefillInputs inputs_;
};

}  // namespace

std::unique_ptr<KernelProblem> dense_prefill_problem(const PrefillPath& path, std::size_t index,
                                                     std::uint64_t seed) {
  return std::make_unique<PrefillBenchProblem>(path, dense_prefill_shape(index), seed);
}

}  // namespace bp::mla
