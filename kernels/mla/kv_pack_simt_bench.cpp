#include "kernels/mla/kv_pack_simt_bench.h"

#include <algorithm>
#include <array>

#include "kernels/check.h"
#include "kernels/mla/kv_pack_simt.h"

namespace bp::mla {
namespace {

struct KvPackCase {
  KvPackShape shape;
  std::string_view name;
  std::string_view model;
};

// A prefill of 128 x 1024 tokens, and a step of decode.
constexpr int prefill_tokens = 131072;
constexpr std::array kv_pack_cases{
    KvPackCase{{KvLayout::v32, ScaleRule::power_of_two, prefill_tokens, 64, false},
               "v32_t131072",
               "deepseek-v3.2"},
    KvPackCase{{KvLayout::v32, ScaleRule::exact, prefill_tokens, 64, false},
               "v32_t131072_anyscale",
               "glm-5"},
    KvPackCase{{KvLayout::model1, ScaleRule::power_of_two, prefill_tokens, 64, false},
               "model1_t131072",
               "deepseek-v4-flash"},
    KvPackCase{
        {KvLayout::v32, ScaleRule::power_of_two, 256, 64, false}, "v32_t256", "deepseek-v3.2"},
};

class KvPackKernelRun : public KernelRun {
 public:
  KvPackKernelRun(const Gpu& gpu, const KvPackInputs& inputs, Tuning tuning)
      : inputs_(inputs),
        image_(load_kv_pack_simt(gpu, tuning)),
        run_(gpu, *image_.module, inputs) {}
  void poison() override { run_.poison(); }
  void enqueue() override { run_.enqueue(); }
  std::string image() const override { return image_.text; }
  void verify(std::chrono::milliseconds timeout) override {
    const Bytes seen = run_.cache(timeout);
    const Bytes expected = kv_pack_reference(inputs_);
    const auto [at, other] = std::ranges::mismatch(seen, expected);
    if (at == seen.end()) return;
    // The comparison's own words for the byte.
    const double actual = *at;
    const double right = *other;
    expect_equal("byte " + std::to_string(at - seen.begin()), "cache", {&actual, 1}, {&right, 1},
                 {0, 0, -1});
  }

 private:
  const KvPackInputs& inputs_;
  ModuleImage image_;
  KvPackRun run_;
};

class KvPackProblem : public KernelProblem {
 public:
  KvPackProblem(const KvPackShape& shape, std::uint64_t seed)
      : inputs_(make_kv_pack_inputs(shape, seed)) {}
  KernelWork work() const override {
    const double token_bytes = with_layout(inputs_.shape.layout, [](auto kv) {
      return decltype(kv)::key_width * 2 + decltype(kv)::token_bytes + 4;
    });
    return {0, inputs_.shape.tokens * token_bytes, {}};
  }
  std::unique_ptr<KernelRun> upload(const Gpu& gpu, Tuning tuning) const override {
    return std::make_unique<KvPackKernelRun>(gpu, inputs_, tuning);
  }

 private:
  KvPackInputs inputs_;
};

}  // namespace

std::vector<KernelShape> kv_pack_shapes() {
  std::vector<KernelShape> shapes;
  for (const KvPackCase& c : kv_pack_cases) shapes.push_back({std::string(c.name), {c.model}});
  return shapes;
}

std::unique_ptr<KernelProblem> kv_pack_simt_problem(std::size_t index, std::uint64_t seed) {
  return std::make_unique<KvPackProblem>(kv_pack_cases.at(index).shape, seed);
}

}  // namespace bp::mla
