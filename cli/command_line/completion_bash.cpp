// Needs bash 4.4 and not the package bash-completion: bare systems do not have it.
#include <map>

#include "cli/command_line/completion.h"

namespace bp {
namespace {

std::string words_of_options(const CommandDescription& command, bool with_value_only) {
  std::string text;
  for (const OptionDescription& option : command.options) {
    if (with_value_only && option.value.empty()) continue;
    for (const std::string& name : option.names) text += (text.empty() ? "" : " ") + name;
  }
  return text;
}

/// What the value of an option or argument is completed to, as commands of the script.
std::string completed(const OptionDescription& option) {
  if (option.file) return "files=1";
  if (option.words.empty()) return {};
  return std::string(option.list ? "list=1 " : "") +
         "words=" + shell_quoted(joined(words_of(option.words), " "));
}

/// Branches of a case, those with the same body together: "pattern|pattern) body ;;".
class Branches {
 public:
  void add(const std::string& pattern, const std::string& body) {
    if (body.empty()) return;
    const auto [found, is_new] = patterns_.emplace(body, pattern);
    if (is_new) {
      order_.push_back(body);
    } else {
      found->second += " | " + pattern;
    }
  }
  std::string text(const std::string& indent) const {
    std::string all;
    for (const std::string& body : order_)
      all += indent + patterns_.at(body) + ") " + body + " ;;\n";
    return all;
  }

 private:
  std::map<std::string, std::string> patterns_;
  std::vector<std::string> order_;
};

constexpr const char* head = R"(_blackwell_probe() {
  local current=${COMP_WORDS[COMP_CWORD]} flag='' front='' command='' flags='' valued='' words=''
  local files='' list='' argument=0 i word
  COMPREPLY=()
  # "--flag=value": three words where '=' breaks words, one where it does not.
  if [[ $current == '=' ]]; then
    current=''
    flag=${COMP_WORDS[COMP_CWORD - 1]}
  elif ((COMP_CWORD > 1)) && [[ ${COMP_WORDS[COMP_CWORD - 1]} == '=' ]]; then
    flag=${COMP_WORDS[COMP_CWORD - 2]}
  elif [[ $current == --*=* ]]; then
    flag=${current%%=*}
    front=$flag=
    current=${current#*=}
  fi
  # A quote that was opened is not part of the word.
  current=${current#[\'\"]}
)";

constexpr const char* tail = R"(  if [[ -z $files$words && -z $flag ]]; then
    # Flags where a word could start one, and where nothing else can follow.
    [[ -n $current && $current != -* ]] || words=$flags
  fi
  if [[ -n $files ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -P "$front" -- "$current")
  elif [[ -n $words ]]; then
    if [[ -n $list && $current == *,* ]]; then
      front+=${current%,*},
      current=${current##*,}
    fi
    mapfile -t COMPREPLY < <(compgen -P "$front" -W "$words" -- "$current")
  fi
}
complete -F _blackwell_probe blackwell-probe
)";

}  // namespace

std::string bash_completion(const ProgramDescription& program) {
  std::string names;
  std::string patterns;
  Branches flags;
  Branches values;
  Branches arguments;
  const auto add = [&](const CommandDescription& command, const std::string& name) {
    flags.add(name.empty() ? "''" : name, "flags='" + words_of_options(command, false) +
                                              "' valued=' " + words_of_options(command, true) +
                                              " '");
    for (const OptionDescription& option : command.options) {
      for (const std::string& flag : option.names)
        values.add("'" + name + " " + flag + "'", completed(option));
    }
    for (std::size_t i = 0; i < command.arguments.size(); ++i)
      arguments.add("'" + name + " " + std::to_string(i) + "'", completed(command.arguments[i]));
  };
  add(program.root, "");
  for (const CommandDescription& command : program.commands) {
    names += (names.empty() ? "" : " ") + command.name;
    patterns += (patterns.empty() ? "" : " | ") + command.name;
    add(command, command.name);
  }
  return generated_by(program, "bash") + head +
         "  # Flags before a command are an error, so that the command is the first word.\n"
         "  case ${COMP_WORDS[1]} in\n    " +
         patterns + ") ((COMP_CWORD > 1)) && command=${COMP_WORDS[1]} ;;\n  esac\n" +
         "  case $command in\n" + flags.text("    ") + "  esac\n" +
         R"(  # Which argument this is: words before it that are neither flags nor their values.
  for ((i = 2; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ $word == '=' || ${COMP_WORDS[i - 1]} == '=' || $valued == *" ${COMP_WORDS[i - 1]} "* ]]; then
      continue
    fi
    [[ $word == -?* ]] || ((argument += 1))
  done
  if [[ -z $flag ]] && ((COMP_CWORD > 1)) && [[ $valued == *" ${COMP_WORDS[COMP_CWORD - 1]} "* ]]; then
    flag=${COMP_WORDS[COMP_CWORD - 1]}
  fi
  if [[ -n $flag ]]; then
    case "$command $flag" in
)" + values.text("      ") +
         "    esac\n  elif [[ $current != -* ]]; then\n    if ((COMP_CWORD == 1)); then\n"
         "      words='" +
         names + "'\n    fi\n    case \"$command $argument\" in\n" + arguments.text("      ") +
         "    esac\n  fi\n" + tail;
}

}  // namespace bp
