// For a folder of $fpath, as _blackwell-probe, or to be sourced after compinit.
#include <map>

#include "cli/command_line/completion.h"

namespace bp {
namespace {

std::string escaped(const std::string& text, const std::string& special) {
  std::string out;
  for (const char c : text) {
    if (special.find(c) != std::string::npos) out += '\\';
    out += c;
  }
  return out;
}

/// Functions that complete comma-separated names, one for each set of names.
class Lists {
 public:
  std::string function(const OptionDescription& option) {
    std::string body = "  _values -s , " + shell_quoted(option.value);
    for (const Word& word : option.words)
      body += " \\\n    " + shell_quoted(word.word + "[" + escaped(word.text, "\\[]:") + "]");
    const auto [found, is_new] =
        names_.emplace(body, "_blackwell_probe_names_" + std::to_string(names_.size() + 1));
    if (is_new) text_ += found->second + "() {\n" + body + "\n}\n\n";
    return found->second;
  }
  const std::string& text() const { return text_; }

 private:
  std::map<std::string, std::string> names_;
  std::string text_;
};

std::string action(const OptionDescription& option, Lists& lists) {
  if (option.file) return "_files";
  if (option.words.empty()) return " ";
  if (option.list) return lists.function(option);
  return "(" + joined(words_of(option.words), " ") + ")";
}

std::string specifications(const CommandDescription& command, Lists& lists) {
  std::string text;
  const auto line = [&](const std::string& word) { text += " \\\n        " + shell_quoted(word); };
  for (const OptionDescription& option : command.options) {
    for (const std::string& name : option.names) {
      std::string word;
      if (option.repeatable) {
        word = "*";
      } else if (option.names.size() > 1) {
        word = "(" + joined(option.names, " ") + ")";
      }
      word += name;
      const bool is_long = name.starts_with("--");
      if (!option.value.empty()) word += is_long ? "=" : "+";
      word += "[" + escaped(option.text, "\\[]:") + "]";
      if (!option.value.empty())
        word += ":" + escaped(option.value, "\\:") + ":" + action(option, lists);
      line(word);
    }
  }
  for (const OptionDescription& argument : command.arguments)
    line(":" + escaped(argument.value, "\\:") + ":" + action(argument, lists));
  return "_arguments -s -S" + text + " && status_=0\n";
}

}  // namespace

std::string zsh_completion(const ProgramDescription& program) {
  Lists lists;
  std::string commands;
  std::string branches;
  for (const CommandDescription& command : program.commands) {
    commands += "    " +
                shell_quoted(escaped(command.name, ":\\") + ":" + escaped(command.text, "\\")) +
                "\n";
    branches += "    " + command.name + ")\n      shift words\n      ((CURRENT -= 1))\n      " +
                specifications(command, lists) + "      ;;\n";
  }
  branches += "    *)\n      " + specifications(program.root, lists) + "      ;;\n";
  return "#compdef " + program.root.name + "\n" + generated_by(program, "zsh") + "\n" +
         lists.text() +
         R"(_blackwell_probe() {
  local status_=1 command=''
  local -a commands
  commands=(
)" + commands +
         R"(  )
  # Flags before a command are an error, so that the command is the first word.
  if ((CURRENT == 2)) && [[ $words[2] != -* ]]; then
    _describe -t commands command commands && status_=0
    return status_
  fi
  ((CURRENT > 2)) && command=$words[2]
  case $command in
)" + branches +
         R"(  esac
  return status_
}

if [[ $funcstack[1] == _blackwell-probe ]]; then
  _blackwell_probe "$@"
else
  compdef _blackwell_probe blackwell-probe
fi
)";
}

}  // namespace bp
