// Which thread fetches which bytes of a token, and where they lie in shared memory; division by
// multiplication.
#include <gtest/gtest.h>

#include <set>

#include "kernels/mla/sparse_decode_tiling.h"
#include "probes/features/host.h"

namespace bp::mla {
namespace {

template <class Kv>
class SparseFetch : public testing::Test {};
using Layouts = testing::Types<KvV32, KvModel1>;
TYPED_TEST_SUITE(SparseFetch, Layouts);

TYPED_TEST(SparseFetch, EveryRunOfComponentsHasOnePlace) {
  using Kv = TypeParam;
  std::set<int> places;
  int chunks = 0;
  for (int t = 0; t < token_threads; ++t) {
    chunks += chunks_of<Kv>(t);
    for (int i = 0; i < chunks_of<Kv>(t); ++i) {
      for (int half = 0; half < 2; ++half) {
        const int place = run_of_chunk<Kv>(i, t, half);
        EXPECT_TRUE(places.insert(place).second) << place;
        EXPECT_LT(place, Kv::nope_width / 8);
        EXPECT_EQ(component_run<Kv>(place), (i * token_threads + t) * 2 + half);
      }
    }
  }
  EXPECT_EQ(chunks, Kv::nope_width / 16);
  EXPECT_EQ(static_cast<int>(places.size()), Kv::nope_width / 8);
  for (int run = Kv::nope_width / 8; run < Kv::key_width / 8; ++run) {
    EXPECT_EQ(component_run<Kv>(run), run) << "the RoPE part stays where it is";
  }
}

TYPED_TEST(SparseFetch, EightThreadsWrite128BytesWithoutGaps) {
  using Kv = TypeParam;
  for (int half = 0; half < 2; ++half) {
    for (int t = 1; t < token_threads; ++t) {
      EXPECT_EQ(run_of_chunk<Kv>(0, t, half), run_of_chunk<Kv>(0, t - 1, half) + 1);
    }
  }
}

TYPED_TEST(SparseFetch, EveryChunkLiesWithinTheGroupOfItsScale) {
  using Kv = TypeParam;
  for (int t = 0; t < token_threads; ++t) {
    for (int i = 0; i < chunks_of<Kv>(t); ++i) {
      const int first = (i * token_threads + t) * 16;
      EXPECT_EQ(scale_of_chunk<Kv>(i, t), first / Kv::group);
      EXPECT_EQ(scale_of_chunk<Kv>(i, t), (first + 15) / Kv::group);
    }
  }
}

TEST(Divisor, IsExact) {
  Random random(1);
  for (const int by : {1, 2, 3, 7, 53, 61, 64, 255, 256, 576, 65535, 2147483647}) {
    const Divisor divisor = make_divisor(by);
    for (const std::int64_t near : {0LL, 1LL * by, 2LL * by, 1000LL * by, 2147483647LL}) {
      for (std::int64_t n = near - 2; n <= near + 2; ++n) {
        if (n < 0 || n > 2147483647) continue;
        ASSERT_EQ(divide(static_cast<std::int32_t>(n), divisor), n / by) << n << " / " << by;
      }
    }
    for (int i = 0; i < 10000; ++i) {
      const int n = random.between(0, 2147483646);
      ASSERT_EQ(divide(n, divisor), n / by) << n << " / " << by;
    }
  }
}

TEST(SparseLayout, CodesOfUe8m0ArePowersOfTwo) {
  EXPECT_EQ(ue8m0_to_fp32_bits(127), 0x3f800000u);
  EXPECT_EQ(ue8m0_to_fp32_bits(0), 0x00400000u);
  for (std::uint32_t code = 0; code < 255; ++code) {
    const auto value = std::bit_cast<float>(ue8m0_to_fp32_bits(code));
    ASSERT_EQ(static_cast<double>(value), decode_ue8m0(static_cast<std::uint8_t>(code)));
  }
}

}  // namespace
}  // namespace bp::mla
