// wgmma with s8 operands and a sparse A: two of each four elements are zero, in two steps of k64.
#ifdef __CUDACC__
#include "probes/features/wgmma_device.cuh"

struct Instruction {
  template <typename... Operands>
  __device__ void operator()(Operands&&... operands) const {
    bp::ptx::wgmma_sp_s8(operands...);
  }
};

BP_ENTRY(wgmma_sp_s8) { bp::wgmma::multiply<bp::wgmma::Sparse<2>, int>(in, out, Instruction{}); }

BP_ENTRY_BOUNDS(wgmma_sp_s8_rate, bp::wgmma::rate_threads, 1) {
  bp::wgmma::clocked<bp::wgmma::Sparse<2>, int>(in, out, Instruction{});
}

#else
#include "probes/features/wgmma_host.h"

namespace bp {
namespace {

using Operands = wgmma::Sparse<wgmma::S8>;
constexpr auto instructions =
    wgmma::instructions("wgmma.mma_async.sp.sync.aligned.m64n64k64.s32.s8.s8",
                        "wgmma.mma_async.sp.sync.aligned.m64n256k64.s32.s8.s8");
constexpr std::string_view native_sass[] = {"IGMMA.SP.64x64x64.S8.S8"};

}  // namespace

extern const InstructionProbe wgmma_sp_s8_probe = wgmma::describe<Operands>({
    .feature = "wgmma.sp.s8",
    .entry = "wgmma_sp_s8",
    .rate_entry = "wgmma_sp_s8_rate",
    .instructions = instructions,
    .native_sass = native_sass,
    .ptx = {8, 2},
    .element = Element::s32,
});

}  // namespace bp
#endif
