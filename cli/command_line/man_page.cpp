#include "cli/command_line/man_page.h"

#include <algorithm>

#include "cli/output/exit_status.h"
#include "cli/output/variables.h"

namespace bp {
namespace {

/// Text as it is: no character of it is a request or a typographer's substitute.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool at_start = out.empty() || out.back() == '\n';
    switch (c) {
      case '\\':
        out += "\\e";
        break;
      case '-':
        out += "\\-";
        break;
      case '\'':
        out += "\\(aq";
        break;
      case '`':
        out += "\\(ga";
        break;
      case '^':
        out += "\\(ha";
        break;
      case '~':
        out += "\\(ti";
        break;
      case '"':
        out += "\\(dq";
        break;
      case '.':
        if (at_start) out += "\\&";
        [[fallthrough]];
      default:
        out += c;
    }
  }
  return out;
}

/// In lines that people can read in the source too.
std::string filled(std::string_view text) {
  constexpr std::size_t width = 78;
  std::string out;
  std::string line;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || plain(line).size() + 1 + plain(word).size() <= width) {
      line.append(line.empty() ? "" : " ").append(word);
      continue;
    }
    out += plain(line) + "\n";
    line = word;
  }
  return out + plain(line);
}

std::string bold(std::string_view text) { return "\\fB" + plain(text) + "\\fP"; }
std::string italic(std::string_view text) { return "\\fI" + plain(text) + "\\fP"; }

class Page {
 public:
  void line(const std::string& text) { text_ += text + "\n"; }
  void section(std::string_view title) { line(".SH " + std::string(title)); }
  void subsection(std::string_view title) { line(".SS " + plain(title)); }
  void paragraph(std::string_view text) {
    line(".PP");
    line(filled(text));
  }
  /// A term and what it means.
  void item(const std::string& term, std::string_view text) {
    line(".TP");
    line(term);
    line(filled(text));
  }
  void example(const std::vector<std::string>& lines_of_shell) {
    line(".PP\n.RS 4\n.nf");
    for (const std::string& text : lines_of_shell) line(plain(text));
    line(".fi\n.RE");
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string usage(const CommandDescription& command, bool is_root) {
  std::string text = bold("blackwell-probe");
  if (!is_root) text += " " + bold(command.name);
  text += " [" + italic("OPTIONS") + "]";
  for (const OptionDescription& argument : command.arguments) text += " " + italic(argument.value);
  return text;
}

std::string sentence(std::string text) {
  if (!text.empty() && text.back() != '.' && text.back() != '?') text += '.';
  return text;
}

void write_options(Page& page, const CommandDescription& command) {
  for (const OptionDescription& argument : command.arguments)
    page.item(italic(argument.value), sentence(argument.text));
  for (const OptionDescription& option : command.options) {
    std::string term;
    for (const std::string& name : option.names) term += (term.empty() ? "" : ", ") + bold(name);
    if (!option.value.empty()) term += " " + italic(option.value);
    std::string text = sentence(option.text);
    if (option.list) text += " Several may be given, with commas between them or a flag for each.";
    page.item(term, text);
  }
}

void write_names(Page& page, const char* title, const char* text, const std::vector<Word>& names) {
  page.section(title);
  page.line(filled(text));
  for (const Word& name : names) page.item(bold(name.word), sentence(name.text));
}

void write_targets(Page& page) {
  page.section("TARGETS");
  page.line(
      filled("What --target takes; without a suffix it means the GPU, whichever suffix a "
             "feature needs there:"));
  page.line(filled(joined(words_of(target_names())) + "."));
}

void write_environment(Page& page) {
  page.section("ENVIRONMENT");
  for (const Variable& variable : terminal_variables) page.item(bold(variable.name), variable.text);
  const auto names_of = [](const auto& variables) {
    return bold(joined(std::vector<std::string>(variables.begin(), variables.end())));
  };
  page.item(names_of(node_variables),
            "The first that is set is the name of this node for %h in the name of an output; "
            "without one it is the system's.");
  page.item(names_of(rank_variables),
            "The first that is set is the rank of this task for %r in the name of an output.");
  page.item(names_of(reported_variables),
            "They change which GPUs are seen or how they answer; the report holds their values.");
  page.paragraph(
      "The processes that open the driver set or clear variables of CUDA that would change the "
      "evidence; the report lists what they changed.");
}

void write_files(Page& page) {
  page.section("FILES");
  page.line("Below the folder that the program was installed into:");
  page.item(italic("share/blackwell-probe/report.schema.json"),
            "JSON Schema of what --format json and -o report.json write. Beside it are those of "
            "what gate and diff write, of the fleet that merge writes, and of the files that "
            "--model reads.");
  page.item(italic("share/doc/blackwell-probe/LICENSE"), "The licence of this program.");
  page.item(italic("share/doc/blackwell-probe/THIRD-PARTY.txt"),
            "The licences of the libraries that are part of it.");
}

}  // namespace

std::string man_page(const ProgramDescription& program, std::string_view version,
                     std::string_view date) {
  Page page;
  page.line(".\\\" Generated by blackwell-probe from its command line.");
  page.line(".TH BLACKWELL\\-PROBE 1 \"" + std::string(date) + "\" \"blackwell-probe " +
            std::string(version) + "\" \"User Commands\"");
  // Ids and commands are not to be hyphenated, nor lines stretched.
  page.line(".nh\n.ad l");
  page.section("NAME");
  page.line("blackwell\\-probe \\- find out by execution which kernels a GPU runs");
  page.section("SYNOPSIS");
  page.line(usage(program.root, true));
  for (const CommandDescription& command : program.commands)
    page.line(".br\n" + usage(command, false));
  page.section("DESCRIPTION");
  page.line(filled(program.root.text));
  page.paragraph(
      "Small probes are executed on the GPUs of this machine, their results compared with a "
      "reference, and once more with a planted fault that must be noticed. From that follows for "
      "each known kernel backend whether it runs on the GPU, and if not, whether the hardware, the "
      "library's own gate or something else is in the way. Every statement names its evidence.");
  page.paragraph(
      "Where there is no GPU, the report says what an assembler accepts for every known target, "
      "and "
      "what is therefore expected to run there. The driver's library is loaded when it is needed: "
      "nothing of CUDA has to be installed.");
  page.section("COMMANDS");
  page.subsection("without a command");
  page.line(filled("All that can be told about this machine."));
  write_options(page, program.root);
  for (const CommandDescription& command : program.commands) {
    page.subsection(command.name);
    page.line(usage(command, false));
    page.paragraph(sentence(command.text));
    write_options(page, command);
  }
  write_names(page, "FEATURES",
              "What --only, --skip and --feature take, as they are or as globs:", feature_names());
  write_names(page, "KERNELS", "What --only and --skip take too:", kernel_names());
  write_names(page, "SWEEPS AND FACTS",
              "What --only and --skip take too, at --level full:", survey_names());
  write_targets(page);
  page.section("EXIT STATUS");
  for (const ExitStatusMeaning& row : exit_status_meanings()) {
    page.item(bold(std::to_string(static_cast<int>(row.status))),
              sentence(std::string(row.brief)) + " " + std::string(row.more));
  }
  write_environment(page);
  write_files(page);
  page.section("EXAMPLES");
  page.line("With and without a command:");
  page.example(program.root.examples);
  for (const CommandDescription& command : program.commands) {
    page.line(".PP\nOf " + bold(command.name) + ":");
    page.example(command.examples);
  }
  page.section("SEE ALSO");
  page.line(".BR nvidia\\-smi (1)");
  return page.text();
}

}  // namespace bp
