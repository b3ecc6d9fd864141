// wgmma with A (f16) in registers and B in shared memory, in four steps of k16.
#ifdef __CUDACC__
#include "probes/features/wgmma_device.cuh"

struct Instruction {
  template <typename... Operands>
  __device__ void operator()(Operands&&... operands) const {
    bp::ptx::wgmma_f16(operands...);
  }
};

BP_ENTRY(wgmma_a_registers) {
  bp::wgmma::multiply<bp::wgmma::Registers, float>(in, out, Instruction{});
}

BP_ENTRY_BOUNDS(wgmma_a_registers_rate, bp::wgmma::rate_threads, 1) {
  bp::wgmma::clocked<bp::wgmma::Registers, float>(in, out, Instruction{});
}

#else
#include "probes/features/wgmma_host.h"

namespace bp {
namespace {

using Operands = wgmma::KMajor<wgmma::F16, 128>;
constexpr auto instructions =
    wgmma::instructions("wgmma.mma_async.sync.aligned.m64n64k16.f32.f16.f16",
                        "wgmma.mma_async.sync.aligned.m64n256k16.f32.f16.f16");
constexpr std::string_view native_sass[] = {"HGMMA.64x64x16.F32"};

}  // namespace

extern const InstructionProbe wgmma_a_registers_probe = wgmma::describe<Operands>({
    .feature = "wgmma.a_registers",
    .entry = "wgmma_a_registers",
    .rate_entry = "wgmma_a_registers_rate",
    .instructions = instructions,
    .native_sass = native_sass,
    // 64 products below 1, sums below 64: the accumulator keeps at least 22 bits.
    .tolerance = {.absolute = 1e-3},
});

}  // namespace bp
#endif
