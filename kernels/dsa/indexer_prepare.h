// What the model does to the indexer's queries and keys before the logits: RoPE on the first 64 of
// 128 components, a Hadamard rotation, quantisation to e4m3 (DeepSeek-V3.2-Exp inference/model.py,
// class Indexer, at 6d8cb70). Parameters, host side, and the row of the table.
//
//   r = H rope(x) / sqrt(128)      H[i][j] = -1 if popcount(i & j) is odd, else 1
//   scale = max(max |r|, 1e-4) / 448, raised to a power of two on demand
//   stored = e4m3(r / scale)
//
// of each (token, head) of q and each token of k. The scale of q goes into the weights:
// weights * scale * fold, where the models have fold = heads^-0.5 * 128^-0.5. Nothing is rounded
// between bf16 inputs and e4m3; the models' own code rounds to bf16 after RoPE and after H.
#pragma once

#include <cstdint>
#include <vector>

namespace bp::dsa {

/// Pointers are to the GPU's memory.
struct IndexerPrepareParams {
  const std::uint16_t* q;         // bf16 [tokens, heads, 128]
  const std::uint16_t* k;         // bf16 [tokens, 128], behind its LayerNorm
  const float* weights;           // [tokens, heads]
  const float* cos_sin;           // [positions, 64]: 32 cosines, 32 sines
  const std::int32_t* positions;  // [tokens]
  /// Slot of a token in the pages of indexer_params.h: page * 64 + row; that of no page: its key is
  /// not written. Null: keys are contiguous.
  const std::int32_t* slots;
  std::uint8_t* q_out;       // e4m3 [tokens, heads, 128]
  float* weights_out;        // [tokens, heads]
  std::uint8_t* k_out;       // pages, or e4m3 [tokens, 128]
  float* k_scale;            // [tokens]; null with slots
  std::int32_t cache_slots;  // pages * 64; not read without slots
  std::int32_t tokens;
  std::int32_t heads;
  /// Pairs of RoPE: components 2i and 2i + 1 (GLM-5), else i and i + 32 (DeepSeek's indexer).
  std::int32_t interleaved;
  std::int32_t power_of_two;
  float fold;
};

struct IndexerPrepareTiling {
  static constexpr int threads = 256;
  static constexpr int lanes_of_row = 8;
  static constexpr int rows = threads / lanes_of_row;  // of a block
};

}  // namespace bp::dsa
