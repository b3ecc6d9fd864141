// tcgen05.shift: of 32 lanes and eight columns each lane gets what the next had; the last keeps its
// own, and so does all around. PTX ISA 9.0, 9.7.16.9.3, says "downwards across all the rows, except
// the last, by one row". That down is towards lane 0, as in shfl.down, is taken from what the shift
// is for: tcgen05.cp.4x256b then fills the last lane of each warp (CUTLASS, copy_traits_sm100.hpp).
#ifdef __CUDACC__
#include "probes/features/tcgen05_transfer.cuh"

namespace bp::tcgen05_shift_plan {
struct Plan {
  static constexpr unsigned cta_group = 1;
  static constexpr unsigned tile_rows = 0;
  static constexpr unsigned row_bytes = 16;
  static constexpr unsigned columns = 24;
  __device__ static unsigned initial(const unsigned char* in, unsigned lane, unsigned column) {
    if (column >= columns) return 0;
    return reinterpret_cast<const unsigned*>(in)[lane * columns + column];
  }
};
}  // namespace bp::tcgen05_shift_plan
using namespace bp::tcgen05_shift_plan;

BP_ENTRY(tcgen05_shift) {
  bp::tcgen05::transfer<Plan>(in, out, [](unsigned address, std::uint64_t) {
    bp::ptx::tcgen05_shift_down(address + (32 << 16) + 8);
  });
}

#else
#include "probes/features/tcgen05_copy_host.h"

namespace bp {
namespace {

constexpr auto instructions = tcgen05::instructions_of_transfer("tcgen05.shift.cta_group::1.down");
constexpr std::string_view native_sass[] = {"UTCSHIFT"};
constexpr unsigned columns = 24;

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (unsigned lane = 0; lane < 128; ++lane) {
    for (unsigned column = 0; column < columns; ++column) {
      const bool moved = lane >= 32 && lane < 63 && column >= 8 && column < 16;
      out[lane * columns + column] =
          load<std::uint32_t>(in, (lane + (moved ? 1 : 0)) * columns + column);
    }
  }
}

void corrupt(std::span<std::uint8_t> in) {
  const std::size_t word = 53 * columns + 13;
  store<std::uint32_t>(in, word, load<std::uint32_t>(in, word) ^ 0x10100u);
}

}  // namespace

extern const InstructionProbe tcgen05_shift_probe = tcgen05::describe_move(
    {
        .feature = "tcgen05.shift",
        .entry = "tcgen05_shift",
        .instructions = instructions,
        .input_words = 128 * columns,
        .outputs = 128 * columns,
        .threads = 128,
        .reference = &reference,
        .fault = {.what = "lane 53, column 13 gets another value", .corrupt = &corrupt},
        .native_sass = native_sass,
        // Without it all cells keep what was stored there first; the commit still arrives.
        .neutralise = "tcgen05.shift.",
    },
    true);

}  // namespace bp
#endif
