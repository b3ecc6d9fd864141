// tensormap.replace: a copy of the tensor map in shared memory is given another address and other
// dimensions, copied to global memory by tensormap.cp_fenceproxy and used for a load: of a tensor
// that begins 8 rows later and has 40 columns and 20 rows, outside of which there are zeros.
#ifdef __CUDACC__
#include "probes/features/bulk_device.cuh"
#include "probes/ptx/tensormap.cuh"
#include "probes/ptx/tma.cuh"

BP_ENTRY(tensormap_replace) {
  using namespace bp::ptx;
  constexpr unsigned words = 16 * 8, row_bytes = 64 * sizeof(unsigned);
  __shared__ alignas(128) unsigned tile[words];
  __shared__ alignas(128) unsigned map[tensor_map_words];
  __shared__ alignas(8) unsigned long long full;
  // Behind the outputs, 512 bytes.
  unsigned char* changed = out + sizeof tile;
  tile[threadIdx.x] = poison;
  start_barrier(&full);
  if (threadIdx.x < tensor_map_words) {
    map[threadIdx.x] = reinterpret_cast<const unsigned*>(&tensor_map)[threadIdx.x];
    __syncwarp();
    if (threadIdx.x == 0) {
      tensormap_replace_address(shared_address(map), in + 8 * row_bytes);
      tensormap_replace_dim<0>(shared_address(map), 40);
      tensormap_replace_dim<1>(shared_address(map), 20);
    }
    __syncwarp();
    tensormap_cp_fenceproxy(changed, shared_address(map));
    __syncwarp();
  }
  if (threadIdx.x == 0) {
    fence_proxy_tensormap_acquire(changed);
    mbarrier_arrive_expect_tx(&full, sizeof tile);
    tma_load_2d(shared_address(tile), changed, 28, 13, shared_address(&full));
  }
  __syncwarp();
  const bool in_time = wait_bounded(&full, 0);
  write_out(out, tile, words, in_time);
}

#else
#include "probes/features/tile_copy.h"

namespace bp {
namespace {

constexpr int rows_later = 8, columns = 40, rows = 20;
constexpr std::array<std::string_view, 5> own{
    "tensormap.replace.tile.global_address.shared::cta.b1024.b64",
    "tensormap.replace.tile.global_dim.shared::cta.b1024.b32",
    "tensormap.cp_fenceproxy.global.shared::cta.tensormap::generic.release.gpu.sync.aligned",
    "fence.proxy.tensormap::generic.acquire.gpu",
    "cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes"};
constexpr auto instructions = words::joined(own, words::barrier, words::expect_tx);
constexpr std::string_view needs[] = {"tma.load", "fence_proxy.tensormap"};
// The replacement itself is a store to shared memory; what shows is that the map's copy in the
// cache of the tensor unit is dropped.
constexpr std::string_view native_sass[] = {"UTMACCTL.IV"};

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  TileCopy::box(in, 28, 13 + rows_later, out);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto x = 28 + static_cast<int>(i) % TileCopy::box_width;
    const auto y = 13 + static_cast<int>(i) / TileCopy::box_width;
    if (x >= columns || y >= rows) out[i] = 0;
  }
}

void corrupt(std::span<std::uint8_t> in) { TileCopy::corrupt_at(in, 30, 22); }

}  // namespace

extern const InstructionProbe tensormap_replace_probe = words::describe({
    .feature = "tensormap_replace",
    .entry = "tensormap_replace",
    .instructions = instructions,
    .needs = needs,
    .ptx = {8, 3},
    .launch = {.grid = {1}, .block = {TileCopy::box_words}},
    .inputs = std::size_t{TileCopy::width} * TileCopy::height,
    .outputs = TileCopy::box_words,
    .scratch_bytes = 128,
    .tensor_map = TileCopy::map,
    .reference = &reference,
    .fault = {.what = "the word at (30, 22) gets another value", .corrupt = &corrupt},
    .native_sass = native_sass,
    // The load then takes the box where the unchanged map has it.
    .neutralise = {.line_with = "tensormap.replace.", .replacement = ""},
});

}  // namespace bp
#endif
