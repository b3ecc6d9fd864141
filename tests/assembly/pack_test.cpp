// Packs: what goes in comes out, and damage of any kind is an error, never a crash or a wrong
// answer.
#include "probes/assembly/pack.h"

#include <gmock/gmock.h>

#include <optional>

#include "probes/assembly/pack_writer.h"

namespace bp {
namespace {

Target target(std::string_view text) { return parse_target(text).value(); }

PackModule::Row row(std::string_view name, bool accepted, bool on_target,
                    std::string message = {}) {
  PackModule::Row row;
  row.assembly.target = target(name);
  row.assembly.accepted = accepted;
  row.assembly.on_target = on_target;
  row.assembly.message = std::move(message);
  if (accepted) {
    row.assembly.sass = "QMMA.16832";
    row.assembly.opcodes = {"EXIT", "QMMA.16832"};
    for (int i = 0; i < 300; ++i) row.cubin.push_back(static_cast<std::uint8_t>(i * 7));
  }
  return row;
}

std::vector<PackModule> example() {
  return {
      {"zeta",
       ".version 9.0\n.target sm_80\n// zeta",
       {row("sm_121a", true, false), row("sm_121", false, true, "no"), row("sm_80", true, false)}},
      {"alpha.one",
       ".version 9.0\n.target sm_80\n// alpha",
       {row("sm_90a", true, false), row("sm_90", false, false, "old")}},
      {"empty", "", {}}};
}

TEST(Pack, GivesBackWhatWasPut) {
  const auto bytes = write_pack("ptxas 13.0.88", example());
  const Pack pack(bytes);
  EXPECT_EQ(pack.toolkit(), "ptxas 13.0.88");
  ASSERT_EQ(pack.assemblies().size(), 5u);
  EXPECT_EQ(pack.assemblies().front().module, "alpha.one");
  EXPECT_EQ(to_string(pack.assemblies()[2].target), "sm_80");
  EXPECT_EQ(pack.ptx("zeta"), ".version 9.0\n.target sm_80\n// zeta");
  EXPECT_EQ(pack.ptx("empty"), "");
  EXPECT_EQ(pack.ptx("beta"), "");
  const auto* found = pack.find("zeta", target("sm_121a"));
  ASSERT_NE(found, nullptr);
  EXPECT_TRUE(found->accepted);
  EXPECT_EQ(found->sass, "QMMA.16832");
  EXPECT_THAT(found->opcodes, testing::ElementsAre("EXIT", "QMMA.16832"));
  EXPECT_EQ(pack.cubin("zeta", target("sm_121a")), row("sm_80", true, false).cubin);
  EXPECT_EQ(pack.cubin("zeta", target("sm_121")), std::nullopt);
  EXPECT_EQ(pack.cubin("zeta", target("sm_120")), std::nullopt);
  EXPECT_EQ(pack.find("zeta", target("sm_120")), nullptr);
  EXPECT_EQ(pack.find("zet", target("sm_80")), nullptr);
  EXPECT_TRUE(pack.find("zeta", target("sm_121"))->on_target);
  EXPECT_FALSE(pack.find("alpha.one", target("sm_90"))->on_target);
}

TEST(Pack, DoesNotDependOnTheOrderOfThePieces) {
  auto other = example();
  std::ranges::reverse(other);
  for (auto& module : other) std::ranges::reverse(module.rows);
  EXPECT_EQ(write_pack("t", example()), write_pack("t", other));
}

TEST(Pack, RefusesTwoModulesOfOneName) {
  EXPECT_THROW(write_pack("t", {{"a", "x", {}}, {"a", "y", {}}}), PackError);
}

TEST(Pack, AnswersForABareCapability) {
  const auto bytes =
      write_pack("t", {{"m",
                        "x",
                        {row("sm_121", false, true, "plain"), row("sm_121f", true, false),
                         row("sm_121a", true, false), row("sm_90", false, true, "plain"),
                         row("sm_90a", false, true, "specific")}}});
  const Pack pack(bytes);
  EXPECT_EQ(to_string(pack.best("m", {12, 1})->target), "sm_121f");
  EXPECT_EQ(pack.best("m", {9, 0})->message, "specific");
  EXPECT_EQ(pack.best("m", {10, 0}), nullptr);
  EXPECT_EQ(pack.best("n", {9, 0}), nullptr);
}

TEST(Pack, MakesMatrixRows) {
  const auto bytes = write_pack("ptxas 13.0.88", example());
  const auto rows = matrix_rows(Pack(bytes));
  ASSERT_EQ(rows.size(), 5u);
  EXPECT_EQ(rows[0],
            (MatrixRow{"alpha.one", "sm_90", "ptxas 13.0.88", Status::refused, "", "old"}));
  EXPECT_EQ(rows[4],
            (MatrixRow{"zeta", "sm_121a", "ptxas 13.0.88", Status::assembles, "QMMA.16832", ""}));
}

/// Everything that a pack says, as one text; nullopt if it says that it is damaged.
std::optional<std::string> everything(std::span<const std::uint8_t> bytes) {
  try {
    const Pack pack(bytes);
    std::string all = pack.toolkit() + "\n";
    for (const auto& assembly : pack.assemblies()) {
      all += assembly.module + to_string(assembly.target) + assembly.message + assembly.sass;
      all += assembly.accepted ? "+" : "-";
      all += assembly.on_target ? "+" : "-";
      for (const auto& opcode : assembly.opcodes) all += opcode + ",";
      all += pack.ptx(assembly.module);
      if (const auto cubin = pack.cubin(assembly.module, assembly.target))
        all.append(cubin->begin(), cubin->end());
    }
    return all;
  } catch (const PackError&) {
    return std::nullopt;
  }
}

TEST(PackDamage, TruncationIsFound) {
  const auto bytes = write_pack("t", example());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    // A copy of exactly that size: reading past it would be caught by the sanitizer.
    const std::vector<std::uint8_t> cut(bytes.begin(),
                                        bytes.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(everything(cut), std::nullopt) << size;
  }
  auto longer = bytes;
  longer.push_back(0);
  EXPECT_EQ(everything(longer), std::nullopt);
}

TEST(PackDamage, AFlippedBitIsFoundOrChangesNothing) {
  const auto bytes = write_pack("t", example());
  const auto whole = everything(bytes);
  ASSERT_TRUE(whole);
  std::size_t harmless = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      auto damaged = bytes;
      damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ (1 << bit));
      const auto said = everything(damaged);
      if (!said) continue;
      ++harmless;
      EXPECT_EQ(said, whole) << "byte " << at << " bit " << bit;
    }
  }
  // zstd ignores a few bits of its frame headers; nearly all others must be noticed.
  EXPECT_LT(harmless, bytes.size() * 8 / 50);
}

TEST(PackDamage, NoiseIsFound) {
  std::uint64_t state = 1;
  const auto next = [&] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::uint8_t>(state >> 56);
  };
  for (const std::size_t size : {0U, 1U, 8U, 23U, 24U, 25U, 100U, 5000U}) {
    std::vector<std::uint8_t> noise(size);
    for (auto& byte : noise) byte = next();
    EXPECT_EQ(everything(noise), std::nullopt) << size;
  }
}

}  // namespace
}  // namespace bp
