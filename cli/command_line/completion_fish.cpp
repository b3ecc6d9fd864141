#include <map>

#include "cli/command_line/completion.h"

namespace bp {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

/// Functions that print names with their meanings, one for each set of names.
class NameSets {
 public:
  std::string function(const std::vector<Word>& words) {
    std::string body = "    printf '%s\\t%s\\n'";
    for (const Word& word : words)
      body += " \\\n        " + quoted(word.word) + " " + quoted(word.text);
    const auto [found, is_new] =
        names_.emplace(body, "__blackwell_probe_names_" + std::to_string(names_.size() + 1));
    if (is_new) text_ += "function " + found->second + "\n" + body + "\nend\n\n";
    return found->second;
  }
  const std::string& text() const { return text_; }

 private:
  std::map<std::string, std::string> names_;
  std::string text_;
};

std::string value_of(const OptionDescription& option, NameSets& sets) {
  if (option.file) return " -r -F";
  if (option.words.empty()) return " -x";
  if (option.list) {
    return " -x -a " + quoted("(__blackwell_probe_list (" + sets.function(option.words) + "))");
  }
  return " -x -a " + quoted(joined(words_of(option.words), " "));
}

std::string lines_of(const CommandDescription& command, const std::string& condition,
                     NameSets& sets) {
  std::string text;
  const std::string start = "complete -c blackwell-probe -n ";
  for (const OptionDescription& option : command.options) {
    text += start + quoted(condition);
    for (const std::string& name : option.names)
      text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    if (!option.value.empty()) text += value_of(option, sets);
    text += " -d " + quoted(option.text) + "\n";
  }
  for (const OptionDescription& argument : command.arguments) {
    if (argument.file) {
      text += start + quoted(condition) + " -F\n";
      continue;
    }
    const std::string words = joined(words_of(argument.words), " ");
    text += start + quoted(condition + "; and not __blackwell_probe_has " + words) + " -a " +
            quoted(words) + "\n";
  }
  return text;
}

constexpr const char* functions = R"(function __blackwell_probe_first
    test (count (commandline -opc)) -eq 1
end

# Flags before a command are an error, so that the command is the first word.
function __blackwell_probe_in
    set -l words (commandline -opc)
    test (count $words) -gt 1; and contains -- $words[2] $argv
end

function __blackwell_probe_has
    set -l words (commandline -opc)
    for word in $argv
        contains -- $word $words[3..-1]; and return 0
    end
    return 1
end

# Names after what was written up to the last comma.
function __blackwell_probe_list
    set -l word (commandline -ct | string replace -r -- '^--[^=]*=' '' | string replace -r '^[\'"]' '')
    set -l front (string replace -r '[^,]*$' '' -- "$word")
    printf '%s\n' "$front"$argv
end

)";

}  // namespace

std::string fish_completion(const ProgramDescription& program) {
  NameSets sets;
  std::string names;
  std::string commands;
  std::string lines;
  for (const CommandDescription& command : program.commands) {
    names += (names.empty() ? "" : " ") + command.name;
    commands += "complete -c blackwell-probe -n __blackwell_probe_first -a " + command.name +
                " -d " + quoted(command.text) + "\n";
    lines += "\n" + lines_of(command, "__blackwell_probe_in " + command.name, sets);
  }
  lines = lines_of(program.root, "not __blackwell_probe_in " + names, sets) + lines;
  return generated_by(program, "fish") + "\n" + functions + sets.text() +
         "complete -c blackwell-probe -f\n" + commands + "\n" + lines;
}

}  // namespace bp
