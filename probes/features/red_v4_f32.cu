// red.add of vectors of four and of two f32 to global memory, eight threads to each place.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/features/red_vector.h"
#include "probes/ptx/wide_memory.cuh"

BP_ENTRY(red_v4_f32) {
  using namespace bp::red;
  const auto* own = reinterpret_cast<const float*>(in) + 6 * threadIdx.x;
  auto* sums = reinterpret_cast<float*>(out);
  for (unsigned i = threadIdx.x; i < 6 * places; i += threads) sums[i] = 0;
  __syncthreads();
  const unsigned place = threadIdx.x % places;
  bp::ptx::red_add_v4_f32(sums + 4 * place, {own[0], own[1], own[2], own[3]});
  bp::ptx::red_add_v2_f32(sums + 4 * places + 2 * place, {own[4], own[5]});
}

#else
#include "probes/features/red_vector_host.h"

namespace bp {
namespace {

constexpr std::string_view instructions[] = {"red.global.add.v4.f32", "red.global.add.v2.f32"};
constexpr std::string_view native_sass[] = {"REDG.E.ADD.F32x4"};

}  // namespace

extern const InstructionProbe red_v4_f32_probe = red::describe<red::F32>({
    .feature = "red.v4.f32",
    .entry = "red_v4_f32",
    .instructions = instructions,
    .native_sass = native_sass,
});

}  // namespace bp
#endif
