// Top-k of one row by one block: see docs/kernels/topk.md.
#pragma once

#include "kernels/dsa/topk_key.h"
#include "kernels/dsa/topk_params.h"
#include "kernels/dsa/topk_select.cuh"

namespace bp::dsa {

/// Candidates that a block holds: as many as 48 KiB of shared memory leave beside the histogram.
inline constexpr int list_entries = 4096;

template <int threads>
struct TopkShared {
  TopkEntry list[list_entries];
  TopkScratch<threads> scratch;
};

/// What a block has asked L2 for while it works on what it has.
inline constexpr int ahead_bytes = 24576;

/// `batch`: loads of 16 bytes that a thread has under way.
template <int threads_, int batch>
struct TopkRow {
  static constexpr int threads = threads_;
  static constexpr unsigned all = 0xffffffff;

  const TopkParams& p;
  TopkShared<threads>& shared;
  const int row;
  const int begin;  // columns
  const int end;
  const float* const values;  // column 0
  const int head;             // columns before the first that a load of 16 bytes may start at
  const int quads;            // loads of 16 bytes

  BP_DEVICE static int thread() { return static_cast<int>(threadIdx.x); }
  BP_DEVICE static unsigned key_of(float value) { return key_of_bits(__float_as_uint(value)); }
  BP_DEVICE const float4* body() const {
    return reinterpret_cast<const float4*>(values + begin + head);
  }

  /// Place of the token in the cache.
  BP_DEVICE int index_of(int column) const {
    if (p.block_table == nullptr) return column;
    const long long table = static_cast<long long>(row / p.rows_per_table) * p.table_stride;
    return p.block_table[table + column / p.page_tokens] * p.page_tokens + column % p.page_tokens;
  }

  /// All columns of a short row, then -1.
  BP_DEVICE void take_all() const {
    int* target = p.indices + static_cast<long long>(row) * p.k;
    BP_NO_UNROLL for (int i = thread(); i < p.k; i += threads) {
      target[i] = i < end - begin ? index_of(begin + i) : -1;
    }
  }

  /// Fills the list with the whole row.
  BP_DEVICE void list_all() {
    BP_NO_UNROLL for (int i = thread(); i < end - begin; i += threads) {
      shared.list[i] = {values[begin + i], begin + i};
    }
    __syncthreads();
  }

  /// Lowest and highest of the keys that each(f) gives.
  template <class Each>
  BP_DEVICE void find_extent(const Each& each) {
    unsigned low = 0xffffffff;
    unsigned high = 0;
    each([&](unsigned key) {
      low = key < low ? key : low;
      high = key > high ? key : high;
    });
    low = __reduce_min_sync(all, low);
    high = __reduce_max_sync(all, high);
    if (thread() == 0) {
      shared.scratch.lowest = 0xffffffff;
      shared.scratch.highest = 0;
    }
    __syncthreads();
    if (thread() % 32 == 0) {
      atomicMin(&shared.scratch.lowest, low);
      atomicMax(&shared.scratch.highest, high);
    }
    __syncthreads();
  }

  /// Asks for the values of the batch that starts at this load, far ahead of their use.
  BP_DEVICE void prefetch(int first_quad) const {
    constexpr int lines = threads * batch / 8;
    const int quad = first_quad + thread() * 8;
    if (thread() < lines && quad < quads) {
      asm volatile("prefetch.global.L2 [%0];" ::"l"(body() + quad));
    }
  }
  static constexpr int batch_quads = threads * batch;
  static constexpr int batches_ahead = ahead_bytes / (batch_quads * 16);

  /// A key such that, if the sampled values are like the others, a little more than k are at least
  /// as large. Groups of 8 values, evenly spread. Leaves the extent of the sample.
  BP_DEVICE TopkBorder estimate() {
    constexpr int least = 2048;
    constexpr int most = list_entries * 2;
    const int length = end - begin;
    const int wanted = length / 16 < least ? least : length / 16 > most ? most : length / 16;
    const int sampled = wanted / 8 * 2;  // loads
    const int stride = quads / sampled;
    BP_NO_UNROLL for (int i = 0; i < batches_ahead; ++i) prefetch(i * batch_quads);
    // The keys wait where the list will be.
    auto* keys = reinterpret_cast<unsigned*>(shared.list);
    _Pragma("unroll 2") for (int i = thread(); i < sampled; i += threads) {
      const float4 four = __ldg(body() + static_cast<long long>(i / 2) * 2 * stride + i % 2);
      keys[i] = key_of(four.x);
      keys[i + sampled] = key_of(four.y);
      keys[i + sampled * 2] = key_of(four.z);
      keys[i + sampled * 3] = key_of(four.w);
    }
    __syncthreads();
    const int size = sampled * 4;
    const auto sample = [&](const auto& f) {
      _Pragma("unroll 2") for (int i = thread(); i < size; i += threads) f(keys[i]);
    };
    find_extent(sample);
    const unsigned lowest = shared.scratch.lowest;
    const unsigned highest = shared.scratch.highest;

    const float share = static_cast<float>(p.k) / static_cast<float>(length);
    const float mean = static_cast<float>(size) * share;
    // Four standard deviations too many; where the list has no room for them, halfway to its end.
    const float safe = mean + 4 * sqrtf(mean * (1 - share)) + 2;
    const float room =
        mean * 0.5f * (1.0f + static_cast<float>(list_entries) / static_cast<float>(p.k));
    const int rank = static_cast<int>(safe < room ? safe : room) + 1;
    // Four octaves below the largest, or everything.
    constexpr unsigned near = 1u << 25;
    TopkBorder border{};
    BP_NO_UNROLL for (int trial = 0; trial < 2 && border.rank == 0; ++trial) {
      const bool all_of_it = trial > 0 || highest - lowest <= near;
      border = find_border(
          shared.scratch, sample,
          {all_of_it ? lowest : highest - near, highest, false, rank, rank / 16 + 1, 0});
      if (all_of_it) break;
    }
    return border;
  }

  /// The same, exact: of all values.
  BP_DEVICE TopkBorder measure() {
    const auto every = [&](const auto& f) {
      BP_NO_UNROLL for (int i = begin + thread(); i < end; i += threads) f(key_of(values[i]));
    };
    if (thread() == 0) shared.scratch.highest = 0xffffffff;  // known after the next barrier
    return find_border(shared.scratch, every, {0u, 0xffffffffu, false, p.k, 0, 0});
  }

  /// Puts the columns with a key of at least `first` > 0 into the list. How many there are; if more
  /// than the list has room for, it holds nothing of use.
  BP_DEVICE int collect(unsigned first) {
    int& count = shared.scratch.count;
    const float limit = __uint_as_float(bits_of_limit(first));
    if (thread() == 0) count = 0;
    __syncthreads();
    const int edge = thread() < head ? begin + thread() : begin + quads * 4 + thread();
    if (edge < end && thread() < 6) {
      const float value = values[edge];
      if (value >= limit) {
        const int place = atomicAdd(&count, 1);
        if (place < list_entries) shared.list[place] = {value, edge};
      }
    }
    const float nothing = __uint_as_float(0x7fc00000);
    float4 next[batch];
    const auto load = [&](int first_quad) {
      BP_UNROLL for (int i = 0; i < batch; ++i) {
        const int quad = first_quad + i * threads;
        next[i] =
            quad < quads ? __ldg(body() + quad) : make_float4(nothing, nothing, nothing, nothing);
      }
    };
    load(thread());
    BP_NO_UNROLL for (int quad = thread(); quad - thread() < quads; quad += batch_quads) {
      float v[batch * 4];
      BP_UNROLL for (int i = 0; i < batch; ++i) {
        v[i * 4] = next[i].x;
        v[i * 4 + 1] = next[i].y;
        v[i * 4 + 2] = next[i].z;
        v[i * 4 + 3] = next[i].w;
      }
      load(quad + batch_quads);
      prefetch(quad - thread() + batch_quads * batches_ahead);
      int mine = 0;
      BP_UNROLL for (int i = 0; i < batch * 4; ++i) mine += v[i] >= limit ? 1 : 0;
      const int sum = warp_scan(mine);
      const int total = __shfl_sync(all, sum, 31);
      if (total == 0) continue;
      int place = 0;
      if (thread() % 32 == 0) place = atomicAdd(&count, total);
      place = __shfl_sync(all, place, 0);
      if (place + total > list_entries) continue;
      place += sum - mine;
      const int column = begin + head + quad * 4;
      BP_UNROLL for (int i = 0; i < batch * 4; ++i) {
        if (v[i] >= limit) {
          shared.list[place++] = {v[i], column + i / 4 * threads * 4 + i % 4};
        }
      }
    }
    __syncthreads();
    return count;
  }

  /// Adds the lowest columns of this key until the list has k entries. False if there are too few.
  BP_DEVICE bool add_ties(unsigned key, int count) {
    constexpr int each = 4;
    for (int from = begin; from < end && count < p.k; from += threads * each) {
      const int column = from + thread() * each;
      float v[each];
      int mine = 0;
      BP_UNROLL for (int i = 0; i < each; ++i) {
        v[i] = column + i < end ? values[column + i] : 0.0f;
        if (column + i < end && key_of(v[i]) == key) ++mine;
      }
      int total;
      int place = count + block_scan(shared.scratch, mine, total);
      BP_UNROLL for (int i = 0; i < each; ++i) {
        if (column + i < end && key_of(v[i]) == key) {
          if (place < p.k) shared.list[place] = {v[i], column + i};
          ++place;
        }
      }
      count += total;
    }
    __syncthreads();
    return count >= p.k;
  }

  /// Writes the entries of the list that are chosen: those with a key above `key`, and those of
  /// this key up to `last_tie`. There are k of them. Each finds its place by counting the chosen
  /// columns before its own: in a bitmap, and in sums of its words.
  BP_DEVICE void write(int count, unsigned key, int last_tie) {
    constexpr int most_words = histogram_bins / 2;
    constexpr int segment = most_words * 32;
    unsigned* bits = shared.scratch.bins;
    unsigned* sums = shared.scratch.bins + most_words;
    int* target = p.indices + static_cast<long long>(row) * p.k;
    int written = 0;
    BP_NO_UNROLL for (int from = begin; from < end; from += segment) {
      const int columns = end - from < segment ? end - from : segment;
      const int words = (columns + 31) / 32;
      const auto each_chosen = [&](const auto& f) {
        _Pragma("unroll 2") for (int i = thread(); i < count; i += threads) {
          const TopkEntry entry = shared.list[i];
          const unsigned its_key = key_of(entry.value);
          const unsigned at = static_cast<unsigned>(entry.column - from);
          if (at >= static_cast<unsigned>(segment)) continue;
          if (its_key > key || (its_key == key && entry.column <= last_tie)) f(entry.column, at);
        }
      };
      BP_NO_UNROLL for (int i = thread(); i < words; i += threads) bits[i] = 0;
      __syncthreads();
      each_chosen([&](int, unsigned at) { atomicOr(&bits[at / 32], 1u << at % 32); });
      __syncthreads();
      const int per_thread = (words + threads - 1) / threads;
      const int first = thread() * per_thread;
      const int last = first + per_thread < words ? first + per_thread : words;
      int mine = 0;
      BP_NO_UNROLL for (int i = first; i < last; ++i) {
        sums[i] = static_cast<unsigned>(mine);
        mine += __popc(bits[i]);
      }
      int total;
      const int before = written + block_scan(shared.scratch, mine, total);
      BP_NO_UNROLL for (int i = first; i < last; ++i) sums[i] += static_cast<unsigned>(before);
      __syncthreads();
      each_chosen([&](int column, unsigned at) {
        const unsigned lower = bits[at / 32] & ((1u << at % 32) - 1);
        target[sums[at / 32] + static_cast<unsigned>(__popc(lower))] = index_of(column);
      });
      written += total;
      __syncthreads();
    }
  }

  /// The k largest of a list of at least that many, whose keys are at least `low` and hardly above
  /// `high`.
  BP_DEVICE void choose(int count, unsigned low, unsigned high) {
    if (count == p.k) return write(count, 0u, end);
    const auto each_entry = [&](const auto& f) {
      _Pragma("unroll 2") for (int i = thread(); i < count; i += threads) {
        const TopkEntry entry = shared.list[i];
        f(key_of(entry.value), entry);
      }
    };
    const auto keys = [&](const auto& f) {
      each_entry([&](unsigned key, const TopkEntry&) { f(key); });
    };
    const TopkBorder border = find_border(
        shared.scratch, keys, {low, high > low ? high : low, true, p.k, 0, ranked_entries});
    // Without a surplus every key from `first` on is chosen.
    if (border.inside == border.rank) {
      if (border.first == 0) return write(count, 0u, end);
      return write(count, border.first - 1, -1);
    }
    if (border.inside <= ranked_entries) {
      rank_entries(each_entry, border);
      return write(count, shared.scratch.cut_key, shared.scratch.cut_column);
    }
    // Many equal ones: the lowest columns, which are the largest of their complements.
    const auto complements = [&](const auto& f) {
      each_entry([&](unsigned key, const TopkEntry& entry) {
        if (key == border.first) f(~static_cast<unsigned>(entry.column));
      });
    };
    const TopkBorder ties = find_border(
        shared.scratch, complements,
        {~static_cast<unsigned>(end), ~static_cast<unsigned>(begin), false, border.rank, 0, 0});
    write(count, border.first, static_cast<int>(~ties.first));
  }

  /// Leaves the last of the chosen ones among the few around the border in cut_key and cut_column.
  template <class EachEntry>
  BP_DEVICE void rank_entries(const EachEntry& each_entry, const TopkBorder& border) {
    if (thread() == 0) shared.scratch.count = 0;
    __syncthreads();
    each_entry([&](unsigned key, const TopkEntry& entry) {
      if (key < border.first || key > border.last) return;
      shared.scratch.ranked[atomicAdd(&shared.scratch.count, 1)] = entry;
    });
    __syncthreads();
    if (thread() < border.inside) {
      const TopkEntry mine = shared.scratch.ranked[thread()];
      const unsigned key = key_of(mine.value);
      int before = 0;
      BP_NO_UNROLL for (int i = 0; i < border.inside; ++i) {
        const TopkEntry other = shared.scratch.ranked[i];
        const unsigned its_key = key_of(other.value);
        before += its_key > key || (its_key == key && other.column < mine.column) ? 1 : 0;
      }
      if (before == border.rank - 1) {
        shared.scratch.cut_key = key;
        shared.scratch.cut_column = mine.column;
      }
    }
    __syncthreads();
  }

  BP_DEVICE void run() {
    const int length = end - begin;
    if (length <= p.k) return take_all();
    const bool fits = length <= list_entries;
    BP_NO_UNROLL for (int trial = 0; trial < 2; ++trial) {
      unsigned low = 0;
      unsigned high = 0xffffffff;
      int count = length;
      if (fits) {
        list_all();
      } else {
        const TopkBorder border = trial == 0 ? estimate() : measure();
        high = shared.scratch.highest;
        // A value of its own may be that of any number of columns: none of them goes into the list
        // before it is known that the larger ones are too few.
        const bool one_value = border.first == border.last;
        low = border.first + (one_value ? 1 : 0);
        low = low > 0 ? low : 1u;
        count = collect(low);
        if (count > list_entries) continue;
        if (count < p.k) {
          if (!one_value || !add_ties(border.first, count)) continue;
          count = p.k;
        }
      }
      return choose(count, low, high);
    }
  }
};

template <int threads, int batch>
BP_DEVICE void select_topk(TopkShared<threads>& shared, const TopkParams& p) {
  const int row = static_cast<int>(blockIdx.x);
  const int begin = p.row_begin == nullptr ? 0 : p.row_begin[row];
  const int limit = p.row_end == nullptr ? p.columns : p.row_end[row];
  const int end = limit > begin ? limit : begin;
  const float* values = p.logits + row * p.row_stride;
  const auto address = reinterpret_cast<unsigned long long>(values + begin);
  const int to_aligned = static_cast<int>((16 - address % 16) % 16 / 4);
  const int head = to_aligned < end - begin ? to_aligned : end - begin;
  TopkRow<threads, batch> work{p, shared, row, begin, end, values, head, (end - begin - head) / 4};
  work.run();
}

}  // namespace bp::dsa
