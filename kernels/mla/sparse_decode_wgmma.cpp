#include "kernels/mla/sparse_decode_wgmma.h"

#include <algorithm>
#include <array>

#include "kernels/mla/sparse_combine.cuh"
#include "kernels/mla/sparse_decode_shapes.h"
#include "kernels/mla/sparse_decode_wgmma_tiling.h"

namespace bp::mla {
namespace {

constexpr std::string_view sparse_wgmma_needs[] = {"wgmma.bf16",
                                                   "wgmma.a_registers",
                                                   "wgmma.mn_major",
                                                   "wgmma.swizzle",
                                                   "cp_async",
                                                   "cp_async_bulk.dsmem",
                                                   "cvt.f16x2.e4m3x2",
                                                   "mbarrier",
                                                   "mbarrier.try_wait",
                                                   "mbarrier.test_wait",
                                                   "mbarrier.remote_arrive",
                                                   "fence_proxy.async",
                                                   "cluster.launch",
                                                   "cluster.barrier",
                                                   "setmaxnreg"};

ModuleImage load_sparse_wgmma(const Gpu& gpu, Tuning /*tuning*/) {
  return load_hopper_kernel(gpu, "mla.sparse_decode.wgmma");
}

struct SparseWgmmaEntry {
  const char* name;
  KvLayout layout;
  bool paired;
};

constexpr std::array sparse_wgmma_entries{
    SparseWgmmaEntry{"mla_sparse_decode_v32", KvLayout::v32, false},
    SparseWgmmaEntry{"mla_sparse_decode_v32_pair", KvLayout::v32, true},
    SparseWgmmaEntry{"mla_sparse_decode_model1", KvLayout::model1, false},
    SparseWgmmaEntry{"mla_sparse_decode_model1_pair", KvLayout::model1, true},
};

int sparse_wgmma_shared_bytes(KvLayout layout) {
  return sparse_wgmma_tiling(key_width_of(layout)).shared_bytes;
}

/// Two CTAs share the keys where there are more heads than one takes.
SparseDecodeVariant choose_sparse_wgmma(KvLayout layout, int heads, const GpuLimits& limits) {
  const bool paired = heads > SparseWgmmaTiling::heads;
  SparseDecodeVariant variant;
  variant.rows = SparseWgmmaTiling::heads;
  variant.threads = SparseWgmmaTiling::threads;
  variant.shared_bytes = sparse_wgmma_shared_bytes(layout);
  variant.cluster = paired ? 2 : 1;
  if (variant.shared_bytes > limits.shared_per_block_optin) return variant;
  variant.entry = std::ranges::find_if(sparse_wgmma_entries, [&](const SparseWgmmaEntry& entry) {
                    return entry.layout == layout && entry.paired == paired;
                  })->name;
  return variant;
}

std::vector<KernelEntry> list_sparse_wgmma_entries() {
  std::vector<KernelEntry> entries;
  for (const SparseWgmmaEntry& entry : sparse_wgmma_entries) {
    entries.push_back(
        {entry.name, SparseWgmmaTiling::threads, sparse_wgmma_shared_bytes(entry.layout)});
  }
  entries.push_back({"mla_sparse_decode_combine", sparse_combine_threads, 0});
  return entries;
}

KernelResult check_sparse_wgmma(const Gpu& gpu, Tuning tuning, std::uint64_t seed,
                                std::chrono::milliseconds timeout) {
  return check_sparse_decode(sparse_decode_wgmma_path(), gpu, tuning, seed, timeout);
}

std::unique_ptr<KernelProblem> sparse_wgmma_problem(std::size_t index, std::uint64_t seed,
                                                    const KernelProblem* like) {
  return make_sparse_decode_problem(sparse_decode_wgmma_path(), index, seed, like);
}

}  // namespace

const SparseDecodePath& sparse_decode_wgmma_path() {
  static const SparseDecodePath path{.kernel = &sparse_decode_wgmma_kernel,
                                     .smallest = {9, 0},
                                     .unit = "wgmma.bf16",
                                     .load = &load_sparse_wgmma,
                                     .choose = &choose_sparse_wgmma};
  return path;
}

Kernel sparse_decode_wgmma_kernel() {
  return {.id = "mla.sparse_decode.wgmma",
          .operation = "mla.sparse_decode",
          .path = "wgmma",
          .title = "Sparse MLA decode over an FP8 KV cache, on wgmma",
          .needs = sparse_wgmma_needs,
          .check = &check_sparse_wgmma,
          .time = nullptr,
          .shapes = &sparse_decode_shapes,
          .make_problem = &sparse_wgmma_problem,
          .entries = &list_sparse_wgmma_entries};
}

}  // namespace bp::mla
