// Every swizzle mode of K-major operands: none, 32, 64 and 128 bytes, once for A and once for B.
// A and B never have the same, as a mistake that orders k alike in both would cancel out. D adds up
// the four products.
#ifdef __CUDACC__
#include "probes/features/wgmma_device.cuh"

struct Descriptors {
  __device__ static std::uint64_t of(unsigned tile, bp::ptx::WgmmaSwizzle swizzle, unsigned step) {
    return bp::ptx::wgmma_k_major(tile, swizzle, 64, step * bp::wgmma::instruction_bytes);
  }
};
struct Instruction {
  template <typename... Operands>
  __device__ void operator()(Operands&&... operands) const {
    bp::ptx::wgmma_f16(operands...);
  }
};

BP_ENTRY(wgmma_swizzle) {
  bp::wgmma::multiply_in_every_swizzle<Descriptors>(in, out, Instruction{});
}

#else
#include "probes/features/wgmma_host.h"

namespace bp {
namespace {

using Operands = wgmma::KMajor<wgmma::F16, 128>;
constexpr auto instructions =
    wgmma::instructions("wgmma.mma_async.sync.aligned.m64n64k16.f32.f16.f16");
constexpr std::string_view native_sass[] = {"HGMMA.64x64x16.F32"};

}  // namespace

extern const InstructionProbe wgmma_swizzle_probe =
    wgmma::describe<Operands, wgmma::swizzle_modes>({
        .feature = "wgmma.swizzle",
        .entry = "wgmma_swizzle",
        .instructions = instructions,
        .native_sass = native_sass,
        // 256 products below 1, sums below 256: the accumulator keeps at least 22 bits.
        .tolerance = {.absolute = 4e-3},
    });

}  // namespace bp
#endif
