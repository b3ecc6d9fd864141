#include "report/redact/texts.h"

#include <algorithm>
#include <initializer_list>

namespace bp {
namespace {

using Strings = std::initializer_list<std::string*>;

void texts(const Strings& list, const TextChange& change) {
  for (std::string* text : list) change.text(*text);
}

void names(const Strings& list, const TextChange& change) {
  for (std::string* name : list) change.name(*name);
}

void visit(std::vector<std::string>& list, const TextChange& change) {
  for (std::string& text : list) change.text(text);
}

void visit(std::optional<Reason>& reason, const TextChange& change) {
  if (!reason) return;
  names({&reason->id}, change);
  texts({&reason->sentence, &reason->remedy}, change);
}

void visit(std::vector<Evidence>& evidence, const TextChange& change) {
  for (Evidence& item : evidence) {
    texts({&item.by, &item.target, &item.text}, change);
    names({&item.unit}, change);
  }
}

void visit(FactValue& value, std::string& absent, const TextChange& change) {
  if (auto* text = std::get_if<std::string>(&value)) change.text(*text);
  change.text(absent);
}

/// Versions of four parts look like addresses: "13.1.0.3" of cuBLAS, "9.19.0.56" of cuDNN.
bool is_version_of_package(const Fact& fact) {
  const auto* text = std::get_if<std::string>(&fact.value);
  return text != nullptr && fact.key.starts_with("package_") &&
         text->find_first_not_of("0123456789.") == std::string::npos;
}

void visit(std::vector<Fact>& facts, const TextChange& change) {
  for (Fact& fact : facts) {
    names({&fact.key}, change);
    if (!is_version_of_package(fact)) visit(fact.value, fact.absent, change);
    texts({&fact.by}, change);
  }
}

void visit(SurveyResult& survey, const TextChange& change) {
  names({&survey.id}, change);
  visit(survey.reason, change);
  visit(survey.evidence, change);
  for (SurveyValue& value : survey.values) {
    names({&value.name, &value.unit}, change);
    visit(value.value, value.absent, change);
    visit(value.invalid, change);
  }
  for (Column& column : survey.columns) names({&column.name, &column.unit}, change);
  for (auto& row : survey.rows) {
    for (Cell& cell : row) visit(cell.value, cell.absent, change);
  }
}

void visit(std::vector<RateResult>& rates, const TextChange& change) {
  for (RateResult& rate : rates) {
    names({&rate.feature}, change);
    texts({&rate.peak_source}, change);
    visit(rate.notes, change);
  }
}

void visit(GpuFacts& gpu, const TextChange& change) {
  texts({&gpu.name, &gpu.uuid, &gpu.pci}, change);
  visit(gpu.facts, change);
  visit(gpu.problem, change);
}

void visit(std::vector<BackendResult>& backends, const TextChange& change) {
  for (BackendResult& backend : backends) {
    names({&backend.id, &backend.project, &backend.operation, &backend.nearest}, change);
    texts({&backend.reason, &backend.versions, &backend.date, &backend.takes}, change);
    visit(backend.notes, change);
    std::ranges::for_each(backend.also, change.name);
  }
}

void visit(std::vector<SelectorResult>& selectors, const TextChange& change) {
  for (SelectorResult& selector : selectors) {
    names({&selector.id, &selector.project, &selector.operation, &selector.chosen}, change);
    texts({&selector.note}, change);
    for (SelectorStep& step : selector.steps) names({&step.backend}, change);
  }
}

void visit(std::vector<FeatureResult>& features, const TextChange& change) {
  for (FeatureResult& feature : features) {
    names({&feature.id}, change);
    visit(feature.reason, change);
    visit(feature.evidence, change);
  }
}

void visit(std::vector<KernelResult>& kernels, const TextChange& change) {
  for (KernelResult& kernel : kernels) {
    names({&kernel.id, &kernel.operation, &kernel.path}, change);
    visit(kernel.reason, change);
    visit(kernel.evidence, change);
    for (Figure& figure : kernel.figures) names({&figure.name, &figure.unit}, change);
  }
}

void visit(BenchClocks& clocks, const TextChange& change) {
  std::ranges::for_each(clocks.reasons, change.name);
  texts({&clocks.absent}, change);
}

void visit(BenchReport& bench, const TextChange& change) {
  for (BenchYardstick& yardstick : bench.yardsticks) {
    names({&yardstick.id}, change);
    texts({&yardstick.by}, change);
    visit(yardstick.reason, change);
    visit(yardstick.clocks, change);
  }
  for (BenchRow& row : bench.rows) {
    names({&row.kernel, &row.operation, &row.path, &row.shape, &row.tuning, &row.unit, &row.l2},
          change);
    texts({&row.image}, change);
    visit(row.reason, change);
    visit(row.clocks, change);
  }
}

void visit(DriverFacts& driver, const TextChange& change) {
  texts({&driver.library, &driver.version, &driver.cuda_version}, change);
  if (driver.fake) change.text(*driver.fake);
  visit(driver.changed_environment, change);
  visit(driver.injected_tools, change);
  visit(driver.problem, change);
  for (GpuFacts& gpu : driver.gpus) visit(gpu, change);
}

void visit(std::optional<ModelInput>& input, const TextChange& change) {
  if (!input) return;
  names({&input->unit}, change);
  texts({&input->by}, change);
}

void visit(ModelWay& way, const TextChange& change) {
  names({&way.operation, &way.best}, change);
  texts({&way.shape.kv_dtype, &way.reason}, change);
  visit(way.notes, change);
  std::ranges::for_each(way.runs, change.name);
  for (ModelReference& reference : way.references) names({&reference.kernel}, change);
  for (ModelRefusal& refusal : way.refused) {
    names({&refusal.backend}, change);
    texts({&refusal.why}, change);
  }
}

void visit(ModelReport& model, const TextChange& change) {
  texts({&model.id, &model.name}, change);  // a user's file may give them
  names({&model.target}, change);
  for (ModelCache& cache : model.cache) names({&cache.dtype}, change);
  for (std::optional<ModelInput>* input : {&model.memory, &model.bandwidth, &model.rate})
    visit(*input, change);
  for (ModelSize& size : model.sizes) {
    std::ranges::for_each(size.falls_back, change.text);
    std::ranges::for_each(size.missing, change.text);
  }
  for (ModelNeed& need : model.needs) {
    texts({&need.name}, change);
    for (ModelWay& way : need.ways) visit(way, change);
  }
}

void visit(DisputedFact& fact, const TextChange& change) {
  names({&fact.id}, change);
  texts({&fact.claim, &fact.finding, &fact.topic, &fact.about, &fact.command}, change);
  for (DisputedSource& source : fact.sources)
    texts({&source.who, &source.says, &source.reference}, change);
  visit(fact.evidence, change);
}

void visit(MatrixRow& row, const TextChange& change) {
  names({&row.feature, &row.target, &row.ptx}, change);
  texts({&row.toolkit, &row.sass, &row.message, &row.since}, change);
}

}  // namespace

void for_each_text(Report& report, const TextChange& change) {
  texts({&report.schema_version, &report.tool.version, &report.tool.commit, &report.tool.toolkit,
         &report.created, &report.command, &report.shape.kv_dtype},
        change);
  visit(report.driver, change);
  visit(report.environment, change);
  visit(report.log, change);
  for (GpuReport& gpu : report.gpus) {
    visit(gpu.facts, change);
    names({&gpu.target}, change);
    visit(gpu.features, change);
    visit(gpu.kernels, change);
    visit(gpu.backends, change);
    visit(gpu.rates, change);
    visit(gpu.selectors, change);
    visit(gpu.bench, change);
  }
  for (TargetReport& target : report.targets) {
    names({&target.target}, change);
    visit(target.features, change);
    visit(target.backends, change);
    visit(target.selectors, change);
  }
  for (SurveyResult& survey : report.surveys) visit(survey, change);
  for (ModelReport& model : report.models) visit(model, change);
  for (DisputedFact& fact : report.disputed) visit(fact, change);
  for (MatrixRow& row : report.matrix) visit(row, change);
}

}  // namespace bp
