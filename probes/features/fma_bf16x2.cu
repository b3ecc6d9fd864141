// fma, with and without .relu, min and max.NaN of two bf16 at a time.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/features/elementwise_device.cuh"
#include "probes/ptx/packed_math.cuh"

BP_ENTRY(fma_bf16x2) {
  bp::elementwise::map<3, 4>(in, out, [](unsigned, const unsigned(&w)[3], unsigned(&r)[4]) {
    r[0] = bp::ptx::fma_bf16x2(w[0], w[2], w[1]);
    r[1] = bp::ptx::fma_relu_bf16x2(w[0], w[2], w[1]);
    r[2] = bp::ptx::min_bf16x2(w[0], w[1]);
    r[3] = bp::ptx::max_nan_bf16x2(w[0], w[1]);
  });
}

#else
#include "probes/features/packed_host.h"

namespace bp {
namespace {

constexpr std::string_view instructions[] = {"fma.rn.relu.bf16x2", "fma.rn.bf16x2", "min.bf16x2",
                                             "max.NaN.bf16x2"};
constexpr std::string_view native_sass[] = {"HFMA2.BF16", "HFMA2.MMA.BF16"};

}  // namespace

extern const InstructionProbe fma_bf16x2_probe =
    elementwise::describe<packed::Operation<bf16, packed::FmaMinMax> >({
        .feature = "fma.bf16x2",
        .entry = "fma_bf16x2",
        .instructions = instructions,
        .ptx = {7, 0},
        .native_sass = native_sass,
        .neutralise = {.line_with = instructions[0], .replacement = "mov.b32 %0, %1;"},
    });

}  // namespace bp
#endif
