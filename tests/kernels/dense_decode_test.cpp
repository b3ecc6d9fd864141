// The double-precision reference against an independent brute force, and properties that need no
// reference.
#include "kernels/reference/dense_decode.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "kernels/mla/decode_params.h"
#include "kernels/mla/decode_plan.h"
#include "kernels/mla/decode_problem.h"
#include "kernels/reference/bf16.h"
#include "kernels/reference/compare.h"

namespace bp {
namespace {

using mla::DecodeInputs;
using mla::DecodeShape;
using mla::make_decode_inputs;

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr CompareLimits tight{1e-12, 1e-12, -1};

std::size_t z(int value) { return static_cast<std::size_t>(value); }

/// Straight from the formula, in long double, without the usual subtraction of the maximum.
long double weight(const DecodeInputs& in, int request, int token, int head, int key) {
  long double dot = 0;
  for (int d = 0; d < 576; ++d) {
    const auto q =
        ((z(request) * z(in.shape.s_q) + z(token)) * z(in.shape.h_q) + z(head)) * 576 + z(d);
    const auto page = in.block_table[z(request) * z(in.max_pages) + z(key) / 64];
    const auto k = (z(page) * 64 + z(key) % 64) * 576 + z(d);
    dot += static_cast<long double>(from_bf16(in.q[q])) *
           static_cast<long double>(from_bf16(in.cache[k]));
  }
  return std::exp(dot * static_cast<long double>(in.scale));
}

TEST(DenseDecodeReference, AgreesWithBruteForce) {
  const auto in = make_decode_inputs({2, 3, true, {0, 1, 5, 66}}, 1);
  const auto result = dense_decode_reference(in.problem());
  for (int request = 0; request < in.batch(); ++request) {
    for (int token = 0; token < 2; ++token) {
      for (int head = 0; head < 3; ++head) {
        const int sees = in.shape.seqlens[z(request)] - (token == 0 ? 1 : 0);
        long double sum = 0;
        std::vector<long double> out(512);
        for (int key = 0; key < sees; ++key) {
          const auto w = weight(in, request, token, head, key);
          sum += w;
          for (int c = 0; c < 512; ++c) {
            out[z(c)] +=
                w * static_cast<long double>(from_bf16(in.cache[in.key_at(request, key) + z(c)]));
          }
        }
        const double lse = result.lse[(z(request) * 3 + z(head)) * 2 + z(token)];
        const double* actual = &result.out[((z(request) * 2 + z(token)) * 3 + z(head)) * 512];
        if (sees <= 0) {
          EXPECT_EQ(lse, inf);
          EXPECT_TRUE(std::all_of(actual, actual + 512, [](double x) { return x == 0; }));
          continue;
        }
        EXPECT_NEAR(lse, static_cast<double>(std::log(sum)), 1e-12);
        for (int c = 0; c < 512; ++c) {
          EXPECT_NEAR(actual[c], static_cast<double>(out[z(c)] / sum), 1e-13);
        }
      }
    }
  }
}

TEST(DenseDecodeReference, PermutingPagesChangesNothing) {
  auto in = make_decode_inputs({1, 4, false, {130, 64}}, 2);
  const auto before = dense_decode_reference(in.problem());
  // Page p moves to pages - 1 - p.
  auto cache = in.cache;
  const std::size_t page = 64 * 576;
  for (std::size_t p = 0; p < z(in.pages); ++p) {
    std::copy_n(in.cache.begin() + static_cast<std::ptrdiff_t>(p * page), page,
                cache.begin() + static_cast<std::ptrdiff_t>((z(in.pages) - 1 - p) * page));
  }
  in.cache = cache;
  for (auto& entry : in.block_table) {
    if (entry != mla::unused_page) entry = in.pages - 1 - entry;
  }
  const auto after = dense_decode_reference(in.problem());
  EXPECT_EQ(before.out, after.out);
  EXPECT_EQ(before.lse, after.lse);
}

TEST(DenseDecodeReference, PermutingKeysChangesNothingButRounding) {
  auto in = make_decode_inputs({1, 4, false, {100}}, 3);
  const auto before = dense_decode_reference(in.problem());
  for (int token = 0; token < 50; ++token) {
    std::swap_ranges(in.cache.begin() + static_cast<std::ptrdiff_t>(in.key_at(0, token)),
                     in.cache.begin() + static_cast<std::ptrdiff_t>(in.key_at(0, token) + 576),
                     in.cache.begin() + static_cast<std::ptrdiff_t>(in.key_at(0, 99 - token)));
  }
  const auto after = dense_decode_reference(in.problem());
  EXPECT_TRUE(compare(after.out, before.out, tight).equal);
  EXPECT_TRUE(compare(after.lse, before.lse, tight).equal);
}

// What the combine kernel relies on: pieces of a sequence, weighted by exp(lse), give the whole.
TEST(DenseDecodeReference, PiecesCombineToTheWhole) {
  const auto whole = make_decode_inputs({1, 2, false, {192}}, 4);
  const auto expected = dense_decode_reference(whole.problem());
  std::vector<double> out(expected.out.size());
  std::vector<double> sums(expected.lse.size());
  for (int piece = 0; piece < 3; ++piece) {
    auto part = whole;
    part.shape.seqlens = {64};
    part.block_table[0] = whole.block_table[z(piece)];
    const auto result = dense_decode_reference(part.problem());
    for (std::size_t row = 0; row < 2; ++row) {
      const double w = std::exp(result.lse[row] - expected.lse[row]);
      sums[row] += w;
      for (std::size_t c = 0; c < 512; ++c) out[row * 512 + c] += w * result.out[row * 512 + c];
    }
  }
  for (const double sum : sums) EXPECT_NEAR(sum, 1, 1e-13);
  EXPECT_TRUE(compare(out, expected.out, tight).equal);
}

TEST(DenseDecodeReference, ARangeOfRequestsIsTheSameAsAll) {
  const auto in = make_decode_inputs({2, 8, true, {70, 3, 0, 129}}, 5);
  const auto all = dense_decode_reference(in.problem());
  const auto some = dense_decode_reference(in.problem(), 1, 2);
  const auto rows = static_cast<std::ptrdiff_t>(in.query_rows());
  EXPECT_TRUE(std::ranges::equal(
      some.out, std::vector(all.out.begin() + rows * 512, all.out.begin() + 3 * rows * 512)));
  EXPECT_TRUE(std::ranges::equal(some.lse,
                                 std::vector(all.lse.begin() + rows, all.lse.begin() + 3 * rows)));
}

TEST(DenseDecodeReference, RefusesToReadOutsideOfItsInputs) {
  const auto good = make_decode_inputs({1, 2, false, {70}}, 6);
  auto table = good;
  table.block_table[1] = table.pages;
  EXPECT_THROW(dense_decode_reference(table.problem()), std::out_of_range);
  table.block_table[1] = -1;
  EXPECT_THROW(dense_decode_reference(table.problem()), std::out_of_range);
  auto longer = good;
  longer.shape.seqlens[0] = 64 * longer.max_pages + 1;
  EXPECT_THROW(dense_decode_reference(longer.problem()), std::out_of_range);
  auto query = good;
  query.q.pop_back();
  EXPECT_THROW(dense_decode_reference(query.problem()), std::out_of_range);
  EXPECT_THROW(dense_decode_reference(good.problem(), 0, 2), std::out_of_range);
}

// The inputs that every check rests on hold the traps that they promise.
TEST(DecodeInputs, HoldNanAndSenselessPagesWhereNothingMayRead) {
  const auto in = make_decode_inputs({1, 4, false, {65, 0, 64}}, 7);
  std::size_t numbers = 0;
  for (const auto value : in.cache) numbers += std::isnan(from_bf16(value)) ? 0 : 1;
  EXPECT_EQ(numbers, 129u * 576);
  EXPECT_TRUE(std::isnan(from_bf16(in.cache[in.key_at(0, 66)])));
  EXPECT_EQ(std::ranges::count(in.block_table, mla::unused_page), 6);
  EXPECT_EQ(make_decode_inputs({1, 4, false, {65, 0, 64}}, 7).cache, in.cache);
  EXPECT_NE(make_decode_inputs({1, 4, false, {65, 0, 64}}, 8).q, in.q);
}

}  // namespace
}  // namespace bp
