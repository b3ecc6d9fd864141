#include <algorithm>
#include <array>

#include "probes/registry/operation.h"

namespace bp {
namespace {

constexpr auto rows = std::to_array<Operation>({
    {"mla.dense_decode", "MLA decode, dense"},
    {"mla.dense_prefill", "MLA prefill, dense"},
    {"mla.sparse_decode", "MLA decode, token-sparse (DSA)"},
    {"mla.sparse_prefill", "MLA prefill, token-sparse (DSA)"},
    {"mla.kv_pack", "MLA KV cache, quantised to FP8 and packed"},
    {"dsa.indexer", "DSA lightning indexer logits"},
    {"dsa.indexer_prepare", "DSA indexer inputs: RoPE, rotation, quantisation"},
    {"dsa.topk", "DSA top-k selection"},
    {"attention.prefill", "attention prefill (MHA, GQA)"},
    {"attention.decode", "attention decode (MHA, GQA)"},
    {"attention.fp8", "attention on FP8 operands (MHA, GQA)"},
    {"attention.fp4", "attention on FP4 operands (MHA, GQA)"},
    {"attention.sparse", "attention, block-sparse (MHA, GQA)"},
    {"attention.backward", "attention, backward"},
    {"gemm.dense", "dense GEMM, 16-bit and FP8"},
    {"gemm.fp8", "FP8 GEMM with scales of a tensor or row"},
    {"gemm.fp8_block", "FP8 GEMM with block scales in software"},
    {"gemm.mx", "MXFP8, MXFP6, MXFP4 block-scaled GEMM"},
    {"gemm.nvfp4", "NVFP4 block-scaled GEMM"},
    {"gemm.int8", "INT8 GEMM"},
    {"gemm.weight_only", "GEMM with quantised weights alone (W4A16, W8A16)"},
    {"gemm.grouped", "grouped GEMM"},
    {"moe", "fused mixture of experts"},
    {"moe.fp8", "mixture of experts, FP8"},
    {"moe.mx", "mixture of experts, MXFP8 or MXFP4"},
    {"moe.nvfp4", "mixture of experts, NVFP4"},
    {"moe.weight_only", "mixture of experts with quantised weights alone"},
    {"copy", "TMA and cluster primitives of a compiler"},
});

}  // namespace

std::span<const Operation> operations() { return rows; }

const Operation* find_operation(std::string_view id) {
  const auto found = std::ranges::find(rows, id, &Operation::id);
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace bp
