// griddepcontrol, programmatic dependent launch: the first grid lets its dependent start at once
// and writes only after the dependent has come, or after a while. The dependent first reads without
// waiting: it must find nothing there, which proves that it did start early and that the next read
// would race. Then it waits for the first grid and must read what that wrote.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/griddepcontrol.cuh"

BP_ENTRY(griddepcontrol_order) {
  const auto* words = reinterpret_cast<const unsigned*>(in);
  auto* result = reinterpret_cast<unsigned*>(out);
  const unsigned thread = threadIdx.x;
  // Behind the outputs, zero before the launch.
  auto* handed_over = reinterpret_cast<volatile unsigned*>(result + 2 * blockDim.x);
  unsigned* come = result + 3 * blockDim.x;
  if (launch_index == 0) {
    bp::ptx::griddepcontrol_launch_dependents();
    // At most 1 ms at 2 GHz; a second launch takes some microseconds to arrive.
    const long long start = clock64();
    while (atomicAdd(come, 0u) == 0 && clock64() - start < 2'000'000) {
    }
    // And as long again as the dependent may need to read too early.
    const long long seen = clock64();
    while (clock64() - seen < 20'000) {
    }
    __syncthreads();
    handed_over[thread] = words[thread] * 3 + 1;
  } else {
    const unsigned early = handed_over[thread];
    __syncthreads();
    if (thread == 0) atomicExch(come, 1u);
    bp::ptx::griddepcontrol_wait();
    result[thread] = handed_over[thread] ^ words[thread];
    result[blockDim.x + thread] = early ^ words[thread];
  }
}

#else
#include "probes/features/words.h"

namespace bp {
namespace {

constexpr std::size_t threads = 128;
constexpr std::string_view instructions[] = {"griddepcontrol.wait",
                                             "griddepcontrol.launch_dependents"};
constexpr std::string_view native_sass[] = {"ACQBULK"};

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (std::size_t i = 0; i < threads; ++i) {
    const auto word = load<std::uint32_t>(in, i);
    out[i] = (word * 3 + 1) ^ word;
    out[threads + i] = word;
  }
}

}  // namespace

extern const InstructionProbe griddepcontrol_probe = words::describe({
    .feature = "griddepcontrol",
    .entry = "griddepcontrol_order",
    .instructions = instructions,
    .ptx = {7, 8},
    .launch = {.grid = {1}, .block = {threads}, .launches = 2, .programmatic_dependent = true},
    .inputs = threads,
    .outputs = 2 * threads,
    .scratch_bytes = (threads + 1) * sizeof(std::uint32_t),
    .reference = &reference,
    .fault = {.what = "bits of word 77 are flipped", .corrupt = &words::flip<77>},
    .native_sass = native_sass,
    // Only the wait: without launch_dependents as well, the second grid would start after the
    // first.
    .neutralise = {.line_with = "griddepcontrol.wait", .replacement = {}},
});

}  // namespace bp
#endif
