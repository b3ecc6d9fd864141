// The device code of all kernels.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "kernels/embedded.h"
#include "kernels/image.h"
#include "kernels/kernel.h"
#include "kernels/resources.h"

namespace bp {
namespace {

TEST(KernelCode, IsTheSameWhereverItIsBuilt) {
  std::set<std::string> modules;
  for (const auto& assembly : kernel_pack().assemblies()) modules.emplace(assembly.module);
  ASSERT_FALSE(modules.empty());
  for (const auto& module : modules) {
    // Names of internal linkage hold a number made of the source's path.
    EXPECT_EQ(kernel_pack().ptx(module).find("_INTERNAL_"), std::string::npos) << module;
    EXPECT_EQ(kernel_pack().ptx(module).find("_GLOBAL__N_"), std::string::npos) << module;
  }
}

TEST(KernelCode, IsAssembledForAllItsTargetsAndSpillsNothing) {
  for (const auto& assembly : kernel_pack().assemblies()) {
    const std::string name = assembly.module + " " + to_string(assembly.target);
    const bool hopper =
        kernel_pack().ptx(assembly.module).find(".target sm_90a") != std::string::npos;
    if (hopper && assembly.target != hopper_target) continue;
    ASSERT_TRUE(assembly.accepted) << name;
    const auto cubin = kernel_pack().cubin(assembly.module, assembly.target);
    ASSERT_TRUE(cubin) << name;
    const auto entries = read_resources(*cubin);
    EXPECT_FALSE(entries.empty()) << name;
    for (const auto& entry : entries) {
      EXPECT_GT(entry.registers, 0) << name << " " << entry.name;
      EXPECT_EQ(entry.stack_bytes, 0) << name << " " << entry.name;
    }
  }
}

TEST(KernelCode, EveryEntryIsOneThatTheHostKnows) {
  std::map<std::string, int> known;  // with its dynamic shared memory
  for (const Kernel& kernel : kernels()) {
    ASSERT_NE(kernel.entries, nullptr) << kernel.id;
    for (const KernelEntry& entry : kernel.entries()) {
      EXPECT_GT(entry.threads, 0) << entry.name;
      known.emplace(entry.name, entry.shared_bytes);
    }
  }
  for (const auto& assembly : kernel_pack().assemblies()) {
    const auto cubin = kernel_pack().cubin(assembly.module, assembly.target);
    if (!cubin || find_kernel(assembly.module) == nullptr) continue;  // a yardstick
    for (const auto& entry : read_resources(*cubin)) {
      ASSERT_TRUE(known.contains(entry.name)) << entry.name;
      // What an H200 gives a block: the most of all GPUs.
      EXPECT_LE(entry.shared_bytes + known[entry.name], 232448) << entry.name;
    }
  }
}

// So that no GPU has to be asked for more than 48 KiB.
TEST(KernelCode, TopkTakesAtMost48KiB) {
  const Kernel* topk = find_kernel("dsa.topk.simt");
  ASSERT_NE(topk, nullptr);
  for (const KernelEntry& entry : topk->entries()) EXPECT_EQ(entry.shared_bytes, 0) << entry.name;
  int seen = 0;
  for (const auto& assembly : kernel_pack().assemblies()) {
    if (assembly.module != topk->id || !assembly.accepted) continue;
    const auto cubin = kernel_pack().cubin(assembly.module, assembly.target);
    ASSERT_TRUE(cubin);
    for (const auto& entry : read_resources(*cubin)) {
      EXPECT_GT(entry.shared_bytes, 32 << 10) << entry.name;  // it keeps its candidates there
      EXPECT_LE(entry.shared_bytes, 48 << 10) << entry.name << " " << to_string(assembly.target);
      ++seen;
    }
  }
  EXPECT_GT(seen, 0);
}

}  // namespace
}  // namespace bp
