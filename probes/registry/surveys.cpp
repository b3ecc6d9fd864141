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
    {counters_survey,
     "Instructions that the tensor pipes executed, counted by the hardware (CUPTI)", sweep, gpu},
    {"fact.l2_persistence", "Persisting accesses in L2", fact, gpu},
    {"fact.pageable_access", "Memory of malloc read and written by the GPU (HMM, ATS)", fact, gpu},
    {"fact.managed_memory", "Managed memory", fact, gpu},
    {"fact.host_registration", "Host memory registered and mapped", fact, gpu},
    {"fact.memory_pools", "Stream-ordered allocation from a pool", fact, gpu},
    {"fact.virtual_memory", "Virtual memory management: reserve, map, use", fact, gpu},
    {"fact.fabric_handles", "Memory handles for other processes and machines", fact, gpu},
    {"fact.gpudirect_rdma", "GPUDirect RDMA", fact, gpu},
    {"fact.memory_accounting", "Free memory: who says what, and whom to believe", fact, gpu},
    {"fact.coherence", "Writes of CPU and GPU seen by the other while a kernel runs", fact, gpu},
    {"fact.memory_bandwidth", "Memory bandwidth from the GPU and from the CPU", fact, gpu},
    {"fact.power", "Clocks, power and slowdowns while this run measured", fact, gpu},
    {"fact.peer_access", "Copies and accesses between two GPUs", fact, pair},
    {"fact.host_memory", "Memory of the host", fact, host},
});

}  // namespace

std::span<const SurveyRow> surveys() { return rows; }

const SurveyRow* find_survey(std::string_view id) {
  const auto found = std::ranges::find(rows, id, &SurveyRow::id);
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace bp
