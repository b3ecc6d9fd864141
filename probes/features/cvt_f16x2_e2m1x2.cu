// cvt from e2m1x2 to f16x2, with and without .relu: every code in both places.
#ifdef __CUDACC__
#include "probes/features/cvt_device.cuh"
#include "probes/features/device.cuh"

BP_ENTRY(cvt_f16x2_e2m1x2) {
  bp::cvt::widen(in, out, bp::ptx::cvt_f16x2_e2m1x2, bp::ptx::cvt_f16x2_e2m1x2_relu);
}

#else
#include "probes/features/cvt_host.h"

namespace bp {
namespace {

constexpr std::string_view instructions[] = {"cvt.rn.f16x2.e2m1x2", "cvt.rn.relu.f16x2.e2m1x2"};
constexpr std::string_view native_sass[] = {"F2FP.F16.E2M1"};

}  // namespace

extern const InstructionProbe cvt_f16x2_e2m1x2_probe = elementwise::describe<cvt::Widen<e2m1, 4> >({
    .feature = "cvt.f16x2.e2m1x2",
    .entry = "cvt_f16x2_e2m1x2",
    .instructions = instructions,
    .ptx = cvt::narrow_ptx,
    .native_sass = native_sass,
    .neutralise = {.line_with = instructions[0], .replacement = cvt::nothing32},
});

}  // namespace bp
#endif
