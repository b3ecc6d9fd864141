// cooperative_launch: a grid whose CTAs the driver promises to run at once, and a barrier across
// all of them, twice. Each CTA hands words to the next through global memory, the last to the
// first; another CTA comes late each time. No CTA gives a result where the driver has not said, by
// the workspace that it lends to such grids, that the launch was a cooperative one.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/grid.cuh"

BP_ENTRY(cooperative_launch_barrier) {
  using namespace bp::ptx;
  constexpr unsigned threads = 64;
  const unsigned thread = threadIdx.x, cta = blockIdx.x, all = gridDim.x * threads;
  const unsigned index = cta * threads + thread;
  const unsigned next = (cta + 1) % gridDim.x * threads + threads - 1 - thread;
  const auto* words = reinterpret_cast<const unsigned*>(in);
  auto* result = reinterpret_cast<unsigned*>(out);
  // Behind the outputs, zero before the launch.
  auto* handed = reinterpret_cast<volatile unsigned*>(result) + 2 * all;
  unsigned* arrived = result + 4 * all;
  const auto come_late = [&](unsigned late) {
    const long long start = clock64();
    while (cta == late && clock64() - start < 400'000) {
    }
  };
  if (grid_workspace() == 0) return;
  come_late(5);
  handed[next] = words[index];
  if (!grid_barrier(arrived)) return;
  result[index] = handed[index];

  come_late(gridDim.x - 1);
  handed[all + next] = handed[index] * 3;
  if (!grid_barrier(arrived)) return;
  result[all + index] = handed[all + index];
}

#else
#include "probes/features/words.h"

namespace bp {
namespace {

// Few enough for the smallest GPU: four on each of the eight SMs of a Jetson.
constexpr unsigned ctas = 32, threads = 64;
constexpr std::size_t count = ctas * threads;
constexpr std::string_view instructions[] = {"atom.gpu.global.add.u32"};
constexpr std::string_view native_sass[] = {"ATOMG.E.ADD"};

/// The word that this one's giver hands on.
std::size_t given_to(std::size_t index) {
  return (index / threads + ctas - 1) % ctas * threads + threads - 1 - index % threads;
}

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = load<std::uint32_t>(in, given_to(i));
    out[count + i] = load<std::uint32_t>(in, given_to(given_to(i))) * 3;
  }
}

}  // namespace

extern const InstructionProbe cooperative_launch_probe = words::describe({
    .feature = "cooperative_launch",
    .entry = "cooperative_launch_barrier",
    .instructions = instructions,
    .ptx = {6, 0},
    .launch = {.grid = {ctas}, .block = {threads}, .cooperative = true},
    .inputs = count,
    .outputs = 2 * count,
    .scratch_bytes = (2 * count + 1) * sizeof(std::uint32_t),
    .reference = &reference,
    .fault = {.what = "bits of word 777 are flipped", .corrupt = &words::flip<777>},
    .native_sass = native_sass,
    // Nobody arrives, and the waits end by the clock.
    .neutralise = {.line_with = "atom.gpu.", .replacement = "mov.u32 %0, 0;"},
});

}  // namespace bp
#endif
