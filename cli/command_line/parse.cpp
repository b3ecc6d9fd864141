// Words of a command line -> what to do, or one sentence about what is wrong with them.
#include <CLI/CLI.hpp>
#include <optional>

#include "cli/command_line/declaration.h"
#include "cli/output/exit_status.h"
#include "cli/output/nearest.h"

namespace bp {
namespace {

const CLI::App* chosen_app(const Declaration& declaration) {
  const auto* command = declaration.chosen();
  return command == nullptr ? nullptr : command->app;
}

std::vector<std::string> flags_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

Message wrong(const CLI::App* command, std::string sentence) {
  const std::string name = command == nullptr ? "" : " " + command->get_name();
  if (!sentence.ends_with('?')) sentence += '.';
  return {"blackwell-probe: " + sentence + " See blackwell-probe" + name + " --help.\n",
          static_cast<int>(ExitStatus::usage)};
}

/// What is wrong with words that no option or command took.
std::optional<Message> judge_extras(const Declaration& declaration) {
  const CLI::App* command = chosen_app(declaration);
  const CLI::App& owner = command == nullptr ? declaration.root : *command;
  std::vector<std::string> words = declaration.root.remaining();
  if (command != nullptr) {
    const auto more = command->remaining();
    words.insert(words.end(), more.begin(), more.end());
  }
  if (words.empty()) return std::nullopt;
  const std::string& word = words.front();
  if (word.size() > 1 && word.front() == '-') {
    const std::string flag = word.substr(0, word.find('='));
    return wrong(command, "Unknown flag " + flag + suggestion(flag, flags_of(owner)));
  }
  if (command == nullptr) {
    return wrong(command,
                 "Unknown command \"" + word + "\"" + suggestion(word, declaration.names()));
  }
  return wrong(command, "Unexpected argument \"" + word + "\"");
}

/// What CLI11 says, as a sentence of ours where its own is unclear.
std::string sentence_of(const CLI::ParseError& error) {
  std::string text = error.what();
  while (!text.empty() && (text.back() == '\n' || text.back() == '.')) text.pop_back();
  const std::string name = text.substr(0, text.find(':'));
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    const bool too_many = text.find("At Most") != std::string::npos;
    return name + (too_many ? " may be given only once" : " needs a value");
  }
  if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr) {
    return "The value of a flag is not a number: " + text;
  }
  return text;
}

/// An argument without a flag: no command can do without it.
std::optional<Message> judge_missing(const Declaration& declaration) {
  const CLI::App* command = chosen_app(declaration);
  if (command == nullptr) return std::nullopt;
  for (const CLI::Option* option : command->get_options()) {
    if (!option->get_positional() || option->count() > 0) continue;
    const Values& values = declaration.values.at(option);
    if (values.instead != nullptr && values.instead->count() > 0) continue;
    return wrong(command, command->get_name() + " needs " +
                              (values.words.empty() ? "the name of " + values.file
                                                    : "one of " + joined(values.words)));
  }
  return std::nullopt;
}

/// Flags before the command belong to the bare command: with a command they would be lost without a
/// word.
std::optional<Message> judge_misplaced(const Declaration& declaration) {
  const CLI::App* command = chosen_app(declaration);
  if (command == nullptr) return std::nullopt;
  for (const CLI::Option* option : declaration.root.get_options()) {
    if (option->count() == 0) continue;
    return wrong(command, option->get_name() + " must stand after \"" + command->get_name() + "\"");
  }
  return std::nullopt;
}

}  // namespace

Invocation parse_command_line(int argc, const char* const* argv) {
  if (argc == 2 && std::string_view(argv[1]) == "__man") return ManPageOptions{};
  Declaration declaration;
  try {
    declaration.root.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const CLI::App* command = chosen_app(declaration);
    return Message{command == nullptr ? declaration.root.help() : command->help("blackwell-probe"),
                   0};
  } catch (const CLI::ParseError& error) {
    // A mistyped flag often makes something else look wrong too: it is the better thing to name.
    if (const auto extra = judge_extras(declaration)) return *extra;
    return wrong(chosen_app(declaration), sentence_of(error));
  }
  if (const auto extra = judge_extras(declaration)) return *extra;
  if (const auto misplaced = judge_misplaced(declaration)) return *misplaced;
  if (const auto missing = judge_missing(declaration)) return *missing;
  return declaration.invocation();
}

}  // namespace bp
