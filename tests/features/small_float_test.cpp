#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "probes/features/host.h"

namespace bp {
namespace {

struct Named {
  const char* name;
  SmallFloat format;
  double largest;   // finite
  double smallest;  // above zero
};

// Largest and smallest values from the formats' own documents: IEEE 754 (f16), PTX ISA "Alternate
// floating-point data formats" (bf16, tf32), OCP OFP8 1.0 (e4m3, e5m2), OCP Microscaling
// Formats 1.0 (e2m1, e3m2, e2m3).
const Named formats[] = {
    {"f16", f16, 65504, 0x1p-24},
    {"bf16", bf16, 0x1.fep127, 0x1p-133},
    {"tf32", tf32, 0x1.ffcp127, 0x1p-136},
    {"e4m3", e4m3, 448, 0x1p-9},
    {"e5m2", e5m2, 57344, 0x1p-16},
    {"e2m1", e2m1, 6, 0.5},
    {"e3m2", e3m2, 28, 0.0625},
    {"e2m3", e2m3, 7.5, 0.125},
};

class SmallFloatFormat : public testing::TestWithParam<Named> {
 protected:
  SmallFloat format() const { return GetParam().format; }
  unsigned magnitude_bits() const {
    return static_cast<unsigned>(format().exponent_bits + format().mantissa_bits);
  }
  std::uint32_t sign() const { return 1u << magnitude_bits(); }
  /// The finite values from zero up; the code is the index.
  std::vector<double> magnitudes() const {
    std::vector<double> values;
    for (std::uint32_t code = 0; code < sign(); ++code) {
      const double value = format().decode(code);
      if (std::isfinite(value)) values.push_back(value);
    }
    return values;
  }
};

TEST_P(SmallFloatFormat, RangeIsThatOfTheStandard) {
  const auto values = magnitudes();
  EXPECT_EQ(values.front(), 0);
  EXPECT_EQ(values[1], GetParam().smallest);
  EXPECT_EQ(values.back(), GetParam().largest);
  EXPECT_EQ(format().decode(format().encode(1.0)), 1.0);
}

TEST_P(SmallFloatFormat, CodesAscendWithTheirValues) {
  const auto values = magnitudes();
  for (std::size_t code = 1; code < values.size(); ++code)
    ASSERT_LT(values[code - 1], values[code]);
}

TEST_P(SmallFloatFormat, EveryFiniteCodeSurvives) {
  const auto values = magnitudes();
  for (std::uint32_t code = 0; code < values.size(); ++code) {
    ASSERT_EQ(format().decode(sign() | code), -values[code]);
    ASSERT_EQ(format().encode(values[code]), code);
    ASSERT_EQ(format().encode(-values[code]), sign() | code);
  }
}

// The nearest of all values, the even code where two are equally near: said by the neighbours
// alone.
TEST_P(SmallFloatFormat, RoundsToNearestEvenBetweenAllNeighbours) {
  const auto values = magnitudes();
  for (std::uint32_t code = 0; code + 1 < values.size(); ++code) {
    const double low = values[code];
    const double high = values[code + 1];
    const double middle = low + (high - low) / 2;
    const std::uint32_t even = code % 2 == 0 ? code : code + 1;
    ASSERT_EQ(format().encode(middle), even) << middle;
    ASSERT_EQ(format().encode(-middle), sign() | even) << middle;
    ASSERT_EQ(format().encode(std::nextafter(middle, low)), code) << middle;
    ASSERT_EQ(format().encode(std::nextafter(middle, high)), code + 1) << middle;
  }
}

TEST_P(SmallFloatFormat, RoundsTowardAndAwayFromZeroBetweenAllNeighbours) {
  const auto values = magnitudes();
  for (std::uint32_t code = 0; code + 1 < values.size(); ++code) {
    const double low = values[code];
    const double high = values[code + 1];
    for (const double value :
         {std::nextafter(low, high), low + (high - low) / 2, std::nextafter(high, low)}) {
      ASSERT_EQ(format().encode(value, Rounding::toward_zero), code) << value;
      ASSERT_EQ(format().encode(-value, Rounding::away_from_zero), sign() | (code + 1)) << value;
    }
    ASSERT_EQ(format().encode(low, Rounding::away_from_zero), code);
    ASSERT_EQ(format().encode(high, Rounding::toward_zero), code + 1);
  }
}

TEST_P(SmallFloatFormat, SaturatesAtTheLargestFiniteValue) {
  const auto largest = static_cast<std::uint32_t>(magnitudes().size() - 1);
  for (const double value : {GetParam().largest * 1.01, GetParam().largest * 1e6,
                             std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(format().encode(value), largest);
    EXPECT_EQ(format().encode(-value), sign() | largest);
  }
}

TEST_P(SmallFloatFormat, CodesThatAreNoFiniteNumbers) {
  const std::size_t finite = magnitudes().size();
  const std::size_t all = sign();
  if (format().ieee) {
    EXPECT_EQ(all - finite, std::size_t{1} << format().mantissa_bits);
    EXPECT_TRUE(std::isinf(format().decode(static_cast<std::uint32_t>(finite))));
  } else {
    EXPECT_EQ(all - finite, format().nan ? 1u : 0u);
  }
  if (format().nan) {
    EXPECT_TRUE(std::isnan(format().decode(sign() - 1)));
    EXPECT_TRUE(std::isnan(format().decode(format().encode(std::nan("")))));
  }
}

INSTANTIATE_TEST_SUITE_P(All, SmallFloatFormat, testing::ValuesIn(formats),
                         [](const auto& info) { return std::string(info.param.name); });

// bf16 and tf32 are the upper bits of an f32.
TEST(SmallFloat, AgreesWithTheHostsFloatOnAllCodesOfBf16AndTf32) {
  const auto check = [](const SmallFloat& format, unsigned codes, int shift) {
    for (std::uint32_t code = 0; code < codes; ++code) {
      const auto value = static_cast<double>(std::bit_cast<float>(code << shift));
      if (std::isnan(value)) {
        ASSERT_TRUE(std::isnan(format.decode(code)));
      } else {
        ASSERT_EQ(format.decode(code), value);
      }
    }
  };
  check(bf16, 1u << 16, 16);
  check(tf32, 1u << 19, 13);
}

TEST(SmallFloat, Ue8m0IsAPowerOfTwo) {
  EXPECT_EQ(decode_ue8m0(0), 0x1p-127);
  EXPECT_EQ(decode_ue8m0(127), 1);
  EXPECT_EQ(decode_ue8m0(254), 0x1p127);
  EXPECT_TRUE(std::isnan(decode_ue8m0(255)));
  for (int code = 1; code < 255; ++code) {
    EXPECT_EQ(decode_ue8m0(static_cast<std::uint8_t>(code)),
              2 * decode_ue8m0(static_cast<std::uint8_t>(code - 1)));
  }
}

TEST(Random, IsTheSameOnEveryPlatform) {
  // Reference output of SplitMix64 for the seed 1234567, from the published C code
  // (prng.di.unimi.it).
  Random values(1234567);
  EXPECT_EQ(values.next(), 6457827717110365317u);
  EXPECT_EQ(values.next(), 3203168211198807973u);
  EXPECT_EQ(values.next(), 9817491932198370423u);
}

TEST(Random, StaysInItsRange) {
  Random values(1);
  bool low = false;
  bool high = false;
  for (int i = 0; i < 10000; ++i) {
    const int value = values.between(-3, 3);
    ASSERT_GE(value, -3);
    ASSERT_LE(value, 3);
    low = low || value == -3;
    high = high || value == 3;
    const double unit = values.unit();
    ASSERT_GE(unit, -1);
    ASSERT_LT(unit, 1);
  }
  EXPECT_TRUE(low);
  EXPECT_TRUE(high);
}

}  // namespace
}  // namespace bp
