// The device halves of all probes, as nvcc compiled them: what they hold is what their descriptions
// declare.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "probes/assembly/ptxas.h"
#include "probes/assembly/rewrite.h"
#include "probes/assembly/statements.h"
#include "probes/engine/proof.h"
#include "probes/features/embedded.h"
#include "probes/features/probe.h"
#include "tests/support/paths.h"

namespace bp {
namespace {

std::vector<std::string> ids() {
  std::vector<std::string> list;
  for (const auto* probe : probes()) list.emplace_back(probe->feature);
  std::ranges::sort(list);
  return list;
}

const Ptxas& assembler() {
  static const Ptxas ptxas(test::path("BP_PTXAS"));
  return ptxas;
}

std::set<std::string> opcodes(std::string_view ptx) {
  std::set<std::string> found;
  for (const auto& statement : statements(ptx)) found.emplace(statement.opcode);
  return found;
}

class DeviceCode : public testing::TestWithParam<std::string> {
 protected:
  const InstructionProbe& probe() const { return *find_probe(GetParam()); }
  std::string ptx() const { return probe_pack().ptx(GetParam()); }
  std::vector<Assembly> assemblies(bool accepted) const {
    std::vector<Assembly> found;
    for (const auto& assembly : probe_pack().assemblies()) {
      if (assembly.module == GetParam() && assembly.accepted == accepted) found.push_back(assembly);
    }
    return found;
  }
};

TEST_P(DeviceCode, HoldsTheDeclaredInstructions) {
  const auto compiled = special_opcodes(ptx());
  const std::set<std::string> found(compiled.begin(), compiled.end());
  std::set<std::string> declared(probe().instructions.begin(), probe().instructions.end());
  EXPECT_EQ(declared.size(), probe().instructions.size()) << "an instruction is declared twice";
  // Plain sm_80 code is not special, and may be a feature's own instruction all the same.
  for (const auto& opcode : found)
    EXPECT_TRUE(declared.contains(opcode)) << opcode << " is not declared";
  const auto all = opcodes(ptx());
  for (const auto& opcode : declared) {
    EXPECT_TRUE(all.contains(opcode)) << opcode << " is declared but not compiled";
  }
}

TEST_P(DeviceCode, IsTheSameWhereverItIsBuilt) {
  // Names of internal linkage hold a number made of the source's path: shared variables of a
  // function template, if its arguments are of an unnamed namespace.
  EXPECT_EQ(ptx().find("_INTERNAL_"), std::string::npos);
  EXPECT_EQ(ptx().find("_GLOBAL__N_"), std::string::npos);
}

TEST_P(DeviceCode, HoldsTheEntries) {
  EXPECT_NE(ptx().find(".entry " + std::string(probe().entry) + "("), std::string::npos);
  if (probe().rate) {
    EXPECT_NE(ptx().find(".entry " + std::string(probe().rate->entry) + "("), std::string::npos);
  }
}

TEST_P(DeviceCode, AssemblesForSomeTarget) { EXPECT_FALSE(assemblies(true).empty()); }

// Only a refusal that names the feature's own instruction says something about the feature.
TEST_P(DeviceCode, IsRefusedOnlyForItsOwnInstruction) {
  for (const auto& assembly : assemblies(false)) {
    EXPECT_TRUE(assembly.on_target) << to_string(assembly.target) << ": " << assembly.message;
  }
}

TEST_P(DeviceCode, ShowsItsNativeOpcodeOnSomeTarget) {
  const auto accepted = assemblies(true);
  if (std::ranges::all_of(accepted,
                          [](const auto& assembly) { return assembly.opcodes.empty(); })) {
    GTEST_SKIP() << "built without nvdisasm";
  }
  const auto native = [&](const Assembly& assembly) {
    return std::ranges::any_of(assembly.opcodes, [&](const std::string& opcode) {
      return std::ranges::any_of(
          probe().native_sass, [&](std::string_view prefix) { return opcode.starts_with(prefix); });
    });
  };
  EXPECT_TRUE(std::ranges::any_of(accepted, native));
}

TEST_P(DeviceCode, NeutralisedTextIsValidAndLacksTheInstruction) {
  BP_NEEDS("BP_PTXAS");
  if (!probe().neutralise_exception.empty()) return;
  // Throws if the rule matches no line.
  const std::string changed = neutralised(ptx(), probe().neutralise);
  EXPECT_FALSE(opcodes(changed).contains(std::string(probe().instructions.front())));
  const auto accepted = assemblies(true);
  ASSERT_FALSE(accepted.empty());
  // The last one is the richest target of the newest GPU.
  const auto target = accepted.back().target;
  const auto version = version_for(probe().ptx, target, assembler().newest_ptx());
  const auto output = assembler().assemble(retarget(changed, version, target), target);
  EXPECT_TRUE(output.accepted) << output.log;
}

INSTANTIATE_TEST_SUITE_P(All, DeviceCode, testing::ValuesIn(ids()), [](const auto& info) {
  std::string name = info.param;
  std::ranges::replace(name, '.', '_');
  return name;
});

}  // namespace
}  // namespace bp
