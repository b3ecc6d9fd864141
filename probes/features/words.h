// Host half of the probes whose inputs and outputs are 32-bit words: fills, instruction lists, and
// a description in which only what distinguishes the probe has to be said.
#pragma once

#include "probes/features/host.h"

namespace bp::words {

/// Word i is i + 1.
inline void exact(std::span<std::uint8_t> in) {
  for (std::size_t i = 0; i < in.size() / sizeof(std::uint32_t); ++i)
    store<std::uint32_t>(in, i, static_cast<std::uint32_t>(i + 1));
}

/// From 1 to 2^31: never the zero of a place outside a tensor, never the value that stands for "no
/// result".
inline void random(std::span<std::uint8_t> in, std::uint64_t seed) {
  Random values(seed);
  for (std::size_t i = 0; i < in.size() / sizeof(std::uint32_t); ++i)
    store<std::uint32_t>(in, i, static_cast<std::uint32_t>(values.next() >> 33) + 1);
}

/// The planted fault: two bits of word `index` are flipped.
template <std::size_t index>
void flip(std::span<std::uint8_t> in) {
  store<std::uint32_t>(in, index, load<std::uint32_t>(in, index) ^ 0x10100u);
}

// --- instructions that come with others ------------------------------------------------------

using Name = std::string_view;

/// probes/features/bulk_device.cuh, start_barrier and wait.
inline constexpr std::array<Name, 4> barrier{
    "mbarrier.init.shared::cta.b64",
    "mbarrier.try_wait.parity.shared::cta.b64",
    "fence.mbarrier_init.release.cluster",
    "fence.proxy.async.shared::cta",
};
inline constexpr std::array<Name, 1> expect_tx{"mbarrier.arrive.expect_tx.shared::cta.b64"};
inline constexpr std::array<Name, 2> cluster_barrier{"barrier.cluster.arrive.release.aligned",
                                                     "barrier.cluster.wait.acquire.aligned"};
inline constexpr std::array<Name, 1> mapa{"mapa.shared::cluster.u32"};
/// probes/features/tma_pair.cuh.
inline constexpr std::array<Name, 9> pair_barrier{
    "mbarrier.init.shared::cta.b64",
    "mbarrier.try_wait.parity.acquire.cluster.shared::cta.b64",
    "mbarrier.arrive.expect_tx.shared::cta.b64",
    "fence.mbarrier_init.release.cluster",
    "fence.proxy.async.shared::cta",
    "mapa.shared::cluster.u32",
    "ld.shared::cluster.u32",
    "barrier.cluster.arrive.release.aligned",
    "barrier.cluster.wait.acquire.aligned",
};
inline constexpr std::array<Name, 2> bulk_group{"cp.async.bulk.commit_group",
                                                "cp.async.bulk.wait_group"};

template <std::size_t... sizes>
constexpr auto joined(const std::array<Name, sizes>&... lists) {
  std::array<Name, (sizes + ...)> all{};
  std::size_t end = 0;
  const auto append = [&](const auto& list) {
    for (const Name name : list) all[end++] = name;
  };
  (append(lists), ...);
  return all;
}

// --- the description --------------------------------------------------------------------------

struct Probe {
  std::string_view feature;
  std::string_view entry;
  std::span<const std::string_view> instructions;
  std::span<const std::string_view> needs{};
  PtxVersion ptx{8, 0};
  LaunchShape launch;
  std::size_t inputs;   // words
  std::size_t outputs;  // words
  std::size_t scratch_bytes = 0;
  std::optional<TensorMap> tensor_map{};
  Required<MakeExact> exact = &words::exact;
  Required<MakeRandom> random = &words::random;
  Required<Reference> reference;
  Fault fault;
  std::span<const std::string_view> native_sass;
  Neutralise neutralise{};
  std::string_view neutralise_exception{};
};

constexpr InstructionProbe describe(const Probe& p) {
  return {
      .feature = p.feature,
      .entry = p.entry,
      .instructions = p.instructions,
      .needs = p.needs,
      .ptx = p.ptx,
      .operations = p.outputs * sizeof(std::uint32_t),  // bytes
      .launch = p.launch,
      .input_bytes = p.inputs * sizeof(std::uint32_t),
      .element = Element::u32,
      .outputs = p.outputs,
      .scratch_bytes = p.scratch_bytes,
      .tensor_map = p.tensor_map,
      .exact = p.exact,
      .random = p.random,
      .reference = p.reference,
      .fault = p.fault,
      .tolerance = {},
      .native_sass = p.native_sass,
      .rate = std::nullopt,
      .native_test = std::nullopt,
      .neutralise = p.neutralise,
      .neutralise_exception = p.neutralise_exception,
  };
}

}  // namespace bp::words
