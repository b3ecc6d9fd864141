#include "cli/command_line/names.h"

#include "kernels/kernel.h"
#include "probes/assembly/embedded/toolkit_table.h"
#include "probes/features/probe.h"
#include "probes/registry/feature.h"
#include "probes/registry/survey.h"
#include "probes/registry/target.h"
#include "report/models/model.h"

namespace bp {

std::vector<Word> feature_names() {
  std::vector<Word> names;
  for (const Feature& feature : features()) {
    if (find_probe(feature.id) != nullptr)
      names.push_back({std::string(feature.id), std::string(feature.title)});
  }
  return names;
}

std::vector<Word> kernel_names() {
  std::vector<Word> names;
  for (const Kernel& kernel : kernels())
    names.push_back({std::string(kernel.id), std::string(kernel.title)});
  return names;
}

std::vector<Word> survey_names() {
  std::vector<Word> names;
  for (const SurveyRow& survey : surveys())
    names.push_back({std::string(survey.id), std::string(survey.title)});
  return names;
}

std::vector<Word> item_names() {
  std::vector<Word> names = feature_names();
  for (Word& kernel : kernel_names()) names.push_back(std::move(kernel));
  for (Word& survey : survey_names()) names.push_back(std::move(survey));
  return names;
}

std::vector<Word> target_names() {
  std::vector<Word> names;
  for (const Target target : toolkit_targets())
    names.push_back({to_string(target), "compute capability " + to_string(target.cc)});
  return names;
}

std::string release_of(const Toolkit& toolkit) {
  // "ptxas 12.8.93" -> "12.8"
  const auto start = toolkit.name.rfind(' ') + 1;
  return toolkit.name.substr(start, toolkit.name.rfind('.') - start);
}

std::vector<Word> toolkit_names() {
  std::vector<Word> names;
  for (const Toolkit& toolkit : toolkit_table().toolkits)
    names.push_back({release_of(toolkit), toolkit.name});
  names.push_back({"newest", "the newest of them"});
  names.push_back({"all", "each of them"});
  return names;
}

std::vector<Word> model_names() {
  std::vector<Word> names;
  for (const Model& model : embedded_models()) names.push_back({model.id, model.name});
  return names;
}

std::vector<std::string> words_of(const std::vector<Word>& words) {
  std::vector<std::string> all;
  for (const Word& word : words) all.push_back(word.word);
  return all;
}

}  // namespace bp
