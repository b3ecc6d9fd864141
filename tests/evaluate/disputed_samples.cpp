#include "tests/evaluate/disputed_samples.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace bp::disputed_samples {

MatrixRow row(std::string feature, std::string target, bool accepted, std::string sass,
              std::string since) {
  return {std::move(feature),
          std::move(target),
          "ptxas 13.0.88",
          accepted ? Status::assembles : Status::refused,
          accepted ? std::move(sass) : "",
          accepted ? "" : "Instruction not supported on .target",
          "",
          accepted ? std::move(since) : ""};
}

std::vector<MatrixRow> matrix() {
  return {row("wgmma.bf16", "sm_90a", true),
          row("wgmma.bf16", "sm_100a", false),
          row("wgmma.bf16", "sm_120a", false),
          row("tcgen05.tmem", "sm_100a", true),
          row("tcgen05.tmem", "sm_110a", true),
          row("tcgen05.tmem", "sm_120a", false),
          row("tcgen05.mma.f16", "sm_100a", true),
          row("tcgen05.mma.f16", "sm_120a", false),
          row("mma_sync.mxf4nvf4", "sm_120", false),
          row("mma_sync.mxf4nvf4", "sm_120f", true, "native: OMMA", "ptxas 12.9.86"),
          row("mma_sync.mxf4nvf4", "sm_120a", true, "native: OMMA"),
          row("mma_sync.mxf4nvf4", "sm_100a", false),
          row("mma_sync.mxf4", "sm_120f", true, "native: OMMA", "ptxas 12.9.86"),
          row("mma_sync.sp.mxf4nvf4", "sm_120f", false),
          row("mma_sync.sp.mxf4nvf4", "sm_120a", true),
          row("cluster.launch", "sm_120a", true),
          row("tma.multicast", "sm_120", true, "helper: __cuda_syscall_multicast"),
          row("griddepcontrol", "sm_120", true, "native: ACQBULK")};
}

const DisputedFact& find(const std::vector<DisputedFact>& facts, std::string_view id) {
  const auto found = std::ranges::find(facts, id, &DisputedFact::id);
  if (found == facts.end()) throw std::logic_error("no claim " + std::string(id));
  return *found;
}

Evidence item(EvidenceKind kind, std::string text, bool against) {
  return {.kind = kind,
          .against = against,
          .by = "driver 580",
          .target = "sm_120a",
          .text = std::move(text),
          .value = std::nullopt,
          .unit = {}};
}

Evidence rate(double value) {
  Evidence made = item(EvidenceKind::launched, "rate of the clocked loop");
  made.value = value;
  made.unit = rate_unit;
  return made;
}

FeatureResult feature(std::string id, Status status, std::vector<Evidence> evidence) {
  return {std::move(id), status, std::nullopt, std::move(evidence)};
}

GpuReport gpu(ComputeCapability cc, std::string name, int index) {
  GpuReport made;
  made.facts.cc = cc;
  made.facts.name = std::move(name);
  made.facts.index = index;
  return made;
}

}  // namespace bp::disputed_samples
