// clusterlaunchcontrol: a grid of more CTAs than fit at once. Each does its own part and then takes
// over parts of CTAs that have not started, until there are none left. Every part must be done
// exactly once, and some CTA must have been taken over.
#ifdef __CUDACC__
#include "probes/features/bulk_device.cuh"
#include "probes/ptx/clusterlaunchcontrol.cuh"

BP_ENTRY(clusterlaunchcontrol_take_over) {
  using namespace bp::ptx;
  __shared__ alignas(16) ulonglong2 answer;
  __shared__ alignas(8) unsigned long long full;
  start_barrier(&full);
  if (threadIdx.x != 0) return;
  const auto* words = reinterpret_cast<const unsigned*>(in);
  auto* result = reinterpret_cast<unsigned*>(out);
  // Behind the outputs, zero before the launch.
  unsigned* done = result + gridDim.x + 1;
  unsigned part = blockIdx.x;
  const long long deadline = clock64() + wait_limit_clocks / 100;
  for (unsigned parity = 0; part < gridDim.x; parity ^= 1) {
    result[part] = words[part] * 3 + atomicAdd(&done[part], 1u);
    mbarrier_arrive_expect_tx(&full, sizeof answer);
    clusterlaunchcontrol_try_cancel(&answer, &full);
    if (!mbarrier_wait_parity(&full, parity, deadline)) break;
    const auto cancelled = clusterlaunchcontrol_query(&answer);
    // The next answer comes to the same place.
    fence_proxy_async();
    if (!cancelled.any) break;
    result[gridDim.x] = 1;
    part = cancelled.ctaid;
  }
}

#else
#include "probes/features/words.h"

namespace bp {
namespace {

// Of 1024 threads: at most two on an SM at once.
constexpr std::size_t ctas = 1024;
constexpr std::array<std::string_view, 3> own{
    "clusterlaunchcontrol.try_cancel.async.shared::cta.mbarrier::complete_tx::bytes.b128",
    "clusterlaunchcontrol.query_cancel.is_canceled.pred.b128",
    "clusterlaunchcontrol.query_cancel.get_first_ctaid.v4.b32.b128"};
constexpr std::array<std::string_view, 1> handle{"mov.b128"};
constexpr auto instructions = words::joined(own, words::barrier, words::expect_tx, handle);
constexpr std::string_view needs[] = {"mbarrier"};
constexpr std::string_view native_sass[] = {"UGETNEXTWORKID"};

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (std::size_t i = 0; i < ctas; ++i) out[i] = load<std::uint32_t>(in, i) * 3;
  out[ctas] = 1;
}

}  // namespace

extern const InstructionProbe clusterlaunchcontrol_probe = words::describe({
    .feature = "clusterlaunchcontrol",
    .entry = "clusterlaunchcontrol_take_over",
    .instructions = instructions,
    .needs = needs,
    .ptx = {8, 6},
    .launch = {.grid = {ctas}, .block = {1024}},
    .inputs = ctas,
    .outputs = ctas + 1,
    .scratch_bytes = ctas * sizeof(std::uint32_t),
    .reference = &reference,
    .fault = {.what = "bits of word 300 are flipped", .corrupt = &words::flip<300>},
    .native_sass = native_sass,
    // Without it no answer comes, each CTA does its own part, and nothing is taken over.
    .neutralise = {.line_with = "clusterlaunchcontrol.try_cancel.", .replacement = ""},
});

}  // namespace bp
#endif
