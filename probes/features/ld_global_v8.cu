// Loads and stores of 256 bits: eight words in one order come back in the other, in .v8.b32 for one
// half of the threads and in .v4.b64 for the other.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/wide_memory.cuh"

BP_ENTRY(ld_global_v8) {
  const unsigned char* source = in + 32 * threadIdx.x;
  unsigned char* target = out + 32 * threadIdx.x;
  if (threadIdx.x < blockDim.x / 2) {
    unsigned w[8];
    bp::ptx::load_v8(w, source);
    const unsigned turned[] = {w[7], w[6], w[5], w[4], w[3], w[2], w[1], w[0]};
    bp::ptx::store_v8(target, turned);
  } else {
    unsigned long long w[4];
    bp::ptx::load_v4(w, source);
    const unsigned long long turned[] = {w[3], w[2], w[1], w[0]};
    bp::ptx::store_v4(target, turned);
  }
}

#else
#include "probes/features/elementwise_host.h"

namespace bp {
namespace {

struct Operation {
  using Result = std::uint32_t;
  static constexpr unsigned items = elementwise::block, words = 8, results = 8;
  static constexpr std::array<std::uint32_t, 2> fault_words{0x01234567u, 0x89abcdefu};

  static void exact(std::span<std::uint32_t> in) {
    for (std::uint32_t i = 0; i < in.size(); ++i) in[i] = 0x10000u + i;
  }
  static void random(Random& values, std::span<std::uint32_t> in) {
    for (auto& word : in) word = static_cast<std::uint32_t>(values.next() >> 32);
  }
  static void apply(unsigned item, const std::uint32_t* in, std::uint32_t* out) {
    const unsigned unit = item < items / 2 ? 1 : 2;  // words of an element
    for (unsigned i = 0; i < 8; ++i) out[i] = in[8 - unit - i / unit * unit + i % unit];
  }
};

constexpr std::string_view instructions[] = {"ld.global.v8.b32", "st.global.v8.b32",
                                             "ld.global.v4.b64", "st.global.v4.b64"};
constexpr std::string_view native_sass[] = {"LDG.E.ENL2.256"};

}  // namespace

extern const InstructionProbe ld_global_v8_probe = elementwise::describe<Operation>({
    .feature = "ld.global.v8",
    .entry = "ld_global_v8",
    .instructions = instructions,
    .ptx = {8, 8},
    .native_sass = native_sass,
    // What is stored then is what the registers held.
    .neutralise = {.line_with = instructions[0], .replacement = {}},
});

}  // namespace bp
#endif
