// tcgen05.cp: 128 rows of 16 bytes from shared memory to four columns of Tensor Memory, one row to
// each lane. The rows lie as core matrices of 8 rows, 128 bytes each, one after the other.
#include "probes/features/tcgen05_copy_plan.h"

namespace bp::tcgen05_cp_plan {
struct Plan : bp::tcgen05::CopyPlan {
  static constexpr unsigned tile_rows = 128;
  static constexpr unsigned row_bytes = 16;
  static constexpr unsigned columns = 4;
};
}  // namespace bp::tcgen05_cp_plan
using namespace bp::tcgen05_cp_plan;

#ifdef __CUDACC__
#include "probes/features/tcgen05_transfer.cuh"

BP_ENTRY(tcgen05_cp) {
  bp::tcgen05::transfer<Plan>(in, out, [](unsigned address, std::uint64_t tile) {
    bp::ptx::tcgen05_copy_128x128b(address, tile);
  });
}

#else
#include "probes/features/tcgen05_copy_host.h"

namespace bp {
namespace {

struct Rows : Plan {
  static constexpr int row_at(unsigned lane, unsigned column) {
    return column < 4 ? static_cast<int>(lane) : -1;
  }
};

constexpr auto instructions = tcgen05::instructions_of_transfer("tcgen05.cp.cta_group::1.128x128b");

}  // namespace

extern const InstructionProbe tcgen05_cp_probe =
    tcgen05::describe_copy<Rows>("tcgen05.cp", "tcgen05_cp", instructions);

}  // namespace bp
#endif
