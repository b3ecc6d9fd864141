// wgmma with FP8 e4m3 operands that adds up in f16.
#ifdef __CUDACC__
#include "probes/features/wgmma_device.cuh"

struct Instruction {
  template <typename... Operands>
  __device__ void operator()(Operands&&... operands) const {
    bp::ptx::wgmma_e4m3_acc_f16(operands...);
  }
};

BP_ENTRY(wgmma_e4m3_acc_f16) {
  bp::wgmma::multiply<bp::wgmma::Shared<64>, bp::wgmma::HalfPair>(in, out, Instruction{});
}

BP_ENTRY_BOUNDS(wgmma_e4m3_acc_f16_rate, bp::wgmma::rate_threads, 1) {
  bp::wgmma::clocked<bp::wgmma::Shared<128>, bp::wgmma::HalfPair,
                     bp::wgmma::Shared<64>::element_bytes>(in, out, Instruction{});
}

#else
#include "probes/features/wgmma_host.h"

namespace bp {
namespace {

using Operands = wgmma::KMajor<wgmma::E4m3, 64>;
constexpr auto instructions =
    wgmma::instructions("wgmma.mma_async.sync.aligned.m64n64k32.f16.e4m3.e4m3",
                        "wgmma.mma_async.sync.aligned.m64n256k32.f16.e4m3.e4m3");
constexpr std::string_view native_sass[] = {"QGMMA.64x64x32.F16.E4M3.E4M3"};

}  // namespace

extern const InstructionProbe wgmma_e4m3_acc_f16_probe = wgmma::describe<Operands>({
    .feature = "wgmma.e4m3.acc_f16",
    .entry = "wgmma_e4m3_acc_f16",
    .rate_entry = "wgmma_e4m3_acc_f16_rate",
    .instructions = instructions,
    .native_sass = native_sass,
    // As wgmma.e4m3, and the sum of each of two steps is rounded to f16: 2^-7 of up to 16.
    .tolerance = {.absolute = 0.0625 + 0x1p-6},
});

}  // namespace bp
#endif
