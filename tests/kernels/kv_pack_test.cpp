// Bytes of the FP8 caches: by hand, and there and back.
#include "kernels/reference/kv_pack.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>

#include "kernels/e4m3.h"
#include "kernels/reference/bf16.h"
#include "probes/features/host.h"

namespace bp {
namespace {

using mla::KvLayout;

std::uint8_t code_of(double value) {
  return e4m3_of_fp32_bits(std::bit_cast<std::uint32_t>(static_cast<float>(value)));
}
double value_of(int code) {
  return static_cast<double>(
      std::bit_cast<float>(fp32_bits_of_e4m3(static_cast<std::uint8_t>(code))));
}

TEST(E4m3, EveryCodeMeansWhatTheFormatSays) {
  for (int code = 0; code < 256; ++code) {
    const double expected = e4m3.decode(static_cast<std::uint32_t>(code));
    if (std::isnan(expected)) {
      EXPECT_TRUE(std::isnan(value_of(code))) << code;
    } else {
      EXPECT_EQ(value_of(code), expected) << code;
      EXPECT_EQ(code_of(expected), code);
    }
  }
}

TEST(E4m3, RoundsToNearestEvenAndSaturates) {
  EXPECT_EQ(code_of(448), 0x7e);
  EXPECT_EQ(code_of(1e30), 0x7e);
  EXPECT_EQ(code_of(-INFINITY), 0xfe);
  EXPECT_EQ(code_of(NAN) & 0x7f, 0x7f);
  EXPECT_EQ(code_of(0x1p-10), 0x00) << "half of the smallest: to even";
  EXPECT_EQ(code_of(0x1.8p-9), 0x02) << "half way: to even";
  EXPECT_EQ(code_of(0x1.01p-10), 0x01);
  EXPECT_EQ(code_of(0x1.fp-7), 0x08) << "rounds up into the normal numbers";
  EXPECT_EQ(code_of(17), 0x58) << "half way between 16 and 18";
  EXPECT_EQ(code_of(19), 0x5a) << "half way between 18 and 20";
  Random random(1);
  for (int i = 0; i < 20000; ++i) {
    const auto value = static_cast<float>(std::ldexp(random.unit(), random.between(-12, 9)));
    ASSERT_EQ(code_of(static_cast<double>(value)), e4m3.encode(static_cast<double>(value)))
        << value;
  }
}

TEST(KvPack, RecordOfV32ByHand) {
  std::vector<std::uint16_t> values(576, to_bf16(0));
  values[0] = to_bf16(448);  // group 0: scale 1
  values[1] = to_bf16(-1);
  values[128] = to_bf16(450);    // group 1: above 448, scale 2
  values[256] = to_bf16(0.01f);  // group 2: the smallest scale, 2^-13 >= 1e-4
  values[512] = to_bf16(3);      // RoPE
  std::vector<std::uint8_t> page(2 * 656, 0xaa);
  pack_token(KvLayout::v32, ScaleRule::power_of_two, values, page.data(), 2, 1);
  EXPECT_EQ(page[655], 0xaa) << "the token before is not touched";
  const std::uint8_t* token = page.data() + 656;
  EXPECT_EQ(token[0], 0x7e);
  EXPECT_EQ(token[1], 0xb8);
  EXPECT_EQ(token[2], 0);
  float scales[4];
  std::memcpy(scales, token + 512, sizeof scales);
  EXPECT_EQ(scales[0], 1);
  EXPECT_EQ(scales[1], 2);
  EXPECT_EQ(scales[2], 0x1p-13f);
  EXPECT_EQ(scales[3], 0x1p-13f);
  EXPECT_EQ(token[128], code_of(225));
  EXPECT_EQ(load<std::uint16_t>({token + 528, 128}, 0), to_bf16(3));
}

TEST(KvPack, ExactScaleIsTheLargestMagnitudeOver448) {
  std::vector<std::uint16_t> values(576, to_bf16(0));
  values[5] = to_bf16(-3);
  std::vector<std::uint8_t> page(656);
  pack_token(KvLayout::v32, ScaleRule::exact, values, page.data(), 1, 0);
  EXPECT_EQ(page[5], 0xfe) << "the largest magnitude becomes 448";
  EXPECT_EQ(load<float>(page, 128), 3.0f / 448.0f);
  EXPECT_EQ(load<float>(page, 129), 1e-4f);
}

TEST(KvPack, PageOfModel1ByHand) {
  // 3 tokens: 3 x 576 + 3 x 8 = 1752 bytes, rounded up to 4 x 576.
  EXPECT_EQ(mla::page_bytes_of(KvLayout::model1, 3), 2304);
  std::vector<std::uint16_t> values(512, to_bf16(0));
  values[64] = to_bf16(448);      // group 1: 2^0
  values[447] = to_bf16(0.875f);  // group 6: 2^-9
  values[448] = to_bf16(5);       // RoPE
  values[511] = to_bf16(-7);
  std::vector<std::uint8_t> page(2304, 0xaa);
  pack_token(KvLayout::model1, ScaleRule::power_of_two, values, page.data(), 3, 2);
  EXPECT_EQ(page[2 * 576 + 64], 0x7e);
  EXPECT_EQ(page[2 * 576 + 447], 0x7e);
  EXPECT_EQ(load<std::uint16_t>({page.data() + 2 * 576 + 448, 128}, 0), to_bf16(5));
  EXPECT_EQ(load<std::uint16_t>({page.data() + 2 * 576 + 448, 128}, 63), to_bf16(-7));
  const std::uint8_t* scales = page.data() + 3 * 576 + 2 * 8;
  EXPECT_EQ(scales[0], 127 - 13);
  EXPECT_EQ(scales[1], 127);
  EXPECT_EQ(scales[6], 127 - 9);
  EXPECT_EQ(scales[7], 0);
  EXPECT_EQ(scales[8], 0xaa);
  EXPECT_EQ(scales[-1], 0xaa);
  EXPECT_THROW(pack_token(KvLayout::model1, ScaleRule::exact, values, page.data(), 3, 0),
               std::logic_error);
}

TEST(KvPack, ThereAndBackIsWithinTheStepOfE4m3) {
  Random random(3);
  for (const KvLayout layout : {KvLayout::v32, KvLayout::model1}) {
    const auto width = static_cast<std::size_t>(mla::key_width_of(layout));
    std::vector<std::uint16_t> values(width);
    for (auto& value : values) value = to_bf16(static_cast<float>(random.unit()));
    std::vector<std::uint8_t> page(static_cast<std::size_t>(mla::page_bytes_of(layout, 5)));
    pack_token(layout, ScaleRule::power_of_two, values, page.data(), 5, 3);
    std::vector<std::uint16_t> back(width);
    unpack_token(layout, page.data(), 5, 3, back);
    for (std::size_t i = 0; i < width; ++i) {
      const float error = std::fabs(from_bf16(back[i]) - from_bf16(values[i]));
      if (i >= width - 64)
        ASSERT_EQ(error, 0) << i;
      else
        ASSERT_LE(error, std::fmax(std::fabs(from_bf16(values[i])) / 16, 0x1p-10f)) << i;
    }
    poison_token(layout, page.data(), 5, 3);
    unpack_token(layout, page.data(), 5, 3, back);
    for (const std::uint16_t x : back) ASSERT_TRUE(std::isnan(from_bf16(x)));
  }
}

TEST(KvPack, TruncatedScalesDifferExactlyWhereTheyAreNoPowersOfTwo) {
  std::vector<std::uint16_t> values(576);
  Random random(4);
  for (auto& value : values) value = to_bf16(static_cast<float>(random.unit()));
  for (const ScaleRule rule : {ScaleRule::power_of_two, ScaleRule::exact}) {
    std::vector<std::uint8_t> page(656);
    pack_token(KvLayout::v32, rule, values, page.data(), 1, 0);
    std::vector<std::uint16_t> right(576);
    std::vector<std::uint16_t> truncated(576);
    unpack_token(KvLayout::v32, page.data(), 1, 0, right);
    unpack_token(KvLayout::v32, page.data(), 1, 0, truncated,
                 ScaleReading::truncated_to_power_of_two);
    EXPECT_EQ(right == truncated, rule == ScaleRule::power_of_two);
  }
}

}  // namespace
}  // namespace bp
