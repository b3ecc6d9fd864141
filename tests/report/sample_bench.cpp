#include "probes/registry/reason.h"
#include "tests/report/sample_reports.h"

namespace bp::sample {
namespace {

BenchRow row_of(std::string shape, std::string tuning) {
  return {.kernel = "mla.dense_decode.mma_sync",
          .operation = "mla.dense_decode",
          .path = "mma_sync",
          .shape = std::move(shape),
          .tuning = std::move(tuning),
          .status = Status::measured,
          .image = "cubin sm_90a of ptxas 13.0.88, mla_decode_rows16_stages2",
          .operations = 18e9,
          .bytes = 600e6,
          .unit = "mma_sync.bf16",
          .l2 = "cold",
          .copies = 1,
          .time = BenchTime{200e-6, 190e-6, 260e-6, 500},
          .clocks = {40, 0, {}, 1980, 1980, ""}};
}

BenchRow without_time(BenchRow row, Status status, const char* reason, const char* detail) {
  row.status = status;
  row.reason = make_reason(reason, detail);
  row.time.reset();
  row.l2.clear();
  row.copies = 0;
  row.clocks = {};
  return row;
}

std::vector<BenchRow> rows() {
  BenchRow matrix = row_of("b128_h128_sq2_sk4096", "free");
  matrix.operations = 300e9;
  matrix.time = BenchTime{1.5e-3, 1.4e-3, 1.9e-3, 80};
  BenchRow throttled = row_of("b128_h128_sq2_sk4096", "portable");
  throttled.operations = 300e9;
  throttled.time = BenchTime{3e-3, 2.5e-3, 4e-3, 40};
  throttled.clocks = {30, 12, {"sw_power_cap", "hw_thermal_slowdown"}, 1200, 1980, ""};
  BenchRow small = row_of("b1_h16_sq1_sk512", "free");
  small.bytes = 600e3;
  small.operations = 18e6;
  small.copies = 64;
  small.l2 = "mixed";
  small.time = BenchTime{8.5e-6, 8e-6, 12e-6, 12000};
  small.clocks = {.absent = "NVML answered with an error"};
  BenchRow special = matrix;
  special.kernel = "mla.dense_decode.wgmma";
  special.path = "wgmma";
  special.unit = "wgmma.bf16";
  special.image = "cubin sm_90a of ptxas 13.0.88, mla_decode_wgmma";
  special.time = BenchTime{750e-6, 740e-6, 850e-6, 130};
  BenchRow topk = row_of("rows4096_n32768_k2048", "free");
  topk.kernel = "dsa.topk.simt";
  topk.operation = "dsa.topk";
  topk.path = "simt";
  topk.operations = 0;
  topk.unit.clear();
  return {
      row_of("b128_h16_sq1_sk4096", "free"),
      row_of("b128_h16_sq1_sk4096", "portable"),
      matrix,
      throttled,
      small,
      without_time(row_of("b128_h8_sq1_sk4096", "free"), Status::wrong_result, "wrong_value",
                   "request 3, out: 1 is not 2"),
      without_time(row_of("b128_h8_sq1_sk4096", "portable"), Status::blocked, "out_of_memory", ""),
      special,
      topk,
      without_time(topk, Status::timed_out, "time_out", "")};
}

}  // namespace

Report bench() {
  Report report = h200();
  report.command = "blackwell-probe bench";
  report.surveys.clear();
  report.models.clear();
  report.disputed.clear();
  report.matrix.clear();
  report.targets.clear();
  report.complete = false;
  GpuReport& gpu = report.gpus.front();
  report.gpus.resize(1);
  gpu.kernels.clear();
  gpu.backends.clear();
  gpu.selectors.clear();
  gpu.rates.clear();
  gpu.features.resize(2);
  gpu.bench.yardsticks = {
      {.id = "copy",
       .status = Status::measured,
       .values = {4.1e12, 4.0e12},
       .clocks = {6, 1, {"sw_power_cap"}, 1500, 1980, ""}},
      {.id = "cublas.bf16",
       .status = Status::not_run,
       .reason = make_reason("no_cublas", "libcublas.so.13 and libcublas.so.12 are not here")},
      {.id = "mma_sync.bf16",
       .status = Status::measured,
       .values = {600e12, 640e12},
       .clocks = {18, 0, {}, 1980, 1980, ""}}};
  gpu.bench.rows = rows();
  gpu.bench.rows.back().shape = "rows4096_n32768_k512";
  return report;
}

}  // namespace bp::sample
