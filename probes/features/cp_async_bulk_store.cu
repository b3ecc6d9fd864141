// cp_async_bulk.store: two contiguous pieces from shared to global memory, each to the other's
// place.
#ifdef __CUDACC__
#include "probes/features/bulk_device.cuh"
#include "probes/ptx/cp_async_bulk.cuh"

BP_ENTRY(cp_async_bulk_store) {
  using namespace bp::ptx;
  constexpr unsigned words = 256;
  __shared__ alignas(16) unsigned pieces[2 * words];
  const auto* source = reinterpret_cast<const unsigned*>(in);
  for (unsigned i = threadIdx.x; i < 2 * words; i += blockDim.x) pieces[i] = source[i];
  fence_proxy_async();
  __syncthreads();
  if (threadIdx.x == 0) {
    bp::ptx::cp_async_bulk_store(out + sizeof pieces / 2, pieces, sizeof pieces / 2);
    bp::ptx::cp_async_bulk_store(out, pieces + words, sizeof pieces / 2);
    bulk_commit_and_wait();
  }
}

#else
#include "probes/features/words.h"

namespace bp {
namespace {

constexpr std::size_t words_of_piece = 256;
constexpr std::array<std::string_view, 1> own{"cp.async.bulk.global.shared::cta.bulk_group"};
constexpr std::array<std::string_view, 1> fence{"fence.proxy.async.shared::cta"};
constexpr auto instructions = words::joined(own, words::bulk_group, fence);
constexpr std::string_view native_sass[] = {"UBLKCP.G.S"};

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (std::size_t i = 0; i < out.size(); ++i)
    out[(i + words_of_piece) % out.size()] = load<std::uint32_t>(in, i);
}

}  // namespace

extern const InstructionProbe cp_async_bulk_store_probe = words::describe({
    .feature = "cp_async_bulk.store",
    .entry = "cp_async_bulk_store",
    .instructions = instructions,
    .launch = {.grid = {1}, .block = {words_of_piece}},
    .inputs = 2 * words_of_piece,
    .outputs = 2 * words_of_piece,
    .reference = &reference,
    .fault = {.what = "bits of word 300 are flipped", .corrupt = &words::flip<300>},
    .native_sass = native_sass,
    // The output keeps what was there before the launch.
    .neutralise = {.line_with = "cp.async.bulk.global.", .replacement = {}},
});

}  // namespace bp
#endif
