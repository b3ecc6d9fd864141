// multimem: what the assembler makes of loads, reductions and stores over a multicast object. Never
// launched: such an object spans the GPUs of an NVLink switch, and making one changes the state of
// all of them. The numbers below are those of an object with one copy.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/multimem.cuh"

BP_ENTRY(multimem_one_copy) {
  auto* word = const_cast<unsigned*>(reinterpret_cast<const unsigned*>(in)) + threadIdx.x;
  auto* result = reinterpret_cast<unsigned*>(out) + threadIdx.x;
  result[0] = bp::ptx::multimem_ld_reduce_add(word);
  bp::ptx::multimem_red_add(word, 5);
  result[128] = bp::ptx::multimem_ld_reduce_add(word);
  bp::ptx::multimem_st(word, threadIdx.x);
}

#else
#include "probes/features/words.h"

namespace bp {
namespace {

constexpr std::size_t threads = 128;
constexpr std::string_view instructions[] = {
    "multimem.ld_reduce.relaxed.sys.global.add.u32",
    "multimem.red.relaxed.sys.global.add.u32",
    "multimem.st.relaxed.sys.global.u32",
};
constexpr std::string_view native_sass[] = {"LDGMC"};

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (std::size_t i = 0; i < threads; ++i) {
    out[i] = load<std::uint32_t>(in, i);
    out[threads + i] = load<std::uint32_t>(in, i) + 5;
  }
}

constexpr InstructionProbe description() {
  auto probe = words::describe({
      .feature = "multimem",
      .entry = "multimem_one_copy",
      .instructions = instructions,
      .ptx = {8, 1},
      .launch = {.grid = {1}, .block = {threads}},
      .inputs = threads,
      .outputs = 2 * threads,
      .reference = &reference,
      .fault = {.what = "bits of word 30 are flipped", .corrupt = &words::flip<30>},
      .native_sass = native_sass,
      .neutralise_exception = "never launched",
  });
  probe.not_launched = "a multicast object would change the state of all GPUs of its NVLink switch";
  return probe;
}

}  // namespace

extern const InstructionProbe multimem_probe = description();

}  // namespace bp
#endif
