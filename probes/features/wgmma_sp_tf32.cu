// wgmma with tf32 operands and a sparse A: one of each two elements is zero, in two steps of k16.
#ifdef __CUDACC__
#include "probes/features/wgmma_device.cuh"

struct Instruction {
  template <typename... Operands>
  __device__ void operator()(Operands&&... operands) const {
    bp::ptx::wgmma_sp_tf32(operands...);
  }
};

BP_ENTRY(wgmma_sp_tf32) {
  bp::wgmma::multiply<bp::wgmma::Sparse<1>, float>(in, out, Instruction{});
}

BP_ENTRY_BOUNDS(wgmma_sp_tf32_rate, bp::wgmma::rate_threads, 1) {
  bp::wgmma::clocked<bp::wgmma::Sparse<1>, float>(in, out, Instruction{});
}

#else
#include "probes/features/wgmma_host.h"

namespace bp {
namespace {

using Operands = wgmma::Sparse<wgmma::Tf32>;
constexpr auto instructions =
    wgmma::instructions("wgmma.mma_async.sp.sync.aligned.m64n64k16.f32.tf32.tf32",
                        "wgmma.mma_async.sp.sync.aligned.m64n256k16.f32.tf32.tf32");
constexpr std::string_view native_sass[] = {"HGMMA.SP.64x64x16.F32.TF32"};

}  // namespace

extern const InstructionProbe wgmma_sp_tf32_probe = wgmma::describe<Operands>({
    .feature = "wgmma.sp.tf32",
    .entry = "wgmma_sp_tf32",
    .rate_entry = "wgmma_sp_tf32_rate",
    .instructions = instructions,
    .native_sass = native_sass,
    .ptx = {8, 2},
    // 16 products below 1, sums below 16: the accumulator keeps at least 22 bits.
    .tolerance = {.absolute = 1e-3},
});

}  // namespace bp
#endif
