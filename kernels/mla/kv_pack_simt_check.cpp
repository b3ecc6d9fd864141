// The check of mla.kv_pack.simt: what `run` executes as evidence. Every byte of the cache.
#include <array>

#include "kernels/check.h"
#include "kernels/mla/kv_pack_simt.h"
#include "kernels/mla/kv_pack_simt_bench.h"
#include "kernels/reference/bf16.h"

namespace bp::mla {
namespace {

std::vector<double> as_doubles(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

// Bytes are equal, or they are not.
constexpr CompareLimits every_byte{0, 0, -1};

std::string describe_kv_pack(const KvPackShape& shape) {
  return std::string(shape.layout == KvLayout::v32 ? "V3.2 records" : "V4 pages") +
         (shape.rule == ScaleRule::exact ? ", any scales, " : ", scales powers of two, ") +
         std::to_string(shape.tokens) + " tokens";
}

std::vector<KernelEntry> list_kv_pack_entries() {
  std::vector<KernelEntry> entries;
  for (const char* name :
       {"mla_kv_pack_v32_power_of_two", "mla_kv_pack_v32_exact", "mla_kv_pack_model1"}) {
    entries.push_back({name, kv_pack_warps * 32, 0});
  }
  return entries;
}

constexpr auto kv_pack_fault = "one value of a token is replaced by 30000";

void decide_kv_pack(const Gpu& gpu, Tuning tuning, std::uint64_t seed,
                    std::chrono::milliseconds timeout, CheckRecord& record) {
  const ModuleImage image = load_kv_pack_simt(gpu, tuning);
  record.loaded(image);
  constexpr std::array shapes{
      KvPackShape{KvLayout::v32, ScaleRule::power_of_two, 67, 61, true},
      KvPackShape{KvLayout::v32, ScaleRule::exact, 67, 64, true},
      KvPackShape{KvLayout::model1, ScaleRule::power_of_two, 67, 13, true},
  };
  for (const KvPackShape& shape : shapes) {
    KvPackInputs inputs = make_kv_pack_inputs(shape, seed);
    KvPackRun run(gpu, *image.module, inputs);
    run.poison();
    run.enqueue();
    const auto seen = as_doubles(run.cache(timeout));
    record.launched();
    const auto expected = as_doubles(kv_pack_reference(inputs));
    const std::string name = describe_kv_pack(shape);
    record.expect_equal(name, "cache", seen, expected, every_byte);

    // Token 2 has a slot.
    const std::size_t at = 2 * inputs.width() + 100;
    inputs.values[at] = to_bf16(30000.0f);
    run.set_value(at, inputs.values[at]);
    run.poison();
    run.enqueue();
    const auto changed = as_doubles(run.cache(timeout));
    expect_caught(!compare(changed, expected, every_byte).equal, kv_pack_fault);
    expect_equal("planted fault", "cache", changed, as_doubles(kv_pack_reference(inputs)),
                 every_byte);
  }
  record.verified(kv_pack_fault);
}

KernelResult check_kv_pack(const Gpu& gpu, Tuning tuning, std::uint64_t seed,
                           std::chrono::milliseconds timeout) {
  return run_check(gpu, kv_pack_simt_kernel(), {8, 0}, [&](CheckRecord& record) {
    decide_kv_pack(gpu, tuning, seed, timeout, record);
  });
}

}  // namespace

Kernel kv_pack_simt_kernel() {
  return {.id = "mla.kv_pack.simt",
          .operation = "mla.kv_pack",
          .path = "simt",
          .title = "Quantise and pack the KV cache to FP8, on CUDA cores",
          .needs = {},
          .check = &check_kv_pack,
          .time = nullptr,
          .shapes = &kv_pack_shapes,
          .make_problem = &kv_pack_simt_problem,
          .has_portable = false,
          .entries = &list_kv_pack_entries};
}

}  // namespace bp::mla
