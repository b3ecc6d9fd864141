// The table of kernels.
#include <algorithm>
#include <array>

#include "kernels/dsa/indexer_check.h"
#include "kernels/dsa/indexer_prepare_simt.h"
#include "kernels/dsa/topk_simt.h"
#include "kernels/kernel.h"
#include "kernels/mla/decode_mma_sync.h"
#include "kernels/mla/decode_wgmma.h"
#include "kernels/mla/dense_prefill_mma_sync.h"
#include "kernels/mla/dense_prefill_wgmma.h"
#include "kernels/mla/kv_pack_simt.h"
#include "kernels/mla/sparse_decode_mma_sync.h"
#include "kernels/mla/sparse_decode_wgmma.h"
#include "kernels/mla/sparse_prefill_mma_sync.h"
#include "kernels/mla/sparse_prefill_wgmma.h"

namespace bp {

std::span<const Kernel> kernels() {
  static const std::array table{
      mla::decode_mma_sync_kernel(),
      mla::decode_wgmma_kernel(),
      mla::sparse_decode_mma_sync_kernel(),
      mla::sparse_decode_wgmma_kernel(),
      mla::dense_prefill_mma_sync_kernel(),
      mla::dense_prefill_wgmma_kernel(),
      mla::sparse_prefill_mma_sync_kernel(),
      mla::sparse_prefill_wgmma_kernel(),
      mla::kv_pack_simt_kernel(),
      dsa::indexer_mma_sync_kernel(),
      dsa::indexer_wgmma_kernel(),
      dsa::indexer_prepare_simt_kernel(),
      dsa::topk_simt_kernel(),
  };
  return table;
}

const Kernel* find_kernel(std::string_view id) {
  const auto found = std::ranges::find(kernels(), id, &Kernel::id);
  return found == kernels().end() ? nullptr : &*found;
}

}  // namespace bp
