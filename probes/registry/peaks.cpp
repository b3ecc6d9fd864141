#include "probes/registry/peaks.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace bp {
namespace {

using enum PeakType;
using enum PeakQuality;

struct Row {
  PeakType type;
  double operations;
  PeakQuality quality;
  std::string_view source;
  std::string_view by;
};

constexpr std::string_view a100 = "NVIDIA A100 architecture whitepaper";
constexpr std::string_view ga102 = "NVIDIA GA102 whitepaper, appendix A";
constexpr std::string_view ada = "NVIDIA Ada whitepaper";
constexpr std::string_view l40s = "NVIDIA L40S datasheet";
constexpr std::string_view pull650 = "NVIDIA/cudnn-frontend, pull request 650";
constexpr std::string_view h100 = "NVIDIA H100 datasheet";
constexpr std::string_view pull314 = "NVIDIA/cudnn-frontend, pull request 314";
constexpr std::string_view b200 = "NVIDIA B200 datasheet";
constexpr std::string_view b200_bench = "SemiAnalysis microbenchmarks of a B200";
constexpr std::string_view b300_bench =
    "ademeure/QuickRunCUDA, measured on a B300 at K = 64 (49152 needs K = 96)";
constexpr std::string_view b300_int8 =
    "ademeure/QuickRunCUDA, measured on a B300: mma.sync alone has INT8 there";
constexpr std::string_view b300_tables = "stas00/ml-engineering, accelerator tables";
constexpr std::string_view ultra = "NVIDIA, Inside NVIDIA Blackwell Ultra";
constexpr std::string_view thor = "NVIDIA Jetson Thor specification";
constexpr std::string_view rtx50 =
    "NVIDIA RTX Blackwell GPU Architecture whitepaper 1.1, appendix A";
constexpr std::string_view qmma = "the FP8 rate: both go through the same instruction";
constexpr std::string_view pull597 = "NVIDIA/cudnn-frontend, pull request 597";
constexpr std::string_view pro_pages = "comparison pages about the RTX PRO 6000";
constexpr std::string_view spark = "NVIDIA DGX Spark product page";
constexpr std::string_view spark_fp16 =
    "95-97 TFLOP/s FP16 measured on a GB10: more than half the rate could give";
constexpr std::string_view spark_fp8 =
    "188 TFLOP/s FP8 measured on a GB10: more than half the rate could give";

constexpr auto ga100_rows = std::to_array<Row>({
    {f16_acc_f32, 2048, vendor, a100, "mma_sync"},
    {f16_acc_f16, 2048, vendor, a100, "mma_sync"},
    {bf16, 2048, vendor, a100, "mma_sync"},
    {tf32, 1024, vendor, a100, "mma_sync"},
    {s8, 4096, vendor, a100, "mma_sync"},
    {s4, 8192, vendor, a100, "mma_sync"},
    {f64, 128, vendor, a100, "mma_sync"},
});
constexpr auto rtx3090_rows = std::to_array<Row>({
    {f16_acc_f32, 512, quoted, ga102, "mma_sync"},
    {f16_acc_f16, 1024, quoted, ga102, "mma_sync"},
    {bf16, 512, quoted, ga102, "mma_sync"},
    {tf32, 256, quoted, ga102, "mma_sync"},
    {s8, 2048, quoted, ga102, "mma_sync"},
    {s4, 4096, quoted, ga102, "mma_sync"},
});
constexpr auto l40s_rows = std::to_array<Row>({
    {f16_acc_f32, 1024, derived, l40s, "mma_sync"},
    {f16_acc_f16, 1024, derived, l40s, "mma_sync"},
    {bf16, 1024, derived, l40s, "mma_sync"},
    {tf32, 512, derived, l40s, "mma_sync"},
    {f8_acc_f32, 2048, derived, l40s, "mma_sync"},
    {f8_acc_f16, 2048, derived, l40s, "mma_sync"},
    {s8, 2048, derived, l40s, "mma_sync"},
    {s4, 4096, unverified, "comparison pages about the L40S", "mma_sync"},
});
constexpr auto rtx4090_rows = std::to_array<Row>({
    {f16_acc_f32, 512, quoted, ada, "mma_sync"},
    {f16_acc_f16, 1024, quoted, ada, "mma_sync"},
    {bf16, 512, quoted, ada, "mma_sync"},
    {tf32, 256, quoted, ada, "mma_sync"},
    {f8_acc_f32, 1024, quoted, ada, "mma_sync"},
    {f8_acc_f16, 2048, quoted, ada, "mma_sync"},
    {s8, 2048, quoted, ada, "mma_sync"},
    {s4, 4096, quoted, ada, "mma_sync"},
});
constexpr auto gh100_rows = std::to_array<Row>({
    {f16_acc_f32, 4096, vendor, pull650, "wgmma"},
    {f16_acc_f16, 4096, inferred, h100, "wgmma"},
    {bf16, 4096, vendor, pull650, "wgmma"},
    {tf32, 2048, quoted, h100, "wgmma"},
    {f8_acc_f32, 8192, vendor, pull650, "wgmma"},
    {f8_acc_f16, 8192, inferred, h100, "wgmma"},
    {s8, 8192, quoted, h100, "wgmma"},
    {f64, 256, derived, h100, "mma_sync"},
});
constexpr auto gb100_rows = std::to_array<Row>({
    {f16_acc_f32, 8192, vendor, pull314, "tcgen05"},
    {f16_acc_f16, 8192, inferred, b200_bench, "tcgen05"},
    {bf16, 8192, vendor, pull314, "tcgen05"},
    {tf32, 4096, derived, b200, "tcgen05"},
    {f8_acc_f32, 16384, vendor, pull314, "tcgen05"},
    {f6, 16384, quoted, b200, "tcgen05"},
    {f4_scaled, 32768, derived, b200, "tcgen05"},
    {s8, 16384, quoted, b200, "tcgen05"},
    {f64, 128, derived, b200, "mma_sync"},
});
constexpr auto b300_rows = std::to_array<Row>({
    {f16_acc_f32, 8192, vendor, pull314, "tcgen05"},
    {bf16, 8192, vendor, pull314, "tcgen05"},
    {tf32, 4096, derived, b300_tables, "tcgen05"},
    {f8_acc_f32, 16384, vendor, pull314, "tcgen05"},
    {f6, 16384, derived, ultra, "tcgen05"},
    {f4_scaled, 32768, measured, b300_bench, "tcgen05"},
    {s8, 512, derived, b300_int8, "mma_sync"},
});
constexpr auto thor_rows = std::to_array<Row>({
    {f16_acc_f32, 8192, inferred, thor, "tcgen05"},
    {bf16, 8192, inferred, thor, "tcgen05"},
    {f8_acc_f32, 16384, derived, thor, "tcgen05"},
    {f4_scaled, 32768, derived, thor, "tcgen05"},
    {s8, 16384, inferred, thor, "tcgen05"},
});
constexpr auto rtx5090_rows = std::to_array<Row>({
    {f16_acc_f32, 512, quoted, rtx50, "mma_sync"},
    {f16_acc_f16, 1024, quoted, rtx50, "mma_sync"},
    {bf16, 512, quoted, rtx50, "mma_sync"},
    {tf32, 256, quoted, rtx50, "mma_sync"},
    {f8_acc_f32, 1024, quoted, rtx50, "mma_sync"},
    {f8_acc_f16, 2048, quoted, rtx50, "mma_sync"},
    {f6, 1024, inferred, qmma, "mma_sync"},
    {f4_scaled, 4096, quoted, rtx50, "mma_sync"},
    {s8, 2048, quoted, rtx50, "mma_sync"},
});
// The whitepaper lists the totals of the 5090; of the 5080 they were calculated.
constexpr auto rtx5080_rows = std::to_array<Row>({
    {f16_acc_f32, 512, derived, rtx50, "mma_sync"},
    {f16_acc_f16, 1024, derived, rtx50, "mma_sync"},
    {bf16, 512, derived, rtx50, "mma_sync"},
    {tf32, 256, derived, rtx50, "mma_sync"},
    {f8_acc_f32, 1024, derived, rtx50, "mma_sync"},
    {f8_acc_f16, 2048, derived, rtx50, "mma_sync"},
    {f6, 1024, inferred, qmma, "mma_sync"},
    {f4_scaled, 4096, derived, rtx50, "mma_sync"},
    {s8, 2048, derived, rtx50, "mma_sync"},
});
constexpr auto rtx_pro_rows = std::to_array<Row>({
    {f16_acc_f32, 1024, vendor, pull597, "mma_sync"},
    {f16_acc_f16, 1024, unverified, pro_pages, "mma_sync"},
    {bf16, 1024, vendor, pull597, "mma_sync"},
    {tf32, 512, unverified, pro_pages, "mma_sync"},
    {f8_acc_f32, 2048, unverified, pro_pages, "mma_sync"},
    {f8_acc_f16, 2048, unverified, pro_pages, "mma_sync"},
    {f6, 2048, inferred, qmma, "mma_sync"},
    {f4_scaled, 4096, derived, pro_pages, "mma_sync"},
    {s8, 2048, unverified, pro_pages, "mma_sync"},
});
constexpr auto gb10_rows = std::to_array<Row>({
    {f16_acc_f32, 1024, derived, spark_fp16, "mma_sync"},
    {f16_acc_f16, 1024, inferred, spark_fp16, "mma_sync"},
    {bf16, 1024, inferred, spark_fp16, "mma_sync"},
    {tf32, 512, inferred, "comparison pages about the GB10", "mma_sync"},
    {f8_acc_f32, 2048, derived, spark_fp8, "mma_sync"},
    {f6, 2048, inferred, qmma, "mma_sync"},
    {f4_scaled, 4096, derived, spark, "mma_sync"},
    {s8, 2048, inferred, "the rate of other GPUs of compute capability 12.x", "mma_sync"},
});

// Products of one capability differ (GeForce and professional cards of one chip, export models), so
// each is named by the words that its name holds. Compute capability 10.7 is not here: all that is
// known of it are guesses.
struct Product {
  ComputeCapability cc;
  std::string_view words;
  std::span<const Row> rows;
};
constexpr auto products = std::to_array<Product>({
    {{8, 0}, "A100", ga100_rows},
    {{8, 6}, "RTX 3090", rtx3090_rows},
    {{8, 9}, "L40S", l40s_rows},
    {{8, 9}, "RTX 4090", rtx4090_rows},
    {{9, 0}, "H100", gh100_rows},
    {{9, 0}, "H200", gh100_rows},
    {{10, 0}, "B100", gb100_rows},
    {{10, 0}, "B200", gb100_rows},
    {{10, 0}, "GB200", gb100_rows},
    {{10, 3}, "B300", b300_rows},
    {{10, 3}, "GB300", b300_rows},
    {{11, 0}, "Thor", thor_rows},
    {{12, 0}, "RTX 5080", rtx5080_rows},
    {{12, 0}, "RTX 5090", rtx5090_rows},
    {{12, 0}, "RTX PRO 6000", rtx_pro_rows},
    {{12, 1}, "GB10", gb10_rows},
});

// Twice the dense rate is what NVIDIA says of them. Not of 10.3 (FP4 1.4 times, FP8 measured at 1.6
// times), and of the others no figure was found.
constexpr auto twice_as_sparse =
    std::to_array<ComputeCapability>({{8, 0}, {8, 6}, {8, 9}, {9, 0}, {10, 0}, {12, 0}});
constexpr auto sparse_types = std::to_array<PeakType>(
    {f16_acc_f32, f16_acc_f16, bf16, tf32, f8_acc_f32, f8_acc_f16, f4_scaled, s8});

// A variant of a card, with a limit of its own that the table does not know.
constexpr auto variants =
    std::to_array<std::string_view>({"D", "D2", "Ti", "SUPER", "Laptop", "Mobile"});

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(" -"), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

bool is_product(std::string_view name, std::string_view product) {
  const auto have = words_of(name);
  const auto want = words_of(product);
  if (std::ranges::search(have, want).empty()) return false;
  return std::ranges::none_of(have, [](std::string_view word) {
    return std::ranges::find(variants, word) != variants.end();
  });
}

struct Subject {
  std::string_view feature;
  PeakOf peak;
};
constexpr auto subjects = std::to_array<Subject>({
    {"mma_sync.f16", {f16_acc_f32}},
    {"mma_sync.f16.acc_f16", {f16_acc_f16}},
    {"mma_sync.bf16", {bf16}},
    {"mma_sync.tf32", {tf32}},
    {"mma_sync.f64", {f64}},
    {"mma_sync.f64.m16n8k16", {f64}},
    {"mma_sync.s8", {s8}},
    {"mma_sync.s4", {s4}},
    {"mma_sync.e4m3", {f8_acc_f32}},
    {"mma_sync.e4m3.acc_f16", {f8_acc_f16}},
    {"mma_sync.e5m2", {f8_acc_f32}},
    {"mma_sync.e5m2.acc_f16", {f8_acc_f16}},
    {"mma_sync.f8f6f4.e4m3", {f8_acc_f32}},
    {"mma_sync.f8f6f4.e5m2", {f8_acc_f32}},
    {"mma_sync.f8f6f4.e3m2", {f6}},
    {"mma_sync.f8f6f4.e2m3", {f6}},
    {"mma_sync.f8f6f4.e2m1", {f6}},
    {"mma_sync.f8f6f4.mixed", {f6}},
    {"mma_sync.mxf4", {f4_scaled}},
    {"mma_sync.mxf4nvf4", {f4_scaled}},
    {"mma_sync.mxf4nvf4.scale_2x", {f4_scaled}},
    {"mma_sync.sp.f16", {f16_acc_f32, true}},
    {"mma_sync.sp.f16.unordered", {f16_acc_f32, true}},
    {"mma_sync.sp.bf16", {bf16, true}},
    {"mma_sync.sp.tf32", {tf32, true}},
    {"mma_sync.sp.s8", {s8, true}},
    {"mma_sync.sp.e4m3", {f8_acc_f32, true}},
    {"mma_sync.sp.mxf4nvf4", {f4_scaled, true}},
    {"wgmma.f16", {f16_acc_f32}},
    {"wgmma.f16.acc_f16", {f16_acc_f16}},
    {"wgmma.a_registers", {f16_acc_f32}},
    {"wgmma.bf16", {bf16}},
    {"wgmma.tf32", {tf32}},
    {"wgmma.s8", {s8}},
    {"wgmma.e4m3", {f8_acc_f32}},
    {"wgmma.e4m3.acc_f16", {f8_acc_f16}},
    {"wgmma.e5m2", {f8_acc_f32}},
    {"wgmma.sp.f16", {f16_acc_f32, true}},
    {"wgmma.sp.bf16", {bf16, true}},
    {"wgmma.sp.tf32", {tf32, true}},
    {"wgmma.sp.s8", {s8, true}},
    {"wgmma.sp.e4m3", {f8_acc_f32, true}},
    {"tcgen05.mma.f16", {f16_acc_f32}},
    {"tcgen05.mma.f16.cta_group2", {f16_acc_f32}},
    {"tcgen05.mma.tf32", {tf32}},
    {"tcgen05.mma.i8", {s8}},
    {"tcgen05.mma.f8f6f4", {f8_acc_f32}},
    {"tcgen05.mma.f8f6f4.cta_group2", {f8_acc_f32}},
    {"tcgen05.mma.f8f6f4.e2m1", {f6}},
    // MXFP8 ran at the rate of FP8 in the microbenchmarks of a B200.
    {"tcgen05.mma.mxf8f6f4", {f8_acc_f32}},
    {"tcgen05.mma.mxf8f6f4.block32", {f8_acc_f32}},
    {"tcgen05.mma.mxf8f6f4.cta_group2", {f8_acc_f32}},
    {"tcgen05.mma.mxf4", {f4_scaled}},
    {"tcgen05.mma.mxf4.block32", {f4_scaled}},
    {"tcgen05.mma.mxf4.cta_group2", {f4_scaled}},
    {"tcgen05.mma.mxf4nvf4", {f4_scaled}},
    {"tcgen05.mma.mxf4nvf4.block16", {f4_scaled}},
    {"tcgen05.mma.mxf4nvf4.block32", {f4_scaled}},
    {"tcgen05.mma.mxf4nvf4.cta_group2", {f4_scaled}},
    {"tcgen05.mma.sp.f16", {f16_acc_f32, true}},
    {"tcgen05.mma.sp.tf32", {tf32, true}},
    {"tcgen05.mma.sp.i8", {s8, true}},
    {"tcgen05.mma.sp.f8f6f4", {f8_acc_f32, true}},
    {"tcgen05.mma.sp.mxf8f6f4", {f8_acc_f32, true}},
    {"tcgen05.mma.sp.mxf4nvf4", {f4_scaled, true}},
});

constexpr std::array<std::pair<PeakQuality, std::string_view>, 6> quality_names{
    {{vendor, "vendor"},
     {quoted, "quoted"},
     {measured, "measured"},
     {derived, "derived"},
     {inferred, "inferred"},
     {unverified, "unverified"}}};

}  // namespace

std::string_view to_string(PeakQuality quality) {
  for (const auto& [value, name] : quality_names) {
    if (value == quality) return name;
  }
  return "unverified";
}

std::optional<PeakQuality> parse_peak_quality(std::string_view text) {
  for (const auto& [value, name] : quality_names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

std::optional<PeakOf> peak_of(std::string_view feature) {
  const auto found = std::ranges::find(subjects, feature, &Subject::feature);
  if (found == subjects.end()) return std::nullopt;
  return found->peak;
}

std::optional<Peak> known_peak(ComputeCapability cc, std::string_view product, PeakOf what) {
  const auto known = std::ranges::find_if(
      products, [&](const Product& p) { return p.cc == cc && is_product(product, p.words); });
  if (known == products.end()) return std::nullopt;
  const auto row = std::ranges::find(known->rows, what.type, &Row::type);
  if (row == known->rows.end()) return std::nullopt;
  if (!what.sparse) return Peak{row->operations, row->quality, row->source, row->by};
  if (std::ranges::find(twice_as_sparse, cc) == twice_as_sparse.end() ||
      std::ranges::find(sparse_types, what.type) == sparse_types.end())
    return std::nullopt;
  return Peak{2 * row->operations, std::max(row->quality, derived), row->source, row->by, true};
}

}  // namespace bp
