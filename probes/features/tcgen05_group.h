// Host half of all tcgen05 probes that work alone or as a pair of CTAs: the instructions of
// probes/features/tcgen05_group.cuh and of allocation.
#pragma once

#include <array>
#include <string_view>

namespace bp::tcgen05 {

template <unsigned cta_group>
inline constexpr std::array<std::string_view, 3> allocation{
    "tcgen05.alloc.cta_group::1.sync.aligned.shared::cta.b32",
    "tcgen05.dealloc.cta_group::1.sync.aligned.b32",
    "tcgen05.relinquish_alloc_permit.cta_group::1.sync.aligned"};
template <>
inline constexpr std::array<std::string_view, 3> allocation<2>{
    "tcgen05.alloc.cta_group::2.sync.aligned.shared::cta.b32",
    "tcgen05.dealloc.cta_group::2.sync.aligned.b32",
    "tcgen05.relinquish_alloc_permit.cta_group::2.sync.aligned"};

template <unsigned cta_group>
inline constexpr std::string_view commit =
    cta_group == 1 ? "tcgen05.commit.cta_group::1.mbarrier::arrive::one.shared::cluster.b64"
                   : "tcgen05.commit.cta_group::2.mbarrier::arrive::one.shared::cluster."
                     "multicast::cluster.b64";

inline constexpr std::array<std::string_view, 2> barrier_of_pair{
    "barrier.cluster.arrive.release.aligned", "barrier.cluster.wait.acquire.aligned"};

}  // namespace bp::tcgen05
