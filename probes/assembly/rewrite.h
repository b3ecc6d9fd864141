// PTX text made for compute_80, retargeted: header rewriting, concatenation, lines back to
// features.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "probes/registry/target.h"

namespace bp {

struct PtxError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The text with its `.version` and `.target` lines replaced. Throws PtxError if it has none.
std::string retarget(std::string_view ptx, PtxVersion version, Target target);

/// `.version` for a feature that needs `feature` on `target`: the larger of both minima; for a
/// target that the build does not know, `newest` (what the driver takes).
PtxVersion version_for(PtxVersion feature, Target target, PtxVersion newest);

/// Several modules as one, and which module each of its lines came from.
struct JoinedPtx {
  std::string text;
  std::vector<std::size_t> module_of_line;  // index by 0-based line; npos for the header
};
inline constexpr std::size_t no_module = static_cast<std::size_t>(-1);
JoinedPtx join(std::span<const std::string_view> modules, PtxVersion version, Target target);

/// Refused for every target from sm_70 on, by each assembler that knows one: a vote without `.sync`
/// is gone since PTX 6.4 (PTX ISA, "vote (deprecated)"). One line of PTX.
inline constexpr std::string_view planted_refusal =
    "{ .reg .pred planted; vote.all.pred planted, planted; }";

/// The text with `planted_refusal` as a line before its last `ret`: an assembler that names this
/// line has checked all instructions before it. A text without a `ret` comes back as it is.
std::string plant_refusal(std::string_view ptx);

/// Opcodes (with all modifiers) that occur in the text, in order of first appearance, without those
/// of plain sm_80 code (ld, st, mov, add, bra, ...; the list is in rewrite.cpp).
std::vector<std::string> special_opcodes(std::string_view ptx);

}  // namespace bp
