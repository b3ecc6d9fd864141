// Dense MLA decode at the real shapes, as `bench` asks for them, on any path.
#include "kernels/check.h"
#include "kernels/mla/decode_path.h"
#include "kernels/mla/dense_decode_shapes.h"

namespace bp::mla {
namespace {

class Run : public KernelRun {
 public:
  Run(const DecodePath& path, const Gpu& gpu, const DecodeInputs& inputs, Tuning tuning)
      : inputs_(inputs),
        image_(path.load(gpu, tuning)),
        variant_(path.variant(inputs.query_rows(), limits_of(gpu, tuning))),
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
  Problem(const DecodePath& path, const DecodeShape& shape, std::uint64_t seed)
      : path_(path), inputs_(make_decode_inputs(shape, seed)) {}
  KernelWork work() const override { return dense_decode_work(inputs_.shape, path_.unit); }
  std::unique_ptr<KernelRun> upload(const Gpu& gpu, Tuning tuning) const override {
    return std::make_unique<Run>(path_, gpu, inputs_, tuning);
  }

 private:
  DecodePath path_;
  DecodeInputs inputs_;
};

}  // namespace

std::unique_ptr<KernelProblem> dense_decode_problem(const DecodePath& path, std::size_t index,
                                                    std::uint64_t seed) {
  return std::make_unique<Problem>(path, dense_decode_shape(index), seed);
}

}  // namespace bp::mla
