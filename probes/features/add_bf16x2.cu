// add, sub and mul of two bf16 at a time.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/features/elementwise_device.cuh"
#include "probes/ptx/packed_math.cuh"

BP_ENTRY(add_bf16x2) {
  bp::elementwise::map<2, 3>(in, out, [](unsigned, const unsigned(&w)[2], unsigned(&r)[3]) {
    r[0] = bp::ptx::add_bf16x2(w[0], w[1]);
    r[1] = bp::ptx::sub_bf16x2(w[0], w[1]);
    r[2] = bp::ptx::mul_bf16x2(w[0], w[1]);
  });
}

#else
#include "probes/features/packed_host.h"

namespace bp {
namespace {

constexpr std::string_view instructions[] = {"add.rn.bf16x2", "sub.rn.bf16x2", "mul.rn.bf16x2"};
constexpr std::string_view native_sass[] = {"HFMA2.BF16", "HFMA2.MMA.BF16", "HADD2.BF16"};

}  // namespace

extern const InstructionProbe add_bf16x2_probe =
    elementwise::describe<packed::Operation<bf16, packed::AddSubMul> >({
        .feature = "add.bf16x2",
        .entry = "add_bf16x2",
        .instructions = instructions,
        .ptx = {7, 8},
        .native_sass = native_sass,
        .neutralise = {.line_with = instructions[0], .replacement = "mov.b32 %0, %1;"},
    });

}  // namespace bp
#endif
