// wgmma with FP8 e5m2 operands, in two steps of k32.
#ifdef __CUDACC__
#include "probes/features/wgmma_device.cuh"

struct Instruction {
  template <typename... Operands>
  __device__ void operator()(Operands&&... operands) const {
    bp::ptx::wgmma_e5m2(operands...);
  }
};

BP_ENTRY(wgmma_e5m2) { bp::wgmma::multiply<bp::wgmma::Shared<64>, float>(in, out, Instruction{}); }

BP_ENTRY_BOUNDS(wgmma_e5m2_rate, bp::wgmma::rate_threads, 1) {
  bp::wgmma::clocked<bp::wgmma::Shared<128>, float, bp::wgmma::Shared<64>::element_bytes>(
      in, out, Instruction{});
}

#else
#include "probes/features/wgmma_host.h"

namespace bp {
namespace {

using Operands = wgmma::KMajor<wgmma::E5m2, 64>;
constexpr auto instructions =
    wgmma::instructions("wgmma.mma_async.sync.aligned.m64n64k32.f32.e5m2.e5m2",
                        "wgmma.mma_async.sync.aligned.m64n256k32.f32.e5m2.e5m2");
constexpr std::string_view native_sass[] = {"QGMMA.64x64x32.F32.E5M2.E5M2"};

}  // namespace

extern const InstructionProbe wgmma_e5m2_probe = wgmma::describe<Operands>({
    .feature = "wgmma.e5m2",
    .entry = "wgmma_e5m2",
    .rate_entry = "wgmma_e5m2_rate",
    .instructions = instructions,
    .native_sass = native_sass,
    // As wgmma.e4m3: few bits below the largest product.
    .tolerance = {.absolute = 0.0625},
});

}  // namespace bp
#endif
