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
    {"dsa.indexer", "DSA lightning indexer logits"},
    {"dsa.topk", "DSA top-k selection"},
    {"attention.prefill", "attention prefill (MHA, GQA)"},
    {"attention.decode", "attention decode (MHA, GQA)"},
    {"gemm.dense", "dense GEMM, 16-bit and FP8"},
    {"gemm.fp8_block", "FP8 GEMM with block scales in software"},
    {"gemm.mx", "MXFP8, MXFP6, MXFP4 block-scaled GEMM"},
    {"gemm.nvfp4", "NVFP4 block-scaled GEMM"},
    {"gemm.grouped", "grouped GEMM"},
    {"moe", "fused mixture of experts"},
});

}  // namespace

std::span<const Operation> operations() { return rows; }

const Operation* find_operation(std::string_view id) {
  const auto found = std::ranges::find(rows, id, &Operation::id);
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace bp
