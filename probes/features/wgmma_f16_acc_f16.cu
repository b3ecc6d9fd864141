// wgmma with f16 operands that adds up in f16 too, two accumulators to a register.
#ifdef __CUDACC__
#include "probes/features/wgmma_device.cuh"

struct Instruction {
  template <typename... Operands>
  __device__ void operator()(Operands&&... operands) const {
    bp::ptx::wgmma_f16_acc_f16(operands...);
  }
};

BP_ENTRY(wgmma_f16_acc_f16) {
  bp::wgmma::multiply<bp::wgmma::Shared<128>, bp::wgmma::HalfPair>(in, out, Instruction{});
}

BP_ENTRY_BOUNDS(wgmma_f16_acc_f16_rate, bp::wgmma::rate_threads, 1) {
  bp::wgmma::clocked<bp::wgmma::Shared<128>, bp::wgmma::HalfPair>(in, out, Instruction{});
}

#else
#include "probes/features/wgmma_host.h"

namespace bp {
namespace {

using Operands = wgmma::KMajor<wgmma::F16, 128>;
constexpr auto instructions =
    wgmma::instructions("wgmma.mma_async.sync.aligned.m64n64k16.f16.f16.f16",
                        "wgmma.mma_async.sync.aligned.m64n256k16.f16.f16.f16");
constexpr std::string_view native_sass[] = {"HGMMA.64x64x16.F16"};

}  // namespace

extern const InstructionProbe wgmma_f16_acc_f16_probe = wgmma::describe<Operands>({
    .feature = "wgmma.f16.acc_f16",
    .entry = "wgmma_f16_acc_f16",
    .rate_entry = "wgmma_f16_acc_f16_rate",
    .instructions = instructions,
    .native_sass = native_sass,
    // The sum is rounded to f16 at least once in each of four steps, here twice: 2^-7 of up
    // to 16.
    .tolerance = {.absolute = 0.0625},
});

}  // namespace bp
#endif
