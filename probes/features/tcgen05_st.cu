// tcgen05.st: every shape, with repetition and with .unpack::16b, to cells of Tensor Memory that
// are read back with those around them.
#include "probes/features/tcgen05_moves.h"

#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/tcgen05.cuh"
#include "probes/ptx/tcgen05_move.cuh"

BP_ENTRY(tcgen05_st) {
  using namespace bp::ptx;
  using namespace bp::tcgen05;
  constexpr unsigned allocated_columns = 256;
  __shared__ unsigned allocated;
  tcgen05_alloc<1>(shared_address(&allocated), allocated_columns);
  tcgen05_relinquish_alloc_permit<1>();
  __syncwarp();
  const unsigned base = allocated;
  unsigned values[32];
#pragma unroll
  for (unsigned i = 0; i < 32; ++i) values[i] = blank;
  for (unsigned column = 0; column < columns; column += 32) tcgen05_store(base + column, values);
  tcgen05_wait_store();

  const auto* source = reinterpret_cast<const unsigned*>(in) + threadIdx.x * registers;
  unsigned stored[registers];
#pragma unroll
  for (unsigned i = 0; i < registers; ++i) stored[i] = source[i];
  const unsigned* next = stored;
  unsigned address = base;
#define BP_STORE(name, shape, registers, packed, lane, columns) \
  tcgen05_store_##name(next, address + (lane << 16));           \
  next += registers;                                            \
  address += columns;
  BP_TCGEN05_MOVES(BP_STORE)
#undef BP_STORE
  tcgen05_wait_store();

  auto* result = reinterpret_cast<unsigned*>(out) + threadIdx.x * columns;
  for (unsigned column = 0; column < columns; column += 32) {
    tcgen05_load(values, base + column);
    tcgen05_wait_load();
#pragma unroll
    for (unsigned i = 0; i < 32; ++i) {
      // What becomes of the upper half where a lower one is stored is not told.
      const bool halves = column + i >= first_packed_column;
      result[column + i] = halves ? values[i] & 0xffff : values[i];
    }
  }
  __syncwarp();
  tcgen05_dealloc<1>(base, allocated_columns);
}

#else
#include "probes/features/tcgen05_move_host.h"

namespace bp {
namespace {

constexpr std::string_view instructions[] = {
    "tcgen05.st.sync.aligned.16x64b.x1.b32",
    "tcgen05.st.sync.aligned.16x64b.x4.b32",
    "tcgen05.st.sync.aligned.16x64b.x2.unpack::16b.b32",
    "tcgen05.st.sync.aligned.16x128b.x1.b32",
    "tcgen05.st.sync.aligned.16x128b.x2.b32",
    "tcgen05.st.sync.aligned.16x128b.x1.unpack::16b.b32",
    "tcgen05.st.sync.aligned.16x256b.x1.b32",
    "tcgen05.st.sync.aligned.16x256b.x2.b32",
    "tcgen05.st.sync.aligned.16x256b.x1.unpack::16b.b32",
    "tcgen05.st.sync.aligned.16x32bx2.x1.b32",
    "tcgen05.st.sync.aligned.16x32bx2.x4.b32",
    "tcgen05.st.sync.aligned.16x32bx2.x2.unpack::16b.b32",
    "tcgen05.st.sync.aligned.32x32b.x1.b32",
    "tcgen05.st.sync.aligned.32x32b.x2.b32",
    "tcgen05.st.sync.aligned.32x32b.x4.b32",
    "tcgen05.st.sync.aligned.32x32b.x8.b32",
    "tcgen05.st.sync.aligned.32x32b.x4.unpack::16b.b32",
    "tcgen05.st.sync.aligned.32x32b.x32.b32",
    "tcgen05.ld.sync.aligned.32x32b.x32.b32",
    "tcgen05.wait::st.sync.aligned",
    "tcgen05.wait::ld.sync.aligned",
    "tcgen05.alloc.cta_group::1.sync.aligned.shared::cta.b32",
    "tcgen05.relinquish_alloc_permit.cta_group::1.sync.aligned",
    "tcgen05.dealloc.cta_group::1.sync.aligned.b32",
};
constexpr std::string_view native_sass[] = {"STTM"};
constexpr std::size_t words = 32 * tcgen05::registers;

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = i % tcgen05::columns < tcgen05::first_packed_column ? tcgen05::blank
                                                                 : tcgen05::blank & 0xffffu;
  tcgen05::for_each_register([&](tcgen05::Cell at, unsigned index, bool packed) {
    const std::size_t word = at.lane * tcgen05::columns + at.column;
    const auto value = load<std::uint32_t>(in, index);
    out[word] = packed ? value & 0xffffu : value;
    if (packed) out[word + 1] = value >> 16;
  });
}

/// The last register of .16x256b.x2.
void corrupt(std::span<std::uint8_t> in) {
  const std::size_t word = 21 * tcgen05::registers + 37;
  store<std::uint32_t>(in, word, load<std::uint32_t>(in, word) ^ 0x10101u);
}

}  // namespace

extern const InstructionProbe tcgen05_st_probe = tcgen05::describe_move({
    .feature = "tcgen05.st",
    .entry = "tcgen05_st",
    .instructions = instructions,
    .input_words = words,
    .outputs = 32 * tcgen05::columns,
    .reference = &reference,
    .fault = {.what = "thread 21, register 37 gets another value", .corrupt = &corrupt},
    .native_sass = native_sass,
    // Without the 16-lane ones their cells stay blank.
    .neutralise = "tcgen05.st.sync.aligned.16x",
});

}  // namespace bp
#endif
