// tma.store: two boxes from shared memory to a 2-D tensor by cp.async.bulk.tensor, one inside it
// and one over its far corner, of which TMA drops what lies outside. No box over the near corner:
// an H200 (driver 580.159.04) ends a store to a negative coordinate with an illegal instruction.
#ifdef __CUDACC__
#include "probes/features/tile_write.cuh"

BP_ENTRY(tma_store) {
  constexpr unsigned words = 16 * 8;
  write_tiles<2 * words>(in, out, [&](unsigned tiles) {
    bp::ptx::tma_store_2d(&tensor_map, 4, 3, tiles);
    bp::ptx::tma_store_2d(&tensor_map, 20, 19, tiles + words * sizeof(unsigned));
  });
}

#else
#include "probes/features/tile_write.h"

namespace bp {
namespace {

using Tiles = TileWrite<std::size_t{2} * 16 * 8, 16, 8>;
constexpr std::array<std::string_view, 1> own{
    "cp.async.bulk.tensor.2d.global.shared::cta.tile.bulk_group"};
constexpr auto instructions = words::joined(own, Tiles::write_instructions);
constexpr std::string_view native_sass[] = {"UTMASTG"};

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  const auto replace = [](auto, auto word) { return word; };
  Tiles::start(in, out);
  Tiles::write(in, out, 0, 4, 3, replace);
  Tiles::write(in, out, 1, 20, 19, replace);
}

}  // namespace

extern const InstructionProbe tma_store_probe = Tiles::describe({
    .feature = "tma.store",
    .entry = "tma_store",
    .instructions = instructions,
    .reference = &reference,
    .native_sass = native_sass,
    .neutralise = {.line_with = "cp.async.bulk.tensor.2d.", .replacement = ""},
});

}  // namespace bp
#endif
