// Registry rows of the test build's misbehaving probes.
#include "probes/registry/extra_features.h"

#include <array>

namespace bp {
namespace {

using enum Family;
constexpr auto probe = FeatureKind::instruction;

constexpr auto rows = std::to_array<Feature>({
    {"self_test.abort", "Ends its worker by SIGABRT", self_test, probe},
    {"self_test.cpu_spin", "Keeps its worker busy on the CPU", self_test, probe},
    {"self_test.gpu_spin", "Keeps the GPU busy beyond the time-out", self_test, probe},
    {"self_test.illegal_address", "Stores to an illegal address", self_test, probe},
    {"self_test.wrong_value", "Computes a wrong value", self_test, probe},
    {"self_test.garbage", "Writes garbage to its worker's pipe", self_test, probe},
    {"self_test.silent_exit", "Ends its worker without a word", self_test, probe},
    {"self_test.oob_store", "Stores behind the end of a buffer", self_test, probe},
    {"self_test.race", "Races on shared memory", self_test, probe},
});

}  // namespace

std::span<const Feature> extra_features() { return rows; }

}  // namespace bp
