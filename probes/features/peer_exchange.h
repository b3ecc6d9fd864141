// Host half of the probes in which the CTAs of a pair exchange words through distributed shared
// memory: four CTAs of 128 threads in clusters of two; the word of thread t goes to thread 127 - t
// of the peer.
#pragma once

#include "probes/features/host.h"

namespace bp {

struct PeerExchange {
  static constexpr unsigned threads = 128;
  static constexpr unsigned ctas = 4;
  static constexpr unsigned words = ctas * threads;
  static constexpr std::size_t bytes = words * sizeof(std::uint32_t);
  static constexpr LaunchShape launch{.grid = {ctas}, .block = {threads}, .cluster = {2, 1, 1}};

  static void exact(std::span<std::uint8_t> in) {
    for (unsigned i = 0; i < words; ++i) store<std::uint32_t>(in, i, 3 * i + 1);
  }

  /// From 1 to 2^31: never 0 and never the value that stands for "no result".
  static void random(std::span<std::uint8_t> in, std::uint64_t seed) {
    Random values(seed);
    for (unsigned i = 0; i < words; ++i)
      store<std::uint32_t>(in, i, static_cast<std::uint32_t>(values.next() >> 33) + 1);
  }

  static void reference(std::span<const std::uint8_t> in, std::span<double> out) {
    for (unsigned cta = 0; cta < ctas; ++cta) {
      for (unsigned t = 0; t < threads; ++t)
        out[cta * threads + t] = load<std::uint32_t>(in, (cta ^ 1) * threads + threads - 1 - t);
    }
  }

  static void corrupt(std::span<std::uint8_t> in) {
    const unsigned index = 2 * threads + 5;
    store<std::uint32_t>(in, index, load<std::uint32_t>(in, index) ^ 0x10100u);
  }
};

}  // namespace bp
