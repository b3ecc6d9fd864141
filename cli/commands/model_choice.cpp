#include "cli/commands/model_choice.h"

#include <algorithm>

#include "cli/command_line/names.h"
#include "cli/commands/report_input.h"
#include "cli/output/nearest.h"

namespace bp {
namespace {

/// No preset is called like a file.
bool names_a_file(const std::string& name) {
  return name == "-" || name.ends_with(".json") || name.find('/') != std::string::npos;
}

Model read_model_file(const std::string& path) {
  const InputFile input =
      read_input(path, max_model_bytes, "name a model file, or a model of `list models`");
  if (!input.error.empty()) throw ModelError(input.error);
  try {
    return parse_model(input.text);
  } catch (const ModelError& error) {
    throw ModelError((path == "-" ? "Standard input" : path) + " is not a model file: " +
                     error.what() + " (docs/models.md says what stands in one)");
  }
}

}  // namespace

ModelChoice choose_models(const std::vector<std::string>& names) {
  if (names.empty()) return {embedded_models(), {}};
  ModelChoice choice;
  for (const std::string& name : names) {
    try {
      const Model* preset = names_a_file(name) ? nullptr : find_model(name);
      if (preset == nullptr && !names_a_file(name))
        return {{},
                "--model " + name +
                    " is no model of `list models`, and a file is named with '/' "
                    "or .json" +
                    suggestion(name, words_of(model_names()))};
      choice.models.push_back(preset != nullptr ? *preset : read_model_file(name));
    } catch (const ModelError& error) {
      return {{}, error.what()};
    }
  }
  return choice;
}

}  // namespace bp
