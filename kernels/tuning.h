// How much of the GPU a kernel may use.
#pragma once

#include <cstdint>
#include <string_view>

namespace bp {

enum class Tuning : std::uint8_t {
  free,      // the best image and the largest tiles that this GPU takes
  portable,  // PTX for sm_80 through the driver, and at most portable_shared_bytes a block: what a
             // GPU of consumer Blackwell gets
};

constexpr std::string_view to_string(Tuning tuning) {
  return tuning == Tuning::free ? "free" : "portable";
}

/// The smallest opt-in limit of any GPU from sm_80 on (sm_86, sm_89, sm_12x): 99 KiB.
inline constexpr int portable_shared_bytes = 101376;

}  // namespace bp
