// Requirements with what is expected of them, and what came out.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/gate/judge.h"

namespace bp::gate {

/// One requirement of a command line or a file.
struct Demand {
  std::string text;     // as written
  std::string name{};   // of a file; empty: the text stands for it
  std::string place{};  // where it was written: "--require", ".blackwell-probe.toml, set decode"
  /// Expected to be not met, and why; nullopt: expected to be met.
  std::optional<std::string> xfail{};
  bool strict = true;  // of an xfail: that it is met after all fails the gate
  Requirement requirement{};
};

enum class Outcome : std::uint8_t {
  met,
  not_met,
  not_known,
  xfailed,      // expected not to be met, and was not
  xpassed,      // expected not to be met, and was met: strict, so the gate fails
  xpassed_lax,  // the same, but not strict
  no_such_gpu,  // its selector chooses no GPU: nothing was required
};
std::string_view to_string(Outcome outcome);
/// In the words people read: "not met".
std::string_view words(Outcome outcome);
/// What it does to the gate.
enum class Effect : std::uint8_t { passes, fails, open, none };
Effect effect_of(Outcome outcome);

struct Result {
  Demand demand;
  Outcome outcome = Outcome::not_known;
  Finding finding{};
};

/// `doubt`: why nothing of the report counts ("made by a fake driver"); empty: it does.
std::vector<Result> judge_all(std::span<const Demand> demands, const Scene& scene,
                              const std::string& doubt = {});

/// Of the gate as a whole: fails if anything fails; else open if anything is not known, or nothing
/// at all was required; else passes.
Effect effect_of(std::span<const Result> results);

/// "5 requirements: 3 met, 1 not met, 1 not known"
std::string counts_of(std::span<const Result> results);

}  // namespace bp::gate
