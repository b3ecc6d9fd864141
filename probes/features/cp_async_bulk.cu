// cp.async.bulk: two contiguous pieces from global to shared memory, each in the other's place.
// Written with a .shared::cluster destination for the reason that tma_load.cu gives.
#ifdef __CUDACC__
#include "probes/features/bulk_device.cuh"
#include "probes/ptx/cp_async_bulk.cuh"

BP_ENTRY(cp_async_bulk) {
  using namespace bp::ptx;
  constexpr unsigned words = 256;
  __shared__ alignas(16) unsigned pieces[2 * words];
  __shared__ alignas(8) unsigned long long full;
  // What an earlier launch left must not pass for a result.
  pieces[threadIdx.x] = pieces[words + threadIdx.x] = poison;
  start_barrier(&full);
  if (threadIdx.x == 0) {
    mbarrier_arrive_expect_tx(&full, sizeof pieces);
    cp_async_bulk_load(pieces + words, in, sizeof pieces / 2, &full);
    cp_async_bulk_load(pieces, in + sizeof pieces / 2, sizeof pieces / 2, &full);
  }
  __syncwarp();
  const bool in_time = wait_bounded(&full, 0);
  write_out(out, pieces, 2 * words, in_time);
}

#else
#include "probes/features/words.h"

namespace bp {
namespace {

constexpr std::size_t words_of_piece = 256;
constexpr std::array<std::string_view, 1> own{
    "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes"};
constexpr auto instructions = words::joined(own, words::barrier, words::expect_tx);
constexpr std::string_view needs[] = {"mbarrier"};
constexpr std::string_view native_sass[] = {"UBLKCP"};

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (std::size_t i = 0; i < out.size(); ++i)
    out[(i + words_of_piece) % out.size()] = load<std::uint32_t>(in, i);
}

}  // namespace

extern const InstructionProbe cp_async_bulk_probe = words::describe({
    .feature = "cp_async_bulk",
    .entry = "cp_async_bulk",
    .instructions = instructions,
    .needs = needs,
    .launch = {.grid = {1}, .block = {words_of_piece}},
    .inputs = 2 * words_of_piece,
    .outputs = 2 * words_of_piece,
    .reference = &reference,
    .fault = {.what = "bits of word 300 are flipped", .corrupt = &words::flip<300>},
    .native_sass = native_sass,
    // Without it nothing completes on the barrier, and the wait ends by the clock.
    .neutralise = {.line_with = "cp.async.bulk.shared::cluster", .replacement = {}},
});

}  // namespace bp
#endif
