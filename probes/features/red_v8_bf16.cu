// red.add of vectors of eight bf16 and of four bf16x2 to global memory, eight threads to each
// place.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/features/red_vector.h"
#include "probes/ptx/wide_memory.cuh"

BP_ENTRY(red_v8_bf16) {
  using namespace bp::red;
  const auto* own = reinterpret_cast<const unsigned short*>(in) + 16 * threadIdx.x;
  const auto* pairs = reinterpret_cast<const unsigned*>(own + 8);
  auto* sums = reinterpret_cast<unsigned*>(out);
  for (unsigned i = threadIdx.x; i < 8 * places; i += threads) sums[i] = 0;
  __syncthreads();
  const unsigned place = threadIdx.x % places;
  bp::ptx::red_add_v8_bf16(sums + 4 * place,
                           {own[0], own[1], own[2], own[3], own[4], own[5], own[6], own[7]});
  bp::ptx::red_add_v4_bf16x2(sums + 4 * (places + place), {pairs[0], pairs[1], pairs[2], pairs[3]});
}

#else
#include "probes/features/red_vector_host.h"

namespace bp {
namespace {

constexpr std::string_view instructions[] = {"red.global.add.noftz.v8.bf16",
                                             "red.global.add.noftz.v4.bf16x2"};
constexpr std::string_view native_sass[] = {"REDG.E.ADD.BF16x8"};

}  // namespace

extern const InstructionProbe red_v8_bf16_probe = red::describe<red::Half<bf16, 31> >({
    .feature = "red.v8.bf16",
    .entry = "red_v8_bf16",
    .instructions = instructions,
    .native_sass = native_sass,
});

}  // namespace bp
#endif
