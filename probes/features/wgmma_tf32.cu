// wgmma with tf32 operands, in four steps of k8.
#ifdef __CUDACC__
#include "probes/features/wgmma_device.cuh"

struct Instruction {
  template <typename... Operands>
  __device__ void operator()(Operands&&... operands) const {
    bp::ptx::wgmma_tf32(operands...);
  }
};

BP_ENTRY(wgmma_tf32) { bp::wgmma::multiply<bp::wgmma::Shared<128>, float>(in, out, Instruction{}); }

BP_ENTRY_BOUNDS(wgmma_tf32_rate, bp::wgmma::rate_threads, 1) {
  bp::wgmma::clocked<bp::wgmma::Shared<128>, float>(in, out, Instruction{});
}

#else
#include "probes/features/wgmma_host.h"

namespace bp {
namespace {

using Operands = wgmma::KMajor<wgmma::Tf32, 128>;
constexpr auto instructions =
    wgmma::instructions("wgmma.mma_async.sync.aligned.m64n64k8.f32.tf32.tf32",
                        "wgmma.mma_async.sync.aligned.m64n256k8.f32.tf32.tf32");
constexpr std::string_view native_sass[] = {"HGMMA.64x64x8.F32.TF32"};

}  // namespace

extern const InstructionProbe wgmma_tf32_probe = wgmma::describe<Operands>({
    .feature = "wgmma.tf32",
    .entry = "wgmma_tf32",
    .rate_entry = "wgmma_tf32_rate",
    .instructions = instructions,
    .native_sass = native_sass,
    // 32 products below 1, sums below 32: the accumulator keeps at least 22 bits.
    .tolerance = {.absolute = 1e-3},
});

}  // namespace bp
#endif
