// DPX on pairs of s16: a sum and its maximum or minimum with another number, and those of three
// numbers, each of which is one machine instruction (VIADDMNMX, VIMNMX3) where the hardware has it.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/features/elementwise_device.cuh"
#include "probes/ptx/min_max.cuh"

BP_ENTRY(dpx_s16x2) {
  bp::elementwise::map<3, 4>(in, out, [](unsigned, const unsigned(&w)[3], unsigned(&r)[4]) {
    r[0] = bp::ptx::add_max_relu_s16x2(w[0], w[1], w[2]);
    r[1] = bp::ptx::add_min_s16x2(w[0], w[1], w[2]);
    r[2] = bp::ptx::max3_relu_s16x2(w[0], w[1], w[2]);
    r[3] = bp::ptx::min3_s16x2(w[0], w[1], w[2]);
  });
}

#else
#include "probes/features/dpx_host.h"

namespace bp {
namespace {

constexpr std::string_view instructions[] = {"max.relu.s16x2", "max.s16x2", "min.s16x2",
                                             "add.s16x2"};
constexpr std::string_view native_sass[] = {"VIADDMNMX"};

}  // namespace

extern const InstructionProbe dpx_s16x2_probe = elementwise::describe<dpx::Operation<16> >({
    .feature = "dpx.s16x2",
    .entry = "dpx_s16x2",
    .instructions = instructions,
    .ptx = {8, 0},
    .native_sass = native_sass,
    .neutralise = {.line_with = instructions[0], .replacement = "mov.b32 %0, %1;"},
});

}  // namespace bp
#endif
