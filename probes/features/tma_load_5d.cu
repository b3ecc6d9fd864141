// tma.load.5d: four boxes of a 5-D tensor by cp.async.bulk.tensor, two inside it and two over its
// edges. About the .shared::cluster destination see tma_load.cu.
#ifdef __CUDACC__
#include "probes/features/tile_rank.cuh"

BP_ENTRY(tma_load_5d) { load_tiles<5>(in, out, tensor_map); }

#else
#include "probes/features/tile_rank.h"

namespace bp {
namespace {

constexpr std::array<std::string_view, 1> own{
    "cp.async.bulk.tensor.5d.shared::cluster.global.tile.mbarrier::complete_tx::bytes"};
constexpr auto instructions = words::joined(own, words::barrier, words::expect_tx);

}  // namespace

extern const InstructionProbe tma_load_5d_probe = TileRank<5>::describe({
    .feature = "tma.load.5d",
    .entry = "tma_load_5d",
    .instructions = instructions,
    .line_with = "cp.async.bulk.tensor.5d.",
});

}  // namespace bp
#endif
