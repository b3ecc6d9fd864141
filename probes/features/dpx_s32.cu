// DPX on s32: a sum and its maximum or minimum with another number, and those of three
// numbers, each of which is one machine instruction (VIADDMNMX, VIMNMX3) where the hardware has it.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/features/elementwise_device.cuh"
#include "probes/ptx/min_max.cuh"

BP_ENTRY(dpx_s32) {
  bp::elementwise::map<3, 4>(in, out, [](unsigned, const unsigned(&w)[3], unsigned(&r)[4]) {
    r[0] = bp::ptx::add_max_relu_s32(w[0], w[1], w[2]);
    r[1] = bp::ptx::add_min_s32(w[0], w[1], w[2]);
    r[2] = bp::ptx::max3_relu_s32(w[0], w[1], w[2]);
    r[3] = bp::ptx::min3_s32(w[0], w[1], w[2]);
  });
}

#else
#include "probes/features/dpx_host.h"

namespace bp {
namespace {

constexpr std::string_view instructions[] = {"max.relu.s32", "max.s32", "min.s32", "add.s32"};
constexpr std::string_view native_sass[] = {"VIADDMNMX"};

}  // namespace

extern const InstructionProbe dpx_s32_probe = elementwise::describe<dpx::Operation<32> >({
    .feature = "dpx.s32",
    .entry = "dpx_s32",
    .instructions = instructions,
    .ptx = {8, 0},
    .native_sass = native_sass,
    .neutralise = {.line_with = instructions[0], .replacement = "mov.b32 %0, %1;"},
});

}  // namespace bp
#endif
