#include <algorithm>
#include <array>

#include "probes/registry/survey.h"

namespace bp {
namespace {

using enum SurveyKind;
using enum SurveyScope;

// Report order: sweeps, then facts of a GPU, of pairs, of the host.
constexpr auto rows = std::to_array<SurveyRow>({
    {"sweep.cluster_launch", "Cluster launches by size, shared memory and threads", sweep, gpu},
    {"sweep.shared_memory", "Dynamic shared memory of one CTA, to the last byte", sweep, gpu},
    {"sweep.residency", "CTAs and warps resident on one SM", sweep, gpu},
    {"fact.l2_persistence", "Persisting accesses in L2", fact, gpu},
});

}  // namespace

std::span<const SurveyRow> surveys() { return rows; }

const SurveyRow* find_survey(std::string_view id) {
  const auto found = std::ranges::find(rows, id, &SurveyRow::id);
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace bp
