#include "tests/report/planted.h"

namespace bp::test {
namespace {

void plant(std::string& place, const std::string& text) { place += " " + text; }

void plant(std::optional<Reason>& reason, const std::string& text) {
  if (!reason) return;
  plant(reason->sentence, text);
  plant(reason->remedy, text);
}

void plant(std::vector<Evidence>& evidence, const std::string& text) {
  for (Evidence& item : evidence) {
    plant(item.by, text);
    plant(item.text, text);
  }
}

void plant(FactValue& value, std::string& absent, const std::string& text) {
  if (auto* words = std::get_if<std::string>(&value)) plant(*words, text);
  if (!absent.empty()) plant(absent, text);
}

void plant(std::vector<Fact>& facts, const std::string& text) {
  for (Fact& fact : facts) {
    plant(fact.value, fact.absent, text);
    plant(fact.by, text);
  }
}

void plant(std::vector<BackendResult>& backends, const std::string& text) {
  for (BackendResult& backend : backends) {
    plant(backend.reason, text);
    for (std::string& note : backend.notes) plant(note, text);
    plant(backend.versions, text);
    plant(backend.takes, text);
  }
}

void plant(std::vector<SelectorResult>& selectors, const std::string& text) {
  for (SelectorResult& selector : selectors) plant(selector.note, text);
}

void plant(ModelReport& model, const std::string& text) {
  plant(model.id, text);
  plant(model.name, text);
  for (std::optional<ModelInput>* input : {&model.memory, &model.bandwidth, &model.rate}) {
    if (*input) plant((*input)->by, text);
  }
  for (ModelNeed& need : model.needs) {
    for (ModelWay& way : need.ways) {
      plant(way.reason, text);
      for (std::string& note : way.notes) plant(note, text);
      for (ModelRefusal& refusal : way.refused) plant(refusal.why, text);
    }
  }
}

template <typename Results>
void plant_results(Results& results, const std::string& text) {
  for (auto& result : results) {
    plant(result.reason, text);
    plant(result.evidence, text);
  }
}

}  // namespace

void plant(Report& report, const std::string& text) {
  plant(report.command, text);
  plant(report.shape.kv_dtype, text);
  plant(report.driver.library, text);
  plant(report.driver.version, text);
  if (report.driver.fake) plant(*report.driver.fake, text);
  plant(report.driver.problem, text);
  for (std::string& change : report.driver.changed_environment) plant(change, text);
  for (std::string& tool : report.driver.injected_tools) plant(tool, text);
  plant(report.environment, text);
  for (std::string& line : report.log) plant(line, text);
  for (GpuReport& gpu : report.gpus) {
    plant(gpu.facts.name, text);
    plant(gpu.facts.problem, text);
    plant(gpu.facts.facts, text);
    plant_results(gpu.features, text);
    plant_results(gpu.kernels, text);
    plant(gpu.backends, text);
    plant(gpu.selectors, text);
    for (RateResult& rate : gpu.rates) {
      plant(rate.peak_source, text);
      for (std::string& note : rate.notes) plant(note, text);
    }
  }
  for (TargetReport& target : report.targets) {
    plant_results(target.features, text);
    plant(target.backends, text);
    plant(target.selectors, text);
  }
  plant_results(report.surveys, text);
  for (SurveyResult& survey : report.surveys) {
    for (SurveyValue& value : survey.values) {
      plant(value.value, value.absent, text);
      plant(value.invalid, text);
    }
    for (auto& row : survey.rows) {
      for (Cell& cell : row) plant(cell.value, cell.absent, text);
    }
  }
  for (ModelReport& model : report.models) plant(model, text);
  for (DisputedFact& fact : report.disputed) {
    plant(fact.finding, text);
    plant(fact.evidence, text);
    plant(fact.command, text);
    for (DisputedSource& source : fact.sources) {
      plant(source.who, text);
      plant(source.says, text);
      plant(source.reference, text);
    }
  }
  for (MatrixRow& row : report.matrix) {
    plant(row.toolkit, text);
    plant(row.message, text);
  }
}

}  // namespace bp::test
