// Host half of the probes in which the CTAs of a pair exchange words through distributed shared
// memory: four CTAs of 128 threads in clusters of two; the word of thread t goes to thread 127 - t
// of the peer.
#pragma once

#include "probes/features/words.h"

namespace bp {

struct PeerExchange {
  static constexpr unsigned threads = 128;
  static constexpr unsigned ctas = 4;
  static constexpr unsigned count = ctas * threads;  // words
  static constexpr LaunchShape launch{.grid = {ctas}, .block = {threads}, .cluster = {2, 1, 1}};

  /// Index of the word that thread `t` of `cta` is given.
  static constexpr unsigned sender(unsigned cta, unsigned t) {
    return (cta ^ 1) * threads + threads - 1 - t;
  }

  static void reference(std::span<const std::uint8_t> in, std::span<double> out) {
    for (unsigned cta = 0; cta < ctas; ++cta) {
      for (unsigned t = 0; t < threads; ++t)
        out[cta * threads + t] = load<std::uint32_t>(in, sender(cta, t));
    }
  }

  /// Of the waits on a barrier in the own CTA for what the peer does.
  static constexpr std::array<std::string_view, 1> wait{
      "mbarrier.try_wait.parity.acquire.cluster.shared::cta.b64"};
  static constexpr std::array<std::string_view, 2> start{"mbarrier.init.shared::cta.b64",
                                                         "fence.mbarrier_init.release.cluster"};
  static constexpr std::array<std::string_view, 1> fence{"fence.proxy.async.shared::cta"};
  /// With any of these the peers of a bulk copy meet.
  static constexpr auto bulk_instructions =
      words::joined(wait, start, fence, words::expect_tx, words::cluster_barrier, words::mapa);

  struct Probe {
    std::string_view feature;
    std::string_view entry;
    std::span<const std::string_view> instructions;
    std::span<const std::string_view> needs;
    PtxVersion ptx{8, 0};
    std::size_t outputs = count;
    Required<Reference> reference = &PeerExchange::reference;
    std::span<const std::string_view> native_sass;
    Neutralise neutralise;
  };
  static constexpr InstructionProbe describe(const Probe& p) {
    return words::describe({
        .feature = p.feature,
        .entry = p.entry,
        .instructions = p.instructions,
        .needs = p.needs,
        .ptx = p.ptx,
        .launch = launch,
        .inputs = count,
        .outputs = p.outputs,
        .reference = p.reference,
        .fault = {.what = "word 5 of CTA 2 gets another value",
                  .corrupt = &words::flip<2 * threads + 5>},
        .native_sass = p.native_sass,
        .neutralise = p.neutralise,
    });
  }
};

}  // namespace bp
