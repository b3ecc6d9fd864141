// tma.prefetch: a box of a 2-D tensor is asked into the L2 cache by cp.async.bulk.prefetch.tensor
// and then loaded. No value can tell whether it came early: the instruction is shown to be taken
// and to do no harm.
#ifdef __CUDACC__
#include "probes/features/bulk_device.cuh"
#include "probes/ptx/tma.cuh"

BP_ENTRY(tma_prefetch) {
  using namespace bp::ptx;
  constexpr unsigned words = 16 * 8;
  __shared__ alignas(128) unsigned tile[words];
  __shared__ alignas(8) unsigned long long full;
  if (threadIdx.x == 0) tma_prefetch_2d(&tensor_map, 20, 13);
  tile[threadIdx.x] = poison;
  start_barrier(&full);
  if (threadIdx.x == 0) {
    mbarrier_arrive_expect_tx(&full, sizeof tile);
    tma_load_2d(shared_address(tile), &tensor_map, 20, 13, shared_address(&full));
  }
  __syncwarp();
  const bool in_time = wait_bounded(&full, 0);
  write_out(out, tile, words, in_time);
}

#else
#include "probes/features/tile_copy.h"

namespace bp {
namespace {

constexpr std::array<std::string_view, 2> own{
    "cp.async.bulk.prefetch.tensor.2d.L2.global.tile",
    "cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes"};
constexpr auto instructions = words::joined(own, words::barrier, words::expect_tx);
constexpr std::string_view needs[] = {"tma.load"};
constexpr std::string_view native_sass[] = {"UTMAPF"};

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  TileCopy::box(in, 20, 13, out);
}

}  // namespace

extern const InstructionProbe tma_prefetch_probe = TileCopy::describe({
    .feature = "tma.prefetch",
    .entry = "tma_prefetch",
    .instructions = instructions,
    .needs = needs,
    .reference = &reference,
    .native_sass = native_sass,
    .neutralise_exception = "a prefetch changes no value",
});

}  // namespace bp
#endif
