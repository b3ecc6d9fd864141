// Whether one value is worse than another. Each judgement is the opposite of itself when the two
// are exchanged.
#pragma once

#include <optional>
#include <string_view>

#include "report/diff/diff.h"

namespace bp {

bool works(Status status);
/// What worked and does not, in whatever way, is worse; a wrong result or a crash is worse than a
/// plain no. Not knowing is neither better nor worse than a no. nullopt: not in the report, as not
/// known.
Trend judge(std::optional<Status> before, std::optional<Status> after);
/// at_risk is worse than a plain no; the plain ones are alike.
Trend judge(std::optional<Verdict> before, std::optional<Verdict> after);
/// Of what works: weaker evidence is worse, none the weakest.
Trend judge(std::optional<EvidenceKind> before, std::optional<EvidenceKind> after);

/// What more of it means.
enum class More : unsigned char { better, worse, neither, ignored };
/// Of a fact of a GPU, by its key: limits are better when larger; what changes from one minute to
/// the next is ignored.
More more_of_fact(std::string_view key);
/// Of a measured figure, by its unit: rates are better, times worse.
More more_of_unit(std::string_view unit);

Trend judge(double before, double after, More more);
Trend judge(bool before, bool after, More more);
/// Nearer than `noise` times the larger of the two.
bool within_noise(double before, double after, double noise);

}  // namespace bp
