// Host halves of the warpgroup, tcgen05, cluster and TMA probes: inputs, references and faults are
// fit to decide.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "probes/features/probe.h"
#include "probes/registry/feature.h"

namespace bp {
namespace {

constexpr double poison = 0xdeadbeef;

std::vector<std::string> covered() {
  std::vector<std::string> ids;
  for (const auto& feature : features()) {
    const bool ours = feature.family == Family::warpgroup_mma ||
                      feature.family == Family::tcgen05 || feature.family == Family::cluster ||
                      feature.id.starts_with("tma.");
    if (ours && feature.kind == FeatureKind::instruction) ids.emplace_back(feature.id);
  }
  return ids;
}

class AsyncProbe : public testing::TestWithParam<std::string> {
 protected:
  const InstructionProbe& probe() const {
    const auto* found = find_probe(GetParam());
    if (found == nullptr) throw std::runtime_error("no probe of " + GetParam());
    return *found;
  }
  std::vector<double> reference(const Bytes& in) const {
    std::vector<double> out(probe().outputs);
    probe().reference(std::span<const std::uint8_t>(in), std::span<double>(out));
    return out;
  }
  Bytes exact() const {
    Bytes in(probe().input_bytes);
    probe().exact(std::span(in));
    return in;
  }
  Bytes random(std::uint64_t seed) const {
    Bytes in(probe().input_bytes);
    probe().random(std::span(in), seed);
    return in;
  }
};

TEST_P(AsyncProbe, FillsAreReproducible) {
  EXPECT_EQ(exact(), exact());
  EXPECT_EQ(random(7), random(7));
  EXPECT_NE(random(7), random(8));
}

TEST_P(AsyncProbe, ExactResultsAreValuesOfTheOutputType) {
  for (const double value : reference(exact())) {
    switch (probe().element) {
      case Element::f32:
        EXPECT_EQ(static_cast<double>(static_cast<float>(value)), value);
        break;
      case Element::u32:
        EXPECT_EQ(static_cast<double>(static_cast<std::uint32_t>(value)), value);
        break;
      case Element::s32:
        EXPECT_EQ(static_cast<double>(static_cast<std::int32_t>(value)), value);
        break;
      default:
        FAIL() << "add the type to this test";
    }
  }
}

TEST_P(AsyncProbe, FaultShowsBeyondTheTolerance) {
  for (Bytes in : {exact(), random(1), random(2)}) {
    const auto right = reference(in);
    const Bytes original = in;
    probe().fault.corrupt(std::span(in));
    EXPECT_NE(in, original);
    const auto wrong = reference(in);
    const auto& tolerance = probe().tolerance;
    std::size_t differing = 0;
    for (std::size_t i = 0; i < right.size(); ++i) {
      const double limit = tolerance.absolute + tolerance.relative * std::abs(right[i]);
      if (std::abs(right[i] - wrong[i]) > 4 * limit) ++differing;
    }
    EXPECT_GT(differing, 0u);
  }
}

// A result that did not come is left at the poison, or at zero where the fault or the neutralised
// instruction leaves nothing: neither may look like the reference.
TEST_P(AsyncProbe, NothingIsNotAResult) {
  for (const Bytes& in : {exact(), random(3)}) {
    const auto out = reference(in);
    EXPECT_EQ(std::ranges::count(out, poison), 0);
    EXPECT_LT(std::ranges::count(out, 0.0), static_cast<std::ptrdiff_t>(out.size()) / 2);
  }
}

TEST_P(AsyncProbe, DeclaresWhatItsClustersAndTensorMapsNeed) {
  const auto& shape = probe().launch;
  EXPECT_EQ(shape.grid.x % shape.cluster.x, 0u);
  EXPECT_LE(shape.block.x * shape.block.y * shape.block.z, 1024u);
  const bool clustered = shape.cluster.x > 1;
  const bool uses_cluster = std::ranges::any_of(probe().instructions, [](std::string_view opcode) {
    return opcode.starts_with("barrier.cluster");
  });
  EXPECT_EQ(clustered, uses_cluster);
  EXPECT_EQ(probe().tensor_map.has_value(), GetParam().starts_with("tma."));
  if (const auto& map = probe().tensor_map) {
    const auto size = map->type == TensorMap::Type::u32 ? 4u : 0u;
    ASSERT_NE(size, 0u) << "add the type to this test";
    // cuTensorMapEncodeTiled: strides and the inner box are multiples of 16 bytes, the tensor fits
    // the buffer.
    EXPECT_EQ(map->box[0] * size % 16, 0u);
    EXPECT_EQ(map->strides[0] % 16, 0u);
    EXPECT_EQ(map->offset % 16, 0u);
    EXPECT_LE(map->offset + map->strides[0] * map->dims[1], probe().input_bytes);
    EXPECT_LE(map->box[0], 256u);
    EXPECT_LE(map->box[1], 256u);
  }
}

TEST_P(AsyncProbe, NeedsNameFeatures) {
  for (const auto id : probe().needs) {
    EXPECT_NE(find_feature(id), nullptr) << id;
    EXPECT_NE(id, GetParam());
  }
}

INSTANTIATE_TEST_SUITE_P(All, AsyncProbe, testing::ValuesIn(covered()), [](const auto& info) {
  std::string name = info.param;
  std::ranges::replace(name, '.', '_');
  return name;
});

TEST(AsyncProbes, AllOfTheirFamiliesAreCovered) {
  const auto ids = covered();
  for (const auto* id : {"wgmma.bf16", "wgmma.e4m3", "tcgen05.tmem", "tcgen05.mma.f16",
                         "tcgen05.mma.f16.cta_group2", "tcgen05.cp", "cluster.launch", "dsmem.read",
                         "dsmem.write", "dsmem.st_async", "tma.load", "tma.store", "tma.multicast"})
    EXPECT_TRUE(std::ranges::find(ids, id) != ids.end()) << id;
}

}  // namespace
}  // namespace bp
