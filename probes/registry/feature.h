// The registry of features: one row each. A row plus one file in probes/features/ is a probe.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace bp {

enum class Family : std::uint8_t {
  warp_mma,       // mma.sync, ldmatrix, stmatrix
  warpgroup_mma,  // wgmma
  tcgen05,        // tcgen05 and Tensor Memory
  cluster,        // clusters, DSMEM
  copy,           // TMA, bulk and asynchronous copies
  control,        // mbarrier, elect.sync, setmaxnreg, griddepcontrol
  arithmetic,     // conversions, packed and vector arithmetic, wide loads and atomics
  self_test,      // exists only in the test build
};
std::string_view to_string(Family family);

/// How a feature is decided. Only `instruction` rows have a file in probes/features.
enum class FeatureKind : std::uint8_t {
  instruction,  // executed: device code, reference and planted fault are compulsory
  no_probe,     // named because backends need it; reported as not_run, reason no_probe
};

struct Feature {
  std::string_view id;     // stable, e.g. "wgmma.bf16"; the file is the id with '.' written as '_'
  std::string_view title;  // one line for people
  Family family;
  FeatureKind kind;
};

/// All rows in report order.
std::span<const Feature> features();
const Feature* find_feature(std::string_view id);

}  // namespace bp
