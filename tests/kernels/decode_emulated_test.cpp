// The decode kernel's own text, run thread by thread on the host, against the double-precision
// reference.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "kernels/mla/combine.cuh"
#include "kernels/mla/decode_mma_sync.cuh"
#include "kernels/mla/decode_plan.h"
#include "kernels/mla/decode_problem.h"
#include "kernels/reference/bf16.h"
#include "kernels/reference/compare.h"
#include "tests/kernels/emulator.h"

namespace bp {
namespace {

using mla::DecodeInputs;
using mla::DecodeShape;
using mla::DecodeTiling;
using test::CopyTime;
using test::HostMachine;
using test::Order;

struct Outputs {
  std::vector<double> out;
  std::vector<double> lse;
};

struct How {
  Order order = Order::forward;
  CopyTime copies = CopyTime::at_wait;
};

constexpr auto nan32 = std::numeric_limits<float>::quiet_NaN();

template <class Tiling>
Outputs run(const DecodeInputs& inputs, int parts, const How& how = {}) {
  const auto plan = mla::plan_decode(inputs.shape.seqlens, parts);
  const auto rows = static_cast<std::size_t>(inputs.query_rows());
  const auto batch = static_cast<std::size_t>(inputs.batch());
  const auto partials = static_cast<std::size_t>(plan.partials());
  // 16-byte alignment, as device allocations have: operator new gives it.
  std::vector<std::uint16_t> out(batch * rows * mla::value_width, bf16_nan);
  std::vector<float> lse(batch * rows, nan32);
  std::vector<float> partial_out(partials * rows * mla::value_width, nan32);
  std::vector<float> partial_lse(partials * rows, nan32);
  const mla::DecodeParams params{
      inputs.q.data(),
      inputs.cache.data(),
      inputs.block_table.data(),
      inputs.shape.seqlens.data(),
      plan.segments.data(),
      plan.part_begin.data(),
      plan.split_begin.data(),
      out.data(),
      lse.data(),
      partial_out.data(),
      partial_lse.data(),
      inputs.shape.s_q,
      inputs.shape.h_q,
      inputs.max_pages,
      inputs.shape.causal ? 1 : 0,
      static_cast<float>(inputs.scale * std::log2(std::exp(1.0))),
  };
  const auto readable = std::as_bytes(std::span(inputs.cache));
  const int tiles = (inputs.query_rows() + Tiling::rows - 1) / Tiling::rows;
  test::emulate(tiles, plan.parts(), {Tiling::threads, Tiling::shared_bytes, how.order, how.copies},
                readable,
                [&](HostMachine& machine) { mla::decode<HostMachine, Tiling>(machine, params); });
  if (partials > 0) {
    test::emulate(
        inputs.query_rows(), inputs.batch(),
        {mla::CombineTiling::threads, mla::CombineTiling::shared_bytes, how.order, how.copies}, {},
        [&](HostMachine& machine) { mla::combine(machine, params); });
  }
  Outputs outputs;
  for (const auto bits : out) outputs.out.push_back(static_cast<double>(from_bf16(bits)));
  for (const auto value : lse) outputs.lse.push_back(static_cast<double>(value));
  return outputs;
}

void expect_equal(const Outputs& actual, const DenseDecodeResult& expected) {
  const auto out = compare(actual.out, expected.out, dense_decode_out_limits);
  EXPECT_TRUE(out.equal) << "out: " << out.sentence;
  const auto lse = compare(actual.lse, expected.lse, dense_decode_lse_limits);
  EXPECT_TRUE(lse.equal) << "lse: " << lse.sentence;
}

template <class Tiling>
class DecodeEmulated : public testing::Test {};
using Tilings = testing::Types<DecodeTiling<1, 2>, DecodeTiling<2, 2>, DecodeTiling<2, 4>>;
TYPED_TEST_SUITE(DecodeEmulated, Tilings);

TYPED_TEST(DecodeEmulated, LengthsAroundPageAndTileBorders) {
  const auto inputs =
      mla::make_decode_inputs({1, 16, false, {0, 1, 31, 32, 33, 63, 64, 65, 200}}, 1);
  expect_equal(run<TypeParam>(inputs, 1), dense_decode_reference(inputs.problem()));
}

TYPED_TEST(DecodeEmulated, CutRequestsAreJoined) {
  const auto inputs = mla::make_decode_inputs({1, 16, false, {300, 0, 129}}, 2);
  for (const int parts : {2, 3, 100}) {
    SCOPED_TRACE(parts);
    expect_equal(run<TypeParam>(inputs, parts), dense_decode_reference(inputs.problem()));
  }
}

TYPED_TEST(DecodeEmulated, CausalQueriesSeeFewerKeys) {
  // Lengths below s_q leave the first tokens without a key; 65 ends a page for one token only.
  const auto inputs = mla::make_decode_inputs({3, 8, true, {0, 1, 2, 65, 130}}, 3);
  expect_equal(run<TypeParam>(inputs, 2), dense_decode_reference(inputs.problem()));
}

TYPED_TEST(DecodeEmulated, QueryRowsThatFillNoTile) {
  const auto inputs = mla::make_decode_inputs({1, 8, false, {40, 3}}, 4);
  expect_equal(run<TypeParam>(inputs, 1), dense_decode_reference(inputs.problem()));
}

TYPED_TEST(DecodeEmulated, SeveralTilesOfQueryRows) {
  const auto inputs = mla::make_decode_inputs({2, 40, true, {70}}, 5);
  expect_equal(run<TypeParam>(inputs, 2), dense_decode_reference(inputs.problem()));
}

// Threads that outrun each other and copies that land early or late change nothing: no barrier is
// missing.
TYPED_TEST(DecodeEmulated, OrderOfThreadsDoesNotMatter) {
  const auto inputs = mla::make_decode_inputs({1, 16, false, {150, 0, 66}}, 6);
  const auto first = run<TypeParam>(inputs, 2);
  for (const auto order : {Order::forward, Order::backward, Order::shuffled}) {
    for (const auto copies : {CopyTime::at_issue, CopyTime::at_wait}) {
      const auto again = run<TypeParam>(inputs, 2, {order, copies});
      EXPECT_EQ(first.out, again.out);
      EXPECT_EQ(first.lse, again.lse);
    }
  }
}

TYPED_TEST(DecodeEmulated, EqualScoresGiveTheMean) {
  auto inputs = mla::make_decode_inputs({1, 16, false, {100}}, 7);
  std::ranges::fill(inputs.q, std::uint16_t{0});
  const auto outputs = run<TypeParam>(inputs, 1);
  expect_equal(outputs, dense_decode_reference(inputs.problem()));
  EXPECT_NEAR(outputs.lse[0], std::log(100.0), 1e-5);
}

TYPED_TEST(DecodeEmulated, HugeLogitsDoNotOverflow) {
  // Logits of several hundred: exp of them is far beyond float.
  const auto inputs = mla::make_decode_inputs({1, 16, false, {90, 1}}, 8, {4000, 0.5f});
  expect_equal(run<TypeParam>(inputs, 2), dense_decode_reference(inputs.problem()));
}

TYPED_TEST(DecodeEmulated, ACorruptedKeyShows) {
  const auto inputs = mla::make_decode_inputs({1, 16, false, {70}}, 9);
  auto changed = inputs;
  changed.cache[changed.key_at(0, 67) + 100] = to_bf16(40.0f);
  const auto outputs = run<TypeParam>(changed, 1);
  expect_equal(outputs, dense_decode_reference(changed.problem()));
  EXPECT_FALSE(
      compare(outputs.out, dense_decode_reference(inputs.problem()).out, dense_decode_out_limits)
          .equal);
}

}  // namespace
}  // namespace bp
