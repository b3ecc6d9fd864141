#include "tests/report/sample_reports.h"

#include "probes/registry/reason.h"
#include "tests/report/sample_models.h"

namespace bp::sample {
namespace {

using enum EvidenceKind;

constexpr const char* driver = "driver 580.159.04";
constexpr const char* assembler = "ptxas 13.0.88";

Evidence verified_by(std::string text, std::string target = "sm_90a") {
  return {.kind = verified,
          .against = false,
          .by = driver,
          .target = std::move(target),
          .text = std::move(text),
          .value = {},
          .unit = {}};
}

Evidence for_target(EvidenceKind kind, bool against, std::string by, std::string target,
                    std::string text) {
  return {.kind = kind,
          .against = against,
          .by = std::move(by),
          .target = std::move(target),
          .text = std::move(text),
          .value = {},
          .unit = {}};
}

FeatureResult supported(std::string id, std::string text) {
  return {std::move(id),
          Status::supported,
          std::nullopt,
          {for_target(assembled, false, assembler, "sm_90a", "native opcode in the machine code"),
           verified_by(std::move(text))}};
}

FeatureResult unsupported(std::string id, const std::string& instruction) {
  const std::string message = "Instruction '" + instruction + "' not supported on .target 'sm_90a'";
  return {std::move(id),
          Status::unsupported,
          make_reason("not_on_target", message),
          {for_target(assembled, true, driver, "sm_90a", message),
           for_target(assembled, false, driver, "sm_100a",
                      "positive control: the same text is accepted")}};
}

std::vector<FeatureResult> h200_features() {
  std::vector<FeatureResult> list;
  FeatureResult f16 = supported(
      "mma_sync.f16", "128 of 128 values equal the reference, bit for bit; planted fault caught");
  list.push_back(f16);
  list.push_back(supported(
      "mma_sync.bf16", "128 of 128 values equal the reference, bit for bit; planted fault caught"));
  FeatureResult e4m3{"mma_sync.e4m3", Status::emulated, make_reason("emulated_ratio"), {}};
  e4m3.evidence = {
      for_target(assembled, false, assembler, "sm_90a", "expanded: F2FP, HMMA.16816.F32"),
      verified_by("128 of 128 values equal the reference, bit for bit; planted fault caught"),
      {.kind = counted,
       .against = false,
       .by = driver,
       .target = "sm_90a",
       .text = "operations per clock, e4m3 : f16",
       .value = 0.58,
       .unit = "ratio"}};
  list.push_back(e4m3);
  list.push_back({"mma_sync.mxf4nvf4",
                  Status::unsupported,
                  make_reason("not_on_target"),
                  {for_target(assembled, true, driver, "sm_90a",
                              "Feature '.kind::mxf4nvf4' not supported on .target 'sm_90a'\n"
                              "Feature '.block_scale' not supported on .target 'sm_90a'"),
                   for_target(assembled, false, driver, "sm_120a",
                              "positive control: the same text is accepted")}});
  FeatureResult wgmma = supported(
      "wgmma.bf16", "4096 of 4096 values equal the reference, bit for bit; planted fault caught");
  wgmma.evidence.push_back(for_target(counted, false, "nvdisasm 13.0.85", "sm_90a",
                                      "HGMMA.64x64x16.F32.BF16 in the image that was loaded"));
  list.push_back(wgmma);
  list.push_back(unsupported("tcgen05.tmem", "tcgen05.alloc"));
  list.push_back(unsupported("tcgen05.mma.f16", "tcgen05.mma"));
  list.push_back({"tcgen05.mma.f8f6f4", Status::not_run, make_reason("no_probe"), {}});
  list.push_back(supported(
      "cluster.launch", "both CTAs of every cluster saw each other's rank; planted fault caught"));
  list.push_back(
      supported("tma.load", "tile of 64 x 64 equals the reference; planted fault caught"));
  list.push_back(supported("tma.multicast", "both CTAs received the tile; planted fault caught"));
  list.push_back(
      supported("elect_sync", "one lane of 32 elected, in all 64 warps; planted fault caught"));
  return list;
}

/// What the catalogue says of them, whatever the GPU.
std::vector<BackendResult> with_rows(std::vector<BackendResult> backends) {
  for (BackendResult& backend : backends) {
    backend.versions = backend.project == "Example" ? "0.6.14 and newer" : "main of 2026-11-01";
    backend.date = backend.project == "Triton" ? "2026-07-01" : "2026-11-22";
    backend.outdated = backend.project == "Triton";
    if (backend.id != "flashmla.dense_decode.sm90") continue;
    backend.takes = "64 or 128 heads; head_dim 576; page_size 64";
    backend.also = {"mla.dense_prefill"};
  }
  return backends;
}

std::vector<BackendResult> h200_backends() {
  return {{"flashinfer.mla.fa2",
           "FlashInfer",
           "mla.dense_decode",
           Verdict::runs,
           "Every needed feature works here, and its gate admits this GPU.",
           verified,
           "",
           {}},
          {"flashmla.dense_decode.sm90",
           "FlashMLA",
           "mla.dense_decode",
           Verdict::runs,
           "Every needed feature works here, and its gate admits this GPU.",
           verified,
           "",
           {}},
          {"flashinfer.mla.cutlass",
           "FlashInfer",
           "mla.dense_decode",
           Verdict::no_hardware,
           "Needs tcgen05.mma.f16 and tcgen05.tmem, which this GPU lacks.",
           assembled,
           "flashinfer.mla.fa2",
           {}},
          {"flashmla.dense_prefill_mha.sm100",
           "FlashMLA",
           "mla.dense_prefill",
           Verdict::at_risk,
           "Its gate admits this GPU, but tcgen05.mma.f16 is missing: expect a crash or a refusal "
           "by the driver.",
           assembled,
           "",
           {}},
          {"fa3",
           "FlashAttention",
           "attention.prefill",
           Verdict::runs,
           "Every needed feature works here, and its gate admits this GPU.",
           verified,
           "",
           {}},
          {"example.gated",
           "Example",
           "attention.prefill",
           Verdict::no_dispatch,
           "The hardware has all it needs, but its own gate refuses compute capability 9.0 (it "
           "admits: cc >= 12.0). "
           "It says: \"Only for SM120 & newer <GPUs>\".",
           verified,
           "fa3",
           {}},
          {"triton.fp8_dot",
           "Triton",
           "gemm.dense",
           Verdict::runs,
           "Every needed feature works here, and its gate admits this GPU.",
           verified,
           "",
           {"emulated: mma_sync.e4m3"}},
          {"cutlass.nvfp4.sm120",
           "CUTLASS",
           "gemm.nvfp4",
           Verdict::no_hardware,
           "Needs mma_sync.mxf4nvf4, which this GPU lacks.",
           assembled,
           "",
           {}},
          {"cudnn.sdpa",
           "cuDNN",
           "attention.prefill",
           Verdict::unknown,
           "What it needs of the hardware is not known to the catalogue.",
           std::nullopt,
           "fa3",
           {}}};
}

GpuFacts h200_facts() {
  GpuFacts gpu;
  gpu.index = 0;
  gpu.name = "NVIDIA H200";
  gpu.cc = {9, 0};
  gpu.facts = {{"multiprocessors", std::int64_t{132}, "driver", ""},
               {"max_shared_memory_per_block_optin_bytes", std::int64_t{232448}, "driver", ""},
               {"max_shared_memory_per_multiprocessor_bytes", std::int64_t{233472}, "driver", ""},
               {"total_memory_bytes", std::int64_t{150110011392}, "driver", ""},
               {"clock_rate_khz", std::int64_t{1980000}, "driver", ""},
               {"ecc_enabled", true, "driver", ""},
               {"power_limit_watts", 700.0, "NVML", ""},
               {"mig_mode", std::monostate{}, "NVML", "NVML answers NOT_SUPPORTED"}};
  return gpu;
}

Report common() {
  Report report;
  report.schema_version = schema_version;
  report.tool = {"0.1.0", "0123456789abcdef", assembler};
  report.created = "2026-11-22T12:00:00Z";
  report.seed = 1;
  report.redacted = true;
  report.environment = {
      {"operating_system", std::string("Linux 6.1.0"), "uname", ""},
      {"distribution", std::string("Debian GNU/Linux 12 (bookworm)"), "/etc/os-release", ""},
      {"memory_available_bytes", std::int64_t{103079215104}, "/proc/meminfo", ""},
      {"memory_limit_bytes", std::monostate{}, "/sys/fs/cgroup", "no limit is set"},
      {"container", std::string("none seen"), "variables, /.dockerenv, /proc", ""},
      {"kernel_module_version", std::string("580.159.04"), "/proc/driver/nvidia/version", ""},
      {"ptxas_on_path", std::string("13.0.88"), "/usr/local/cuda/bin/ptxas", ""},
      {"ptxas_triton", std::string("12.8.93"), "/opt/venv/triton/backends/nvidia/bin/ptxas", ""},
      {"python", std::string("3.12"), "/opt/venv/bin/python3", ""},
      {"package_flash_attn", std::string("2.8.3"), "/opt/venv/lib/python3.12/site-packages", ""},
      {"package_torch", std::string("2.9.0+cu130"), "/opt/venv/lib/python3.12/site-packages", ""},
      {"variable_TORCH_CUDA_ARCH_LIST", std::string("9.0a;12.0f"), "environment", ""},
      {"of_a_newer_version", true, "it", ""}};
  return report;
}

}  // namespace

Report h200() {
  Report report = common();
  report.command = "run";
  report.driver.library = "/usr/lib/x86_64-linux-gnu/libcuda.so.580.159.04";
  report.driver.version = "580.159.04";
  report.driver.cuda_version = "13.0";
  report.driver.ptx = PtxVersion{9, 0};
  report.driver.changed_environment = {"CUDA_CACHE_DISABLE=1", "CUDA_MODULE_LOADING=EAGER"};
  GpuReport gpu;
  gpu.facts = h200_facts();
  gpu.target = "sm_90a";
  gpu.features = h200_features();
  gpu.backends = with_rows(h200_backends());
  gpu.selectors = {{.id = "vllm.mla.selector",
                    .project = "vLLM",
                    .operation = "mla.dense_decode",
                    .steps = {{"flashinfer.mla.cutlass", Verdict::no_hardware, false},
                              {"example.closed", Verdict::unknown, std::nullopt},
                              {"flashmla.dense_decode.sm90", Verdict::runs, true}},
                    .chosen = "flashmla.dense_decode.sm90"},
                   {.id = "example.prefill.selector",
                    .project = "Example",
                    .operation = "mla.dense_prefill",
                    .steps = {{"flashmla.dense_prefill_mha.sm100", Verdict::at_risk, true}},
                    .chosen = "flashmla.dense_prefill_mha.sm100"},
                   {.id = "example.topk.selector",
                    .project = "Example",
                    .operation = "dsa.topk",
                    .note = "it has no candidates for compute capability 9.0"}};
  gpu.rates = {{.feature = "mma_sync.f16",
                .operations = 1863.2,
                .peak = 4096,
                .peak_quality = PeakQuality::vendor,
                .peak_source = "NVIDIA/cudnn-frontend, pull request 650",
                .notes = {"the peak is that of wgmma; other instructions may stay below it without "
                          "anything being wrong"}},
               {.feature = "mma_sync.e4m3",
                .operations = 1565,
                .notes = {"emulated: a peak of the native unit is nothing to compare with"}},
               {.feature = "wgmma.bf16",
                .operations = 4081.3,
                .peak = 4096,
                .peak_quality = PeakQuality::vendor,
                .peak_source = "NVIDIA/cudnn-frontend, pull request 650"}};
  KernelResult kernel{
      "mla.dense_decode.mma_sync", "mla.dense_decode", "mma_sync", Status::supported, {}, {}, {}};
  kernel.evidence = {
      verified_by("4 shapes within FlashMLA's tolerances of a double-precision reference; planted "
                  "fault caught")};
  kernel.figures = {
      {"max_abs_error", 0.00012, ""}, {"lse_max_abs_error", 3e-7, ""}, {"time", 41.5, "µs"}};
  gpu.kernels = {kernel};
  report.gpus = {gpu};
  report.disputed = {
      {"sm90_tcgen05",
       "Hopper runs Blackwell kernels through a fallback in the driver.",
       "The driver refuses tcgen05.alloc for sm_90a and accepts the same text for sm_100a.",
       DisputedFact::Outcome::contradicted,
       {for_target(assembled, true, driver, "sm_90a",
                   "Instruction 'tcgen05.alloc' not supported on .target 'sm_90a'")},
       "Tensor-core instructions",
       "compute capability 9.0",
       {{"a forum", "the driver translates it", "forum.example, thread 17"},
        {"PTX ISA", "tcgen05 is for sm_100a and its family", "PTX ISA, tcgen05"}},
       "",
       DisputedFact::Basis::executed},
      {"sm12x_clusters",
       "SM12x GPUs cannot launch clusters.",
       "No GPU of this kind was probed, and the matrix of this report does not hold the feature.",
       DisputedFact::Outcome::open,
       {},
       "Thread block clusters",
       "compute capability 12.x",
       {{"an article", "each SM executes independently", "article.example"}},
       "blackwell-probe run --level full --only cluster.launch"},
      {"three_paths",
       "No GPU has two of the tensor-core paths.",
       "NVIDIA H200: wgmma.bf16 supported. Not in hand: other compute capabilities.",
       DisputedFact::Outcome::confirmed,
       {},
       "Thread block clusters",
       "any GPU",
       {{"an article", "each has its own", "article.example"}},
       "blackwell-probe run --level full --only wgmma.bf16",
       DisputedFact::Basis::in_hand}};
  report.matrix = {{"wgmma.bf16", "sm_90a", assembler, Status::assembles,
                    "native: HGMMA.64x64x16.F32.BF16", "", "8.0", "ptxas 12.8.93"},
                   {"wgmma.bf16", "sm_100a", assembler, Status::refused, "",
                    "Instruction 'wgmma.fence' not supported on .target 'sm_100a'"},
                   {"wgmma.bf16", "sm_120a", assembler, Status::refused, "",
                    "Instruction 'wgmma.fence' not supported on .target 'sm_120a'"}};
  report.log = {"worker 1 opened GPU 0"};
  report.models = h200_models();
  return report;
}

Report offline() {
  Report report = common();
  report.driver.problem = make_reason("no_libcuda");
  TargetReport datacenter;
  datacenter.target = "sm_100";
  datacenter.features = {
      {"wgmma.bf16",
       Status::refused,
       make_reason("not_on_target"),
       {for_target(assembled, true, assembler, "sm_100a",
                   "Instruction 'wgmma.fence' not supported on .target 'sm_100a'"),
        for_target(assembled, false, assembler, "sm_90a",
                   "positive control: the same text is accepted")}},
      {"tcgen05.tmem",
       Status::assembles,
       std::nullopt,
       {for_target(assembled, false, assembler, "sm_100a",
                   "accepted; native opcode UTCATOMSWS, LDTM, STTM")}},
      {"cluster.launch",
       Status::assembles,
       std::nullopt,
       {for_target(assembled, false, assembler, "sm_100", "accepted")}}};
  datacenter.backends = {
      {"flashmla.dense_decode.sm90",
       "FlashMLA",
       "mla.dense_decode",
       Verdict::no_hardware,
       "Needs wgmma.bf16, which this target (expected) lacks.",
       assembled,
       "flashinfer.mla.cutlass",
       {}},
      {"flashinfer.mla.cutlass",
       "FlashInfer",
       "mla.dense_decode",
       Verdict::runs,
       "Expected: every needed feature assembles for this target, and its gate admits it.",
       assembled,
       "",
       {}}};
  TargetReport desktop;
  desktop.target = "sm_121";
  desktop.features = {
      {"wgmma.bf16",
       Status::refused,
       make_reason("not_on_target"),
       {for_target(assembled, true, assembler, "sm_121a",
                   "Instruction 'wgmma.fence' not supported on .target 'sm_121a'")}},
      {"tcgen05.tmem",
       Status::refused,
       make_reason("not_on_target"),
       {for_target(assembled, true, assembler, "sm_121a",
                   "Instruction 'tcgen05.alloc' not supported on .target 'sm_121a'")}},
      {"mma_sync.mxf4nvf4",
       Status::assembles,
       std::nullopt,
       {for_target(assembled, true, assembler, "sm_121",
                   "Feature '.kind::mxf4nvf4' not supported on .target 'sm_121'"),
        for_target(assembled, false, assembler, "sm_121a", "accepted; native opcode OMMA.SF"),
        for_target(assembled, false, assembler, "sm_121f", "accepted; native opcode OMMA.SF")}},
      {"cluster.launch",
       Status::assembles,
       std::nullopt,
       {for_target(assembled, false, assembler, "sm_121", "accepted")}}};
  desktop.backends = {
      {"flashmla.dense_decode.sm90",
       "FlashMLA",
       "mla.dense_decode",
       Verdict::no_hardware,
       "Needs wgmma.bf16, which this target (expected) lacks.",
       assembled,
       "flashinfer.mla.fa2",
       {}},
      {"flashinfer.mla.cutlass",
       "FlashInfer",
       "mla.dense_decode",
       Verdict::no_hardware,
       "Needs tcgen05.mma.f16 and tcgen05.tmem, which this target (expected) lacks.",
       assembled,
       "flashinfer.mla.fa2",
       {}},
      {"flashinfer.mla.fa2",
       "FlashInfer",
       "mla.dense_decode",
       Verdict::runs,
       "Expected: every needed feature assembles for this target, and its gate admits it.",
       assembled,
       "",
       {"On SM12x one stage of 16 rows: correct, slow."}}};
  for (TargetReport* target : {&datacenter, &desktop}) {
    target->backends = with_rows(std::move(target->backends));
    target->selectors = {{.id = "vllm.mla.selector",
                          .project = "vLLM",
                          .operation = "mla.dense_decode",
                          .steps = {{"flashinfer.mla.cutlass",
                                     target == &datacenter ? Verdict::runs : Verdict::no_hardware,
                                     target == &datacenter}}}};
  }
  datacenter.selectors.front().chosen = "flashinfer.mla.cutlass";
  desktop.selectors.front().note = "no candidate is known to be admitted";
  report.targets = {datacenter, desktop};
  report.shape = {.heads = 128, .kv_dtype = "bf16"};
  report.models = offline_models();
  return report;
}

Report troubled() {
  Report report = h200();
  report.complete = false;
  report.command = "run --only 'wgmma.*' --timeout 2";
  report.driver.fake = "h200_r580";
  report.driver.version = "580.159.04";
  report.driver.injected_tools = {"compute-sanitizer (CUDA_INJECTION64_PATH)"};
  report.gpus[0].features = {
      {"wgmma.bf16", Status::crashed, make_reason("worker_killed", "SIGSEGV"), {}},
      {"wgmma.e4m3",
       Status::wrong_result,
       make_reason("wrong_value"),
       {{.kind = launched,
         .against = true,
         .by = driver,
         .target = "sm_90a",
         .text = "value 17 of 4096 is 3.5, the reference 4",
         .value = 1,
         .unit = "values"}}},
      {"tma.load", Status::timed_out, make_reason("time_out", "2 s"), {}},
      {"mbarrier", Status::blocked, make_reason("mps_shared"), {}}};
  report.gpus[0].kernels.clear();
  report.gpus[0].rates.clear();
  GpuReport closed;
  closed.facts.index = 1;
  closed.facts.name = "NVIDIA H200";
  closed.facts.cc = {9, 0};
  closed.facts.problem = make_reason("exclusive_process");
  closed.features = {{"wgmma.bf16", Status::blocked, make_reason("device_unusable"), {}}};
  report.gpus.push_back(closed);
  report.log = {"worker 1 (GPU 0) was killed by SIGSEGV while it worked on wgmma.bf16",
                "worker 2 (GPU 0) took over"};
  return report;
}

}  // namespace bp::sample
