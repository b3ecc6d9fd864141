// wgmma with FP8 e4m3 operands and a sparse A: two of each four elements are zero, in two steps of
// k64.
#ifdef __CUDACC__
#include "probes/features/wgmma_device.cuh"

struct Instruction {
  template <typename... Operands>
  __device__ void operator()(Operands&&... operands) const {
    bp::ptx::wgmma_sp_e4m3(operands...);
  }
};

BP_ENTRY(wgmma_sp_e4m3) {
  bp::wgmma::multiply<bp::wgmma::Sparse<2>, float>(in, out, Instruction{});
}

BP_ENTRY_BOUNDS(wgmma_sp_e4m3_rate, bp::wgmma::rate_threads, 1) {
  bp::wgmma::clocked<bp::wgmma::Sparse<2>, float>(in, out, Instruction{});
}

#else
#include "probes/features/wgmma_host.h"

namespace bp {
namespace {

using Operands = wgmma::Sparse<wgmma::E4m3>;
constexpr auto instructions =
    wgmma::instructions("wgmma.mma_async.sp.sync.aligned.m64n64k64.f32.e4m3.e4m3",
                        "wgmma.mma_async.sp.sync.aligned.m64n256k64.f32.e4m3.e4m3");
constexpr std::string_view native_sass[] = {"QGMMA.SP.64x64x64.F32.E4M3.E4M3"};

}  // namespace

extern const InstructionProbe wgmma_sp_e4m3_probe = wgmma::describe<Operands>({
    .feature = "wgmma.sp.e4m3",
    .entry = "wgmma_sp_e4m3",
    .rate_entry = "wgmma_sp_e4m3_rate",
    .instructions = instructions,
    .native_sass = native_sass,
    .ptx = {8, 2},
    // 64 of 128 products are not zero, 32 in each of two steps: as wgmma.e4m3.
    .tolerance = {.absolute = 0.0625},
});

}  // namespace bp
#endif
