// cvt to e3m2x2 from f32, with and without .relu: all its values, the middles between them, what is
// next to either, and what has no place in it.
#ifdef __CUDACC__
#include "probes/features/cvt_device.cuh"
#include "probes/features/device.cuh"

BP_ENTRY(cvt_e3m2x2) {
  using namespace bp::ptx;
  bp::cvt::narrow(in, out, cvt_e3m2x2_f32, cvt_e3m2x2_f32_relu);
}

#else
#include "probes/features/cvt_host.h"

namespace bp {
namespace {

constexpr std::string_view instructions[] = {"cvt.rn.satfinite.e3m2x2.f32",
                                             "cvt.rn.satfinite.relu.e3m2x2.f32"};
constexpr std::string_view native_sass[] = {"F2FP.SATFINITE.E3M2"};

}  // namespace

extern const InstructionProbe cvt_e3m2x2_probe = elementwise::describe<cvt::Narrow<e3m2, 8> >({
    .feature = "cvt.e3m2x2",
    .entry = "cvt_e3m2x2",
    .instructions = instructions,
    .ptx = cvt::narrow_ptx,
    .native_sass = native_sass,
    .neutralise = {.line_with = instructions[0], .replacement = cvt::nothing16},
});

}  // namespace bp
#endif
