// tma.load.cta_group2: each CTA of a pair loads a box of a 2-D tensor into its own shared memory,
// and both loads are counted by the barrier of CTA 0, as the loads of matrix products by two SMs
// are. CTA 0 waits and writes both boxes out. PTX ISA 9.0, "cp.async.bulk.tensor": with
// .cta_group::2 the barrier may be in the CTA of the destination or in its peer, the CTA whose rank
// differs in the last bit; without, only in the former.
#ifdef __CUDACC__
#include "probes/features/tma_pair.cuh"

BP_ENTRY(tma_load_cta_group2) {
  using namespace bp::ptx;
  load_pair<16 * 8>(out, [&](unsigned rank, unsigned destination, unsigned barrier) {
    tma_load_2d_pair(destination, &tensor_map, rank == 0 ? 20 : 56, rank == 0 ? 13 : 43, barrier);
  });
}

#else
#include "probes/features/tile_copy.h"

namespace bp {
namespace {

constexpr unsigned ctas = 2;
constexpr std::array<std::string_view, 1> own{
    "cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes"
    ".cta_group::2"};
constexpr auto instructions = words::joined(own, words::pair_barrier);
constexpr std::string_view needs[] = {"tma.load", "cluster.launch", "dsmem.read", "mbarrier"};
constexpr std::string_view native_sass[] = {"UTMALDG.2D.2CTA"};

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  TileCopy::box(in, 20, 13, out.first(TileCopy::box_words));
  TileCopy::box(in, 56, 43, out.last(TileCopy::box_words));
}

}  // namespace

extern const InstructionProbe tma_load_cta_group2_probe = TileCopy::describe({
    .feature = "tma.load.cta_group2",
    .entry = "tma_load_cta_group2",
    .instructions = instructions,
    .needs = needs,
    .ptx = {8, 6},
    .ctas = ctas,
    .outputs = ctas * TileCopy::box_words,
    .reference = &reference,
    .native_sass = native_sass,
    // Without it nothing completes on the barrier, and the wait ends by the clock.
    .neutralise = {.line_with = "cp.async.bulk.tensor.2d.", .replacement = ""},
});

}  // namespace bp
#endif
