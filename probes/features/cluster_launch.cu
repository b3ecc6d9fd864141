// cluster.launch: two clusters of two CTAs. Each CTA says where it stands in its cluster and hands
// a word to its peer through global memory. The CTA of rank 1 hands it over late: only a barrier
// that spans the cluster makes that of rank 0 wait for it.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/cluster.cuh"

BP_ENTRY(cluster_launch) {
  using namespace bp::ptx;
  const auto* words = reinterpret_cast<const unsigned*>(in);
  auto* result = reinterpret_cast<unsigned*>(out) + 2 * blockIdx.x;
  // Behind the outputs, zero before the launch.
  auto* handed = reinterpret_cast<volatile unsigned*>(out) + 2 * gridDim.x;
  const unsigned rank = cluster_ctarank();
  if (rank == 1) {
    const long long start = clock64();
    while (clock64() - start < 400'000) {
    }
  }
  if (threadIdx.x == 0) handed[blockIdx.x] = words[blockIdx.x] + 3 * rank;
  __syncwarp();
  cluster_barrier();
  if (threadIdx.x == 0) {
    result[0] = words[blockIdx.x] * 16 + rank * 4 + cluster_nctarank();
    result[1] = handed[blockIdx.x ^ 1];
  }
}

#else
#include "probes/features/host.h"

namespace bp {
namespace {

constexpr unsigned ctas = 4;
constexpr unsigned cluster_size = 2;
constexpr std::string_view instructions[] = {
    "barrier.cluster.arrive.release.aligned",
    "barrier.cluster.wait.acquire.aligned",
};
constexpr std::string_view native_sass[] = {"UCGABAR_ARV"};

void exact(std::span<std::uint8_t> in) {
  for (unsigned i = 0; i < ctas; ++i) store<std::uint32_t>(in, i, 1001 + 17 * i);
}

void random(std::span<std::uint8_t> in, std::uint64_t seed) {
  Random values(seed);
  for (unsigned i = 0; i < ctas; ++i)
    store<std::uint32_t>(in, i, 1 + static_cast<std::uint32_t>(values.next() >> 40));
}

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (unsigned i = 0; i < ctas; ++i) {
    const unsigned rank = i % cluster_size;
    const unsigned peer = i ^ 1;
    out[2 * i] = load<std::uint32_t>(in, i) * 16 + rank * 4 + cluster_size;
    out[2 * i + 1] = load<std::uint32_t>(in, peer) + 3 * (peer % cluster_size);
  }
}

void corrupt(std::span<std::uint8_t> in) {
  store<std::uint32_t>(in, 3, load<std::uint32_t>(in, 3) + 5);
}

}  // namespace

extern const InstructionProbe cluster_launch_probe{
    .feature = "cluster.launch",
    .entry = "cluster_launch",
    .instructions = instructions,
    .needs = {},
    .ptx = {8, 0},
    .operations = ctas,
    .launch = {.grid = {ctas}, .block = {32}, .cluster = {cluster_size, 1, 1}},
    .input_bytes = ctas * sizeof(std::uint32_t),
    .element = Element::u32,
    .outputs = std::size_t{2} * ctas,
    .scratch_bytes = ctas * sizeof(std::uint32_t),
    .tensor_map = std::nullopt,
    .exact = &exact,
    .random = &random,
    .reference = &reference,
    .fault = {.what = "the word of CTA 3 is larger by 5", .corrupt = &corrupt},
    .tolerance = {},
    .native_sass = native_sass,
    .rate = std::nullopt,
    .native_test = std::nullopt,
    // Both halves of the barrier: a wait without an arrive would not end. Without it rank 0 reads a
    // zero.
    .neutralise = {.line_with = "barrier.cluster.", .replacement = ""},
    .neutralise_exception = {},
};

}  // namespace bp
#endif
