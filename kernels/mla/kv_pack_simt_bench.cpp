#include "kernels/mla/kv_pack_simt_bench.h"

#include <algorithm>
#include <array>

#include "kernels/check.h"
#include "kernels/mla/kv_pack_simt.h"
#include "kernels/problem.h"

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

struct KvPackBench {
  using Inputs = KvPackInputs;
  using Expected = Bytes;  // the whole cache
  struct Choice {};
  using Image = ModuleImage;
  using Run = KvPackRun;

  KernelWork work(const Inputs& inputs) const {
    const double token_bytes = with_layout(inputs.shape.layout, [](auto kv) {
      return decltype(kv)::key_width * 2 + decltype(kv)::token_bytes + 4;
    });
    return {0, inputs.shape.tokens * token_bytes, {}};
  }

  Image load(const Gpu& gpu, Tuning tuning) const { return load_kv_pack_simt(gpu, tuning); }

  ChosenEntry<Choice> choose(const Gpu&, const Image& image, const Inputs&, Tuning) const {
    return {image, {}};
  }

  Run run(const Gpu& gpu, const Module& module, const Inputs& inputs, const Choice&) const {
    return {gpu, module, inputs};
  }

  Expected expected(const Inputs& inputs) const { return kv_pack_reference(inputs); }

  void verify(Run& run, const Inputs&, const Expected& expected,
              std::chrono::milliseconds timeout) const {
    const Bytes seen = run.cache(timeout);
    const auto [at, other] = std::ranges::mismatch(seen, expected);
    if (at == seen.end()) return;
    // The comparison's own words for the byte.
    const double actual = *at;
    const double right = *other;
    expect_equal("byte " + std::to_string(at - seen.begin()), "cache", {&actual, 1}, {&right, 1},
                 {0, 0, -1});
  }
};

}  // namespace

std::vector<KernelShape> kv_pack_shapes() {
  std::vector<KernelShape> shapes;
  for (const KvPackCase& c : kv_pack_cases) shapes.push_back({std::string(c.name), {c.model}});
  return shapes;
}

std::unique_ptr<KernelProblem> kv_pack_simt_problem(std::size_t index, std::uint64_t seed,
                                                    const KernelProblem* like) {
  return problem_of(KvPackBench{}, like,
                    [&] { return make_kv_pack_inputs(kv_pack_cases.at(index).shape, seed); });
}

}  // namespace bp::mla
