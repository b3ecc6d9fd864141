// wgmma with f16 operands and a sparse A: two of each four elements are zero, in two steps of k32.
#ifdef __CUDACC__
#include "probes/features/wgmma_device.cuh"

struct Instruction {
  template <typename... Operands>
  __device__ void operator()(Operands&&... operands) const {
    bp::ptx::wgmma_sp_f16(operands...);
  }
};

BP_ENTRY(wgmma_sp_f16) { bp::wgmma::multiply<bp::wgmma::Sparse<1>, float>(in, out, Instruction{}); }

BP_ENTRY_BOUNDS(wgmma_sp_f16_rate, bp::wgmma::rate_threads, 1) {
  bp::wgmma::clocked<bp::wgmma::Sparse<1>, float>(in, out, Instruction{});
}

#else
#include "probes/features/wgmma_host.h"

namespace bp {
namespace {

using Operands = wgmma::Sparse<wgmma::F16>;
constexpr auto instructions =
    wgmma::instructions("wgmma.mma_async.sp.sync.aligned.m64n64k32.f32.f16.f16",
                        "wgmma.mma_async.sp.sync.aligned.m64n256k32.f32.f16.f16");
constexpr std::string_view native_sass[] = {"HGMMA.SP.64x64x32.F32"};

}  // namespace

extern const InstructionProbe wgmma_sp_f16_probe = wgmma::describe<Operands>({
    .feature = "wgmma.sp.f16",
    .entry = "wgmma_sp_f16",
    .rate_entry = "wgmma_sp_f16_rate",
    .instructions = instructions,
    .native_sass = native_sass,
    .ptx = {8, 2},
    // 32 products below 1, sums below 32: the accumulator keeps at least 22 bits.
    .tolerance = {.absolute = 1e-3},
});

}  // namespace bp
#endif
