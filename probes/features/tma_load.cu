// tma.load: three boxes of a 2-D tensor by cp.async.bulk.tensor, one inside it and two over its
// corners, where TMA fills with zeros. Written with a .shared::cluster destination: PTX 8.0 to 8.5
// know no other spelling, and Hopper with an old driver must be judged too. On sm_12x ptxas turns
// this spelling into a branch: the native instruction where the destination is in the CTA's own
// shared memory, as here, and a call to a helper of the driver where it is in another CTA's. The
// spelling .shared::cta (PTX 8.6) leaves out the branch, nothing else.
#ifdef __CUDACC__
#include "probes/features/bulk_device.cuh"
#include "probes/ptx/tma.cuh"

BP_ENTRY(tma_load) {
  using namespace bp::ptx;
  constexpr unsigned boxes = 3, words = 16 * 8;
  __shared__ alignas(128) unsigned tile[boxes * words];
  __shared__ alignas(8) unsigned long long full;
  // What an earlier launch left must not pass for a result.
  for (unsigned box = 0; box < boxes; ++box) tile[box * words + threadIdx.x] = poison;
  start_barrier(&full);
  if (threadIdx.x == 0) {
    // Bytes outside the tensor count too.
    mbarrier_arrive_expect_tx(&full, sizeof tile);
    tma_load_2d(shared_address(tile), &tensor_map, 20, 13, shared_address(&full));
    tma_load_2d(shared_address(tile + words), &tensor_map, 56, 43, shared_address(&full));
    tma_load_2d(shared_address(tile + 2 * words), &tensor_map, -4, -3, shared_address(&full));
  }
  __syncwarp();
  const bool in_time = wait_bounded(&full, 0);
  write_out(out, tile, boxes * words, in_time);
}

#else
#include "probes/features/tile_copy.h"

namespace bp {
namespace {

struct Corner {
  int x, y;
};
// Inside the tensor, over its far corner, over its near corner.
constexpr Corner corners[] = {{20, 13}, {56, 43}, {-4, -3}};
constexpr std::size_t outputs = std::size(corners) * TileCopy::box_words;
constexpr std::array<std::string_view, 1> own{
    "cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes"};
constexpr auto instructions = words::joined(own, words::barrier, words::expect_tx);
constexpr std::string_view needs[] = {"mbarrier"};
constexpr std::string_view native_sass[] = {"UTMALDG"};

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (std::size_t i = 0; i < std::size(corners); ++i) {
    TileCopy::box(in, corners[i].x, corners[i].y,
                  out.subspan(i * TileCopy::box_words, TileCopy::box_words));
  }
}

}  // namespace

extern const InstructionProbe tma_load_probe = TileCopy::describe({
    .feature = "tma.load",
    .entry = "tma_load",
    .instructions = instructions,
    .needs = needs,
    .outputs = outputs,
    .reference = &reference,
    .native_sass = native_sass,
    // Without it nothing completes on the barrier, and the wait ends by the clock.
    .neutralise = {.line_with = "cp.async.bulk.tensor.2d.", .replacement = ""},
});

}  // namespace bp
#endif
