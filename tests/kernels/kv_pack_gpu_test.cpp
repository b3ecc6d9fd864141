// mla.kv_pack on the GPU in hand. Skipped where there is none, a failure there under REQUIRE_GPU=1.
#include <gtest/gtest.h>

#include <algorithm>

#include "kernels/mla/kv_pack_simt.h"
#include "kernels/reference/bf16.h"
#include "tests/kernels/on_gpu.h"

namespace bp::mla {
namespace {

class KvPackOnGpu : public test::KernelOnGpu {
 protected:
  static Bytes pack(const KvPackInputs& inputs) {
    static const ModuleImage image = load_kv_pack_simt(gpu());
    KvPackRun run(gpu(), *image.module, inputs);
    run.poison();
    run.enqueue();
    return run.cache(timeout);
  }
  static void expect_every_byte(const KvPackInputs& inputs) {
    const Bytes seen = pack(inputs);
    const Bytes expected = kv_pack_reference(inputs);
    ASSERT_EQ(seen.size(), expected.size());
    const auto [at, other] = std::ranges::mismatch(seen, expected);
    EXPECT_TRUE(at == seen.end()) << "byte " << at - seen.begin() << " is " << int{*at}
                                  << " instead of " << int{*other};
  }
};

constexpr std::pair<KvLayout, ScaleRule> kinds[] = {
    {KvLayout::v32, ScaleRule::power_of_two},
    {KvLayout::v32, ScaleRule::exact},
    {KvLayout::model1, ScaleRule::power_of_two},
};

TEST_F(KvPackOnGpu, TheCheckIsSupported) { expect_check_passes(kv_pack_simt_kernel()); }

TEST_F(KvPackOnGpu, EveryByteOfEveryLayout) {
  std::uint64_t seed = 1;
  for (const auto& [layout, rule] : kinds) {
    for (const int page_tokens : {1, 2, 53, 64, 256}) {
      for (const int tokens : {1, 7, 8, 9, 1000}) {
        SCOPED_TRACE(testing::Message() << static_cast<int>(layout) << " " << static_cast<int>(rule)
                                        << ", pages of " << page_tokens << ", tokens " << tokens);
        expect_every_byte(make_kv_pack_inputs({layout, rule, tokens, page_tokens, true}, seed++));
      }
    }
  }
}

TEST_F(KvPackOnGpu, EveryFiniteBf16) {
  for (const auto& [layout, rule] : kinds) {
    KvPackInputs inputs = make_kv_pack_inputs({layout, rule, 256, 64, false}, 5);
    // Each group of 64 holds patterns of about the same magnitude, so that few become 0.
    std::uint32_t next = 0;
    for (std::uint16_t& value : inputs.values) {
      const std::uint32_t bits = next++ % 65536;
      const bool finite = (bits & 0x7f80u) != 0x7f80u;
      value = static_cast<std::uint16_t>(finite ? bits : 0);
    }
    expect_every_byte(inputs);
  }
}

TEST_F(KvPackOnGpu, HalfWaysRoundToEven) {
  // With a largest magnitude of 448 the scale is 1: all halves between codes, up to 2^-10.
  KvPackInputs inputs = make_kv_pack_inputs({KvLayout::v32, ScaleRule::exact, 64, 64, false}, 6);
  for (std::size_t i = 0; i < inputs.values.size(); ++i) {
    const auto step = static_cast<float>(i % 448);
    inputs.values[i] = to_bf16(i % 128 == 0 ? 448.0f : step / 1024);
  }
  expect_every_byte(inputs);
}

TEST_F(KvPackOnGpu, SameInputSameBits) {
  std::uint64_t seed = 60;
  for (const auto& [layout, rule] : kinds) {
    const auto inputs = make_kv_pack_inputs({layout, rule, 333, 64, true}, seed++);
    const Bytes first = pack(inputs);
    for (int i = 0; i < 20; ++i) ASSERT_EQ(pack(inputs), first) << "repetition " << i;
  }
}

TEST_F(KvPackOnGpu, NothingToWrite) {
  KvPackInputs inputs =
      make_kv_pack_inputs({KvLayout::model1, ScaleRule::power_of_two, 20, 64, false}, 7);
  std::ranges::fill(inputs.slots, -1);
  const Bytes seen = pack(inputs);
  EXPECT_TRUE(std::ranges::all_of(seen, [](std::uint8_t x) { return x == untouched_byte; }));
}

}  // namespace
}  // namespace bp::mla
