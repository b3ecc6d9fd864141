#include "kernels/mla/decode_mma_sync.h"

#include "kernels/image.h"
#include "kernels/mla/combine.cuh"
#include "kernels/mla/decode_path.h"
#include "kernels/mla/dense_decode_shapes.h"

namespace bp::mla {
namespace {

constexpr std::string_view mma_sync_needs[] = {"mma_sync.bf16", "ldmatrix", "cp_async",
                                               "mbarrier.test_wait"};
constexpr DecodePath mma_sync_path{&load_decode_image, &choose_variant, "mma_sync.bf16"};

KernelResult check_mma_sync(const Gpu& gpu, Tuning tuning, std::uint64_t seed,
                            std::chrono::milliseconds timeout) {
  return run_check(gpu, decode_mma_sync_kernel(), {8, 0}, [&](CheckRecord& record) {
    check_dense_decode(mma_sync_path, gpu, tuning, seed, timeout, record);
  });
}

std::unique_ptr<KernelProblem> mma_sync_problem(std::size_t index, std::uint64_t seed,
                                                const KernelProblem* like) {
  return dense_decode_problem(mma_sync_path, index, seed, like);
}

}  // namespace

std::vector<KernelEntry> dense_decode_mma_sync_entries() {
  std::vector<KernelEntry> entries;
  for (const DecodeVariant& variant : all_variants()) {
    entries.push_back({variant.entry, variant.threads, variant.shared_bytes});
  }
  entries.push_back({"mla_decode_combine", CombineTiling::threads, CombineTiling::shared_bytes});
  return entries;
}

ModuleImage load_decode_image(const Gpu& gpu, Tuning tuning) {
  return load_portable_kernel(gpu, "mla.dense_decode.mma_sync", tuning);
}

Kernel decode_mma_sync_kernel() {
  return {.id = "mla.dense_decode.mma_sync",
          .operation = "mla.dense_decode",
          .path = "mma_sync",
          .title = "Dense MLA decode, bf16, paged KV cache, on mma.sync",
          .needs = mma_sync_needs,
          .check = &check_mma_sync,
          .time = &time_decode_mma_sync,
          .shapes = &dense_decode_shapes,
          .make_problem = &mma_sync_problem,
          .has_portable = true,
          .entries = &dense_decode_mma_sync_entries};
}

}  // namespace bp::mla
