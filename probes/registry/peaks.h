// Known peaks: dense operations per clock and SM of each type on GPUs whose makers or testers
// published them. A table to compare with: it never is evidence for a feature.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "probes/registry/target.h"

namespace bp {

/// What is multiplied, and in which type it is summed up.
enum class PeakType : std::uint8_t {
  f16_acc_f32,
  f16_acc_f16,
  bf16,
  tf32,
  f64,
  f8_acc_f32,
  f8_acc_f16,
  f6,  // also what of 4 bits goes through kind::f8f6f4
  f4_scaled,
  s8,
  s4,
};

/// How far a figure can be trusted.
enum class PeakQuality : std::uint8_t {
  vendor,      // a document or an employee of the maker
  quoted,      // the maker's figure as others repeat it
  measured,    // by others
  derived,     // calculated from one of these
  inferred,    // best explanation, not confirmed
  unverified,  // secondary pages only
};
std::string_view to_string(PeakQuality quality);
std::optional<PeakQuality> parse_peak_quality(std::string_view text);

struct Peak {
  double operations = 0;  // per clock and SM; multiply and add count as two
  PeakQuality quality = PeakQuality::inferred;
  std::string_view source;
  /// The instruction that reaches it: "wgmma", "tcgen05", "mma_sync". Others of the same GPU may
  /// stay below without anything being wrong.
  std::string_view by;
  bool sparse = false;  // nominal: twice the dense figure
};

/// The type and whether A is sparse, for the features that multiply matrices; nullopt: no figure of
/// the table is about it.
struct PeakOf {
  PeakType type;
  bool sparse = false;
};
std::optional<PeakOf> peak_of(std::string_view feature);

/// nullopt for a GPU that is not one of the products of the table: nothing is guessed. `product` is
/// the name that the driver gives.
std::optional<Peak> known_peak(ComputeCapability cc, std::string_view product, PeakOf what);

}  // namespace bp
