// tcgen05.mma (PTX ISA 9.0, 9.7.16.10): one thread, with cta_group::2 one of the pair, has D = A B,
// plus D if `accumulate`, computed asynchronously; tcgen05_commit tells when. D, A in Tensor
// Memory, scales and indices are Tensor Memory addresses, `a` and `b` shared memory descriptors and
// `instruction` an instruction descriptor (matrix_layout.h).
#pragma once

#include <cstdint>

namespace bp::ptx {

// NOLINTBEGIN(bugprone-macro-parentheses)

#define BP_TCGEN05_ISSUE(operation, operands, accumulate, ...)                          \
  asm volatile("{\n\t.reg .pred p;\n\tsetp.ne.b32 p, %0, 0;\n\t" operation " " operands \
               ", p;\n\t}" ::"r"((accumulate) ? 1u : 0u),                               \
               __VA_ARGS__                                                              \
               : "memory")

/// A and B in shared memory.
#define BP_TCGEN05_MMA(name, operation)                                                           \
  __device__ inline void name(unsigned d, std::uint64_t a, std::uint64_t b, unsigned instruction, \
                              bool accumulate) {                                                  \
    BP_TCGEN05_ISSUE(operation, "[%1], %2, %3, %4", accumulate, "r"(d), "l"(a), "l"(b),           \
                     "r"(instruction));                                                           \
  }
/// A in Tensor Memory.
#define BP_TCGEN05_MMA_TMEM(name, operation)                                                 \
  __device__ inline void name(unsigned d, unsigned a, std::uint64_t b, unsigned instruction, \
                              bool accumulate) {                                             \
    BP_TCGEN05_ISSUE(operation, "[%1], [%2], %3, %4", accumulate, "r"(d), "r"(a), "l"(b),    \
                     "r"(instruction));                                                      \
  }
/// With the indices of a sparse A.
#define BP_TCGEN05_MMA_SPARSE(name, operation)                                                \
  __device__ inline void name(unsigned d, std::uint64_t a, std::uint64_t b, unsigned indices, \
                              unsigned instruction, bool accumulate) {                        \
    BP_TCGEN05_ISSUE(operation, "[%1], %2, %3, [%4], %5", accumulate, "r"(d), "l"(a), "l"(b), \
                     "r"(indices), "r"(instruction));                                         \
  }
/// With the scales of A and B.
#define BP_TCGEN05_MMA_SCALED(name, operation)                                                    \
  __device__ inline void name(unsigned d, std::uint64_t a, std::uint64_t b, unsigned instruction, \
                              unsigned scale_a, unsigned scale_b, bool accumulate) {              \
    BP_TCGEN05_ISSUE(operation, "[%1], %2, %3, %4, [%5], [%6]", accumulate, "r"(d), "l"(a),       \
                     "l"(b), "r"(instruction), "r"(scale_a), "r"(scale_b));                       \
  }
/// With both.
#define BP_TCGEN05_MMA_SPARSE_SCALED(name, operation)                                             \
  __device__ inline void name(unsigned d, std::uint64_t a, std::uint64_t b, unsigned indices,     \
                              unsigned instruction, unsigned scale_a, unsigned scale_b,           \
                              bool accumulate) {                                                  \
    BP_TCGEN05_ISSUE(operation, "[%1], %2, %3, [%4], %5, [%6], [%7]", accumulate, "r"(d), "l"(a), \
                     "l"(b), "r"(indices), "r"(instruction), "r"(scale_a), "r"(scale_b));         \
  }

// PTX ISA 8.6.
BP_TCGEN05_MMA(tcgen05_mma_f16, "tcgen05.mma.cta_group::1.kind::f16")
BP_TCGEN05_MMA(tcgen05_mma_f16_pair, "tcgen05.mma.cta_group::2.kind::f16")
BP_TCGEN05_MMA(tcgen05_mma_tf32, "tcgen05.mma.cta_group::1.kind::tf32")
BP_TCGEN05_MMA(tcgen05_mma_i8, "tcgen05.mma.cta_group::1.kind::i8")  // suffix a, not sm_103
BP_TCGEN05_MMA(tcgen05_mma_f8f6f4, "tcgen05.mma.cta_group::1.kind::f8f6f4")
BP_TCGEN05_MMA(tcgen05_mma_f8f6f4_pair, "tcgen05.mma.cta_group::2.kind::f8f6f4")
BP_TCGEN05_MMA(tcgen05_mma_ws_f16, "tcgen05.mma.ws.cta_group::1.kind::f16")
BP_TCGEN05_MMA_TMEM(tcgen05_mma_f16_tmem, "tcgen05.mma.cta_group::1.kind::f16")
BP_TCGEN05_MMA_TMEM(tcgen05_mma_f8f6f4_tmem, "tcgen05.mma.cta_group::1.kind::f8f6f4")
BP_TCGEN05_MMA_SPARSE(tcgen05_mma_sp_f16, "tcgen05.mma.sp.cta_group::1.kind::f16")
BP_TCGEN05_MMA_SPARSE(tcgen05_mma_sp_tf32, "tcgen05.mma.sp.cta_group::1.kind::tf32")
BP_TCGEN05_MMA_SPARSE(tcgen05_mma_sp_i8, "tcgen05.mma.sp.cta_group::1.kind::i8")
BP_TCGEN05_MMA_SPARSE(tcgen05_mma_sp_f8f6f4, "tcgen05.mma.sp.cta_group::1.kind::f8f6f4")
// PTX ISA 8.8; on targets with a or f.
BP_TCGEN05_MMA_SCALED(tcgen05_mma_mxf8f6f4, "tcgen05.mma.cta_group::1.kind::mxf8f6f4.block_scale")
BP_TCGEN05_MMA_SCALED(tcgen05_mma_mxf8f6f4_pair,
                      "tcgen05.mma.cta_group::2.kind::mxf8f6f4.block_scale")
BP_TCGEN05_MMA_SCALED(tcgen05_mma_mxf8f6f4_block32,
                      "tcgen05.mma.cta_group::1.kind::mxf8f6f4.block_scale.block32")
BP_TCGEN05_MMA_SCALED(tcgen05_mma_mxf4, "tcgen05.mma.cta_group::1.kind::mxf4.block_scale.block32")
BP_TCGEN05_MMA_SCALED(tcgen05_mma_mxf4_pair,
                      "tcgen05.mma.cta_group::2.kind::mxf4.block_scale.block32")
BP_TCGEN05_MMA_SCALED(tcgen05_mma_mxf4nvf4_block16,
                      "tcgen05.mma.cta_group::1.kind::mxf4nvf4.block_scale.block16")
BP_TCGEN05_MMA_SCALED(tcgen05_mma_mxf4nvf4_block16_pair,
                      "tcgen05.mma.cta_group::2.kind::mxf4nvf4.block_scale.block16")
BP_TCGEN05_MMA_SCALED(tcgen05_mma_mxf4nvf4_block32,
                      "tcgen05.mma.cta_group::1.kind::mxf4nvf4.block_scale.block32")
BP_TCGEN05_MMA_SPARSE_SCALED(tcgen05_mma_sp_mxf8f6f4,
                             "tcgen05.mma.sp.cta_group::1.kind::mxf8f6f4.block_scale")
// The same with the number of scales in a k-step: PTX ISA 8.6, mxf4nvf4 8.7; suffix a only.
BP_TCGEN05_MMA_SCALED(tcgen05_mma_mxf8f6f4_1x,
                      "tcgen05.mma.cta_group::1.kind::mxf8f6f4.block_scale.scale_vec::1X")
BP_TCGEN05_MMA_SCALED(tcgen05_mma_mxf4_2x,
                      "tcgen05.mma.cta_group::1.kind::mxf4.block_scale.scale_vec::2X")
BP_TCGEN05_MMA_SCALED(tcgen05_mma_mxf4nvf4_4x,
                      "tcgen05.mma.cta_group::1.kind::mxf4nvf4.block_scale.scale_vec::4X")
BP_TCGEN05_MMA_SPARSE_SCALED(tcgen05_mma_sp_mxf4nvf4_4x,
                             "tcgen05.mma.sp.cta_group::1.kind::mxf4nvf4.block_scale.scale_vec::4X")

#undef BP_TCGEN05_MMA
#undef BP_TCGEN05_MMA_TMEM
#undef BP_TCGEN05_MMA_SPARSE
#undef BP_TCGEN05_MMA_SCALED
#undef BP_TCGEN05_MMA_SPARSE_SCALED
#undef BP_TCGEN05_ISSUE

// NOLINTEND(bugprone-macro-parentheses)

}  // namespace bp::ptx
