#include "report/formats/csv.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "report/evaluate/bench.h"
#include "report/formats/bench.h"
#include "report/formats/clean.h"
#include "report/formats/csv_writer.h"
#include "report/formats/model_words.h"
#include "report/formats/subjects.h"
#include "report/formats/summary.h"

namespace bp {
namespace {

/// Named as the columns are.
struct CsvRow {
  std::string_view kind;
  std::string_view id;
  std::string part = {};  // of a backend or kernel its operation, of a figure its name
  std::string_view status = {};
  std::optional<EvidenceKind> evidence = {};
  std::string_view reason_id = {};
  std::string reason = {};
  std::string_view nearest = {};
  std::optional<double> value = {};
  std::string_view unit = {};
};

constexpr std::array columns_of_csv{"driver",  "subject", "name",     "kind",      "id",
                                    "part",    "status",  "evidence", "reason_id", "reason",
                                    "nearest", "value",   "unit"};

/// All digits; empty where there is no number to give.
std::string csv_number(std::optional<double> value) {
  if (!value || !std::isfinite(*value)) return {};
  std::array<char, 40> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), *value).ptr;
  return {text.data(), end};
}

class CsvTable {
 public:
  explicit CsvTable(const DriverFacts& driver)
      : driver_(driver.fake ? "fake: " + *driver.fake : driver.version) {
    line({columns_of_csv.begin(), columns_of_csv.end()});
  }

  void add(const ReportSubject& subject) {
    subject_ = &subject;
    for (const FeatureResult& feature : subject.features) add("feature", feature, {});
    for (const KernelResult& kernel : subject.kernels) add(kernel);
    for (const BackendResult& backend : subject.backends) add(backend);
    if (subject.gpu == nullptr) return;
    for (const RateResult& rate : subject.gpu->rates) {
      add(CsvRow{.kind = "rate",
                 .id = rate.feature,
                 .evidence = rate.kind,
                 .value = rate.operations,
                 .unit = rate_unit});
    }
    add(subject.gpu->bench);
  }

  /// The subject is the GPU or target that was added last.
  void add(const ModelReport& model) {
    for (const ModelCache& cache : model.cache) {
      add(CsvRow{.kind = "model_cache",
                 .id = model.id,
                 .part = cache.dtype,
                 .value = cache.bytes_per_token,
                 .unit = "B a token"});
    }
    for (const ModelSize& size : model.sizes) {
      CsvRow row{.kind = "model",
                 .id = model.id,
                 .part = tp_text(size.tensor_parallel),
                 .status = to_string(size.verdict),
                 .reason = size_words(size, model.gpus.empty()),
                 .unit = "tokens, at most"};
      if (size.tokens) row.value = static_cast<double>(*size.tokens);
      add(row);
    }
    for (const ModelNeed& need : model.needs) {
      for (const std::int64_t size : need.tensor_parallel) add(model, need, size);
    }
  }

  std::string take() { return std::move(out_); }

 private:
  static std::string tp_text(std::int64_t size) { return "tp" + std::to_string(size); }

  void add(const ModelReport& model, const ModelNeed& need, std::int64_t size) {
    const ModelWay* taken = need.taken();
    const ModelWay& way = taken != nullptr ? *taken : need.ways.front();
    const ModelWork* work = way.work_at(size);
    add(CsvRow{.kind = "model_need",
               .id = model.id,
               .part = tp_text(size) + " " + need.name,
               .status = to_string(way.verdict),
               .evidence = way.evidence,
               .reason = way.fallback ? "fallback: " + way_title(way) : way.reason,
               .nearest = way.best,
               .value = work != nullptr ? work->microseconds : std::nullopt,
               .unit = "us a layer, estimate"});
  }

  void add(const BenchReport& bench) {
    for (const BenchYardstick& yardstick : bench.yardsticks) {
      add(CsvRow{.kind = "yardstick",
                 .id = yardstick.id,
                 .status = to_string(yardstick.status),
                 .reason_id = yardstick.reason ? std::string_view(yardstick.reason->id) : "",
                 .reason = yardstick.reason ? yardstick.reason->sentence : std::string(),
                 .value = value_of(bench, yardstick.id),
                 .unit = unit_of_yardstick(yardstick.id)});
    }
    for (const BenchRow& row : bench.rows) {
      const BenchShares shares = shares_of(bench, row);
      CsvRow line{.kind = "bench",
                  .id = row.kernel,
                  .part = row.shape + " " + row.tuning + " time",
                  .status = to_string(row.status),
                  .reason_id = row.reason ? std::string_view(row.reason->id) : "",
                  .reason = bench_note(row)};
      if (row.time) line.value = row.time->median;
      line.unit = "s";
      add(line);
      const auto figure = [&](const char* name, std::optional<double> value,
                              std::string_view unit) {
        if (!value) return;
        add(CsvRow{.kind = "bench_figure",
                   .id = row.kernel,
                   .part = row.shape + " " + row.tuning + " " + name,
                   .value = value,
                   .unit = unit});
      };
      figure("bytes_per_second", shares.bytes_per_second, "B/s");
      figure("operations_per_second", shares.operations_per_second, "op/s");
      figure("share_of_copy", shares.of_copy, "");
      figure("share_of_rate", shares.of_rate, "");
      figure("share_of_cublas", shares.of_cublas, "");
      figure("share_of_roofline", shares.of_roofline, "");
      if (const auto fallback = fallback_of(bench, row))
        figure("fallback_times", fallback->times, "times " + std::string(fallback->from));
    }
  }

  void add(std::string_view kind, const FeatureResult& result, std::string part) {
    add(CsvRow{.kind = kind,
               .id = result.id,
               .part = std::move(part),
               .status = to_string(result.status),
               .evidence = strongest_of_status(result),
               .reason_id = result.reason ? std::string_view(result.reason->id) : "",
               .reason = why_not(result)});
  }

  void add(const KernelResult& kernel) {
    add("kernel", result_of(kernel), kernel.operation);
    for (const Figure& figure : kernel.figures) {
      add(CsvRow{.kind = "figure",
                 .id = kernel.id,
                 .part = figure.name,
                 .value = figure.value,
                 .unit = figure.unit});
    }
  }

  void add(const BackendResult& backend) {
    add(CsvRow{.kind = "backend",
               .id = backend.id,
               .part = backend.operation,
               .status = to_string(backend.verdict),
               .evidence = backend.evidence,
               .reason = backend.reason,
               .nearest = backend.nearest});
  }

  void add(const CsvRow& row) {
    const auto text = [](std::string_view value) { return one_line(value); };
    // Each line says by itself whether it is of a GPU at all.
    line({text(subject_->gpu == nullptr ? "" : driver_), text(subject_->id),
          text(subject_->gpu == nullptr ? "" : subject_->gpu->facts.name), text(row.kind),
          text(row.id), text(row.part), text(row.status),
          row.evidence ? text(to_string(*row.evidence)) : "", text(row.reason_id), text(row.reason),
          text(row.nearest), csv_number(row.value), row.value ? text(row.unit) : ""});
  }

  void line(const std::vector<std::string>& fields) { append_csv_line(out_, fields); }

  std::string driver_;
  const ReportSubject* subject_ = nullptr;
  std::string out_;
};

bool is_of(const ModelReport& model, const ReportSubject& subject) {
  if (subject.gpu == nullptr) return model.target == subject.id;
  return std::ranges::find(model.gpus, subject.gpu->facts.index) != model.gpus.end();
}

}  // namespace

std::string serialise_csv(const Report& report, const Style&) {
  CsvTable table(report.driver);
  for (const ReportSubject& subject : subjects(report)) {
    table.add(subject);
    for (const ModelReport& model : report.models) {
      if (is_of(model, subject)) table.add(model);
    }
  }
  return table.take();
}

}  // namespace bp
