// cp.async: 16, 8 and 4 bytes a thread from global to shared memory, in two groups. Of every eight
// threads one asks for none of its bytes and one for the first half, and zeros fill the rest.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/cp_async.cuh"

BP_ENTRY(cp_async_16_bytes) {
  constexpr unsigned threads = 128, words = 7 * threads;
  __shared__ alignas(16) unsigned pieces[words];
  const unsigned thread = threadIdx.x, mirror = threads - 1 - thread;
  const auto* source = reinterpret_cast<const unsigned*>(in);
  // Neither zero nor an input: what is not copied shows.
  for (unsigned i = thread; i < words; i += threads) pieces[i] = ~0u;
  __syncthreads();
  const unsigned part = thread % 8 == 3 ? 0 : thread % 8 == 5 ? 1 : 2;  // halves
  bp::ptx::cp_async_16(&pieces[4 * mirror], &source[4 * thread], part != 0);
  bp::ptx::cp_async_commit();
  const unsigned eight = 4 * threads, four = 6 * threads;  // where these begin
  bp::ptx::cp_async_ca<8>(&pieces[eight + 2 * mirror], &source[eight + 2 * thread], 4 * part);
  bp::ptx::cp_async_ca<4>(&pieces[four + mirror], &source[four + thread], 2 * part);
  bp::ptx::cp_async_commit();
  auto* result = reinterpret_cast<unsigned*>(out);
  bp::ptx::cp_async_wait<1>();
  __syncthreads();
  for (unsigned i = thread; i < eight; i += threads) result[i] = pieces[i];
  bp::ptx::cp_async_wait<0>();
  __syncthreads();
  for (unsigned i = eight + thread; i < words; i += threads) result[i] = pieces[i];
}

#else
#include "probes/features/words.h"

namespace bp {
namespace {

constexpr unsigned threads = 128;
constexpr std::size_t count = 7 * threads;
constexpr std::string_view instructions[] = {"cp.async.cg.shared.global",
                                             "cp.async.ca.shared.global", "cp.async.commit_group",
                                             "cp.async.wait_group"};
constexpr std::string_view native_sass[] = {"LDGSTS"};

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  std::size_t begin = 0;
  for (const unsigned words : {4u, 2u, 1u}) {
    for (unsigned thread = 0; thread < threads; ++thread) {
      const unsigned all = words * 4;
      // The 16-byte copies ask for all or nothing.
      const unsigned half = words == 4 ? all : all / 2;
      const unsigned bytes = thread % 8 == 3 ? 0 : thread % 8 == 5 ? half : all;
      for (unsigned word = 0; word < words; ++word) {
        const auto value = load<std::uint32_t>(in, begin + thread * words + word);
        const unsigned valid = bytes <= 4 * word ? 0 : bytes - 4 * word;
        out[begin + (threads - 1 - thread) * words + word] = valid == 0  ? 0
                                                             : valid < 4 ? value & 0xffffu
                                                                         : value;
      }
    }
    begin += std::size_t{words} * threads;
  }
}

}  // namespace

extern const InstructionProbe cp_async_probe = words::describe({
    .feature = "cp_async",
    .entry = "cp_async_16_bytes",
    .instructions = instructions,
    .ptx = {7, 0},
    .launch = {.grid = {1}, .block = {threads}},
    .inputs = count,
    .outputs = count,
    .reference = &reference,
    .fault = {.what = "bits of word 777 are flipped", .corrupt = &words::flip<777>},
    .native_sass = native_sass,
    .neutralise = {.line_with = ".shared.global", .replacement = {}},
});

}  // namespace bp
#endif
