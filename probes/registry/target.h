// Compilation targets: sm_XY with an optional `a` (architecture-specific) or `f` (family) suffix.
//
// Sources: PTX ISA 9.x, ".target" directive; CUDA Programming Guide, "Compute Capabilities"
// (family-specific features). The rules are checked against ptxas by tests/registry.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bp {

/// A compute capability such as 12.1.
struct ComputeCapability {
  int major = 0;
  int minor = 0;
  /// 121 for 12.1: the number used in sm_121.
  constexpr int number() const { return major * 10 + minor; }
  constexpr auto operator<=>(const ComputeCapability&) const = default;
};
std::string to_string(ComputeCapability cc);                                       // "12.1"
std::optional<ComputeCapability> parse_compute_capability(std::string_view text);  // "12.1"

/// A PTX ISA version such as 8.7.
struct PtxVersion {
  int major = 0;
  int minor = 0;
  constexpr auto operator<=>(const PtxVersion&) const = default;
};
std::string to_string(PtxVersion version);  // "8.7"
std::optional<PtxVersion> parse_ptx_version(std::string_view text);

enum class Suffix : char { none = '\0', family = 'f', architecture = 'a' };

/// One value of the PTX `.target` directive.
struct Target {
  ComputeCapability cc;
  Suffix suffix = Suffix::none;
  constexpr auto operator<=>(const Target&) const = default;
};
std::string to_string(Target target);                       // "sm_121a"
std::optional<Target> parse_target(std::string_view text);  // accepts "sm_121a"; nothing else

/// Every target the embedded toolkits can know, in ascending order (plain, f, a of each number).
std::span<const Target> known_targets();
bool is_known(Target target);

/// Smallest PTX ISA `.version` that accepts the target; nullopt for a target not in
/// known_targets().
std::optional<PtxVersion> minimum_ptx_version(Target target);

/// Whether machine code assembled for `image` (a cubin) loads on a GPU of capability `gpu`: `a` on
/// exactly its number, `f` on its family from its minor upwards, plain on the same major from its
/// minor upwards. CUDA C++ Programming Guide, "Binary Compatibility" and "Feature Set Compiler
/// Targets" (13.x).
bool runs_on(Target image, ComputeCapability gpu);

/// The members of the family of `cc` ("100f" covers 10.0, 10.3 and 10.7; "110f" only 11.0).
bool same_family(ComputeCapability family, ComputeCapability gpu);

/// The targets to try for a GPU, most specific first: a, f, plain. Only known ones when the
/// capability is known; sm_XYa, sm_XYf, sm_XY for a capability that the build does not know.
std::vector<Target> targets_for(ComputeCapability gpu);

/// The value of CU_JIT_TARGET: 10 x major + minor, plus 0x10000 for `a`, 0x20000 for `f` (cuda.h).
std::uint32_t jit_target(Target target);

}  // namespace bp
