// cvt.rs of four f32 to e2m1x4, with and without .relu.
#ifdef __CUDACC__
#include "probes/features/cvt_rs_device.cuh"
#include "probes/features/device.cuh"

BP_ENTRY(cvt_rs_e2m1x4) {
  bp::elementwise::map<5, 2>(in, out, [](unsigned, const unsigned(&w)[5], unsigned(&r)[2]) {
    bp::cvt::round_four(w, r, bp::ptx::cvt_rs_e2m1x4, bp::ptx::cvt_rs_e2m1x4_relu);
  });
}

#else
#include "probes/features/cvt_rs_host.h"

namespace bp {
namespace {
// The upper byte of either half of the random bits is for a and b.
using Operation = cvt::Stochastic<4, 4, 0xff00ff00u, e2m1>;
constexpr std::string_view instructions[] = {"cvt.rs.satfinite.e2m1x4.f32",
                                             "cvt.rs.relu.satfinite.e2m1x4.f32"};
constexpr std::string_view native_sass[] = {"F2FP.SATFINITE.E2M1.F32.PACK_AB_MERGE_C.RS"};

}  // namespace

extern const InstructionProbe cvt_rs_e2m1x4_probe = elementwise::describe<Operation>({
    .feature = "cvt.rs.e2m1x4",
    .entry = "cvt_rs_e2m1x4",
    .instructions = instructions,
    .ptx = cvt::rs_ptx,
    .native_sass = native_sass,
    .neutralise = {.line_with = instructions[0], .replacement = cvt::nothing16},
});

}  // namespace bp
#endif
