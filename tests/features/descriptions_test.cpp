// The host halves of all probes: registry, inputs, references and faults are fit to decide.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "probes/features/probe.h"
#include "probes/registry/feature.h"
#include "tests/support/paths.h"

namespace bp {
namespace {

std::vector<std::string> ids() {
  std::vector<std::string> list;
  for (const auto* probe : probes()) list.emplace_back(probe->feature);
  std::ranges::sort(list);
  return list;
}

std::string file_stem(std::string id) {
  std::ranges::replace(id, '.', '_');
  return id;
}

class Description : public testing::TestWithParam<std::string> {
 protected:
  const InstructionProbe& probe() const { return *find_probe(GetParam()); }
  Bytes exact() const {
    Bytes in(probe().input_bytes, 0xee);
    probe().exact(std::span(in));
    return in;
  }
  Bytes random(std::uint64_t seed) const {
    Bytes in(probe().input_bytes, 0xee);
    probe().random(std::span(in), seed);
    return in;
  }
  std::vector<double> reference(const Bytes& in) const {
    std::vector<double> out(probe().outputs, std::nan(""));
    probe().reference(std::span<const std::uint8_t>(in), std::span(out));
    return out;
  }
};

bool representable(Element element, double value) {
  const auto integer = [&](double low, double high) {
    return value >= low && value <= high && value == std::floor(value);
  };
  switch (element) {
    case Element::u8:
      return integer(0, 255);
    case Element::u32:
      return integer(0, 4294967295.0);
    case Element::s32:
      return integer(-2147483648.0, 2147483647.0);
    case Element::f32:
      return static_cast<double>(static_cast<float>(value)) == value;
    case Element::f64:
      return std::isfinite(value);
  }
  return false;
}

TEST(Probes, AreTheInstructionRowsOfTheRegistryAndTheirFiles) {
  BP_NEEDS("BP_PROBE_FOLDER");
  std::set<std::string> rows;
  for (const auto& feature : features()) {
    if (feature.kind == FeatureKind::instruction) rows.emplace(feature.id);
  }
  const auto described = ids();
  EXPECT_EQ(std::set(described.begin(), described.end()), rows);
  EXPECT_EQ(described.size(), rows.size()) << "two files describe the same feature";

  std::set<std::string> stems;
  for (const auto& id : rows) stems.insert(file_stem(id));
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(test::path("BP_PROBE_FOLDER"))) {
    if (entry.path().extension() == ".cu") files.insert(entry.path().stem().string());
  }
  EXPECT_EQ(files, stems);
}

TEST(Probes, HaveEntriesOfTheirOwn) {
  // Refused probes are joined to one module, in which each name may occur once.
  std::set<std::string_view> names;
  for (const auto* probe : probes()) {
    EXPECT_TRUE(names.insert(probe->entry).second) << probe->entry;
    if (!probe->rate) continue;
    EXPECT_TRUE(names.insert(probe->rate->entry).second) << probe->rate->entry;
  }
}

TEST_P(Description, IsComplete) {
  EXPECT_FALSE(probe().entry.empty());
  ASSERT_FALSE(probe().instructions.empty());
  EXPECT_GT(probe().operations, 0u);
  EXPECT_GT(probe().outputs, 0u);
  EXPECT_GT(probe().input_bytes, 0u);
  EXPECT_FALSE(probe().fault.what.empty());
  EXPECT_FALSE(probe().native_sass.empty());
  EXPECT_LE(probe().ptx, (PtxVersion{9, 0}));
  const auto& block = probe().launch.block;
  EXPECT_LE(block.x * block.y * block.z, 1024u);
}

TEST_P(Description, NeedsOtherFeatures) {
  for (const auto id : probe().needs) {
    EXPECT_NE(find_feature(id), nullptr) << id;
    EXPECT_NE(id, GetParam());
  }
}

TEST_P(Description, FillsTheWholeInputAndAlwaysAlike) {
  Bytes zeros(probe().input_bytes, 0);
  probe().exact(std::span(zeros));
  EXPECT_EQ(zeros, exact()) << "the exact inputs keep what was in the buffer";
  EXPECT_EQ(random(7), random(7));
  EXPECT_NE(random(7), random(8));
  EXPECT_NE(random(7), exact());
}

TEST_P(Description, ReferenceGivesEveryOutput) {
  for (const auto& in : {exact(), random(1), random(2)}) {
    const auto first = reference(in);
    EXPECT_TRUE(std::ranges::all_of(first, [](double value) { return std::isfinite(value); }));
    EXPECT_EQ(first, reference(in));
  }
  EXPECT_NE(reference(exact()), reference(random(1)));
}

TEST_P(Description, ExactResultsAreExact) {
  for (const double value : reference(exact())) {
    EXPECT_TRUE(representable(probe().element, value)) << value;
  }
  // Integers leave no room for a tolerance.
  if (probe().element != Element::f32 && probe().element != Element::f64) {
    EXPECT_EQ(probe().tolerance.absolute, 0);
    EXPECT_EQ(probe().tolerance.relative, 0);
    for (const double value : reference(random(3))) {
      EXPECT_TRUE(representable(probe().element, value)) << value;
    }
  }
}

TEST_P(Description, PlantedFaultShowsWellBeyondTheTolerance) {
  std::vector<Bytes> inputs{exact()};
  for (std::uint64_t seed = 1; seed <= 100; ++seed) inputs.push_back(random(seed));
  for (auto& in : inputs) {
    const auto right = reference(in);
    const Bytes original = in;
    probe().fault.corrupt(std::span(in));
    EXPECT_NE(in, original);
    const auto wrong = reference(in);
    double largest = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < right.size(); ++i) {
      const double allowed =
          probe().tolerance.absolute + probe().tolerance.relative * std::fabs(right[i]);
      if (right[i] != wrong[i])
        largest = std::max(largest, std::fabs(right[i] - wrong[i]) - 2 * allowed);
    }
    EXPECT_GT(largest, 0) << "no output tells the fault";
  }
}

// A tolerance that lets the results of other inputs pass would prove nothing.
TEST_P(Description, ToleranceIsSmallBesideTheResults) {
  const auto out = reference(random(1));
  double sum = 0;
  for (const double value : out) sum += value * value;
  const double typical = std::sqrt(sum / static_cast<double>(out.size()));
  EXPECT_LT(probe().tolerance.absolute, typical / 20);
  EXPECT_LT(probe().tolerance.relative, 0.02);
}

TEST_P(Description, RateIsABurstOfTheSameShapeAsItsBaseline) {
  if (!probe().rate) {
    EXPECT_FALSE(probe().native_test);
    return;
  }
  EXPECT_GT(probe().rate->operations_per_block, 0u);
  EXPECT_EQ(probe().rate->input_bytes, probe().input_bytes) << "filled by the same function";
  if (!probe().native_test) return;
  const auto* baseline = find_probe(probe().native_test->baseline);
  ASSERT_NE(baseline, nullptr);
  ASSERT_TRUE(baseline->rate);
  EXPECT_EQ(baseline->rate->launch.block.x, probe().rate->launch.block.x);
  EXPECT_GT(probe().native_test->native_at_least, probe().native_test->emulated_at_most);
}

TEST_P(Description, TellsHowTheInstructionIsTakenAwayOrWhyThatShowsNothing) {
  EXPECT_NE(probe().neutralise.line_with.empty(), probe().neutralise_exception.empty());
}

INSTANTIATE_TEST_SUITE_P(All, Description, testing::ValuesIn(ids()),
                         [](const auto& info) { return file_stem(info.param); });

}  // namespace
}  // namespace bp
