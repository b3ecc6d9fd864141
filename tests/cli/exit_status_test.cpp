#include "cli/output/exit_status.h"

#include <gtest/gtest.h>

#include "probes/registry/reason.h"

namespace bp {
namespace {

struct Item {
  Status status;
  const char* reason = nullptr;
};

struct Row {
  const char* what;
  const char* driver_problem = nullptr;
  const char* gpu_problem = nullptr;  // "-": there is a GPU and all is well
  std::vector<Item> features;
  std::vector<Item> kernels;
  int run = 0;
  int bare = 0;
  int strict = 0;  // of run
};

std::optional<Reason> reason(const char* id) {
  if (id == nullptr || std::string_view(id) == "-") return std::nullopt;
  return make_reason(id);
}

Report report_of(const Row& row) {
  Report report;
  report.driver.problem = reason(row.driver_problem);
  if (row.gpu_problem == nullptr) return report;
  GpuReport gpu;
  gpu.facts.problem = reason(row.gpu_problem);
  for (const Item& item : row.features)
    gpu.features.push_back({"f", item.status, reason(item.reason), {}});
  for (const Item& item : row.kernels)
    gpu.kernels.push_back({"k", "op", "p", item.status, reason(item.reason), {}, {}});
  report.gpus.push_back(gpu);
  return report;
}

using enum Status;

const std::vector<Row>& rows() {
  static const std::vector<Row> table{
      {"all supported", nullptr, "-", {{supported}, {emulated}}, {{supported}}, 0, 0, 0},
      {"a refusal is an answer", nullptr, "-", {{unsupported, "not_on_target"}}, {}, 0, 0, 0},
      {"no libcuda", "no_libcuda", nullptr, {}, {}, 3, 0, 3},
      {"a stub", "stub_libcuda", nullptr, {}, {}, 3, 0, 3},
      {"no device", "no_device", nullptr, {}, {}, 3, 0, 3},
      {"802", "fabric_not_ready", nullptr, {}, {}, 5, 5, 5},
      {"803", "driver_mismatch", nullptr, {}, {}, 5, 5, 5},
      {"804", "forward_compat", nullptr, {}, {}, 5, 5, 5},
      {"old driver", "old_libcuda", nullptr, {}, {}, 5, 5, 5},
      {"no uvm node", "no_uvm", nullptr, {}, {}, 5, 5, 5},
      {"cuInit hangs", "driver_hung", nullptr, {}, {}, 5, 5, 5},
      {"cuInit crashes", "driver_crashed", nullptr, {}, {}, 5, 5, 5},
      {"exclusive mode",
       nullptr,
       "exclusive_process",
       {{blocked, "exclusive_process"}},
       {},
       5,
       5,
       5},
      {"wrong result", nullptr, "-", {{supported}, {wrong_result, "wrong_value"}}, {}, 1, 1, 1},
      {"wrong kernel", nullptr, "-", {{supported}}, {{wrong_result, "wrong_value"}}, 1, 1, 1},
      {"wrong beats crashed",
       nullptr,
       "-",
       {{crashed, "worker_crashed"}, {wrong_result, "wrong_value"}},
       {},
       1,
       1,
       1},
      {"crashed", nullptr, "-", {{supported}, {crashed, "worker_crashed"}}, {}, 5, 5, 5},
      {"timed out kernel", nullptr, "-", {{supported}}, {{timed_out, "time_out"}}, 5, 5, 5},
      {"worker not started", nullptr, "-", {{not_run, "not_started"}}, {}, 5, 5, 5},
      {"blocked", nullptr, "-", {{blocked, "mps_shared"}}, {}, 0, 0, 5},
      {"needs missing", nullptr, "-", {}, {{not_run, "need_missing"}}, 0, 0, 5},
      {"not selected",
       nullptr,
       "-",
       {{not_run, "not_selected"}},
       {{not_run, "level_quick"}},
       0,
       0,
       0},
      {"no probe", nullptr, "-", {{not_run, "no_probe"}}, {}, 0, 0, 0},
      {"assembled only", nullptr, "-", {{not_run, "assembled_only"}}, {}, 0, 0, 0},
  };
  return table;
}

TEST(ExitStatusRule, Table) {
  for (const Row& row : rows()) {
    const Report report = report_of(row);
    EXPECT_EQ(static_cast<int>(exit_status(report, {})), row.run) << row.what;
    EXPECT_EQ(static_cast<int>(exit_status(report, {.bare = true})), row.bare)
        << row.what << ", bare";
    EXPECT_EQ(static_cast<int>(exit_status(report, {.strict = true})), row.strict)
        << row.what << ", strict";
    EXPECT_EQ(static_cast<int>(exit_status(report, {.interrupted = true})), 130)
        << row.what << ", interrupted";
    const int lost = row.run == 0 ? 5 : row.run;
    EXPECT_EQ(static_cast<int>(exit_status(report, {.output_failed = true})), lost)
        << row.what << ", disk full";
  }
}

TEST(ExitStatusRule, RowsOfABenchCount) {
  const auto with = [](Status status) {
    Report report = report_of({"good", nullptr, "-", {{supported}}, {}, 0, 0, 0});
    report.gpus[0].bench.rows.push_back({.kernel = "k",
                                         .operation = "op",
                                         .path = "p",
                                         .shape = "s",
                                         .tuning = "free",
                                         .status = status});
    return exit_status(report, {});
  };
  EXPECT_EQ(with(measured), ExitStatus::met);
  EXPECT_EQ(with(wrong_result), ExitStatus::not_met);
  EXPECT_EQ(with(timed_out), ExitStatus::incomplete);
  EXPECT_EQ(with(crashed), ExitStatus::incomplete);
  EXPECT_EQ(with(unsupported), ExitStatus::met);
}

TEST(ExitStatusRule, OneBrokenGpuAmongSeveral) {
  Report report = report_of({"good", nullptr, "-", {{supported}}, {}, 0, 0, 0});
  report.gpus.push_back(report_of({"bad", nullptr, "ecc_error", {}, {}, 0, 0, 0}).gpus[0]);
  EXPECT_EQ(exit_status(report, {}), ExitStatus::incomplete);
  EXPECT_FALSE(is_complete(report));
}

}  // namespace
}  // namespace bp
