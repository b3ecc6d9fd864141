// Numbers of the setmaxnreg probe, for both halves.
#pragma once

namespace bp::setmaxnreg {

inline constexpr unsigned warpgroup = 128;  // threads
// Registers of a thread: 128 at entry, then 128 + 40 here and 128 - 40 there.
inline constexpr int more = 168;
inline constexpr int fewer = 88;
inline constexpr unsigned values = 144;  // alive at once: more than 128 registers hold
inline constexpr unsigned rounds = 4;

}  // namespace bp::setmaxnreg
