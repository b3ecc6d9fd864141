#include "kernels/mla/sparse_decode_mma_sync.h"

#include <algorithm>
#include <array>

#include "kernels/mla/sparse_combine.cuh"
#include "kernels/mla/sparse_decode_shapes.h"
#include "kernels/mla/sparse_decode_tiling.h"

namespace bp::mla {
namespace {

constexpr std::string_view sparse_mma_sync_needs[] = {"mma_sync.bf16", "ldmatrix",
                                                      "mbarrier.test_wait"};

ModuleImage load_sparse_mma_sync(const Gpu& gpu, Tuning tuning) {
  return load_portable_kernel(gpu, "mla.sparse_decode.mma_sync", tuning);
}

struct SparseMmaSyncEntry {
  KvLayout layout;
  SparseDecodeVariant variant;
};

template <class Tiling>
constexpr SparseMmaSyncEntry sparse_mma_sync_entry(const char* name) {
  return {Tiling::Kv::layout, {name, Tiling::rows, Tiling::threads, Tiling::shared_bytes, 1, 1}};
}

// Of each layout those of fewer heads first.
constexpr std::array sparse_mma_sync_entries{
    sparse_mma_sync_entry<SparseTiling<KvV32, 1>>("mla_sparse_decode_v32_rows16"),
    sparse_mma_sync_entry<SparseTiling<KvV32, 2>>("mla_sparse_decode_v32_rows32"),
    sparse_mma_sync_entry<SparseTiling<KvModel1, 1>>("mla_sparse_decode_model1_rows16"),
    sparse_mma_sync_entry<SparseTiling<KvModel1, 2>>("mla_sparse_decode_model1_rows32"),
};

SparseDecodeVariant choose_sparse_mma_sync(KvLayout layout, int heads, const GpuLimits& limits) {
  SparseDecodeVariant chosen;
  for (const SparseMmaSyncEntry& entry : sparse_mma_sync_entries) {
    if (entry.layout != layout || entry.variant.shared_bytes > limits.shared_per_block_optin) {
      continue;
    }
    chosen = entry.variant;
    if (heads <= chosen.rows) break;
  }
  return chosen;
}

std::vector<KernelEntry> list_sparse_mma_sync_entries() {
  std::vector<KernelEntry> entries;
  for (const SparseMmaSyncEntry& entry : sparse_mma_sync_entries) {
    entries.push_back({entry.variant.entry, entry.variant.threads, entry.variant.shared_bytes});
  }
  entries.push_back({"mla_sparse_decode_combine", sparse_combine_threads, 0});
  return entries;
}

KernelResult check_sparse_mma_sync(const Gpu& gpu, Tuning tuning, std::uint64_t seed,
                                   std::chrono::milliseconds timeout) {
  return check_sparse_decode(sparse_decode_mma_sync_path(), gpu, tuning, seed, timeout);
}

std::unique_ptr<KernelProblem> sparse_mma_sync_problem(std::size_t index, std::uint64_t seed,
                                                       const KernelProblem* like) {
  return make_sparse_decode_problem(sparse_decode_mma_sync_path(), index, seed, like);
}

}  // namespace

const SparseDecodePath& sparse_decode_mma_sync_path() {
  static const SparseDecodePath path{.kernel = &sparse_decode_mma_sync_kernel,
                                     .smallest = {8, 0},
                                     .unit = "mma_sync.bf16",
                                     .load = &load_sparse_mma_sync,
                                     .choose = &choose_sparse_mma_sync};
  return path;
}

Kernel sparse_decode_mma_sync_kernel() {
  return {.id = "mla.sparse_decode.mma_sync",
          .operation = "mla.sparse_decode",
          .path = "mma_sync",
          .title = "Sparse MLA decode over an FP8 KV cache, on mma.sync",
          .needs = sparse_mma_sync_needs,
          .check = &check_sparse_mma_sync,
          .time = nullptr,
          .shapes = &sparse_decode_shapes,
          .make_problem = &sparse_mma_sync_problem,
          .has_portable = true,
          .entries = &list_sparse_mma_sync_entries};
}

}  // namespace bp::mla
