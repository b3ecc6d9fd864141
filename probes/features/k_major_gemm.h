// Host half of the MMA probes whose input is A (M x K) and then B transposed (N x K), both
// row-major, and whose output is D (M x N) in f32, row-major.
#pragma once

#include <vector>

#include "probes/features/host.h"

namespace bp {

template <SmallFloat format, typename Code, unsigned M, unsigned N, unsigned K>
struct KMajorGemm {
  static constexpr std::size_t input_bytes = std::size_t{M + N} * K * sizeof(Code);
  static constexpr std::size_t outputs = std::size_t{M} * N;
  static constexpr std::uint64_t operations = std::uint64_t{2} * M * N * K;

  /// Integers from -4 to 4: every product and sum is an integer below 2^11, which accumulators of
  /// any width keep exactly. They follow no pattern, so that any exchange of rows, columns or
  /// chunks shows.
  static void exact(std::span<std::uint8_t> in) {
    Random values(0x6d6d61);
    fill(in, [&] { return static_cast<double>(values.between(-4, 4)); });
  }

  static void random(std::span<std::uint8_t> in, std::uint64_t seed) {
    Random values(seed);
    fill(in, [&] { return values.unit(); });
  }

  static void reference(std::span<const std::uint8_t> in, std::span<double> out) {
    // Decoded once: the loop below reads each element M or N times.
    std::vector<double> values(std::size_t{M + N} * K);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = format.decode(load<Code>(in, i));
    for (unsigned m = 0; m < M; ++m) {
      for (unsigned n = 0; n < N; ++n) {
        const double* a = &values[std::size_t{m} * K];
        const double* b = &values[std::size_t{M + n} * K];
        double sum = 0;
        for (unsigned k = 0; k < K; ++k) sum += a[k] * b[k];
        out[std::size_t{m} * N + n] = sum;
      }
    }
  }

  /// An element in the last k-step of a row that is not in the first warp's part.
  static void corrupt(std::span<std::uint8_t> in) {
    const std::size_t index = std::size_t{M - 27} * K + (K - 3);
    store<Code>(in, index,
                static_cast<Code>(format.encode(format.decode(load<Code>(in, index)) + 16)));
  }

 private:
  template <typename Next>
  static void fill(std::span<std::uint8_t> in, Next next) {
    for (std::size_t i = 0; i < std::size_t{M + N} * K; ++i)
      store<Code>(in, i, static_cast<Code>(format.encode(next())));
  }
};

}  // namespace bp
