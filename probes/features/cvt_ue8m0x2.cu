// cvt to ue8m0x2, two scale exponents, from f32 and from bf16x2, toward zero and up.
#ifdef __CUDACC__
#include "probes/features/cvt_items.h"
#include "probes/features/device.cuh"
#include "probes/features/elementwise_device.cuh"
#include "probes/ptx/cvt.cuh"

BP_ENTRY(cvt_ue8m0x2) {
  bp::elementwise::map<2, 2>(in, out, [](unsigned item, const unsigned(&w)[2], unsigned(&r)[2]) {
    using namespace bp::ptx;
    for (unsigned i = 0; i < 2; ++i) {
      const float upper = bp::elementwise::as_float(w[1 - i]);
      const float lower = bp::elementwise::as_float(w[i]);
      r[i] = item < bp::cvt::scale_f32_items
                 ? cvt_rz_ue8m0x2_f32(upper, lower) | cvt_rp_ue8m0x2_f32(upper, lower) << 16
                 : cvt_rz_ue8m0x2_bf16x2(w[i]) | cvt_rp_ue8m0x2_bf16x2(w[i]) << 16;
    }
  });
}

#else
#include "probes/features/cvt_host.h"

namespace bp {
namespace {
std::uint32_t pair(std::uint32_t upper, std::uint32_t lower) {
  const auto rounded = [&](bool up) {
    return cvt::scale_code(upper, up) << 8 | cvt::scale_code(lower, up);
  };
  return rounded(false) | rounded(true) << 16;
}

struct Operation {
  using Result = std::uint32_t;
  static constexpr unsigned items = cvt::scale_f32_items + cvt::scale_bf16_items;
  static constexpr unsigned words = 2, results = 2;
  static_assert(words * cvt::scale_f32_items == 1024 && words * cvt::scale_bf16_items == 1024);
  static constexpr std::array<std::uint32_t, 2> fault_words{0x3f800000u, 0x40000000u};  // 1, 2

  /// Each power of two, what is next to it on either side, and one and a half of it; some
  /// negative. First of f32, then of bf16.
  static void exact(std::span<std::uint32_t> in) {
    constexpr std::array<std::uint32_t, 4> rest_of_f32{0, 1, 0x400000u, 0x7fffffu};
    constexpr std::array<std::uint32_t, 4> rest_of_bf16{0, 0x7fu, 0x40u, 1};
    for (std::uint32_t i = 0; i < 1024; ++i) {
      const std::uint32_t exponent = i / 4;
      in[i] = exponent << 23 | rest_of_f32[i % 4] | (exponent % 3 == 0 ? 1u << 31 : 0u);
      const std::uint32_t upper = (exponent * 77 + 13) % 256 << 7 | rest_of_bf16[i % 4];
      const std::uint32_t lower = exponent << 7 | rest_of_bf16[(i + 1) % 4];
      in[1024 + i] = upper << 16 | lower | (exponent % 3 == 0 ? 1u << 31 : 1u << 15);
    }
  }
  static void random(Random& values, std::span<std::uint32_t> in) {
    for (auto& word : in) word = static_cast<std::uint32_t>(values.next() >> 32);
  }
  static void apply(unsigned item, const std::uint32_t* in, std::uint32_t* out) {
    for (unsigned i = 0; i < 2; ++i) {
      out[i] = item < cvt::scale_f32_items ? pair(in[1 - i], in[i])
                                           : pair(in[i] & 0xffff0000u, in[i] << 16);
    }
  }
};

constexpr std::string_view instructions[] = {
    "cvt.rz.satfinite.ue8m0x2.f32", "cvt.rp.satfinite.ue8m0x2.f32",
    "cvt.rz.satfinite.ue8m0x2.bf16x2", "cvt.rp.satfinite.ue8m0x2.bf16x2"};
constexpr std::string_view native_sass[] = {"F2FP.SATFINITE.E8"};

}  // namespace

extern const InstructionProbe cvt_ue8m0x2_probe = elementwise::describe<Operation>({
    .feature = "cvt.ue8m0x2",
    .entry = "cvt_ue8m0x2",
    .instructions = instructions,
    .ptx = cvt::narrow_ptx,
    .native_sass = native_sass,
    .neutralise = {.line_with = instructions[0], .replacement = cvt::nothing16},
});

}  // namespace bp
#endif
