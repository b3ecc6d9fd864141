#include "tests/fake_driver/kernels.h"

#include <cstring>
#include <numbers>
#include <stdexcept>

#include "kernels/mla/decode_params.h"
#include "kernels/reference/bf16.h"
#include "kernels/reference/dense_decode.h"

namespace bp::fake {
namespace {

/// The whole allocation behind a pointer of the parameters, as elements of its type.
template <typename T>
std::span<T> array_at(Device& device, const T* address) {
  const auto bytes = device.memory.rest(reinterpret_cast<CUdeviceptr>(address));
  if (!bytes) throw std::out_of_range("a parameter points to no allocation");
  return {reinterpret_cast<T*>(bytes->data()), bytes->size() / sizeof(T)};
}

/// Dense MLA decode by the reference of kernels/reference. The unfinished results of a cut request
/// are never made: the combining launch has nothing left to do.
void decode(Device& device, const mla::DecodeParams& p, bool wrong) {
  const auto seqlens = array_at(device, p.seqlens);
  const DenseDecodeProblem problem{
      .batch = static_cast<int>(seqlens.size()),
      .s_q = p.s_q,
      .h_q = p.h_q,
      .causal = p.causal != 0,
      .scale = static_cast<double>(p.scale_log2) / std::numbers::log2e,
      .q = array_at(device, p.q),
      .cache = array_at(device, p.cache),
      .block_table = array_at(device, p.block_table),
      .max_pages = p.max_pages,
      .seqlens = seqlens,
  };
  const auto result = dense_decode_reference(problem);
  const auto out = array_at(device, p.out);
  const auto lse = array_at(device, p.lse);
  if (out.size() < result.out.size() || lse.size() < result.lse.size())
    throw std::out_of_range("an output is too small");
  for (std::size_t i = 0; i < result.out.size(); ++i)
    out[i] = to_bf16(static_cast<float>(result.out[i]));
  for (std::size_t i = 0; i < result.lse.size(); ++i) lse[i] = static_cast<float>(result.lse[i]);
  if (wrong) out.back() = to_bf16(from_bf16(out.back()) + 1);
}

}  // namespace

CUresult compute_kernel(Device& device, const Function& function, const CUlaunchConfig&,
                        void** parameters) {
  if (!function.entry.starts_with("mla_decode_")) return CUDA_ERROR_NOT_SUPPORTED;
  if (function.entry == "mla_decode_combine") return CUDA_SUCCESS;
  mla::DecodeParams params;
  std::memcpy(&params, parameters[0], sizeof params);
  const auto behaviour = device.gpu.behave.find("mla.dense_decode.mma_sync");
  try {
    decode(device, params, behaviour != device.gpu.behave.end() && behaviour->second == "wrong");
  } catch (const std::out_of_range&) {
    device.sticky =
        CUDA_ERROR_ILLEGAL_ADDRESS;  // what a GPU makes of an access outside of its memory
  }
  return CUDA_SUCCESS;
}

}  // namespace bp::fake
