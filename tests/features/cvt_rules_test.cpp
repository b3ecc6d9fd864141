// The rules by which the references of the cvt probes convert are those of the toolkit's own host
// functions, where its headers have them: every code, every f16, and f32 around every code.
#include <gtest/gtest.h>

#include "probes/features/cvt_host.h"

#if __has_include(<cuda_fp4.h>) && __has_include(<cuda_fp6.h>) && __has_include(<cuda_fp8.h>) && \
    __has_include(<nv/target>)
#include <cuda_fp4.h>
#include <cuda_fp6.h>
#include <cuda_fp8.h>

namespace bp {
namespace {

struct Kind {
  const char* name;
  SmallFloat format;
  unsigned (*from_f32)(float);
  unsigned (*to_f16)(unsigned);
};

template <__nv_fp8_interpretation_t kind>
unsigned fp8_of(float value) {
  return __nv_cvt_float_to_fp8(value, __NV_SATFINITE, kind);
}
template <__nv_fp8_interpretation_t kind>
unsigned f16_of_fp8(unsigned code) {
  return __nv_cvt_fp8_to_halfraw(static_cast<__nv_fp8_storage_t>(code), kind).x;
}
template <__nv_fp6_interpretation_t kind>
unsigned fp6_of(float value) {
  return __nv_cvt_float_to_fp6(value, kind, cudaRoundNearest);
}
template <__nv_fp6_interpretation_t kind>
unsigned f16_of_fp6(unsigned code) {
  return __nv_cvt_fp6_to_halfraw(static_cast<__nv_fp6_storage_t>(code), kind).x;
}
unsigned fp4_of(float value) { return __nv_cvt_float_to_fp4(value, __NV_E2M1, cudaRoundNearest); }
unsigned f16_of_fp4(unsigned code) {
  return __nv_cvt_fp4_to_halfraw(static_cast<__nv_fp4_storage_t>(code), __NV_E2M1).x;
}

const Kind kinds[] = {
    {"e4m3", e4m3, &fp8_of<__NV_E4M3>, &f16_of_fp8<__NV_E4M3>},
    {"e5m2", e5m2, &fp8_of<__NV_E5M2>, &f16_of_fp8<__NV_E5M2>},
    {"e3m2", e3m2, &fp6_of<__NV_E3M2>, &f16_of_fp6<__NV_E3M2>},
    {"e2m3", e2m3, &fp6_of<__NV_E2M3>, &f16_of_fp6<__NV_E2M3>},
    {"e2m1", e2m1, &fp4_of, &f16_of_fp4},
};

class CvtRules : public testing::TestWithParam<Kind> {};

TEST_P(CvtRules, NarrowLikeTheToolkit) {
  auto values = cvt::hard_values(GetParam().format);
  Random source(1);
  for (int i = 0; i < 20000; ++i) values.push_back(cvt::random_f32(GetParam().format, source));
  for (std::uint32_t code = 0; code < 65536; ++code) {
    const double value = f16.decode(code);
    if (!std::isnan(value)) values.push_back(cvt::bits_of(value));
  }
  for (const std::uint32_t bits : values) {
    const auto ours = cvt::narrow(GetParam().format, cvt::value_of(bits), false);
    ASSERT_EQ(ours, GetParam().from_f32(std::bit_cast<float>(bits))) << std::hex << bits;
  }
}

TEST_P(CvtRules, WidenLikeTheToolkit) {
  const auto& format = GetParam().format;
  for (std::uint32_t code = 0; code < 1u << (format.exponent_bits + format.mantissa_bits + 1);
       ++code)
    ASSERT_EQ(cvt::widen(f16, format.decode(code), false), GetParam().to_f16(code)) << code;
}

INSTANTIATE_TEST_SUITE_P(All, CvtRules, testing::ValuesIn(kinds),
                         [](const auto& kind) { return std::string(kind.param.name); });

TEST(CvtRules, ScalesLikeTheToolkit) {
  Random source(1);
  for (std::uint32_t i = 0; i < 200000; ++i) {
    // Every exponent with few mantissa bits, then anything.
    const auto bits = i < 65536 ? i << 16 | i % 2 : static_cast<std::uint32_t>(source.next() >> 32);
    for (const bool up : {false, true}) {
      const auto rounding = up ? cudaRoundPosInf : cudaRoundZero;
      ASSERT_EQ(cvt::scale_code(bits, up),
                __nv_cvt_float_to_e8m0(std::bit_cast<float>(bits), __NV_SATFINITE, rounding))
          << std::hex << bits;
    }
  }
  for (unsigned code = 0; code < 256; ++code) {
    ASSERT_EQ(cvt::widen(bf16, decode_ue8m0(static_cast<std::uint8_t>(code)), false),
              __nv_cvt_e8m0_to_bf16raw(static_cast<__nv_fp8_storage_t>(code)).x);
  }
}

}  // namespace
}  // namespace bp
#else
TEST(CvtRules, AreThoseOfTheToolkit) {
  GTEST_SKIP() << "the toolkit of this build has no cuda_fp8.h, cuda_fp6.h and cuda_fp4.h";
}
#endif
