// tma.gather4: twice four rows of a 2-D tensor that do not follow each other, loaded by
// cp.async.bulk.tensor with .tile::gather4 to the CTA's own shared memory.
#ifdef __CUDACC__
#include "probes/features/bulk_device.cuh"
#include "probes/ptx/tma.cuh"

BP_ENTRY(tma_gather4) {
  using namespace bp::ptx;
  constexpr unsigned words = 4 * 16;
  __shared__ alignas(128) unsigned rows[2 * words];
  __shared__ alignas(8) unsigned long long full;
  rows[threadIdx.x] = poison;
  start_barrier(&full);
  if (threadIdx.x == 0) {
    const int first[] = {5, 40, 0, 23}, second[] = {47, 2, 9, 31};
    mbarrier_arrive_expect_tx(&full, sizeof rows);
    bp::ptx::tma_gather4(shared_address(rows), &tensor_map, 20, first, shared_address(&full));
    bp::ptx::tma_gather4(shared_address(rows + words), &tensor_map, 48, second,
                         shared_address(&full));
  }
  __syncwarp();
  const bool in_time = wait_bounded(&full, 0);
  write_out(out, rows, 2 * words, in_time);
}

#else
#include "probes/features/row_gather.h"

namespace bp {
namespace {

constexpr std::array<std::string_view, 1> own{
    "cp.async.bulk.tensor.2d.shared::cta.global.tile::gather4.mbarrier::complete_tx::bytes"};
constexpr auto instructions = words::joined(own, words::barrier, words::expect_tx);
constexpr std::string_view needs[] = {"tma.load"};

}  // namespace

extern const InstructionProbe tma_gather4_probe =
    RowGather::describe("tma.gather4", "tma_gather4", instructions, needs, 1);

}  // namespace bp
#endif
