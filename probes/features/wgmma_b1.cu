// wgmma with single bits: counts the ones of the conjunction, in two steps of k256.
#ifdef __CUDACC__
#include "probes/features/wgmma_device.cuh"

struct Instruction {
  template <typename... Operands>
  __device__ void operator()(Operands&&... operands) const {
    bp::ptx::wgmma_b1(operands...);
  }
};

BP_ENTRY(wgmma_b1) { bp::wgmma::multiply<bp::wgmma::Shared<64>, int>(in, out, Instruction{}); }

BP_ENTRY_BOUNDS(wgmma_b1_rate, bp::wgmma::rate_threads, 1) {
  bp::wgmma::clocked<bp::wgmma::Shared<128>, int, bp::wgmma::Shared<64>::element_bytes>(
      in, out, Instruction{});
}

#else
#include "probes/features/wgmma_host.h"

namespace bp {
namespace {

using Operands = wgmma::KMajor<wgmma::B1, 64>;
constexpr auto instructions =
    wgmma::instructions("wgmma.mma_async.sync.aligned.m64n64k256.s32.b1.b1.and.popc",
                        "wgmma.mma_async.sync.aligned.m64n256k256.s32.b1.b1.and.popc");
constexpr std::string_view native_sass[] = {"BGMMA.64x64x256.AND.POPC"};

}  // namespace

extern const InstructionProbe wgmma_b1_probe = wgmma::describe<Operands>({
    .feature = "wgmma.b1",
    .entry = "wgmma_b1",
    .rate_entry = "wgmma_b1_rate",
    .instructions = instructions,
    .native_sass = native_sass,
    .element = Element::s32,
});

}  // namespace bp
#endif
