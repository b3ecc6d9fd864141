#include "kernels/reference/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "kernels/reference/bf16.h"
#include "probes/features/host.h"

namespace bp {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr CompareLimits limits{1e-3, 1e-2, 1e-5};
using Values = std::vector<double>;

TEST(Compare, EitherLimitIsEnough) {
  EXPECT_TRUE(compare(Values{0.0009, 100.9}, Values{0, 100}, {1e-3, 1e-2, -1}).equal);
  const auto wrong = compare(Values{0.0, 0.0011, 102}, Values{0, 0, 100}, {1e-3, 1e-2, -1});
  EXPECT_FALSE(wrong.equal);
  EXPECT_EQ(wrong.wrong, 2u);
  EXPECT_EQ(wrong.first_wrong, 1u);
  EXPECT_DOUBLE_EQ(wrong.max_abs_error, 2);
  EXPECT_THAT(wrong.sentence, testing::HasSubstr("2 of 3"));
}

TEST(Compare, EqualIsEqualEvenWithLimitsOfZero) {
  EXPECT_TRUE(compare(Values{0, 1}, Values{0, 1}, {0, 0, -1}).equal);
}

TEST(Compare, InfinitiesAndNanStandAtTheSamePlaces) {
  EXPECT_TRUE(compare(Values{inf, -inf, nan, 1}, Values{inf, -inf, nan, 1}, limits).equal);
  for (const auto& actual : {Values{-inf, 1}, Values{nan, 1}, Values{1e308, 1}, Values{1, inf}}) {
    EXPECT_FALSE(compare(actual, Values{inf, 1}, limits).equal);
  }
  EXPECT_FALSE(compare(Values{nan}, Values{0}, {inf, inf, -1}).equal);
  EXPECT_FALSE(compare(Values{inf}, Values{0}, {inf, inf, -1}).equal);
}

TEST(Compare, ManySmallErrorsOfOneDirectionFailTheCosine) {
  // Each element is within 1%, but the whole vector is too long.
  const Values expected(100, 1.0);
  const Values actual(100, 1.009);
  const auto result = compare(actual, expected, limits);
  EXPECT_EQ(result.wrong, 0u);
  EXPECT_NEAR(result.cos_diff, 1 - 2 * 1.009 / (1.009 * 1.009 + 1), 1e-12);
  EXPECT_FALSE(result.equal);
  EXPECT_TRUE(compare(actual, expected, {1e-3, 1e-2, -1}).equal);
}

TEST(Compare, AllZeroIsEqual) { EXPECT_TRUE(compare(Values(4), Values(4), limits).equal); }

TEST(Compare, DifferentSizesAreAProgrammingError) {
  EXPECT_THROW(compare(Values(3), Values(4), limits), std::logic_error);
}

TEST(Bf16, RoundsAsTheExactCodec) {
  Random random(5);
  for (int i = 0; i < 100000; ++i) {
    const float value = std::bit_cast<float>(static_cast<std::uint32_t>(random.next()));
    // The other one saturates where this one becomes infinite.
    if (!(std::abs(value) < 3.3e38f)) continue;
    EXPECT_EQ(to_bf16(value), bf16.encode(static_cast<double>(value))) << value;
    EXPECT_EQ(static_cast<double>(from_bf16(to_bf16(value))), bf16.decode(to_bf16(value)));
  }
  EXPECT_TRUE(std::isnan(from_bf16(to_bf16(std::numeric_limits<float>::quiet_NaN()))));
  EXPECT_TRUE(std::isnan(from_bf16(bf16_nan)));
}

}  // namespace
}  // namespace bp
