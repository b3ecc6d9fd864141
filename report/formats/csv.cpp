#include "report/formats/csv.h"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "report/formats/clean.h"
#include "report/formats/csv_writer.h"
#include "report/formats/subjects.h"
#include "report/formats/summary.h"

namespace bp {
namespace {

/// Named as the columns are.
struct CsvRow {
  std::string_view kind;
  std::string_view id;
  std::string_view part = {};  // of a backend or kernel its operation, of a figure its name
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
  }

  std::string take() { return std::move(out_); }

 private:
  void add(std::string_view kind, const FeatureResult& result, std::string_view part) {
    add(CsvRow{.kind = kind,
               .id = result.id,
               .part = part,
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
          text(row.nearest), csv_number(row.value), text(row.unit)});
  }

  void line(const std::vector<std::string>& fields) { append_csv_line(out_, fields); }

  std::string driver_;
  const ReportSubject* subject_ = nullptr;
  std::string out_;
};

}  // namespace

std::string serialise_csv(const Report& report, const Style&) {
  CsvTable table(report.driver);
  for (const ReportSubject& subject : subjects(report)) table.add(subject);
  return table.take();
}

}  // namespace bp
