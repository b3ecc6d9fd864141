// cvt to e4m3x2 from f16x2, every value, and from f32 (all its values, the middles between them,
// what is next to either), with and without .relu.
#ifdef __CUDACC__
#include "probes/features/cvt_device.cuh"
#include "probes/features/device.cuh"

BP_ENTRY(cvt_e4m3x2) {
  using namespace bp::ptx;
  bp::cvt::narrow_all(in, out, cvt_e4m3x2_f16x2, cvt_e4m3x2_f16x2_relu, cvt_e4m3x2_f32,
                      cvt_e4m3x2_f32_relu);
}

#else
#include "probes/features/cvt_host.h"

namespace bp {
namespace {

constexpr std::string_view instructions[] = {
    "cvt.rn.satfinite.e4m3x2.f16x2", "cvt.rn.satfinite.relu.e4m3x2.f16x2",
    "cvt.rn.satfinite.e4m3x2.f32", "cvt.rn.satfinite.relu.e4m3x2.f32"};
constexpr std::string_view native_sass[] = {"F2FP.SATFINITE.E4M3"};

}  // namespace

extern const InstructionProbe cvt_e4m3x2_probe = elementwise::describe<cvt::NarrowAll<e4m3> >({
    .feature = "cvt.e4m3x2",
    .entry = "cvt_e4m3x2",
    .instructions = instructions,
    .ptx = cvt::fp8_ptx,
    .native_sass = native_sass,
    .neutralise = {.line_with = instructions[0], .replacement = cvt::nothing16},
});

}  // namespace bp
#endif
