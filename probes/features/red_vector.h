// Layout of the red vector probes, for both halves: 128 threads add to 16 places, eight to each.
#pragma once

namespace bp::red {

inline constexpr unsigned threads = 128;
inline constexpr unsigned places = 16;

}  // namespace bp::red
