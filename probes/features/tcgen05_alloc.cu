// tcgen05.alloc: all 512 columns in five parts, the first of them freed, part of it allocated
// again. Each part's first and last columns get values of their own, which a part that overlaps
// another would lose.
#ifdef __CUDACC__
#include "probes/features/device.cuh"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/tcgen05.cuh"
#include "probes/ptx/tcgen05_move.cuh"

BP_ENTRY(tcgen05_alloc) {
  using namespace bp::ptx;
  constexpr unsigned parts = 5;
  // Never more than the one before ("should not increase between any two allocations").
  constexpr unsigned columns[parts] = {256, 128, 64, 32, 32};
  __shared__ unsigned allocated[parts];
  const auto* source = reinterpret_cast<const unsigned*>(in) + threadIdx.x * (parts + 1) * 2;
  auto* result = reinterpret_cast<unsigned*>(out) + threadIdx.x * (parts + 1) * 2;
#pragma unroll
  for (unsigned i = 0; i < parts; ++i) tcgen05_alloc<1>(shared_address(&allocated[i]), columns[i]);
  __syncwarp();
  const auto fill = [&](unsigned part, unsigned address, unsigned size) {
    tcgen05_store_32x32b_x1(&source[part * 2], address);
    tcgen05_store_32x32b_x1(&source[part * 2 + 1], address + size - 1);
  };
  const auto read = [&](unsigned part, unsigned address, unsigned size) {
    unsigned first = poison, last = poison;
    tcgen05_load_32x32b_x1(&first, address);
    tcgen05_load_32x32b_x1(&last, address + size - 1);
    tcgen05_wait_load();
    result[part * 2] = first;
    result[part * 2 + 1] = last;
  };
#pragma unroll
  for (unsigned i = 0; i < parts; ++i) fill(i, allocated[i], columns[i]);
  tcgen05_wait_store();
  read(0, allocated[0], columns[0]);
  tcgen05_dealloc<1>(allocated[0], columns[0]);

  // Now 256 columns are free, and the other parts must keep their values.
  __syncwarp();
  tcgen05_alloc<1>(shared_address(&allocated[0]), columns[parts - 1]);
  tcgen05_relinquish_alloc_permit<1>();
  __syncwarp();
  fill(parts, allocated[0], columns[parts - 1]);
  tcgen05_wait_store();
  read(parts, allocated[0], columns[parts - 1]);
#pragma unroll
  for (unsigned i = 1; i < parts; ++i) read(i, allocated[i], columns[i]);
  __syncwarp();
  tcgen05_dealloc<1>(allocated[0], columns[parts - 1]);
#pragma unroll
  for (unsigned i = 1; i < parts; ++i) tcgen05_dealloc<1>(allocated[i], columns[i]);
}

#else
#include "probes/features/tcgen05_move_host.h"

namespace bp {
namespace {

constexpr std::string_view instructions[] = {
    "tcgen05.alloc.cta_group::1.sync.aligned.shared::cta.b32",
    "tcgen05.dealloc.cta_group::1.sync.aligned.b32",
    "tcgen05.relinquish_alloc_permit.cta_group::1.sync.aligned",
    "tcgen05.st.sync.aligned.32x32b.x1.b32",
    "tcgen05.ld.sync.aligned.32x32b.x1.b32",
    "tcgen05.wait::st.sync.aligned",
    "tcgen05.wait::ld.sync.aligned",
};
constexpr std::string_view native_sass[] = {"UTCATOMSWS"};
constexpr std::size_t words = 32 * 6 * 2;

void reference(std::span<const std::uint8_t> in, std::span<double> out) {
  for (std::size_t i = 0; i < words; ++i) out[i] = load<std::uint32_t>(in, i);
}

void corrupt(std::span<std::uint8_t> in) {
  store<std::uint32_t>(in, 177, load<std::uint32_t>(in, 177) ^ 0x10100u);
}

}  // namespace

extern const InstructionProbe tcgen05_alloc_probe = tcgen05::describe_move({
    .feature = "tcgen05.alloc",
    .entry = "tcgen05_alloc",
    .instructions = instructions,
    .input_words = words,
    .outputs = words,
    .reference = &reference,
    .fault = {.what = "the tenth of the values of lane 14 is another", .corrupt = &corrupt},
    .native_sass = native_sass,
    .neutralise_exception =
        "Tensor Memory that is not allocated may not be touched: it would crash",
});

}  // namespace bp
#endif
