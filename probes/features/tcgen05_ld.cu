// tcgen05.ld: every shape, with repetition and with .pack::16b, from cells of Tensor Memory that
// are all different.
#include "probes/features/tcgen05_moves.h"

#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/tcgen05.cuh"
#include "probes/ptx/tcgen05_move.cuh"

BP_ENTRY(tcgen05_ld) {
  using namespace bp::ptx;
  using namespace bp::tcgen05;
  constexpr unsigned allocated_columns = 256;
  __shared__ unsigned allocated;
  tcgen05_alloc<1>(shared_address(&allocated), allocated_columns);
  tcgen05_relinquish_alloc_permit<1>();
  __syncwarp();
  const unsigned base = allocated;
  const auto* source = reinterpret_cast<const unsigned*>(in) + threadIdx.x * columns;
  for (unsigned column = 0; column < columns; column += 32) {
    unsigned values[32];
#pragma unroll
    for (unsigned i = 0; i < 32; ++i) values[i] = source[column + i];
    tcgen05_store(base + column, values);
  }
  tcgen05_wait_store();

  unsigned loaded[registers];
#pragma unroll
  for (unsigned i = 0; i < registers; ++i) loaded[i] = poison;
  unsigned* next = loaded;
  unsigned address = base;
#define BP_LOAD(name, shape, registers, packed, lane, columns) \
  tcgen05_load_##name(next, address + (lane << 16));           \
  next += registers;                                           \
  address += columns;
  BP_TCGEN05_MOVES(BP_LOAD)
#undef BP_LOAD
  tcgen05_wait_load();
  auto* result = reinterpret_cast<unsigned*>(out) + threadIdx.x * registers;
#pragma unroll
  for (unsigned i = 0; i < registers; ++i) result[i] = loaded[i];
  __syncwarp();
  tcgen05_dealloc<1>(base, allocated_columns);
}

#else
#include "probes/features/tcgen05_move_host.h"

namespace bp {
namespace {

constexpr std::string_view instructions[] = {
    "tcgen05.ld.sync.aligned.16x64b.x1.b32",
    "tcgen05.ld.sync.aligned.16x64b.x4.b32",
    "tcgen05.ld.sync.aligned.16x64b.x2.pack::16b.b32",
    "tcgen05.ld.sync.aligned.16x128b.x1.b32",
    "tcgen05.ld.sync.aligned.16x128b.x2.b32",
    "tcgen05.ld.sync.aligned.16x128b.x1.pack::16b.b32",
    "tcgen05.ld.sync.aligned.16x256b.x1.b32",
    "tcgen05.ld.sync.aligned.16x256b.x2.b32",
    "tcgen05.ld.sync.aligned.16x256b.x1.pack::16b.b32",
    "tcgen05.ld.sync.aligned.16x32bx2.x1.b32",
    "tcgen05.ld.sync.aligned.16x32bx2.x4.b32",
    "tcgen05.ld.sync.aligned.16x32bx2.x2.pack::16b.b32",
    "tcgen05.ld.sync.aligned.32x32b.x1.b32",
    "tcgen05.ld.sync.aligned.32x32b.x2.b32",
    "tcgen05.ld.sync.aligned.32x32b.x4.b32",
    "tcgen05.ld.sync.aligned.32x32b.x8.b32",
    "tcgen05.ld.sync.aligned.32x32b.x4.pack::16b.b32",
    "tcgen05.st.sync.aligned.32x32b.x32.b32",
    "tcgen05.wait::st.sync.aligned",
    "tcgen05.wait::ld.sync.aligned",
    "tcgen05.alloc.cta_group::1.sync.aligned.shared::cta.b32",
    "tcgen05.relinquish_alloc_permit.cta_group::1.sync.aligned",
    "tcgen05.dealloc.cta_group::1.sync.aligned.b32",
};
constexpr std::string_view native_sass[] = {"LDTM"};
constexpr std::size_t cells = 32 * tcgen05::columns;

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  tcgen05::for_each_register([&](tcgen05::Cell at, unsigned index, bool packed) {
    const std::size_t word = at.lane * tcgen05::columns + at.column;
    const auto value = load<std::uint32_t>(in, word);
    // The first column's half is the lower one.
    out[index] = packed ? (value & 0xffffu) | load<std::uint32_t>(in, word + 1) << 16 : value;
  });
}

/// One of the columns of .32x32b.x4.
void corrupt(std::span<std::uint8_t> in) {
  const std::size_t word = 21 * tcgen05::columns + 18;
  store<std::uint32_t>(in, word, load<std::uint32_t>(in, word) ^ 0x10101u);
}

}  // namespace

extern const InstructionProbe tcgen05_ld_probe = tcgen05::describe_move({
    .feature = "tcgen05.ld",
    .entry = "tcgen05_ld",
    .instructions = instructions,
    .input_words = cells,
    .outputs = 32 * tcgen05::registers,
    .reference = &reference,
    .fault = {.what = "lane 21, column 18 gets another value", .corrupt = &corrupt},
    .native_sass = native_sass,
    // Without them the registers keep what stands for "no result".
    .neutralise = "tcgen05.ld.sync.aligned.",
});

}  // namespace bp
#endif
