// tcgen05.fence: what warp 0 has stored to Tensor Memory is loaded by warp 4, which reaches the
// same lanes, after a barrier between the two with the fences around it.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/tcgen05.cuh"
#include "probes/ptx/tcgen05_move.cuh"

BP_ENTRY(tcgen05_fence) {
  using namespace bp::ptx;
  constexpr unsigned columns = 32;
  __shared__ unsigned allocated;
  const unsigned warp = threadIdx.x / 32;
  const unsigned lane = threadIdx.x % 32;
  if (warp == 0) {
    tcgen05_alloc<1>(shared_address(&allocated), columns);
    tcgen05_relinquish_alloc_permit<1>();
    __syncwarp();
    unsigned values[8];
#pragma unroll
    for (unsigned i = 0; i < 8; ++i) values[i] = poison;
    tcgen05_store_32x32b_x8(values, allocated);
    tcgen05_wait_store();
#pragma unroll
    for (unsigned i = 0; i < 8; ++i)
      values[i] = reinterpret_cast<const unsigned*>(in)[lane * 8 + i];
    tcgen05_store_32x32b_x8(values, allocated);
    tcgen05_wait_store();
    tcgen05_fence_before_sync();
  }
  __syncthreads();
  if (warp == 4) {
    tcgen05_fence_after_sync();
    unsigned values[8];
#pragma unroll
    for (unsigned i = 0; i < 8; ++i) values[i] = poison;
    tcgen05_load_32x32b_x8(values, allocated);
    tcgen05_wait_load();
#pragma unroll
    for (unsigned i = 0; i < 8; ++i) reinterpret_cast<unsigned*>(out)[lane * 8 + i] = values[i];
    tcgen05_fence_before_sync();
  }
  __syncthreads();
  if (warp == 0) {
    tcgen05_fence_after_sync();
    tcgen05_dealloc<1>(allocated, columns);
  }
}

#else
#include "probes/features/tcgen05_move_host.h"

namespace bp {
namespace {

constexpr std::string_view instructions[] = {
    "tcgen05.fence::before_thread_sync",
    "tcgen05.fence::after_thread_sync",
    "tcgen05.st.sync.aligned.32x32b.x8.b32",
    "tcgen05.ld.sync.aligned.32x32b.x8.b32",
    "tcgen05.wait::st.sync.aligned",
    "tcgen05.wait::ld.sync.aligned",
    "tcgen05.alloc.cta_group::1.sync.aligned.shared::cta.b32",
    "tcgen05.relinquish_alloc_permit.cta_group::1.sync.aligned",
    "tcgen05.dealloc.cta_group::1.sync.aligned.b32",
};
// The fences order what the assembler emits and leave no instruction of their own.
constexpr std::string_view native_sass[] = {"STTM"};
constexpr std::size_t words = 32 * 8;

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (std::size_t i = 0; i < words; ++i) out[i] = load<std::uint32_t>(in, i);
}

void corrupt(std::span<std::uint8_t> in) {
  store<std::uint32_t>(in, 177, load<std::uint32_t>(in, 177) ^ 0x10100u);
}

}  // namespace

extern const InstructionProbe tcgen05_fence_probe = tcgen05::describe_move({
    .feature = "tcgen05.fence",
    .entry = "tcgen05_fence",
    .instructions = instructions,
    .input_words = words,
    .outputs = words,
    .threads = 160,
    .reference = &reference,
    .fault = {.what = "lane 22, column 1 gets another value", .corrupt = &corrupt},
    .native_sass = native_sass,
    .neutralise_exception = "an ordering, which a run without it may keep by chance",
});

}  // namespace bp
#endif
