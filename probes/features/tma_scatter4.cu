// tma.scatter4: twice four rows from shared memory to rows of a 2-D tensor that do not follow each
// other, by cp.async.bulk.tensor with .tile::scatter4.
#ifdef __CUDACC__
#include "probes/features/tile_write.cuh"

BP_ENTRY(tma_scatter4) {
  constexpr unsigned words = 4 * 16;
  write_tiles<2 * words>(in, out, [&](unsigned tiles) {
    const int first[] = {5, 20, 0, 13}, second[] = {23, 2, 9, 17};
    bp::ptx::tma_scatter4(&tensor_map, 8, first, tiles);
    bp::ptx::tma_scatter4(&tensor_map, 16, second, tiles + words * sizeof(unsigned));
  });
}

#else
#include "probes/features/tile_write.h"

namespace bp {
namespace {

using Rows = TileWrite<std::size_t{2} * 4 * 16, 16, 1>;
constexpr std::array<std::string_view, 1> own{
    "cp.async.bulk.tensor.2d.global.shared::cta.tile::scatter4.bulk_group"};
constexpr auto instructions = words::joined(own, Rows::write_instructions);
constexpr std::string_view needs[] = {"tma.store"};
constexpr std::string_view native_sass[] = {"UTMASTG.2D.SCATTER4"};

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  const auto replace = [](auto, auto word) { return word; };
  Rows::start(in, out);
  std::size_t row = 0;
  for (const int y : {5, 20, 0, 13}) Rows::write(in, out, row++, 8, y, replace);
  for (const int y : {23, 2, 9, 17}) Rows::write(in, out, row++, 16, y, replace);
}

}  // namespace

extern const InstructionProbe tma_scatter4_probe = Rows::describe({
    .feature = "tma.scatter4",
    .entry = "tma_scatter4",
    .instructions = instructions,
    .needs = needs,
    .ptx = {8, 6},
    .reference = &reference,
    .native_sass = native_sass,
    .neutralise = {.line_with = "cp.async.bulk.tensor.2d.", .replacement = ""},
});

}  // namespace bp
#endif
