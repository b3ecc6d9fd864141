// The emulator itself: what it must catch, and its arithmetic.
#include "tests/kernels/emulator.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "kernels/reference/bf16.h"

namespace bp::test {
namespace {

TEST(Emulator, AMissingThreadAtABarrierIsADeadlock) {
  EXPECT_THROW(emulate(1, 1, {64, 16}, {},
                       [](HostMachine& m) {
                         if (m.thread() != 5) m.sync();
                       }),
               EmulatorError);
}

TEST(Emulator, LanesThatDoDifferentThingsAreRefused) {
  EXPECT_THROW(emulate(1, 1, {32, 512}, {},
                       [](HostMachine& m) {
                         unsigned r[4];
                         if (m.thread() == 0) {
                           m.shuffle_xor(1, 1);
                         } else {
                           m.ldmatrix(0, r);
                         }
                       }),
               EmulatorError);
}

TEST(Emulator, AccessesOutOfRangeOrUnalignedAreRefused) {
  const std::vector<std::byte> memory(32);
  const auto copy = [&](int target, std::size_t source) {
    emulate(1, 1, {32, 64}, memory, [&](HostMachine& m) {
      if (m.thread() == 0) m.copy16(target, memory.data() + source, true);
    });
  };
  EXPECT_NO_THROW(copy(48, 16));
  EXPECT_THROW(copy(64, 0), EmulatorError);
  EXPECT_THROW(copy(8, 0), EmulatorError);
  EXPECT_THROW(copy(0, 32), EmulatorError);
  EXPECT_THROW(copy(0, 17), EmulatorError);
}

TEST(Emulator, LateCopiesLandAtTheWait) {
  const std::vector<unsigned char> memory(16, 7);
  const auto readable = std::as_bytes(std::span(memory));
  for (const auto copies : {CopyTime::at_issue, CopyTime::at_wait}) {
    int before = -1;
    int after = -1;
    emulate(1, 1, {32, 16, Order::forward, copies}, readable, [&](HostMachine& m) {
      if (m.thread() != 0) return;
      m.copy16(0, memory.data(), true);
      m.commit();
      m.wait<1>();
      before = m.shared()[0];
      m.wait<0>();
      after = m.shared()[0];
    });
    EXPECT_EQ(before, copies == CopyTime::at_issue ? 7 : 255);
    EXPECT_EQ(after, 7);
  }
}

TEST(Emulator, PackRoundsToNearestEven) {
  emulate(1, 1, {32, 16}, {}, [](HostMachine& m) {
    for (const float value :
         {0.0f, -0.0f, 1.0f, 1.00390625f, 1.01171875f, -3.14159f, 0.1f, 1e-39f, 3e38f}) {
      EXPECT_EQ(m.pack_bf16(value, 0) & 0xffff, to_bf16(value)) << value;
    }
  });
}

// One product by hand: A holds a single 2 at (row, k), B is 3 at (k, column): only D(row, column)
// is 6.
TEST(Emulator, MultipliesTheElementsOfTheFragments) {
  for (const auto [row, k, column] : {std::array{0, 0, 0}, {9, 3, 5}, {15, 15, 7}, {7, 8, 2}}) {
    std::vector<float> d(16 * 8);
    emulate(1, 1, {32, 16}, {}, [&](HostMachine& m) {
      const int group = m.thread() / 4;
      const int t = m.thread() % 4;
      unsigned a[4] = {};
      unsigned b[2] = {};
      float sums[4] = {};
      if (group == row % 8 && t == k % 8 / 2) {
        a[row / 8 + k / 8 * 2] = static_cast<unsigned>(to_bf16(2)) << (k % 2 * 16);
      }
      if (group == column && t == k % 8 / 2) {
        b[k / 8] = static_cast<unsigned>(to_bf16(3)) << (k % 2 * 16);
      }
      m.mma(sums, a, b[0], b[1]);
      for (int i = 0; i < 4; ++i) {
        d[static_cast<std::size_t>((group + i / 2 * 8) * 8 + t * 2 + i % 2)] = sums[i];
      }
    });
    for (int r = 0; r < 16; ++r) {
      for (int c = 0; c < 8; ++c) {
        EXPECT_EQ(d[static_cast<std::size_t>(r * 8 + c)], r == row && c == column ? 6 : 0);
      }
    }
  }
}

}  // namespace
}  // namespace bp::test
