#include "cli/command_line/description.h"

namespace bp {
namespace {

OptionDescription describe(const CLI::Option& option, const ValueTable& table) {
  OptionDescription described;
  for (const std::string& name : option.get_snames()) described.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) described.names.push_back("--" + name);
  described.text = option.get_description();
  described.repeatable = option.get_items_expected_max() > 1;
  described.list = option.get_delimiter() != '\0';
  if (option.get_items_expected_max() > 0) described.value = option.get_type_name();
  const auto found = table.find(&option);
  if (found == table.end()) return described;
  const Values& values = found->second;
  described.file = !values.file.empty();
  for (const std::string& word : values.words) described.words.push_back({word, {}});
  if (values.names != nullptr) described.words = values.names();
  return described;
}

CommandDescription describe(const CLI::App& app, std::vector<std::string> examples,
                            const ValueTable& table) {
  CommandDescription described{app.get_name(), app.get_description(), {}, {}, std::move(examples)};
  for (const CLI::Option* option : app.get_options()) {
    auto& kind = option->get_positional() ? described.arguments : described.options;
    kind.push_back(describe(*option, table));
  }
  return described;
}

}  // namespace

ProgramDescription describe(const Declaration& declaration) {
  ProgramDescription program{
      describe(declaration.root, declaration.root_examples, declaration.values), {}};
  for (const Declaration::Command& command : declaration.commands)
    program.commands.push_back(describe(*command.app, command.examples, declaration.values));
  return program;
}

}  // namespace bp
