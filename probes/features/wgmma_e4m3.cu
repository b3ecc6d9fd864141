// wgmma with FP8 e4m3 operands, in two steps of k32.
#ifdef __CUDACC__
#include "probes/features/wgmma_device.cuh"

struct Instruction {
  template <typename... Operands>
  __device__ void operator()(Operands&&... operands) const {
    bp::ptx::wgmma_e4m3(operands...);
  }
};

BP_ENTRY(wgmma_e4m3) { bp::wgmma::multiply<bp::wgmma::Shared<64>, float>(in, out, Instruction{}); }

BP_ENTRY_BOUNDS(wgmma_e4m3_rate, bp::wgmma::rate_threads, 1) {
  bp::wgmma::clocked<bp::wgmma::Shared<128>, float, bp::wgmma::Shared<64>::element_bytes>(
      in, out, Instruction{});
}

#else
#include "probes/features/wgmma_host.h"

namespace bp {
namespace {

using Operands = wgmma::KMajor<wgmma::E4m3, 64>;
constexpr auto instructions =
    wgmma::instructions("wgmma.mma_async.sync.aligned.m64n64k32.f32.e4m3.e4m3",
                        "wgmma.mma_async.sync.aligned.m64n256k32.f32.e4m3.e4m3");
constexpr std::string_view native_sass[] = {"QGMMA.64x64x32.F32.E4M3.E4M3"};

}  // namespace

extern const InstructionProbe wgmma_e4m3_probe = wgmma::describe<Operands>({
    .feature = "wgmma.e4m3",
    .entry = "wgmma_e4m3",
    .rate_entry = "wgmma_e4m3_rate",
    .instructions = instructions,
    .native_sass = native_sass,
    // Hopper's FP8 tensor core aligns the 32 products of a step and the accumulator to the largest
    // of them and keeps about 13 bits below it (DeepSeek-V3 technical report, 3.3.2): up to 33
    // truncations of 2^-10 in each of two steps where the sum reaches 8.
    .tolerance = {.absolute = 0.0625},
});

}  // namespace bp
#endif
