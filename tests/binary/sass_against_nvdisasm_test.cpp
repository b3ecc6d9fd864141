// The decoder against nvdisasm, whose listing of every (probe, target) cubin of the build lies
// beside the cubin in the pack. Compared: the set of defining opcodes, with all modifiers that the
// decoder knows; what each probe's native opcodes say; the helpers; each for the very same bytes.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "probes/assembly/sass.h"
#include "probes/binary/sass_opcodes.h"
#include "probes/features/embedded.h"
#include "probes/features/probe.h"

namespace bp {
namespace {

/// The name or its beginning up to a dot.
bool begins_with(std::string_view whole, std::string_view name) {
  return whole.starts_with(name) && (whole.size() == name.size() || whole[name.size()] == '.');
}

/// The forms of an opcode that are in the decoder's table, where not all are.
bool is_defining(int architecture, std::string_view opcode) {
  if (!decodes(architecture, opcode)) return false;
  const auto only = [&](std::string_view base, std::string_view part) {
    return !opcode.starts_with(base) || opcode.find(part) != std::string_view::npos;
  };
  return only("LDG.", ".256") && only("REDG.", ".RN");
}

struct Cubin {
  const Assembly* row = nullptr;
  std::vector<std::uint8_t> bytes;
  SassReading reading;
  std::string name() const { return row->module + " " + to_string(row->target); }
};

class AgainstNvdisasm : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    for (const auto& row : probe_pack().assemblies()) {
      if (!row.accepted) continue;
      auto bytes = probe_pack().cubin(row.module, row.target);
      ASSERT_TRUE(bytes) << row.module;
      const auto reading = read_sass(*bytes);
      ASSERT_TRUE(reading) << row.module << " " << to_string(row.target);
      cubins_.push_back({&row, std::move(*bytes), *reading});
    }
  }
  static void TearDownTestSuite() { cubins_.clear(); }

  void SetUp() override {
    if (!BP_HAS_NVDISASM) GTEST_SKIP() << "this build had no nvdisasm";
    ASSERT_GT(cubins_.size(), 1000u);
  }

  static std::vector<Cubin> cubins_;
};

std::vector<Cubin> AgainstNvdisasm::cubins_;

TEST_F(AgainstNvdisasm, TheArchitectureIsThatOfTheTarget) {
  for (const auto& cubin : cubins_)
    EXPECT_EQ(cubin.reading.architecture, cubin.row->target.cc.number()) << cubin.name();
}

TEST_F(AgainstNvdisasm, NoDefiningOpcodeIsMissed) {
  std::size_t compared = 0;
  for (const auto& cubin : cubins_) {
    ASSERT_FALSE(cubin.row->opcodes.empty()) << cubin.name();
    for (const auto& opcode : cubin.row->opcodes) {
      if (!is_defining(cubin.reading.architecture, opcode)) continue;
      ++compared;
      EXPECT_TRUE(std::ranges::any_of(cubin.reading.opcodes,
                                      [&](const auto& own) { return begins_with(opcode, own); }))
          << cubin.name() << ": " << opcode;
    }
  }
  EXPECT_GT(compared, 2000u);
}

TEST_F(AgainstNvdisasm, NoOpcodeIsInvented) {
  for (const auto& cubin : cubins_) {
    for (const auto& own : cubin.reading.opcodes) {
      EXPECT_TRUE(std::ranges::any_of(cubin.row->opcodes,
                                      [&](const auto& opcode) { return begins_with(opcode, own); }))
          << cubin.name() << ": " << own;
    }
    EXPECT_EQ(cubin.reading.unclear, std::vector<std::string>{}) << cubin.name();
  }
}

// Every native prefix of every probe, not only the cubin's own: a modifier that is not read would
// show here.
TEST_F(AgainstNvdisasm, EveryNativePrefixIsFoundWhereItIsAndNowhereElse) {
  std::map<std::string_view, std::size_t> found;
  for (const auto* probe : probes()) {
    for (const auto prefix : probe->native_sass) found[prefix];
  }
  const auto any_begins = [](const std::vector<std::string>& opcodes, std::string_view prefix) {
    return std::ranges::any_of(opcodes, [&](const auto& o) { return o.starts_with(prefix); });
  };
  for (const auto& cubin : cubins_) {
    for (auto& [prefix, count] : found) {
      const bool in_listing = any_begins(cubin.row->opcodes, prefix);
      EXPECT_EQ(any_begins(cubin.reading.opcodes, prefix), in_listing)
          << cubin.name() << " " << prefix;
      if (in_listing) ++count;
    }
  }
  for (const auto& [prefix, count] : found) {
    // What ptxas of other releases makes of fma.rn.relu.f16x2.
    EXPECT_EQ(count == 0, prefix == "HFMA2.MMA.RELU") << prefix;
  }
}

TEST_F(AgainstNvdisasm, NativeExpandedOrHelperIsTheSame) {
  std::map<MachineCode, std::size_t> seen;
  for (const auto& cubin : cubins_) {
    const auto* probe = find_probe(cubin.row->module);
    ASSERT_NE(probe, nullptr) << cubin.name();
    if (probe->native_sass.empty()) continue;
    const auto expected = machine_code_of(cubin.row->sass);
    ++seen[expected];
    // The kernel alone has to say what the whole image says.
    for (const auto kernel : {std::string_view{}, probe->entry}) {
      const auto reading = read_sass(cubin.bytes, kernel);
      ASSERT_TRUE(reading) << cubin.name() << " " << kernel;
      const auto found = witnesses({reading->opcodes, reading->helpers}, probe->native_sass,
                                   probe->instructions.front());
      const auto code = !found.helpers.empty()  ? MachineCode::helper
                        : !found.native.empty() ? MachineCode::native
                                                : MachineCode::expanded;
      EXPECT_EQ(code, expected) << cubin.name() << " " << kernel << ": " << cubin.row->sass;
      for (const auto& helper : found.helpers)
        EXPECT_NE(cubin.row->sass.find(helper), std::string::npos) << cubin.name() << helper;
    }
  }
  EXPECT_GT(seen[MachineCode::native], 1000u);
  EXPECT_GT(seen[MachineCode::expanded], 50u);
  EXPECT_GT(seen[MachineCode::helper], 50u);
}

}  // namespace
}  // namespace bp
