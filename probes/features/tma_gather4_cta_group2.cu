// tma.gather4.cta_group2: each CTA of a pair gathers twice four rows of a 2-D tensor into its own
// shared memory, and all of them are counted by the barrier of CTA 0, which waits and writes the
// rows of both out (as tma.load.cta_group2).
#ifdef __CUDACC__
#include "probes/features/tma_pair.cuh"

BP_ENTRY(tma_gather4_cta_group2) {
  using namespace bp::ptx;
  constexpr unsigned words = 4 * 16;
  load_pair<2 * words>(out, [&](unsigned, unsigned destination, unsigned barrier) {
    const int first[] = {5, 40, 0, 23}, second[] = {47, 2, 9, 31};
    tma_gather4_pair(destination, &tensor_map, 20, first, barrier);
    tma_gather4_pair(destination + words * sizeof(unsigned), &tensor_map, 48, second, barrier);
  });
}

#else
#include "probes/features/row_gather.h"

namespace bp {
namespace {

constexpr std::array<std::string_view, 1> own{
    "cp.async.bulk.tensor.2d.shared::cta.global.tile::gather4.mbarrier::complete_tx::bytes"
    ".cta_group::2"};
constexpr auto instructions = words::joined(own, words::pair_barrier);
constexpr std::string_view needs[] = {"tma.gather4", "tma.load.cta_group2"};
constexpr std::string_view native_sass[] = {"UTMALDG.2D.GATHER4.2CTA"};

}  // namespace

extern const InstructionProbe tma_gather4_cta_group2_probe = RowGather::describe(
    "tma.gather4.cta_group2", "tma_gather4_cta_group2", instructions, needs, 2, native_sass);

}  // namespace bp
#endif
