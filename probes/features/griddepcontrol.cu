// griddepcontrol, programmatic dependent launch: the first grid lets its dependent start at once,
// waits a while and then writes; the second waits for it and reads what it wrote. Whether the
// second really started early is up to the GPU and not part of the result: what must hold is that
// it reads nothing too early.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/griddepcontrol.cuh"

BP_ENTRY(griddepcontrol_order) {
  const auto* words = reinterpret_cast<const unsigned*>(in);
  auto* result = reinterpret_cast<unsigned*>(out);
  unsigned* handed_over = result + blockDim.x;
  const unsigned thread = threadIdx.x;
  if (launch_index == 0) {
    bp::ptx::griddepcontrol_launch_dependents();
    // 0.1 ms at 2 GHz: many times what the second launch takes to arrive.
    const long long start = clock64();
    while (clock64() - start < 200000) {
    }
    handed_over[thread] = words[thread] * 3 + 1;
  } else {
    bp::ptx::griddepcontrol_wait();
    result[thread] = handed_over[thread] ^ words[thread];
  }
}

#else
#include "probes/features/host.h"

namespace bp {
namespace {

constexpr unsigned threads = 128;
constexpr std::string_view instructions[] = {"griddepcontrol.wait",
                                             "griddepcontrol.launch_dependents"};
constexpr std::string_view native_sass[] = {"ACQBULK"};

void exact(std::span<std::uint8_t> in) {
  for (unsigned i = 0; i < threads; ++i) store<std::uint32_t>(in, i, i + 1);
}

void random(std::span<std::uint8_t> in, std::uint64_t seed) {
  Random values(seed);
  for (unsigned i = 0; i < threads; ++i) {
    store<std::uint32_t>(in, i, static_cast<std::uint32_t>(values.next() >> 32));
  }
}

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (unsigned i = 0; i < threads; ++i) {
    const auto word = load<std::uint32_t>(in, i);
    out[i] = (word * 3 + 1) ^ word;
  }
}

void corrupt(std::span<std::uint8_t> in) { in[4 * 77 + 1] ^= 1; }

}  // namespace

extern const InstructionProbe griddepcontrol_probe{
    .feature = "griddepcontrol",
    .entry = "griddepcontrol_order",
    .instructions = instructions,
    .needs = {},
    .ptx = {7, 8},
    .operations = 1,
    .launch = {.grid = {1}, .block = {threads}, .launches = 2, .programmatic_dependent = true},
    .input_bytes = threads * sizeof(std::uint32_t),
    .element = Element::u32,
    .outputs = threads,
    .scratch_bytes = threads * sizeof(std::uint32_t),
    .tensor_map = std::nullopt,
    .exact = &exact,
    .random = &random,
    .reference = &reference,
    .fault = {.what = "bit 8 of word 77 is flipped", .corrupt = &corrupt},
    .tolerance = {},
    .native_sass = native_sass,
    .rate = std::nullopt,
    .native_test = std::nullopt,
    // Only the wait: without launch_dependents as well, the second grid would start after the
    // first.
    .neutralise = {.line_with = "griddepcontrol.wait", .replacement = {}},
    .neutralise_exception = {},
};

}  // namespace bp
#endif
