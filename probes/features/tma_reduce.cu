// tma.reduce: three boxes in shared memory are reduced into a 2-D tensor by
// cp.reduce.async.bulk.tensor: added, xored, and, over the far corner, the larger taken.
#ifdef __CUDACC__
#include "probes/features/tile_write.cuh"

BP_ENTRY(tma_reduce) {
  using namespace bp::ptx;
  constexpr unsigned words = 16 * 8, bytes = words * sizeof(unsigned);
  write_tiles<3 * words>(in, out, [&](unsigned tiles) {
    tma_reduce_add_2d(&tensor_map, 4, 3, tiles);
    tma_reduce_xor_2d(&tensor_map, 12, 12, tiles + bytes);
    tma_reduce_max_2d(&tensor_map, 20, 21, tiles + 2 * bytes);
  });
}

#else
#include "probes/features/tile_write.h"

namespace bp {
namespace {

using Tiles = TileWrite<std::size_t{3} * 16 * 8, 16, 8>;
constexpr std::array<std::string_view, 3> own{
    "cp.reduce.async.bulk.tensor.2d.global.shared::cta.add.tile.bulk_group",
    "cp.reduce.async.bulk.tensor.2d.global.shared::cta.xor.tile.bulk_group",
    "cp.reduce.async.bulk.tensor.2d.global.shared::cta.max.tile.bulk_group"};
constexpr auto instructions = words::joined(own, Tiles::write_instructions);
constexpr std::string_view needs[] = {"tma.store"};
constexpr std::string_view native_sass[] = {"UTMAREDG"};

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  Tiles::start(in, out);
  Tiles::write(in, out, 0, 4, 3, [](auto a, auto b) { return a + b; });
  Tiles::write(in, out, 1, 12, 12, [](auto a, auto b) { return a ^ b; });
  Tiles::write(in, out, 2, 20, 21, [](auto a, auto b) { return std::max(a, b); });
}

}  // namespace

extern const InstructionProbe tma_reduce_probe = Tiles::describe({
    .feature = "tma.reduce",
    .entry = "tma_reduce",
    .instructions = instructions,
    .needs = needs,
    .reference = &reference,
    .native_sass = native_sass,
    .neutralise = {.line_with = "cp.reduce.async.bulk.tensor.2d.", .replacement = ""},
});

}  // namespace bp
#endif
