// Dense MLA decode on mma.sync at the real shapes, as `bench` asks for them.
#include "kernels/check.h"
#include "kernels/mla/decode_mma_sync.h"
#include "kernels/mla/dense_decode_shapes.h"

namespace bp::mla {
namespace {

class Run : public KernelRun {
 public:
  Run(const Gpu& gpu, const DecodeInputs& inputs, Tuning tuning)
      : inputs_(inputs),
        image_(load_decode_image(gpu, tuning)),
        variant_(choose_variant(inputs.query_rows(), limits_of(gpu, tuning))),
        run_(gpu, *image_.module, inputs, variant_,
             parts_for(variant_, inputs.query_rows(), limits_of(gpu, tuning))) {}
  void poison() override { run_.poison(); }
  void enqueue() override { run_.enqueue(); }
  std::string image() const override { return image_.text + ", " + variant_.entry; }

  void verify(std::chrono::milliseconds timeout) override {
    const auto outputs = run_.outputs(timeout);
    for (const int request : sampled_requests(inputs_.batch())) {
      const auto expected = dense_decode_reference(inputs_.problem(), request, 1);
      const auto rows = static_cast<std::size_t>(inputs_.query_rows());
      const auto first = static_cast<std::size_t>(request) * rows;
      const std::string name = "request " + std::to_string(request);
      expect_equal(name, "out",
                   std::span(outputs.out).subspan(first * value_width, rows * value_width),
                   expected.out, dense_decode_out_limits);
      expect_equal(name, "lse", std::span(outputs.lse).subspan(first, rows), expected.lse,
                   dense_decode_lse_limits);
    }
  }

 private:
  const DecodeInputs& inputs_;
  ModuleImage image_;
  DecodeVariant variant_;
  DecodeRun run_;
};

class Problem : public KernelProblem {
 public:
  Problem(const DecodeShape& shape, std::uint64_t seed)
      : inputs_(make_decode_inputs(shape, seed)) {}
  KernelWork work() const override { return dense_decode_work(inputs_.shape, "mma_sync.bf16"); }
  std::unique_ptr<KernelRun> upload(const Gpu& gpu, Tuning tuning) const override {
    return std::make_unique<Run>(gpu, inputs_, tuning);
  }

 private:
  DecodeInputs inputs_;
};

}  // namespace

std::unique_ptr<KernelProblem> dense_decode_mma_sync_problem(std::size_t index,
                                                             std::uint64_t seed) {
  return std::make_unique<Problem>(dense_decode_shape(index), seed);
}

}  // namespace bp::mla
