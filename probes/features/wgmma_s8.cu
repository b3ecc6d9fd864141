// wgmma with s8 operands and s32 accumulators, in two steps of k32.
#ifdef __CUDACC__
#include "probes/features/wgmma_device.cuh"

struct Instruction {
  template <typename... Operands>
  __device__ void operator()(Operands&&... operands) const {
    bp::ptx::wgmma_s8(operands...);
  }
};

BP_ENTRY(wgmma_s8) { bp::wgmma::multiply<bp::wgmma::Shared<64>, int>(in, out, Instruction{}); }

BP_ENTRY_BOUNDS(wgmma_s8_rate, bp::wgmma::rate_threads, 1) {
  bp::wgmma::clocked<bp::wgmma::Shared<128>, int, bp::wgmma::Shared<64>::element_bytes>(
      in, out, Instruction{});
}

#else
#include "probes/features/wgmma_host.h"

namespace bp {
namespace {

using Operands = wgmma::KMajor<wgmma::S8, 64>;
constexpr auto instructions =
    wgmma::instructions("wgmma.mma_async.sync.aligned.m64n64k32.s32.s8.s8",
                        "wgmma.mma_async.sync.aligned.m64n256k32.s32.s8.s8");
constexpr std::string_view native_sass[] = {"IGMMA.64x64x32.S8.S8"};

}  // namespace

extern const InstructionProbe wgmma_s8_probe = wgmma::describe<Operands>({
    .feature = "wgmma.s8",
    .entry = "wgmma_s8",
    .rate_entry = "wgmma_s8_rate",
    .instructions = instructions,
    .native_sass = native_sass,
    .element = Element::s32,
});

}  // namespace bp
#endif
