// Dense MLA decode of 64 query rows on mma.sync m16n8k16 bf16, with warps of two kinds. Device code
// alone; how it is cut: decode_wide_tiling.h.
//
// The score warps do Q K^T and the softmax of the tiles to come while the value warps do P V of the
// tile before and copy keys. They meet by messages in shared memory, of which there are two: P of a
// tile, the factors by which the output shrinks first, and which tile is to be copied next. At the
// end of a segment a message holds 1 / sum of each row.
#pragma once

#include "kernels/mla/decode_wide_tiling.h"
#include "probes/ptx/cp_async.cuh"
#include "probes/ptx/float_math.cuh"
#include "probes/ptx/ldmatrix.cuh"
#include "probes/ptx/mbarrier.cuh"
#include "probes/ptx/mma_sync.cuh"
#include "probes/ptx/named_barrier.cuh"

// A named namespace: names of internal linkage hold a number made of the source's path.
namespace bp::mla::wide {

extern __shared__ __align__(1024) unsigned char shared[];

/// Numbers of the named barriers.
inline constexpr int message_full = 1;   // and 2: of the two messages
inline constexpr int message_empty = 3;  // and 4
inline constexpr int pair_meets = 5;     // and 6: score warps with the same rows

BP_DEVICE float infinity() { return __int_as_float(0x7f800000); }

template <class T>
BP_DEVICE T& at(int offset) {
  return *reinterpret_cast<T*>(shared + offset);
}

BP_DEVICE int first_row() { return static_cast<int>(blockIdx.x) * 64; }
BP_DEVICE int query_rows(const DecodeParams& p) { return p.s_q * p.h_q; }

/// Keys that `row` of this block's rows sees: 0 for rows past the last query.
BP_DEVICE int visible(const DecodeParams& p, int row, int seqlen) {
  const int query_row = first_row() + row;
  if (query_row >= query_rows(p)) return 0;
  // Used as well, because the compiler loads it along with `causal`: PTX 7.0 cannot say that a part
  // of a load is unused.
  asm volatile("" ::"r"(p.max_pages));
  return visible_keys(query_row, seqlen, p.s_q, p.h_q, p.causal != 0);
}

/// Tokens of a segment that any of this block's rows sees.
struct Span {
  int begin;
  int end;
};
BP_DEVICE Span span_of(const DecodeParams& p, int index) {
  const DecodeSegment& segment = p.segments[index];
  const int last = query_rows(p) - 1 - first_row();
  // The last row of the block sees the most keys.
  const int limit = visible(p, last < 63 ? last : 63, p.seqlens[segment.request]);
  const int cut = segment.end_page * page_tokens;
  return {segment.first_page * page_tokens, limit < cut ? limit : cut};
}

/// A tile to be copied: its first row of the cache, and how many of its rows there are; the others
/// become zeros and nothing of them is read: the rest of a page may hold NaN, and 0 * NaN would
/// spoil P V.
struct alignas(8) Order {
  int row;
  int valid;
};

/// The tiles of all segments of a part, one after the other. Pages are looked up a tile ahead.
template <class Tiling>
struct Orders {
  const DecodeParams& p;
  int segment;
  int last;
  int token = 0;
  int end = 0;
  int page = 0;
  const std::int32_t* pages = nullptr;  // of the segment's request

  BP_DEVICE Orders(const DecodeParams& params, int part)
      : p(params), segment(params.part_begin[part] - 1), last(params.part_begin[part + 1]) {
    advance();
  }
  BP_DEVICE void advance() {
    if (segment >= last) return;
    token += Tiling::tokens;
    while (token >= end) {
      if (++segment >= last) return;
      const Span span = span_of(p, segment);
      token = span.begin;
      end = span.end;
      pages = p.block_table + static_cast<long long>(p.segments[segment].request) * p.max_pages;
    }
    page = pages[token / page_tokens];
  }
  /// Past the last tile: none of whose rows are there.
  BP_DEVICE Order take() {
    Order order{0, 0};
    if (segment < last) {
      order.row = page * page_tokens + token % page_tokens;
      order.valid = end - token;
    }
    advance();
    return order;
  }
};

/// What both kinds count alike: messages, and the stages of the tiles.
template <class Tiling>
struct Turn {
  int message = 0;  // 0 or 1
  int stage = 0;

  BP_DEVICE int message_at() const { return Tiling::messages_at + message * Tiling::message_bytes; }
  BP_DEVICE int before() const { return stage == 0 ? Tiling::stages - 1 : stage - 1; }
  BP_DEVICE void next_stage() { stage = stage == Tiling::stages - 1 ? 0 : stage + 1; }
};

template <class Tiling>
BP_DEVICE unsigned long long* stage_full(int stage) {
  return &at<unsigned long long>(Tiling::barriers_at + stage * 8);
}

// --- the score warps

template <class Tiling>
struct ScoreWarp {
  const DecodeParams& p;
  const int warp;  // 0..3: half of the depth + 2 * half of the rows
  const int lane;
  Turn<Tiling> turn{};
  int messages = 0;  // not yet sent, up to 2: these need not wait for an empty place
  unsigned query[2][Tiling::resident_steps][4]{};
  float row_max[2]{};  // of rows lane / 4 and lane / 4 + 8 of the row block that this warp finishes
  float row_sum[2]{};  // of this lane's tokens
  int limit[2]{};
  int all_see = 0;                 // keys that every row of the warp sees
  unsigned long long arrival = 0;  // at the barrier of the tile to come

  /// The row block that this warp finishes; its partner finishes the other one of the two that both
  /// score.
  BP_DEVICE int row_block() const { return warp; }
  BP_DEVICE int depth() const { return warp % 2 * Tiling::steps * 16; }
  BP_DEVICE int query_at(int step, int block) const {
    return Tiling::query_at + warp * Tiling::query_warp_bytes +
           ((step - Tiling::residents_before(step)) * 2 + block) * Tiling::fragment_bytes +
           lane * 16;
  }

  /// Of block 0, which this warp finishes, and block 1, which its partner does.
  BP_DEVICE void load_query(int request) {
    BP_UNROLL for (int block = 0; block < 2; ++block) {
      const int row = (block == 0 ? row_block() : row_block() ^ 1) * 16;
      const std::uint16_t* sources[2];
      bool valid[2];
      BP_UNROLL for (int half = 0; half < 2; ++half) {
        const int query_row = first_row() + row + a_row(lane, half);
        valid[half] = query_row < query_rows(p);
        sources[half] =
            p.q +
            (static_cast<long long>(request) * query_rows(p) + (valid[half] ? query_row : 0)) *
                key_width +
            depth() + a_column(lane, 0);
      }
      BP_UNROLL for (int step = 0; step < Tiling::steps; ++step) {
        unsigned a[4];
        BP_UNROLL for (int i = 0; i < 4; ++i) {
          const std::uint16_t* source = sources[i % 2] + step * 16 + i / 2 * 8;
          a[i] = valid[i % 2] ? *reinterpret_cast<const unsigned*>(source) : 0;
        }
        if (Tiling::is_resident(step)) {
          BP_UNROLL for (int i = 0; i < 4; ++i) query[block][Tiling::residents_before(step)][i] =
              a[i];
        } else {
          // Read by this very lane alone.
          at<uint4>(query_at(step, block)) = {a[0], a[1], a[2], a[3]};
        }
      }
    }
  }

  /// An arrival is what one can wait for: it is made a tile before.
  BP_DEVICE void expect_keys() {
    arrival = bp::ptx::first::mbarrier_arrive(stage_full<Tiling>(turn.stage));
  }
  BP_DEVICE void wait_keys() {
    while (!bp::ptx::first::mbarrier_test_wait(stage_full<Tiling>(turn.stage), arrival)) {
    }
  }

  /// What a k-step reads from shared memory.
  struct Fragments {
    unsigned keys[Tiling::value_steps][4];
    unsigned query[2][4];
  };
  BP_DEVICE void read(Fragments& f, int keys, int step) const {
    BP_UNROLL for (int pair = 0; pair < Tiling::value_steps; ++pair) {
      bp::ptx::ldmatrix_x4(f.keys[pair],
                           shared + keys + pair * 16 * Tiling::key_stride + step * 32);
    }
    if (Tiling::is_resident(step)) return;
    BP_UNROLL for (int block = 0; block < 2; ++block) {
      const auto a = at<uint4>(query_at(step, block));
      f.query[block][0] = a.x, f.query[block][1] = a.y;
      f.query[block][2] = a.z, f.query[block][3] = a.w;
    }
  }

  /// Q K^T of 32 rows over half of the depth. A step is read while the one before is multiplied.
  BP_DEVICE void multiply(float (&sums)[2][Tiling::score_blocks][4]) {
    const int keys = turn.stage * Tiling::stage_bytes + key_address<Tiling>(lane, 0, depth());
    Fragments f[2];
    read(f[0], keys, 0);
    BP_UNROLL for (int step = 0; step < Tiling::steps; ++step) {
      if (step + 1 < Tiling::steps) read(f[(step + 1) % 2], keys, step + 1);
      const Fragments& now = f[step % 2];
      BP_UNROLL for (int block = 0; block < 2; ++block) {
        unsigned a[4];
        BP_UNROLL for (int i = 0; i < 4; ++i) {
          a[i] = Tiling::is_resident(step) ? query[block][Tiling::residents_before(step)][i]
                                           : now.query[block][i];
        }
        BP_UNROLL for (int pair = 0; pair < Tiling::value_steps; ++pair) {
          const auto& b = now.keys[pair];
          bp::ptx::mma_bf16(sums[block][pair * 2], a, {b[0], b[1]});
          bp::ptx::mma_bf16(sums[block][pair * 2 + 1], a, {b[2], b[3]});
        }
      }
    }
  }

  /// The partner gets this warp's half of the sums of its rows, and the other way round.
  BP_DEVICE void exchange(float (&sums)[2][Tiling::score_blocks][4]) {
    const int mine = Tiling::exchange_at + warp * Tiling::exchange_warp_bytes + lane * 16;
    const int theirs = Tiling::exchange_at + (warp ^ 1) * Tiling::exchange_warp_bytes + lane * 16;
    BP_UNROLL for (int j = 0; j < Tiling::score_blocks; ++j) {
      at<Floats<4>>(mine +
                    j * 512) = {{sums[1][j][0], sums[1][j][1], sums[1][j][2], sums[1][j][3]}};
    }
    bp::ptx::named_barrier_sync<64>(pair_meets + warp / 2);
    BP_UNROLL for (int j = 0; j < Tiling::score_blocks; ++j) {
      const auto part = at<Floats<4>>(theirs + j * 512);
      BP_UNROLL for (int i = 0; i < 4; ++i) sums[0][j][i] += part.v[i];
    }
  }

  /// Takes the tile into the running maximum and sum; leaves probabilities in `s`.
  BP_DEVICE void softmax(int token, float (&s)[Tiling::score_blocks][4], float (&factor)[2]) {
    BP_UNROLL for (int j = 0; j < Tiling::score_blocks; ++j) {
      BP_UNROLL for (int i = 0; i < 4; ++i) s[j][i] *= p.scale_log2;
    }
    if (token + Tiling::tokens > all_see) {
      BP_UNROLL for (int j = 0; j < Tiling::score_blocks; ++j) {
        BP_UNROLL for (int i = 0; i < 4; ++i) {
          if (token + j * 8 + c_column(lane, i) >= limit[i / 2]) s[j][i] = -infinity();
        }
      }
    }
    float highest[2];
    BP_UNROLL for (int half = 0; half < 2; ++half) {
      float each[Tiling::score_blocks];
      BP_UNROLL for (int j = 0; j < Tiling::score_blocks; ++j) {
        each[j] = fmaxf(s[j][half * 2], s[j][half * 2 + 1]);
      }
      BP_UNROLL for (int n = Tiling::score_blocks / 2; n > 0; n /= 2) {
        BP_UNROLL for (int j = 0; j < n; ++j) each[j] = fmaxf(each[j], each[j + n]);
      }
      highest[half] = each[0];
    }
    BP_UNROLL for (int mask = 1; mask < 4; mask *= 2) {
      BP_UNROLL for (int half = 0; half < 2; ++half) {
        highest[half] = fmaxf(highest[half], __shfl_xor_sync(0xffffffff, highest[half], mask));
      }
    }
    BP_UNROLL for (int half = 0; half < 2; ++half) {
      const float new_max = fmaxf(row_max[half], highest[half]);
      // While a row has seen no key its maximum is -inf, and -inf - -inf would be NaN.
      const float base = new_max == -infinity() ? 0.0f : new_max;
      factor[half] = new_max == row_max[half] ? 1.0f : bp::ptx::exp2_approx(row_max[half] - base);
      row_max[half] = new_max;
      float sums[Tiling::score_blocks];
      BP_UNROLL for (int j = 0; j < Tiling::score_blocks; ++j) {
        BP_UNROLL for (int i = 0; i < 2; ++i) {
          float& score = s[j][half * 2 + i];
          score = bp::ptx::exp2_approx(score - base);
        }
        sums[j] = s[j][half * 2] + s[j][half * 2 + 1];
      }
      BP_UNROLL for (int n = Tiling::score_blocks / 2; n > 0; n /= 2) {
        BP_UNROLL for (int j = 0; j < n; ++j) sums[j] += sums[j + n];
      }
      row_sum[half] = row_sum[half] * factor[half] + sums[0];
    }
  }

  BP_DEVICE void wait_empty() {
    if (messages == 2) {
      bp::ptx::named_barrier_sync<Tiling::threads>(message_empty + turn.message);
    } else {
      ++messages;
    }
  }
  BP_DEVICE void send() {
    bp::ptx::named_barrier_arrive<Tiling::threads>(message_full + turn.message);
    turn.message ^= 1;
  }

  BP_DEVICE void tile(int token, Orders<Tiling>& orders) {
    float sums[2][Tiling::score_blocks][4] = {};
    float factor[2];
    wait_keys();
    multiply(sums);
    turn.next_stage();
    expect_keys();
    exchange(sums);
    float(&s)[Tiling::score_blocks][4] = sums[0];
    softmax(token, s, factor);
    wait_empty();
    const int message = turn.message_at();
    BP_UNROLL for (int step = 0; step < Tiling::value_steps; ++step) {
      // The accumulators of two n8 blocks are, packed, an A fragment of a k-step.
      const float(&low)[4] = s[step * 2];
      const float(&high)[4] = s[step * 2 + 1];
      at<uint4>(message + (step * Tiling::row_blocks + row_block()) * Tiling::fragment_bytes +
                lane * 16) = {
          bp::ptx::pack_bf16(low[0], low[1]), bp::ptx::pack_bf16(low[2], low[3]),
          bp::ptx::pack_bf16(high[0], high[1]), bp::ptx::pack_bf16(high[2], high[3])};
    }
    store_rows(message, factor);
    const bool changed = __any_sync(0xffffffff, factor[0] != 1 || factor[1] != 1);
    if (lane == 0) at<int>(message + Tiling::changed_at + row_block() * 4) = changed ? 1 : 0;
    if (warp == 0) {
      const Order order = orders.take();
      if (lane == 0) at<Order>(message + Tiling::order_at) = order;
    }
    send();
  }

  /// One number a row.
  BP_DEVICE void store_rows(int message, const float (&values)[2]) {
    if (lane % 4 != 0) return;
    BP_UNROLL for (int half = 0; half < 2; ++half) {
      const int row = row_block() * 16 + c_row(lane, half * 2);
      at<float>(message + Tiling::factors_at + row * 4) = values[half];
    }
  }

  /// LSE of this warp's rows, and 1 / sum for the value warps.
  BP_DEVICE void finish(const DecodeSegment& segment) {
    float inverse[2];
    BP_UNROLL for (int half = 0; half < 2; ++half) {
      row_sum[half] += __shfl_xor_sync(0xffffffff, row_sum[half], 1);
      row_sum[half] += __shfl_xor_sync(0xffffffff, row_sum[half], 2);
      // The largest term is 1, so a row that saw any key has a sum of at least 1.
      const bool empty = row_sum[half] == 0;
      inverse[half] = empty ? 0.0f : 1.0f / row_sum[half];
      const int query_row = first_row() + row_block() * 16 + c_row(lane, half * 2);
      if (lane % 4 != 0 || query_row >= query_rows(p)) continue;
      const float lse = row_max[half] + log2f(row_sum[half]);
      if (segment.partial >= 0) {
        p.partial_lse[static_cast<long long>(segment.partial) * query_rows(p) + query_row] =
            empty ? -infinity() : lse;
      } else {
        constexpr float ln2 = 0.693147180559945309f;
        const int token = query_row / p.h_q;
        const int head = query_row % p.h_q;
        p.lse[(static_cast<long long>(segment.request) * p.h_q + head) * p.s_q + token] =
            empty ? infinity() : lse * ln2;
      }
    }
    wait_empty();
    store_rows(turn.message_at(), inverse);
    send();
  }

  BP_DEVICE void run(int part, Orders<Tiling>& orders) {
    expect_keys();
    for (int i = p.part_begin[part]; i < p.part_begin[part + 1]; ++i) {
      const DecodeSegment& segment = p.segments[i];
      load_query(segment.request);
      BP_UNROLL for (int half = 0; half < 2; ++half) {
        row_max[half] = -infinity();
        row_sum[half] = 0;
        limit[half] =
            visible(p, row_block() * 16 + c_row(lane, half * 2), p.seqlens[segment.request]);
      }
      all_see = limit[0] < limit[1] ? limit[0] : limit[1];
      BP_UNROLL for (int mask = 4; mask < 32; mask *= 2) {
        const int other = __shfl_xor_sync(0xffffffff, all_see, mask);
        all_see = other < all_see ? other : all_see;
      }
      const Span span = span_of(p, i);
      BP_NO_UNROLL for (int token = span.begin; token < span.end; token += Tiling::tokens) {
        tile(token, orders);
      }
      finish(segment);
    }
  }
};

// --- the value warps

template <class Tiling>
struct ValueWarp {
  const DecodeParams& p;
  int thread;  // 0..255
  Turn<Tiling> turn{};
  float out[Tiling::row_blocks][Tiling::value_blocks][4]{};

  BP_DEVICE int lane() const { return thread % 32; }
  BP_DEVICE int warp() const { return thread / 32; }

  /// This thread's share of the copy of a tile.
  struct Copy {
    const unsigned char* source;
    int target;
    bool valid;
  };
  BP_DEVICE Copy prepare(Order order, int stage) const {
    const int token = thread / Tiling::copy_threads;
    const int byte = thread % Tiling::copy_threads * 16;
    Copy copy{reinterpret_cast<const unsigned char*>(p.cache) + byte,
              stage * Tiling::stage_bytes + token * Tiling::key_stride + byte, token < order.valid};
    if (copy.valid) copy.source += static_cast<long long>(order.row + token) * (key_width * 2);
    return copy;
  }
  BP_DEVICE void copy_piece(const Copy& copy, int i) const {
    const int offset = i * Tiling::copy_threads * 16;
    if ((i + 1) * Tiling::copy_threads * 16 > key_width * 2 &&
        offset + thread % Tiling::copy_threads * 16 >= key_width * 2) {
      return;
    }
    bp::ptx::cp_async_16(shared + copy.target + offset, copy.source + offset, copy.valid);
  }

  BP_DEVICE void copy_all(const Copy& copy, int stage) const {
    BP_UNROLL for (int i = 0; i < Tiling::copies; ++i) copy_piece(copy, i);
    bp::ptx::cp_async_arrive(stage_full<Tiling>(stage));
  }
  BP_DEVICE void copy_first_tiles() const {
    BP_UNROLL for (int stage = 0; stage < Tiling::stages - 1; ++stage) {
      copy_all(prepare(at<Order>(Tiling::orders_at + stage * 8), stage), stage);
    }
  }

  /// out = out * factor
  BP_DEVICE void rescale(int message) {
    const auto changed = at<int4>(message + Tiling::changed_at);
    const int flags[4] = {changed.x, changed.y, changed.z, changed.w};
    BP_UNROLL for (int block = 0; block < Tiling::row_blocks; ++block) {
      if (flags[block] == 0) continue;
      const int factors = message + Tiling::factors_at + block * 64 + lane() / 4 * 4;
      const float low = at<float>(factors);
      const float high = at<float>(factors + 32);
      BP_UNROLL for (int column = 0; column < Tiling::value_blocks; ++column) {
        out[block][column][0] *= low;
        out[block][column][1] *= low;
        out[block][column][2] *= high;
        out[block][column][3] *= high;
      }
    }
  }

  BP_DEVICE void tile() {
    // A number that the compiler knows nothing about: else it keeps addresses from tile to tile.
    asm volatile("" : "+r"(thread));
    bp::ptx::named_barrier_sync<Tiling::threads>(message_full + turn.message);
    const int message = turn.message_at();
    // All value warps are done with the tile before, and so were the score warps: its stage is
    // free.
    const Copy copy = prepare(at<Order>(message + Tiling::order_at), turn.before());
    rescale(message);
    constexpr int pairs = Tiling::value_blocks / 2;
    constexpr int all = Tiling::value_steps * pairs;
    const int values = turn.stage * Tiling::stage_bytes +
                       value_address<Tiling>(lane(), 0, warp() * Tiling::warp_columns);
    BP_UNROLL for (int step = 0; step < Tiling::value_steps; ++step) {
      unsigned a[Tiling::row_blocks][4];
      BP_UNROLL for (int block = 0; block < Tiling::row_blocks; ++block) {
        const auto read = at<uint4>(
            message + (step * Tiling::row_blocks + block) * Tiling::fragment_bytes + lane() * 16);
        a[block][0] = read.x, a[block][1] = read.y, a[block][2] = read.z, a[block][3] = read.w;
      }
      BP_UNROLL for (int pair = 0; pair < pairs; ++pair) {
        unsigned b[4];
        bp::ptx::ldmatrix_x4_trans(b, shared + values + step * 16 * Tiling::key_stride + pair * 32);
        const int now = step * pairs + pair;
        // Copies go along, a piece at a time; what is left over, at the last.
        if (now < Tiling::copies) copy_piece(copy, now);
        if (now == all - 1) {
          BP_UNROLL for (int i = all; i < Tiling::copies; ++i) copy_piece(copy, i);
          bp::ptx::cp_async_arrive(stage_full<Tiling>(turn.before()));
        }
        BP_UNROLL for (int block = 0; block < Tiling::row_blocks; ++block) {
          bp::ptx::mma_bf16(out[block][pair * 2], a[block], {b[0], b[1]});
          bp::ptx::mma_bf16(out[block][pair * 2 + 1], a[block], {b[2], b[3]});
        }
      }
    }
    done();
    turn.next_stage();
  }

  BP_DEVICE void done() {
    bp::ptx::named_barrier_arrive<Tiling::threads>(message_empty + turn.message);
    turn.message ^= 1;
  }

  BP_DEVICE void store(const DecodeSegment& segment) {
    bp::ptx::named_barrier_sync<Tiling::threads>(message_full + turn.message);
    const int inverses = turn.message_at() + Tiling::factors_at;
    const long long slot = segment.partial >= 0 ? segment.partial : segment.request;
    BP_UNROLL for (int block = 0; block < Tiling::row_blocks; ++block) {
      BP_UNROLL for (int half = 0; half < 2; ++half) {
        const int row = block * 16 + c_row(lane(), half * 2);
        if (first_row() + row >= query_rows(p)) continue;
        const float inverse = at<float>(inverses + row * 4);
        const long long start = (slot * query_rows(p) + first_row() + row) * value_width +
                                warp() * Tiling::warp_columns + c_column(lane(), 0);
        BP_UNROLL for (int column = 0; column < Tiling::value_blocks; ++column) {
          const float first = out[block][column][half * 2] * inverse;
          const float second = out[block][column][half * 2 + 1] * inverse;
          const long long where = start + column * 8;
          if (segment.partial >= 0) {
            *reinterpret_cast<Floats<2>*>(p.partial_out + where) = {{first, second}};
          } else {
            *reinterpret_cast<unsigned*>(p.out + where) = bp::ptx::pack_bf16(first, second);
          }
        }
      }
    }
    done();
  }

  BP_DEVICE void run(int part) {
    copy_first_tiles();
    for (int i = p.part_begin[part]; i < p.part_begin[part + 1]; ++i) {
      BP_UNROLL for (int block = 0; block < Tiling::row_blocks; ++block) {
        BP_UNROLL for (int column = 0; column < Tiling::value_blocks; ++column) {
          BP_UNROLL for (int j = 0; j < 4; ++j) out[block][column][j] = 0;
        }
      }
      const Span span = span_of(p, i);
      int left = (span.end - span.begin + Tiling::tokens - 1) / Tiling::tokens;
      BP_NO_UNROLL for (; left > 0; --left) tile();
      store(p.segments[i]);
    }
    bp::ptx::cp_async_wait<0>();
  }
};

/// Grid: x = tiles of query rows, y = parts.
template <class Tiling>
BP_DEVICE void decode(const DecodeParams& p) {
  const int thread = static_cast<int>(threadIdx.x);
  const int part = static_cast<int>(blockIdx.y);
  if (thread == 0) {
    BP_UNROLL for (int stage = 0; stage < Tiling::stages; ++stage) {
      bp::ptx::first::mbarrier_init(stage_full<Tiling>(stage),
                                    Tiling::value_threads + Tiling::score_threads);
    }
  }
  Orders<Tiling> orders(p, part);
  if (thread < 32) {
    BP_NO_UNROLL for (int stage = 0; stage < Tiling::stages - 1; ++stage) {
      const Order order = orders.take();
      if (thread == 0) at<Order>(Tiling::orders_at + stage * 8) = order;
    }
  }
  __syncthreads();
  // Out of a shuffle the compiler knows that a warp is of one kind, and may count in uniform
  // registers.
  const int kind = __shfl_sync(0xffffffff, thread / 32, 0);
  if (kind < Tiling::score_warps) {
    ScoreWarp<Tiling> warp{p, kind, thread % 32};
    warp.run(part, orders);
  } else {
    ValueWarp<Tiling> warp{p, thread - Tiling::score_threads};
    warp.run(part);
  }
}

}  // namespace bp::mla::wide
