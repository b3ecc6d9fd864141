// tma.gather4.multicast: CTA 0 of a cluster of two gathers twice four rows of a 2-D tensor into the
// shared memory of both; each CTA waits on its own barrier and writes its own copy out.
#ifdef __CUDACC__
#include "probes/features/bulk_device.cuh"
#include "probes/ptx/cluster.cuh"
#include "probes/ptx/tma.cuh"

BP_ENTRY(tma_gather4_multicast_rows) {
  using namespace bp::ptx;
  constexpr unsigned words = 4 * 16;
  __shared__ alignas(128) unsigned rows[2 * words];
  __shared__ alignas(8) unsigned long long full;
  const unsigned rank = cluster_ctarank();
  rows[threadIdx.x] = poison;
  start_barrier(&full);
  if (threadIdx.x == 0) mbarrier_arrive_expect_tx(&full, sizeof rows);
  __syncwarp();
  // Both barriers are ready before anything is sent to them.
  cluster_barrier();
  if (rank == 0 && threadIdx.x == 0) {
    const int first[] = {5, 40, 0, 23}, second[] = {47, 2, 9, 31};
    tma_gather4_multicast(shared_address(rows), &tensor_map, 20, first, shared_address(&full), 3);
    tma_gather4_multicast(shared_address(rows + words), &tensor_map, 48, second,
                          shared_address(&full), 3);
  }
  __syncwarp();
  const bool in_time = wait_bounded(&full, 0);
  write_out(out + rank * sizeof rows, rows, 2 * words, in_time);
  __syncwarp();
  cluster_barrier();
}

#else
#include "probes/features/row_gather.h"

namespace bp {
namespace {

constexpr std::array<std::string_view, 1> own{
    "cp.async.bulk.tensor.2d.shared::cluster.global.tile::gather4.mbarrier::complete_tx::bytes"
    ".multicast::cluster"};
constexpr auto instructions =
    words::joined(own, words::barrier, words::expect_tx, words::cluster_barrier);
constexpr std::string_view needs[] = {"tma.gather4", "tma.multicast"};

}  // namespace

extern const InstructionProbe tma_gather4_multicast_probe = RowGather::describe(
    "tma.gather4.multicast", "tma_gather4_multicast_rows", instructions, needs, 2);

}  // namespace bp
#endif
