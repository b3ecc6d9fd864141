// tma.load.1d: four boxes of a 1-D tensor by cp.async.bulk.tensor, two inside it and two over its
// edges. About the .shared::cluster destination see tma_load.cu.
#ifdef __CUDACC__
#include "probes/features/tile_rank.cuh"

BP_ENTRY(tma_load_1d) { load_tiles<1>(in, out, tensor_map); }

#else
#include "probes/features/tile_rank.h"

namespace bp {
namespace {

constexpr std::array<std::string_view, 1> own{
    "cp.async.bulk.tensor.1d.shared::cluster.global.tile.mbarrier::complete_tx::bytes"};
constexpr auto instructions = words::joined(own, words::barrier, words::expect_tx);

}  // namespace

extern const InstructionProbe tma_load_1d_probe = TileRank<1>::describe({
    .feature = "tma.load.1d",
    .entry = "tma_load_1d",
    .instructions = instructions,
    .line_with = "cp.async.bulk.tensor.1d.",
});

}  // namespace bp
#endif
