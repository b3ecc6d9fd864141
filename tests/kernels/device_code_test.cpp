// The device code of all kernels.
#include <gtest/gtest.h>

#include <set>

#include "kernels/embedded.h"

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

}  // namespace
}  // namespace bp
