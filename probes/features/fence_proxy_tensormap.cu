// fence_proxy.tensormap: the tensor map is copied to global memory by ordinary stores, released and
// acquired, and used there for a load.
#ifdef __CUDACC__
#include "probes/features/bulk_device.cuh"
#include "probes/ptx/tensormap.cuh"
#include "probes/ptx/tma.cuh"

BP_ENTRY(fence_proxy_tensormap) {
  using namespace bp::ptx;
  constexpr unsigned words = 16 * 8;
  __shared__ alignas(128) unsigned tile[words];
  __shared__ alignas(8) unsigned long long full;
  auto* map = reinterpret_cast<volatile unsigned*>(out + sizeof tile);
  tile[threadIdx.x] = poison;
  if (threadIdx.x == 0) {
    for (unsigned i = 0; i < tensor_map_words; ++i)
      map[i] = reinterpret_cast<const unsigned*>(&tensor_map)[i];
    fence_proxy_tensormap_release();
  }
  start_barrier(&full);
  if (threadIdx.x == 0) {
    fence_proxy_tensormap_acquire(out + sizeof tile);
    mbarrier_arrive_expect_tx(&full, sizeof tile);
    tma_load_2d(shared_address(tile), out + sizeof tile, 20, 13, shared_address(&full));
  }
  __syncwarp();
  const bool in_time = wait_bounded(&full, 0);
  write_out(out, tile, words, in_time);
}

#else
#include "probes/features/tile_copy.h"

namespace bp {
namespace {

constexpr std::array<std::string_view, 3> own{
    "fence.proxy.tensormap::generic.acquire.gpu", "fence.proxy.tensormap::generic.release.gpu",
    "cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes"};
constexpr auto instructions = words::joined(own, words::barrier, words::expect_tx);
constexpr std::string_view needs[] = {"tma.load"};
constexpr std::string_view native_sass[] = {"UTMACCTL.IV"};

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  TileCopy::box(in, 20, 13, out);
}

}  // namespace

extern const InstructionProbe fence_proxy_tensormap_probe = words::describe({
    .feature = "fence_proxy.tensormap",
    .entry = "fence_proxy_tensormap",
    .instructions = instructions,
    .needs = needs,
    .ptx = {8, 3},
    .launch = {.grid = {1}, .block = {TileCopy::box_words}},
    .inputs = std::size_t{TileCopy::width} * TileCopy::height,
    .outputs = TileCopy::box_words,
    .scratch_bytes = 128,
    .tensor_map = TileCopy::map,
    .reference = &reference,
    .fault = {.what = "the word at (30, 17) gets another value", .corrupt = &TileCopy::corrupt},
    .native_sass = native_sass,
    .neutralise_exception = "without the fence the map may be seen all the same",
});

}  // namespace bp
#endif
