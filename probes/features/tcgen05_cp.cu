// tcgen05.cp: 128 rows of 16 bytes from shared memory to four columns of Tensor Memory, one row to
// each lane. The rows lie as core matrices of 8 rows, 128 bytes each, one after the other.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/operand_tile.cuh"
#include "probes/ptx/tcgen05.cuh"

BP_ENTRY(tcgen05_cp) {
  using namespace bp::ptx;
  constexpr unsigned rows = 128, copied = 4, columns = 32, stride = 128;
  __shared__ alignas(128) unsigned char tile[rows * 16];
  __shared__ alignas(8) unsigned long long done;
  __shared__ unsigned allocated;
  const unsigned warp = threadIdx.x / 32;
  if (warp == 0) {
    tcgen05_alloc<1>(shared_address(&allocated), columns);
    tcgen05_relinquish_alloc_permit<1>();
  }
  if (threadIdx.x == 0) {
    mbarrier_init(&done, 1);
    fence_mbarrier_init();
  }
  copy_core_matrices(tile, in, rows, 16, 128, stride);
  fence_proxy_async();
  tcgen05_fence_before_sync();
  __syncthreads();
  tcgen05_fence_after_sync();
  const unsigned base = allocated;
  const unsigned lanes = base + (warp * 32 << 16);

  // What an earlier launch left must not pass for a result.
  unsigned values[32];
#pragma unroll
  for (unsigned i = 0; i < 32; ++i) values[i] = poison;
  tcgen05_store(lanes, values);
  tcgen05_wait_store();
  tcgen05_fence_before_sync();
  __syncthreads();
  tcgen05_fence_after_sync();

  if (threadIdx.x == 0) {
    tcgen05_copy_128x128b(
        base, tcgen05_descriptor(shared_address(tile), 128, stride, Tcgen05Swizzle::none));
    tcgen05_commit(shared_address(&done));
  }
  __syncwarp();
  const bool in_time = wait_bounded(&done, 0);
  tcgen05_fence_after_sync();
  __syncwarp();
  tcgen05_load(values, lanes);
  tcgen05_wait_load();
  auto* result = reinterpret_cast<unsigned*>(out) + threadIdx.x * copied;
#pragma unroll
  for (unsigned i = 0; i < copied; ++i) result[i] = in_time ? values[i] : poison;
  tcgen05_fence_before_sync();
  __syncthreads();
  tcgen05_fence_after_sync();
  if (warp == 0) tcgen05_dealloc<1>(base, columns);
}

#else
#include "probes/features/host.h"

namespace bp {
namespace {

constexpr unsigned words = 128 * 4;
constexpr std::string_view instructions[] = {
    "tcgen05.cp.cta_group::1.128x128b",
    "tcgen05.commit.cta_group::1.mbarrier::arrive::one.shared::cluster.b64",
    "tcgen05.st.sync.aligned.32x32b.x32.b32",
    "tcgen05.ld.sync.aligned.32x32b.x32.b32",
    "tcgen05.wait::st.sync.aligned",
    "tcgen05.wait::ld.sync.aligned",
    "tcgen05.alloc.cta_group::1.sync.aligned.shared::cta.b32",
    "tcgen05.relinquish_alloc_permit.cta_group::1.sync.aligned",
    "tcgen05.dealloc.cta_group::1.sync.aligned.b32",
    "tcgen05.fence::before_thread_sync",
    "tcgen05.fence::after_thread_sync",
    "mbarrier.init.shared::cta.b64",
    "mbarrier.try_wait.parity.shared::cta.b64",
    "fence.mbarrier_init.release.cluster",
    "fence.proxy.async.shared::cta",
};
constexpr std::string_view needs[] = {"tcgen05.tmem", "mbarrier"};
constexpr std::string_view native_sass[] = {"UTCCP"};

void exact(std::span<std::uint8_t> in) {
  for (unsigned i = 0; i < words; ++i) store<std::uint32_t>(in, i, i + 1);
}

void random(std::span<std::uint8_t> in, std::uint64_t seed) {
  Random values(seed);
  // 31 bits: never the value that stands for "no result".
  for (unsigned i = 0; i < words; ++i)
    store<std::uint32_t>(in, i, static_cast<std::uint32_t>(values.next() >> 33));
}

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (unsigned i = 0; i < words; ++i) out[i] = load<std::uint32_t>(in, i);
}

void corrupt(std::span<std::uint8_t> in) {
  const unsigned index = 77 * 4 + 2;
  store<std::uint32_t>(in, index, load<std::uint32_t>(in, index) ^ 0x10100u);
}

}  // namespace

extern const InstructionProbe tcgen05_cp_probe{
    .feature = "tcgen05.cp",
    .entry = "tcgen05_cp",
    .instructions = instructions,
    .needs = needs,
    .ptx = {8, 6},
    .operations = words * sizeof(std::uint32_t),  // bytes
    .launch = {.grid = {1}, .block = {128}},
    .input_bytes = words * sizeof(std::uint32_t),
    .element = Element::u32,
    .outputs = words,
    .scratch_bytes = 0,
    .tensor_map = std::nullopt,
    .exact = &exact,
    .random = &random,
    .reference = &reference,
    .fault = {.what = "row 77, word 2 gets another value", .corrupt = &corrupt},
    .tolerance = {},
    .native_sass = native_sass,
    .rate = std::nullopt,
    .native_test = std::nullopt,
    // Without it the columns keep what was stored there first; the commit still arrives.
    .neutralise = {.line_with = "tcgen05.cp.", .replacement = ""},
    .neutralise_exception = {},
};

}  // namespace bp
#endif
