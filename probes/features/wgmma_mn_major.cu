// The transposed form, for 16-bit types only: A M-major and B N-major, in every swizzle mode. A and
// B never have the same. D adds up the four products.
#ifdef __CUDACC__
#include "probes/features/wgmma_device.cuh"

struct Descriptors {
  __device__ static std::uint64_t of(unsigned tile, bp::ptx::WgmmaSwizzle swizzle, unsigned step) {
    return bp::ptx::wgmma_mn_major(tile, swizzle, 64, step * 16);
  }
};
struct Instruction {
  template <typename... Operands>
  __device__ void operator()(Operands&&... operands) const {
    bp::ptx::wgmma_f16_mn_major(operands...);
  }
};

BP_ENTRY(wgmma_mn_major) {
  bp::wgmma::multiply_in_every_swizzle<Descriptors>(in, out, Instruction{});
}

#else
#include "probes/features/wgmma_host.h"

namespace bp {
namespace {

using Operands = wgmma::MnMajor<wgmma::F16>;
constexpr auto instructions =
    wgmma::instructions("wgmma.mma_async.sync.aligned.m64n64k16.f32.f16.f16");
constexpr std::string_view native_sass[] = {"HGMMA.64x64x16.F32"};

}  // namespace

extern const InstructionProbe wgmma_mn_major_probe =
    wgmma::describe<Operands, wgmma::swizzle_modes>({
        .feature = "wgmma.mn_major",
        .entry = "wgmma_mn_major",
        .instructions = instructions,
        .native_sass = native_sass,
        // 256 products below 1, sums below 256: the accumulator keeps at least 22 bits.
        .tolerance = {.absolute = 4e-3},
    });

}  // namespace bp
#endif
