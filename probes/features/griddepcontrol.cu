// griddepcontrol, programmatic dependent launch: the first grid lets its dependent start at once
// and writes only after the dependent has come, or after a while, so that a dependent that does not
// wait finds nothing there. That it started early is not compared: a busy GPU, or a tool that runs
// launches one by one, may start it late, and the result is right all the same.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/griddepcontrol.cuh"

BP_ENTRY(griddepcontrol_order) {
  const auto* words = reinterpret_cast<const unsigned*>(in);
  auto* result = reinterpret_cast<unsigned*>(out);
  const unsigned thread = threadIdx.x;
  // Behind the outputs, zero before the launch.
  auto* handed_over = reinterpret_cast<volatile unsigned*>(result + blockDim.x);
  unsigned* come = result + 2 * blockDim.x;
  if (launch_index == 0) {
    bp::ptx::griddepcontrol_launch_dependents();
    // At most 1 ms at 2 GHz; a second launch takes some microseconds to arrive.
    const long long start = clock64();
    while (atomicAdd(come, 0u) == 0 && clock64() - start < 2'000'000) {
    }
    // And as long again as a dependent that does not wait needs to read.
    const long long seen = clock64();
    while (clock64() - seen < 20'000) {
    }
    __syncthreads();
    handed_over[thread] = words[thread] * 3 + 1;
  } else {
    if (thread == 0) atomicExch(come, 1u);
    bp::ptx::griddepcontrol_wait();
    result[thread] = handed_over[thread] ^ words[thread];
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
    .outputs = threads,
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
