// cvt.rs of four f32 to e4m3x4, e5m2x4, e3m2x4 and e2m3x4, with and without .relu.
#ifdef __CUDACC__
#include "probes/features/cvt_rs_device.cuh"
#include "probes/features/device.cuh"

BP_ENTRY(cvt_rs_e4m3x4) {
  bp::elementwise::map<5, 2>(in, out, [](unsigned, const unsigned(&w)[5], unsigned(&r)[2]) {
    using namespace bp::ptx;
    if (blockIdx.x == 0) bp::cvt::round_four(w, r, bp::ptx::cvt_rs_e4m3x4, cvt_rs_e4m3x4_relu);
    if (blockIdx.x == 1) bp::cvt::round_four(w, r, cvt_rs_e5m2x4, cvt_rs_e5m2x4_relu);
    if (blockIdx.x == 2) bp::cvt::round_four(w, r, cvt_rs_e3m2x4, cvt_rs_e3m2x4_relu);
    if (blockIdx.x == 3) bp::cvt::round_four(w, r, cvt_rs_e2m3x4, cvt_rs_e2m3x4_relu);
  });
}

#else
#include "probes/features/cvt_rs_host.h"

namespace bp {
namespace {
using Operation = cvt::Stochastic<4, 8, 0xffff0000u, e4m3, e5m2, e3m2, e2m3>;
constexpr std::string_view instructions[] = {
    "cvt.rs.satfinite.e4m3x4.f32", "cvt.rs.relu.satfinite.e4m3x4.f32",
    "cvt.rs.satfinite.e5m2x4.f32", "cvt.rs.relu.satfinite.e5m2x4.f32",
    "cvt.rs.satfinite.e3m2x4.f32", "cvt.rs.relu.satfinite.e3m2x4.f32",
    "cvt.rs.satfinite.e2m3x4.f32", "cvt.rs.relu.satfinite.e2m3x4.f32"};
constexpr std::string_view native_sass[] = {"F2FP.SATFINITE.E4M3.F32.PACK_AB_MERGE_C.RS"};

}  // namespace

extern const InstructionProbe cvt_rs_e4m3x4_probe = elementwise::describe<Operation>({
    .feature = "cvt.rs.e4m3x4",
    .entry = "cvt_rs_e4m3x4",
    .instructions = instructions,
    .ptx = cvt::rs_ptx,
    .native_sass = native_sass,
    .neutralise = {.line_with = instructions[0], .replacement = cvt::nothing32},
});

}  // namespace bp
#endif
