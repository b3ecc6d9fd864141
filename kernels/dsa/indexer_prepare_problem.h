// Inputs for checks, tests and benchmarks of indexer_prepare, and its reference over all of them.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/kernel.h"

namespace bp::dsa {

struct IndexerPrepareShape {
  int tokens = 1;
  int heads = 64;
  bool paged = true;
  bool interleaved = false;
  bool power_of_two = false;
};

struct IndexerPrepareInputs {
  IndexerPrepareShape shape;
  int positions = 0;
  int pages = 0;
  float fold = 1;
  std::vector<std::uint16_t> q;
  std::vector<std::uint16_t> k;
  std::vector<float> weights;
  std::vector<float> cos_sin;
  std::vector<std::int32_t> position;
  std::vector<std::int32_t> slots;  // empty: contiguous

  int cache_slots() const;
  /// Whether a slot is of no page, so that nothing is written there.
  bool is_skipped(std::int32_t slot) const { return slot < 0 || slot >= cache_slots(); }
};

/// Normal numbers; among the rows one of zeros, one with a single large component, one of large and
/// one of tiny numbers. Slots are in no order, and every seventh is of no page:
/// negative, or behind the cache, in turn.
IndexerPrepareInputs make_indexer_prepare_inputs(const IndexerPrepareShape& shape,
                                                 std::uint64_t seed);

/// Rows of q and k of some tokens in one form, for a comparison: values divided by their scale, and
/// scales. Of k only where the slot is of a page.
struct IndexerPrepareValues {
  std::vector<double> q;        // [tokens, heads, 128]: stored value, or what is to be stored
  std::vector<double> weights;  // [tokens, heads]
  std::vector<double> k;
  std::vector<double> k_scale;
};
IndexerPrepareValues indexer_prepare_reference(const IndexerPrepareInputs& inputs, int first,
                                               int count);

std::vector<KernelShape> indexer_prepare_shapes();
IndexerPrepareShape indexer_prepare_shape(std::size_t index);
KernelWork indexer_prepare_work(const IndexerPrepareInputs& inputs);

}  // namespace bp::dsa
