// cluster.barrier: the two halves of the cluster's barrier apart, in two clusters of four CTAs.
// Each CTA hands a word to the next one through global memory, first with threads of a warp that
// arrive apart, then with a relaxed arrival behind a fence. One CTA comes late each time.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/cluster.cuh"

BP_ENTRY(cluster_barrier_halves) {
  using namespace bp::ptx;
  constexpr unsigned threads = 64, size = 4;
  const unsigned thread = threadIdx.x, rank = cluster_ctarank();
  const unsigned all = gridDim.x * threads, index = blockIdx.x * threads + thread;
  const unsigned next = (blockIdx.x - rank + (rank + 1) % size) * threads + threads - 1 - thread;
  const auto* words = reinterpret_cast<const unsigned*>(in);
  auto* result = reinterpret_cast<unsigned*>(out);
  // Behind the outputs, zero before the launch.
  auto* handed = reinterpret_cast<volatile unsigned*>(out) + 2 * all;
  const auto come_late = [&](unsigned late) {
    const long long start = clock64();
    while (rank == late && clock64() - start < 20000) {
    }
  };
  come_late(1);
  if (thread % 2 == 0) {
    handed[next] = words[index];
    cluster_arrive();
  } else {
    handed[next] = words[index] ^ 1u;
    cluster_arrive();
  }
  cluster_wait();
  result[index] = handed[index];
  __syncwarp();

  come_late(2);
  handed[all + next] = words[index] * 3;
  fence_cluster();
  cluster_arrive_relaxed();
  const unsigned meanwhile = words[index];
  cluster_wait_aligned();
  result[all + index] = handed[all + index] + meanwhile;
}

#else
#include "probes/features/words.h"

namespace bp {
namespace {

constexpr unsigned threads = 64, cluster_size = 4, ctas = 8;
constexpr std::size_t count = ctas * threads;
constexpr std::string_view instructions[] = {
    "barrier.cluster.arrive.release",
    "barrier.cluster.wait.acquire",
    "barrier.cluster.arrive.relaxed.aligned",
    "barrier.cluster.wait.acquire.aligned",
    "fence.acq_rel.cluster",
};
constexpr std::string_view needs[] = {"cluster.launch"};
constexpr std::string_view native_sass[] = {"UCGABAR_ARV"};

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (unsigned i = 0; i < count; ++i) {
    const unsigned cta = i / threads, rank = cta % cluster_size;
    const unsigned giver = cta - rank + (rank + cluster_size - 1) % cluster_size;
    const unsigned thread = threads - 1 - i % threads;
    const auto given = load<std::uint32_t>(in, giver * threads + thread);
    out[i] = given ^ (thread % 2);
    out[count + i] = given * 3 + load<std::uint32_t>(in, i);
  }
}

}  // namespace

extern const InstructionProbe cluster_barrier_probe = words::describe({
    .feature = "cluster.barrier",
    .entry = "cluster_barrier_halves",
    .instructions = instructions,
    .needs = needs,
    .launch = {.grid = {ctas}, .block = {threads}, .cluster = {cluster_size, 1, 1}},
    .inputs = count,
    .outputs = 2 * count,
    .scratch_bytes = 2 * count * sizeof(std::uint32_t),
    .reference = &reference,
    .fault = {.what = "bits of word 300 are flipped", .corrupt = &words::flip<300>},
    .native_sass = native_sass,
    // Both halves: a wait without an arrive would not end. What comes late is then read too early.
    .neutralise = {.line_with = "barrier.cluster.", .replacement = ""},
});

}  // namespace bp
#endif
