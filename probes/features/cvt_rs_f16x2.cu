// cvt.rs of two f32 to f16x2 and bf16x2, with and without .relu.
#ifdef __CUDACC__
#include "probes/features/cvt_rs_device.cuh"
#include "probes/features/device.cuh"

BP_ENTRY(cvt_rs_f16x2) {
  bp::elementwise::map<3, 2>(in, out, [](unsigned, const unsigned(&w)[3], unsigned(&r)[2]) {
    using namespace bp::ptx;
    if (blockIdx.x == 0) bp::cvt::round_two(w, r, bp::ptx::cvt_rs_f16x2, cvt_rs_f16x2_relu);
    if (blockIdx.x == 1) bp::cvt::round_two(w, r, cvt_rs_bf16x2, cvt_rs_bf16x2_relu);
  });
}

#else
#include "probes/features/cvt_rs_host.h"

namespace bp {
namespace {
using Operation = cvt::Stochastic<2, 16, 0xffff0000u, f16, bf16>;
constexpr std::string_view instructions[] = {"cvt.rs.f16x2.f32", "cvt.rs.relu.f16x2.f32",
                                             "cvt.rs.bf16x2.f32", "cvt.rs.relu.bf16x2.f32"};
constexpr std::string_view native_sass[] = {"F2FP.F16.F32.PACK_AB.RS"};

}  // namespace

extern const InstructionProbe cvt_rs_f16x2_probe = elementwise::describe<Operation>({
    .feature = "cvt.rs.f16x2",
    .entry = "cvt_rs_f16x2",
    .instructions = instructions,
    .ptx = cvt::rs_ptx,
    .native_sass = native_sass,
    .neutralise = {.line_with = instructions[0], .replacement = cvt::nothing32},
});

}  // namespace bp
#endif
