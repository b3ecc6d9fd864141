// cp_async_bulk.prefetch: a piece of global memory is asked into the L2 cache and then read. No
// value can tell whether it came early: the instruction is shown to be taken and to do no harm.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/cp_async_bulk.cuh"

BP_ENTRY(cp_async_bulk_prefetch) {
  constexpr unsigned words = 256;
  if (threadIdx.x == 0) bp::ptx::cp_async_bulk_prefetch(in, words * sizeof(unsigned));
  __syncthreads();
  const auto* source = reinterpret_cast<const unsigned*>(in);
  reinterpret_cast<unsigned*>(out)[words - 1 - threadIdx.x] = source[threadIdx.x];
}

#else
#include "probes/features/words.h"

namespace bp {
namespace {

constexpr std::size_t count = 256;
constexpr std::string_view instructions[] = {"cp.async.bulk.prefetch.L2.global"};
constexpr std::string_view native_sass[] = {"UBLKPF"};

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (std::size_t i = 0; i < count; ++i) out[count - 1 - i] = load<std::uint32_t>(in, i);
}

}  // namespace

extern const InstructionProbe cp_async_bulk_prefetch_probe = words::describe({
    .feature = "cp_async_bulk.prefetch",
    .entry = "cp_async_bulk_prefetch",
    .instructions = instructions,
    .launch = {.grid = {1}, .block = {count}},
    .inputs = count,
    .outputs = count,
    .reference = &reference,
    .fault = {.what = "bits of word 30 are flipped", .corrupt = &words::flip<30>},
    .native_sass = native_sass,
    .neutralise_exception = "a prefetch changes no value",
});

}  // namespace bp
#endif
