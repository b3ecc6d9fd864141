// cvt from ue8m0x2, two scale exponents, to bf16x2: every code in both places.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/features/elementwise_device.cuh"
#include "probes/ptx/cvt.cuh"

BP_ENTRY(cvt_bf16x2_ue8m0x2) {
  bp::elementwise::map<1, 1>(in, out, [](unsigned, const unsigned(&w)[1], unsigned(&r)[1]) {
    r[0] = bp::ptx::cvt_bf16x2_ue8m0x2(static_cast<unsigned short>(w[0]));
  });
}

#else
#include "probes/features/cvt_host.h"

namespace bp {
namespace {
struct Operation {
  using Result = std::uint32_t;
  static constexpr unsigned items = 256, words = 1, results = 1;
  static constexpr std::array<std::uint32_t, 2> fault_words{0x0101u, 0x0102u};

  static void exact(std::span<std::uint32_t> in) {
    for (std::uint32_t i = 0; i < items; ++i) in[i] = i | (i * 77 + 13) % 256 << 8;
  }
  static void random(Random& values, std::span<std::uint32_t> in) {
    for (auto& word : in) word = static_cast<std::uint32_t>(values.next() >> 48);
  }
  static std::uint32_t code(std::uint32_t scale) {
    return cvt::widen(bf16, decode_ue8m0(static_cast<std::uint8_t>(scale)), false);
  }
  static void apply(unsigned, const std::uint32_t* in, std::uint32_t* out) {
    out[0] = code(in[0] >> 8) << 16 | code(in[0] & 0xff);
  }
};

constexpr std::string_view instructions[] = {"cvt.rn.bf16x2.ue8m0x2"};
constexpr std::string_view native_sass[] = {"F2FP.BF16.E8"};

}  // namespace

extern const InstructionProbe cvt_bf16x2_ue8m0x2_probe = elementwise::describe<Operation>({
    .feature = "cvt.bf16x2.ue8m0x2",
    .entry = "cvt_bf16x2_ue8m0x2",
    .instructions = instructions,
    .ptx = cvt::narrow_ptx,
    .native_sass = native_sass,
    .neutralise = {.line_with = instructions[0], .replacement = cvt::nothing32},
});

}  // namespace bp
#endif
