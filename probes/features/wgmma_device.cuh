// What the device halves of the wgmma probes share: operands of three forms, the product, and the
// clocked loop.
#pragma once

#include "probes/features/device.cuh"
#include "probes/features/wgmma_shape.h"
#include "probes/ptx/async_proxy.cuh"
#include "probes/ptx/wgmma.cuh"
#include "probes/ptx/wgmma_layout.h"

namespace bp::wgmma {

using ptx::WgmmaSwizzle;

/// Brings `lines` lines of `line_bytes` bytes, one after the other, into a tile. All threads of the
/// CTA take part; fence_proxy_async and a barrier must follow.
__device__ inline void copy_tile(unsigned char* tile, const unsigned char* source,
                                 WgmmaSwizzle swizzle, unsigned lines, unsigned line_bytes) {
  const unsigned per_line = line_bytes / 16;
  for (unsigned chunk = threadIdx.x; chunk < lines * per_line; chunk += blockDim.x) {
    const unsigned offset = ptx::in_panels(swizzle, lines, chunk / per_line, chunk % per_line * 16);
    *reinterpret_cast<uint4*>(tile + offset) = reinterpret_cast<const uint4*>(source)[chunk];
  }
}

/// All of a tile, from the elements of the input again and again: for the clock, which layout the
/// bytes have does not matter, but zeros would.
template <unsigned element_bytes, unsigned tile_bytes>
__device__ inline void fill_tile(unsigned char (&tile)[tile_bytes], const unsigned char* in) {
  for (unsigned chunk = threadIdx.x; chunk < tile_bytes / 16; chunk += blockDim.x)
    reinterpret_cast<uint4*>(tile)[chunk] =
        reinterpret_cast<const uint4*>(in)[chunk % (element_bytes / 16)];
}

/// Word `i` of this thread's fragment of A for the instruction that starts at byte `byte` of each
/// row.
__device__ inline void load_fragment(unsigned (&a)[4], const unsigned char* rows_of_a,
                                     unsigned row_bytes, unsigned byte) {
  const unsigned lane = threadIdx.x % 32;
  const unsigned row = threadIdx.x / 32 % 4 * 16 + lane / 4;
#pragma unroll
  for (unsigned i = 0; i < 4; ++i)
    a[i] = *reinterpret_cast<const unsigned*>(rows_of_a + (row + i % 2 * 8) * row_bytes + byte +
                                              lane % 4 * 4 + i / 2 * 16);
}

/// Metadata of a sparse A for one instruction: PTX ISA 9.0, 9.7.15.6.1 "Sparse matrix storage", the
/// figures of 64xNx32 (f16, bf16), 64xNx16 (tf32) and 64xNx64 (8-bit types); compared with the
/// ELayouts of CUTLASS (mma_traits_sm90_gmma_sparse.hpp). With one word for each row, thread 2 s or
/// 2 s + 1 of each four (s: the selector) brings the lower or the upper half of the words of rows r
/// and r + 8; with two, threads 0 to 3 bring word 0 of row r and of row r + 8, then word 1 of both.
template <unsigned words>
__device__ inline unsigned load_metadata(const unsigned char* in, unsigned step,
                                         unsigned selector) {
  const auto* metadata = reinterpret_cast<const unsigned*>(in);
  const unsigned quad = threadIdx.x % 4;
  const unsigned row = threadIdx.x / 32 % 4 * 16 + threadIdx.x % 32 / 4;
  const auto word = [&](unsigned r, unsigned i) {
    return metadata[(r * sparse_steps + step) * words + i];
  };
  if (words == 2) return word(row + quad % 2 * 8, quad / 2);
  // Valid, but not the right one: nobody must read it.
  if (quad / 2 != selector) return 0x44444444;
  const unsigned shift = quad % 2 * 16;
  return (word(row, 0) >> shift & 0xffff) | word(row + 8, 0) >> shift << 16;
}

// --- operands: where they are, and how an instruction is given them. `load` for the product,
// `fill` for the clock.

/// A and B in shared memory, K-major with `line_bytes` bytes in a row, so wide is the swizzle too.
template <unsigned line_bytes>
struct Shared {
  static constexpr unsigned steps = line_bytes / instruction_bytes;
  static constexpr unsigned element_bytes = (rows + columns) * line_bytes;
  static constexpr WgmmaSwizzle swizzle =
      line_bytes == 128 ? WgmmaSwizzle::b128 : WgmmaSwizzle::b64;
  unsigned a, b;
  unsigned lines_of_b;

  __device__ static Shared load(const unsigned char* in) {
    __shared__ alignas(1024) unsigned char a[rows * line_bytes];
    __shared__ alignas(1024) unsigned char b[columns * line_bytes];
    copy_tile(a, in, swizzle, rows, line_bytes);
    copy_tile(b, in + rows * line_bytes, swizzle, columns, line_bytes);
    return {ptx::shared_address(a), ptx::shared_address(b), columns};
  }
  template <unsigned bytes>
  __device__ static Shared fill(const unsigned char* in) {
    __shared__ alignas(1024) unsigned char a[rows * line_bytes];
    __shared__ alignas(1024) unsigned char b[rate_columns * line_bytes];
    fill_tile<bytes>(a, in);
    fill_tile<bytes>(b, in);
    return {ptx::shared_address(a), ptx::shared_address(b), rate_columns};
  }
  template <unsigned step, typename Accumulators, typename Instruction>
  __device__ void issue(Accumulators& d, Instruction instruction) const {
    constexpr unsigned byte = step * instruction_bytes;
    instruction(d, ptx::wgmma_k_major(a, swizzle, rows, byte),
                ptx::wgmma_k_major(b, swizzle, lines_of_b, byte));
  }
};

/// A in registers, B as in Shared<128>.
struct Registers {
  static constexpr unsigned line_bytes = 128;
  static constexpr unsigned steps = line_bytes / instruction_bytes;
  static constexpr unsigned element_bytes = (rows + columns) * line_bytes;
  unsigned a[steps][4];
  unsigned b;
  unsigned lines_of_b;

  __device__ static Registers load(const unsigned char* in) {
    __shared__ alignas(1024) unsigned char b[columns * line_bytes];
    copy_tile(b, in + rows * line_bytes, WgmmaSwizzle::b128, columns, line_bytes);
    return with(in, ptx::shared_address(b), columns);
  }
  template <unsigned bytes>
  __device__ static Registers fill(const unsigned char* in) {
    __shared__ alignas(1024) unsigned char b[rate_columns * line_bytes];
    fill_tile<bytes>(b, in);
    return with(in, ptx::shared_address(b), rate_columns);
  }
  template <unsigned step, typename Accumulators, typename Instruction>
  __device__ void issue(Accumulators& d, Instruction instruction) const {
    instruction(d, a[step],
                ptx::wgmma_k_major(b, WgmmaSwizzle::b128, lines_of_b, step * instruction_bytes));
  }

 private:
  __device__ static Registers with(const unsigned char* in, unsigned b, unsigned lines_of_b) {
    Registers operands;
    operands.b = b;
    operands.lines_of_b = lines_of_b;
#pragma unroll
    for (unsigned step = 0; step < steps; ++step)
      load_fragment(operands.a[step], in, line_bytes, step * instruction_bytes);
    return operands;
  }
};

/// A compressed, with `words` words of metadata for each row and instruction. Where only half of
/// the threads bring metadata, the first instruction takes those of the first half, the second of
/// the other.
template <unsigned words>
struct Sparse {
  static constexpr unsigned steps = sparse_steps;
  static constexpr unsigned element_bytes = rows * sparse_a_bytes + columns * sparse_b_bytes;
  static constexpr WgmmaSwizzle swizzle_a = WgmmaSwizzle::b64, swizzle_b = WgmmaSwizzle::b128;
  unsigned a, b;
  unsigned lines_of_b;
  unsigned metadata[steps];

  __device__ static Sparse load(const unsigned char* in) {
    __shared__ alignas(1024) unsigned char a[rows * sparse_a_bytes];
    __shared__ alignas(1024) unsigned char b[columns * sparse_b_bytes];
    copy_tile(a, in, swizzle_a, rows, sparse_a_bytes);
    copy_tile(b, in + rows * sparse_a_bytes, swizzle_b, columns, sparse_b_bytes);
    return with(in, ptx::shared_address(a), ptx::shared_address(b), columns);
  }
  template <unsigned bytes>
  __device__ static Sparse fill(const unsigned char* in) {
    __shared__ alignas(1024) unsigned char a[rows * sparse_a_bytes];
    __shared__ alignas(1024) unsigned char b[rate_columns * sparse_b_bytes];
    fill_tile<bytes>(a, in);
    fill_tile<bytes>(b, in);
    return with(in, ptx::shared_address(a), ptx::shared_address(b), rate_columns);
  }
  template <unsigned step, typename Accumulators, typename Instruction>
  __device__ void issue(Accumulators& d, Instruction instruction) const {
    instruction(d, ptx::wgmma_k_major(a, swizzle_a, rows, step * instruction_bytes),
                ptx::wgmma_k_major(b, swizzle_b, lines_of_b, step * 2 * instruction_bytes),
                metadata[step], ptx::WgmmaSelector<selector(step)>{});
  }

 private:
  __device__ static constexpr unsigned selector(unsigned step) { return words == 2 ? 0 : step; }
  __device__ static Sparse with(const unsigned char* in, unsigned a, unsigned b,
                                unsigned lines_of_b) {
    Sparse operands{a, b, lines_of_b, {}};
#pragma unroll
    for (unsigned step = 0; step < steps; ++step)
      operands.metadata[step] = load_metadata<words>(in + element_bytes, step, selector(step));
    return operands;
  }
};

// --- the product and the clock
// ------------------------------------------------------------------------------

/// All instructions that the operands hold.
template <typename Operands, typename Accumulators, typename Instruction, unsigned step = 0>
__device__ inline void issue_all(const Operands& operands, Accumulators& d,
                                 Instruction instruction) {
  operands.template issue<step>(d, instruction);
  if constexpr (step + 1 < Operands::steps)
    issue_all<Operands, Accumulators, Instruction, step + 1>(operands, d, instruction);
}

/// A register of two f16 accumulators.
using HalfPair = unsigned;

template <typename Accumulator, unsigned width>
inline constexpr unsigned registers = rows* width / threads;
template <unsigned width>
inline constexpr unsigned registers<HalfPair, width> = rows* width / 2 / threads;

__device__ inline float half_of(HalfPair pair, unsigned index) {
  float value;
  asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(static_cast<unsigned short>(pair >> 16 * index)));
  return value;
}

/// D row-major, in 32 bits each.
template <typename Accumulator, unsigned count>
__device__ inline void store_d(unsigned char* out, const Accumulator (&d)[count]) {
  const unsigned row = threadIdx.x / 32 * 16 + threadIdx.x % 32 / 4;
  const unsigned column = threadIdx.x % 4 * 2;
#pragma unroll
  for (unsigned i = 0; i < 32; ++i) {
    const unsigned at = (row + i / 2 % 2 * 8) * columns + column + i / 4 * 8 + i % 2;
    if constexpr (count == registers<HalfPair, columns>) {
      reinterpret_cast<float*>(out)[at] = half_of(d[i / 2], i % 2);
    } else {
      reinterpret_cast<Accumulator*>(out)[at] = d[i];
    }
  }
}

/// D = A B by one warpgroup.
template <typename Operands, typename Accumulator, typename Instruction>
__device__ inline void multiply(const unsigned char* in, unsigned char* out,
                                Instruction instruction) {
  const auto operands = Operands::load(in);
  ptx::fence_proxy_async();
  __syncthreads();
  Accumulator d[registers<Accumulator, columns>] = {};
  ptx::wgmma_fence();
  issue_all(operands, d, instruction);
  ptx::wgmma_commit();
  ptx::wgmma_wait();
  store_d(out, d);
}

/// D = the sum of A B with each swizzle mode for A and another for B. Tiles are 64 lines of 128
/// bytes; `Descriptors::of(tile, swizzle, step)` gives an instruction's part.
template <typename Descriptors, typename Instruction>
__device__ inline void multiply_in_every_swizzle(const unsigned char* in, unsigned char* out,
                                                 Instruction instruction) {
  constexpr unsigned lines = 64, line_bytes = 128;
  __shared__ alignas(1024) unsigned char a[lines * line_bytes];
  __shared__ alignas(1024) unsigned char b[lines * line_bytes];
  float d[registers<float, columns>] = {};
#pragma unroll
  for (unsigned mode = 0; mode < swizzle_modes; ++mode) {
    const auto swizzle_a = static_cast<WgmmaSwizzle>(mode);
    const auto swizzle_b = static_cast<WgmmaSwizzle>((mode + 1) % swizzle_modes);
    copy_tile(a, in, swizzle_a, lines, line_bytes);
    copy_tile(b, in + lines * line_bytes, swizzle_b, lines, line_bytes);
    ptx::fence_proxy_async();
    __syncthreads();
    ptx::wgmma_fence();
#pragma unroll
    for (unsigned step = 0; step < line_bytes / instruction_bytes; ++step)
      instruction(d, Descriptors::of(ptx::shared_address(a), swizzle_a, step),
                  Descriptors::of(ptx::shared_address(b), swizzle_b, step));
    ptx::wgmma_commit();
    ptx::wgmma_wait();
    __syncthreads();
  }
  store_d(out, d);
}

/// The clocks that `rate_warpgroups` warpgroups take for `rate_iterations` times `rate_unroll`
/// instructions each. Only the accumulators tie an instruction to the one before, which costs
/// nothing: a group of them is always under way when the next is committed. `bytes`: of elements in
/// the input.
template <typename Operands, typename Accumulator, unsigned bytes = Operands::element_bytes,
          typename Instruction>
__device__ inline void clocked(const unsigned char* in, unsigned char* out,
                               Instruction instruction) {
  const auto operands = Operands::template fill<bytes>(in);
  ptx::fence_proxy_async();
  constexpr unsigned count = registers<Accumulator, rate_columns>;
  Accumulator d[count] = {};
  __syncthreads();
  const long long start = clock64();
#pragma unroll 1
  for (unsigned iteration = 0; iteration < rate_iterations; ++iteration) {
    ptx::wgmma_fence();
#pragma unroll
    for (unsigned i = 0; i < rate_unroll; i += Operands::steps) issue_all(operands, d, instruction);
    ptx::wgmma_commit();
    ptx::wgmma_wait<1>();
  }
  ptx::wgmma_wait();
  // Each result is used before the clock is read again; the store happens for one value in 2^32,
  // and is then overwritten.
  unsigned used = 0;
#pragma unroll
  for (unsigned i = 0; i < count; ++i) used = used * 31 + *reinterpret_cast<const unsigned*>(&d[i]);
  auto* clocks = reinterpret_cast<unsigned long long*>(out);
  if (used == 0x9e3779b9u) clocks[blockIdx.x] = used;
  __syncthreads();
  if (threadIdx.x == 0) clocks[blockIdx.x] = static_cast<unsigned long long>(clock64() - start);
}

}  // namespace bp::wgmma
