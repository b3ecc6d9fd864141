// Top-k of one row by one block: see docs/kernels/topk.md.
#pragma once

#include "kernels/dsa/topk_key.h"
#include "kernels/dsa/topk_params.h"
#include "kernels/dsa/topk_select.cuh"

namespace bp::dsa {

struct TopkEntry {
  float value;
  int column;
};

/// Candidates that a block holds: as many as 48 KiB of shared memory leave beside the histogram.
inline constexpr int list_entries = 4096;

template <int threads>
struct TopkShared {
  TopkEntry list[list_entries];
  TopkScratch<threads> scratch;
};

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

  /// A key such that, if the sampled values are like the others, a little more than k are at least
  /// as large. Groups of 8 values, evenly spread.
  BP_DEVICE TopkBorder estimate() {
    constexpr int least = 2048;
    constexpr int most = 16384;
    const int length = end - begin;
    const int wanted = length / 8 < least ? least : length / 8 > most ? most : length / 8;
    const int pairs = wanted / 8;
    const int stride = quads / 2 / pairs;
    const auto sample = [&](const auto& f) {
      BP_NO_UNROLL for (int i = thread(); i < pairs * 2; i += threads) {
        const float4 four = __ldg(body() + static_cast<long long>(i / 2 * stride) * 2 + i % 2);
        f(key_of(four.x));
        f(key_of(four.y));
        f(key_of(four.z));
        f(key_of(four.w));
      }
    };
    const float size = static_cast<float>(pairs * 8);
    const float share = static_cast<float>(p.k) / static_cast<float>(length);
    const float mean = size * share;
    // Four standard deviations too many; where the list has no room for them, halfway to its end.
    const float safe = mean + 4 * sqrtf(mean * (1 - share)) + 2;
    const float room =
        mean * 0.5f * (1.0f + static_cast<float>(list_entries) / static_cast<float>(p.k));
    const int rank = static_cast<int>(safe < room ? safe : room) + 1;
    TopkBorder border = find_border(shared.scratch, sample, 0u, 0xffffffffu, rank, rank / 16 + 1);
    // A bin of one value may hold any number of columns: none of them goes into the list.
    border.first += border.one_value ? 1 : 0;
    return border;
  }

  /// The same, exact: of all values.
  BP_DEVICE TopkBorder measure() {
    const auto every = [&](const auto& f) {
      BP_NO_UNROLL for (int i = begin + thread(); i < end; i += threads) f(key_of(values[i]));
    };
    TopkBorder border = find_border(shared.scratch, every, 0u, 0xffffffffu, p.k, 0);
    border.first += border.one_value ? 1 : 0;
    return border;
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
    BP_NO_UNROLL for (int quad = thread(); quad - thread() < quads; quad += threads * batch) {
      float v[batch * 4];
      BP_UNROLL for (int i = 0; i < batch; ++i) {
        v[i * 4] = next[i].x;
        v[i * 4 + 1] = next[i].y;
        v[i * 4 + 2] = next[i].z;
        v[i * 4 + 3] = next[i].w;
      }
      load(quad + threads * batch);
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
  /// this key up to `last_tie`. There are k of them.
  BP_DEVICE void write(int count, unsigned key, int last_tie) {
    constexpr int segment = histogram_bins * 32;
    unsigned* bits = shared.scratch.bins;
    int* target = p.indices + static_cast<long long>(row) * p.k;
    int written = 0;
    for (int from = begin; from < end; from += segment) {
      const int columns = end - from < segment ? end - from : segment;
      const int words = (columns + 31) / 32;
      BP_NO_UNROLL for (int i = thread(); i < words; i += threads) bits[i] = 0;
      __syncthreads();
      BP_NO_UNROLL for (int i = thread(); i < count; i += threads) {
        const TopkEntry entry = shared.list[i];
        const unsigned its_key = key_of(entry.value);
        const unsigned at = static_cast<unsigned>(entry.column - from);
        if ((its_key > key || (its_key == key && entry.column <= last_tie)) &&
            at < static_cast<unsigned>(segment)) {
          atomicOr(&bits[at / 32], 1u << at % 32);
        }
      }
      __syncthreads();
      const int per_thread = (words + threads - 1) / threads;
      const int first = thread() * per_thread;
      const int last = first + per_thread < words ? first + per_thread : words;
      int mine = 0;
      BP_NO_UNROLL for (int i = first; i < last; ++i) mine += __popc(bits[i]);
      int total;
      int place = written + block_scan(shared.scratch, mine, total);
      BP_NO_UNROLL for (int i = first; i < last; ++i) {
        for (unsigned word = bits[i]; word != 0; word &= word - 1) {
          target[place++] = index_of(from + i * 32 + __ffs(static_cast<int>(word)) - 1);
        }
      }
      written += total;
      __syncthreads();
    }
  }

  /// The k largest of a list of at least that many, whose keys are all at least `low`.
  BP_DEVICE void choose(int count, unsigned low) {
    if (count == p.k) return write(count, 0u, end);
    unsigned highest = 0;
    BP_NO_UNROLL for (int i = thread(); i < count; i += threads) {
      const unsigned key = key_of(shared.list[i].value);
      highest = key > highest ? key : highest;
    }
    highest = __reduce_max_sync(all, highest);
    if (thread() == 0) shared.scratch.highest = 0;
    __syncthreads();
    if (thread() % 32 == 0) atomicMax(&shared.scratch.highest, highest);
    __syncthreads();
    const auto keys = [&](const auto& f) {
      BP_NO_UNROLL for (int i = thread(); i < count; i += threads) f(key_of(shared.list[i].value));
    };
    const TopkBorder border =
        find_border(shared.scratch, keys, low, shared.scratch.highest, p.k, 0);
    // Without a surplus every key from `first` on is chosen.
    if (border.surplus == 0) {
      if (border.first == 0) return write(count, 0u, end);
      return write(count, border.first - 1, -1);
    }
    // Equal ones: the lowest columns, which are the largest of their complements.
    const auto complements = [&](const auto& f) {
      BP_NO_UNROLL for (int i = thread(); i < count; i += threads) {
        const TopkEntry entry = shared.list[i];
        if (key_of(entry.value) == border.first) f(~static_cast<unsigned>(entry.column));
      }
    };
    const TopkBorder ties = find_border(shared.scratch, complements, ~static_cast<unsigned>(end),
                                        ~static_cast<unsigned>(begin), border.rank, 0);
    write(count, border.first, static_cast<int>(~ties.first));
  }

  BP_DEVICE void run() {
    const int length = end - begin;
    if (length <= p.k) return take_all();
    const bool fits = length <= list_entries;
    BP_NO_UNROLL for (int trial = 0; trial < 2; ++trial) {
      unsigned low = 0;
      int count = length;
      if (fits) {
        list_all();
      } else {
        const TopkBorder border = trial == 0 ? estimate() : measure();
        low = border.first > 0 ? border.first : 1u;
        count = collect(low);
        if (count > list_entries) continue;
        if (count < p.k) {
          if (!border.one_value || !add_ties(border.first - 1, count)) continue;
          count = p.k;
        }
      }
      return choose(count, low);
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
