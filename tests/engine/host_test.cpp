// What the engine and the driver library do without any GPU: loading, environment, facts, altered
// PTX.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "probes/assembly/ptxas.h"
#include "probes/assembly/rewrite.h"
#include "probes/driver/facts.h"
#include "probes/driver/problem.h"
#include "probes/engine/engine.h"
#include "probes/engine/environment.h"
#include "probes/engine/execute.h"
#include "probes/engine/proof.h"
#include "probes/features/embedded.h"
#include "tests/engine/table_driver.h"
#include "tests/support/paths.h"

namespace bp {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// Any shared library that is not a driver.
constexpr auto other_library = "/proc/self/exe";

TEST(LoadDriver, AMissingFileIsNoLibcuda) {
  const auto loaded = load_driver("/nonexistent/libcuda.so.1");
  ASSERT_TRUE(std::holds_alternative<Reason>(loaded));
  EXPECT_EQ(std::get<Reason>(loaded).id, "no_libcuda");
  EXPECT_THAT(std::get<Reason>(loaded).sentence, HasSubstr("/nonexistent/libcuda.so.1"));
}

TEST(LoadDriver, AFileThatWasNamedIsWhatIsWrongNotTheInstallation) {
  const auto loaded = load_driver("/etc/passwd");
  ASSERT_TRUE(std::holds_alternative<Reason>(loaded));
  const Reason& reason = std::get<Reason>(loaded);
  EXPECT_THAT(reason.sentence, HasSubstr("cannot be loaded: /etc/passwd"));
  EXPECT_THAT(reason.remedy, HasSubstr("Name a libcuda.so.1"));
  EXPECT_THAT(reason.remedy, Not(HasSubstr("Install")));
}

TEST(LoadDriver, AFileThatIsNoLibraryIsNoLibcuda) {
  const auto loaded = load_driver(other_library);
  ASSERT_TRUE(std::holds_alternative<Reason>(loaded));
  EXPECT_EQ(std::get<Reason>(loaded).id, "no_libcuda");
}

TEST(LoadDriver, ALibraryWithoutDriverFunctionsIsTooOld) {
  const auto loaded = load_driver("libm.so.6");
  ASSERT_TRUE(std::holds_alternative<Reason>(loaded));
  EXPECT_EQ(std::get<Reason>(loaded).id, "old_libcuda");
  EXPECT_THAT(std::get<Reason>(loaded).sentence, HasSubstr("cuInit"));
}

TEST(LoadDriver, TheToolkitsStubIsKnownByItsFolder) {
  const auto folder = fs::temp_directory_path() / ("bp-" + std::to_string(getpid())) / "stubs";
  fs::create_directories(folder);
  fs::path libm;
  for (const fs::path candidate :
       {"/lib/x86_64-linux-gnu/libm.so.6", "/lib/aarch64-linux-gnu/libm.so.6", "/lib64/libm.so.6",
        "/usr/lib/libm.so.6"}) {
    if (fs::exists(candidate)) libm = candidate;
  }
  ASSERT_FALSE(libm.empty());
  fs::copy_file(libm, folder / "libcuda.so.1", fs::copy_options::overwrite_existing);
  const auto loaded = load_driver((folder / "libcuda.so.1").string());
  ASSERT_TRUE(std::holds_alternative<Reason>(loaded));
  EXPECT_EQ(std::get<Reason>(loaded).id, "stub_libcuda");
  fs::remove_all(folder.parent_path());
}

TEST(Nvml, AMissingLibraryIsAReason) {
  const auto facts = read_nvml("/nonexistent/libnvidia-ml.so.1");
  ASSERT_TRUE(facts.problem);
  EXPECT_EQ(facts.problem->id, "no_nvml");
  EXPECT_THAT(facts.gpus, IsEmpty());
}

TEST(Nvml, ALibraryWithoutItsFunctionsIsAReason) {
  const auto facts = read_nvml("libm.so.6");
  ASSERT_TRUE(facts.problem);
  EXPECT_EQ(facts.problem->id, "nvml_error");
}

TEST(Nvml, WhatIsNotSupportedIsNullInNvmlsWords) {
  BP_NEEDS("BP_SPARK_NVML");
  const auto facts = read_nvml(test::path("BP_SPARK_NVML"));
  EXPECT_FALSE(facts.problem);
  EXPECT_EQ(facts.driver_version, "580.142");
  ASSERT_EQ(facts.gpus.size(), 1u);
  EXPECT_EQ(facts.gpus[0].uuid, "GPU-0");
  const auto& list = facts.gpus[0].facts;
  const auto text = [&](std::string_view key) {
    return std::get<std::string>(find_fact(list, key)->value);
  };
  EXPECT_EQ(text("nvml_product_name"), "NVIDIA GB10");
  EXPECT_EQ(text("nvml_compute_mode"), "Default");
  EXPECT_EQ(text("nvml_clocks_throttle_reasons"), "sw_power_cap, sw_thermal_slowdown");
  EXPECT_EQ(number(list, "nvml_max_sm_clock_mhz"), 3003);
  for (const auto* key :
       {"nvml_fb_total_mib", "nvml_power_limit_w", "nvml_ecc_mode", "nvml_mig_mode"}) {
    const auto* fact = find_fact(list, key);
    ASSERT_NE(fact, nullptr) << key;
    EXPECT_TRUE(std::holds_alternative<std::monostate>(fact->value)) << key;
    EXPECT_EQ(fact->absent, "Not Supported") << key;
  }
  EXPECT_EQ(find_fact(list, "nvml_fabric_state")->absent, "this NVML does not have the call");
}

TEST(Engine, WithoutDriverEveryFeatureIsBlockedForTheSameReason) {
  Engine engine({.libcuda = "/nonexistent/libcuda.so.1"});
  const auto facts = engine.enumerate();
  ASSERT_TRUE(facts.problem);
  EXPECT_EQ(facts.problem->id, "no_libcuda");
  EXPECT_THAT(facts.gpus, IsEmpty());
  std::vector<FeatureResult> results;
  engine.run_features(
      {"mma_sync.f16", "tma.load"},
      {.started = {}, .finished = [&](const FeatureResult& r) { results.push_back(r); }});
  ASSERT_EQ(results.size(), 2u);
  for (const auto& result : results) {
    EXPECT_EQ(result.status, Status::blocked);
    EXPECT_EQ(result.reason->id, "no_libcuda");
  }
  EXPECT_THROW(engine.gpu(), Unusable);
  EXPECT_FALSE(engine.poisoned());
}

TEST(Environment, WhatWouldChangeEvidenceIsTakenAwayAndRecorded) {
  setenv("CUDA_LAUNCH_BLOCKING", "1", 1);
  setenv("CUDA_CACHE_DISABLE", "0", 1);
  setenv("CUDA_MODULE_LOADING", "EAGER", 1);
  unsetenv("CUDA_FORCE_PTX_JIT");
  EXPECT_THAT(prepare_environment(),
              ElementsAre("CUDA_CACHE_DISABLE=1", "CUDA_LAUNCH_BLOCKING removed"));
  EXPECT_STREQ(std::getenv("CUDA_CACHE_DISABLE"), "1");
  EXPECT_EQ(std::getenv("CUDA_LAUNCH_BLOCKING"), nullptr);
  EXPECT_THAT(prepare_environment(), IsEmpty());
}

TEST(Environment, InjectedToolsAreNamed) {
  EXPECT_THAT(
      injected_tools({"PATH=/bin", "LD_PRELOAD=/usr/lib/libasan.so.8"}, "/usr/lib/libasan.so.8\n"),
      IsEmpty());
  EXPECT_THAT(injected_tools({"CUDA_INJECTION64_PATH=/opt/my/libtrace.so"}, ""),
              ElementsAre("libtrace.so"));
  EXPECT_THAT(
      injected_tools(
          {"LD_PRELOAD=/usr/local/cuda/compute-sanitizer/libTreeLauncherTargetInjection.so"}, ""),
      ElementsAre("compute-sanitizer"));
  EXPECT_THAT(
      injected_tools(
          {}, "7f00-7f01 r-xp /usr/local/cuda/compute-sanitizer/libsanitizer-collection.so\n"),
      ElementsAre("compute-sanitizer"));
  EXPECT_THAT(injected_tools(
                  {"CUDA_INJECTION64_PATH=/opt/nvidia/nsight-systems/libToolsInjection64.so"}, ""),
              ElementsAre("Nsight Systems"));
}

TEST(Facts, HalfACapabilityIsNone) {
  test::Behaviour behaviour;
  auto driver = test::table_driver(behaviour);
  driver.api.DeviceGetAttribute = [](int* value, CUdevice_attribute attribute, CUdevice) {
    *value = 12;
    return attribute == CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR ? CUDA_SUCCESS
                                                                     : CUDA_ERROR_UNKNOWN;
  };
  const auto gpu = device_facts(driver, 0);
  EXPECT_EQ(gpu.cc, ComputeCapability{});
  EXPECT_TRUE(gpu.problem);
}

TEST(Facts, AbsentIsNullWithAReason) {
  test::Behaviour behaviour;
  const auto driver = test::table_driver(behaviour);
  const auto gpu = device_facts(driver, 0);
  EXPECT_EQ(gpu.name, "Table GPU");
  EXPECT_EQ(gpu.cc, (ComputeCapability{9, 0}));
  EXPECT_EQ(number(gpu.facts, "warp_size"), 32);
  const auto* clusters = find_fact(gpu.facts, "cluster_launch");
  ASSERT_NE(clusters, nullptr);
  EXPECT_EQ(std::get<bool>(clusters->value), true);
  // Answered with 0 by a Thor of the first driver: not a clock of 0 kHz.
  for (const auto* key : {"memory_clock_rate_khz", "global_memory_bus_width_bits"}) {
    const auto* fact = find_fact(gpu.facts, key);
    ASSERT_NE(fact, nullptr);
    EXPECT_TRUE(std::holds_alternative<std::monostate>(fact->value)) << key;
    EXPECT_EQ(fact->absent, "the driver answers 0");
  }
  for (const auto& fact : gpu.facts) {
    EXPECT_EQ(std::holds_alternative<std::monostate>(fact.value), !fact.absent.empty()) << fact.key;
  }
}

TEST(Facts, PtxVersionOfACudaRelease) {
  EXPECT_EQ(ptx_of_cuda({12, 0}), (PtxVersion{8, 0}));
  EXPECT_EQ(ptx_of_cuda({12, 2}), (PtxVersion{8, 2}));
  EXPECT_EQ(ptx_of_cuda({12, 6}), (PtxVersion{8, 5}));
  EXPECT_EQ(ptx_of_cuda({12, 8}), (PtxVersion{8, 7}));
  EXPECT_EQ(ptx_of_cuda({13, 0}), (PtxVersion{9, 0}));
  EXPECT_FALSE(ptx_of_cuda({10, 2}));
}

const char* fake_machine_file(const char* path) {
  if (std::string_view(path) == "/proc/driver/nvidia/version") {
    return "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.159.04  Release Build  "
           "(root@x)\n"
           "GCC version: gcc version 12.2.0\n";
  }
  return std::string_view(path) == "/dev/nvidiactl" ? "" : nullptr;
}

TEST(Facts, KernelDriverVersion) {
  test::Behaviour behaviour;
  auto driver = test::table_driver(behaviour);
  EXPECT_EQ(kernel_driver_version(driver), "") << "a fake does not show the machine under it";
  driver.fake_file = &fake_machine_file;
  EXPECT_EQ(kernel_driver_version(driver), "580.159.04");
}

TEST(Problems, ErrorsBecomeReasons) {
  test::Behaviour behaviour;
  auto driver = test::table_driver(behaviour);
  EXPECT_EQ(init_problem(driver, CUDA_ERROR_STUB_LIBRARY).id, "stub_libcuda");
  EXPECT_EQ(init_problem(driver, CUDA_ERROR_SYSTEM_NOT_READY).id, "fabric_not_ready");
  EXPECT_EQ(init_problem(driver, CUDA_ERROR_OPERATING_SYSTEM).id, "device_denied");
  EXPECT_EQ(init_problem(driver, CUDA_ERROR_UNKNOWN).id, "driver_error");
  EXPECT_EQ(context_problem(driver, 0, CUDA_ERROR_OUT_OF_MEMORY).id, "out_of_memory");
  EXPECT_EQ(context_problem(driver, 0, CUDA_ERROR_MPS_CONNECTION_FAILED).id, "mps_unavailable");
  driver.fake_file = &fake_machine_file;  // /dev/nvidiactl without /dev/nvidia-uvm
  EXPECT_EQ(init_problem(driver, CUDA_ERROR_UNKNOWN).id, "no_uvm");
  EXPECT_EQ(init_problem(driver, CUDA_ERROR_OPERATING_SYSTEM).id, "no_uvm");
  EXPECT_EQ(init_problem(driver, CUDA_ERROR_SYSTEM_DRIVER_MISMATCH).id, "driver_mismatch");
}

TEST(Problems, StickyErrors) {
  EXPECT_TRUE(is_sticky(CUDA_ERROR_ILLEGAL_ADDRESS));
  EXPECT_TRUE(is_sticky(CUDA_ERROR_LAUNCH_FAILED));
  EXPECT_TRUE(is_sticky(static_cast<CUresult>(721)));  // tensor memory leak
  EXPECT_FALSE(is_sticky(CUDA_ERROR_OUT_OF_MEMORY));
  EXPECT_FALSE(is_sticky(CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES));
  EXPECT_FALSE(is_sticky(CUDA_ERROR_NOT_READY));
}

TEST(Mps, OnlyWarpWideInstructionsCannotFault) {
  EXPECT_FALSE(can_fault(*find_probe("mma_sync.f16")));
  EXPECT_FALSE(can_fault(*find_probe("ldmatrix")));
  EXPECT_TRUE(can_fault(*find_probe("tma.load")));
  EXPECT_TRUE(can_fault(*find_probe("cluster.launch")));
  EXPECT_TRUE(can_fault(*find_probe("tcgen05.tmem")));
}

TEST(Neutralised, LinesAreDeletedOrRewritten) {
  constexpr std::string_view ptx = "a;\n\tmma.sync.x {%r1, %r2}, [%rd3, 4], %p1;\nb;\n";
  EXPECT_EQ(neutralised(ptx, {"mma.sync", ""}), "a;\n\nb;\n");
  EXPECT_EQ(neutralised(ptx, {"mma.sync", "mov %0, %1; // %2"}),
            "a;\nmov {%r1, %r2}, [%rd3, 4]; // %p1\nb;\n");
  EXPECT_THROW(neutralised(ptx, {"wgmma", ""}), PtxError);
  EXPECT_THROW(neutralised(ptx, {"mma.sync", "%3"}), PtxError);
}

/// Each probe's altered text must still be a program, else a GPU test would only see an assembler's
/// refusal.
TEST(Neutralised, EveryProbeStillAssemblesWithoutItsInstruction) {
  BP_NEEDS("BP_PTXAS");
  const Ptxas ptxas(test::path("BP_PTXAS"));
  for (const auto* probe : probes()) {
    if (!probe->neutralise_exception.empty()) continue;
    const auto& rows = probe_pack().assemblies();
    const auto row = std::ranges::find_if(
        rows, [&](const Assembly& a) { return a.module == probe->feature && a.accepted; });
    ASSERT_NE(row, rows.end()) << probe->feature;
    const auto text =
        neutralised(retarget(probe_pack().ptx(probe->feature),
                             version_for(probe->ptx, row->target, ptxas.newest_ptx()), row->target),
                    probe->neutralise);
    const auto output = ptxas.assemble(text, row->target);
    EXPECT_TRUE(output.accepted) << probe->feature << "\n" << output.log;
  }
}

}  // namespace
}  // namespace bp
