#include "probes/assembly/log.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "probes/assembly/statements.h"

namespace bp {
namespace {

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::optional<LogLine::Severity> parse_severity(std::string_view word) {
  using enum LogLine::Severity;
  if (word == "error") return error;
  if (word == "fatal") return fatal;
  if (word == "warning") return warning;
  if (word == "info" || word == "advisory") return info;
  return std::nullopt;
}

/// The severity word that ends `head` ("..., line 9; error   "), and the rest before it.
struct Head {
  LogLine::Severity severity;
  std::string_view rest;
};
std::optional<Head> parse_head(std::string_view head) {
  head = trim(head);
  const auto word_begin = head.find_last_of(" \t;");
  const auto word = word_begin == std::string_view::npos ? head : head.substr(word_begin + 1);
  // Words such as "Error" do not occur; ptxas writes lower case but for "Advisory" and "Warning" of
  // one kind.
  std::string lower(word);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  const auto severity = parse_severity(lower);
  if (!severity) return std::nullopt;
  return Head{*severity, word_begin == std::string_view::npos ? std::string_view{}
                                                              : head.substr(0, word_begin)};
}

/// "..., line 48;" -> 48; 0 if none is named.
std::size_t parse_line_number(std::string_view text) {
  constexpr std::string_view marker = ", line ";
  const auto at = text.rfind(marker);
  if (at == std::string_view::npos) return 0;
  text.remove_prefix(at + marker.size());
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} ? number : 0;
}

/// Opcodes whose name is more than their first word, longest first. All else is a modifier:
/// `mma.sync...` is the instruction `mma` (PTX ISA 9.x, headings of section 9.7).
constexpr auto long_names = std::to_array<std::string_view>({
    "cp.async.bulk.prefetch.tensor",
    "cp.reduce.async.bulk.tensor",
    "cp.async.bulk.commit_group",
    "cp.async.bulk.wait_group",
    "cp.async.bulk.prefetch",
    "cp.async.bulk.tensor",
    "cp.reduce.async.bulk",
    "barrier.cluster.arrive",
    "barrier.cluster.wait",
    "cp.async.bulk",
    "cp.async.commit_group",
    "cp.async.wait_group",
    "cp.async.mbarrier.arrive",
    "cp.async",
});

/// Whether `opcode` is `name` with modifiers: `tcgen05.mma.cta_group::1.kind::f16` of
/// `tcgen05.mma`.
bool is_form_of(std::string_view opcode, std::string_view name) {
  return !name.empty() && opcode.starts_with(name) &&
         (opcode.size() == name.size() || opcode[name.size()] == '.' ||
          opcode[name.size()] == ':');  // tcgen05.fence::before_thread_sync
}

std::string_view base_opcode(std::string_view opcode) {
  for (const auto name : long_names) {
    if (is_form_of(opcode, name)) return name;
  }
  const auto first = opcode.find('.');
  const auto word = opcode.substr(0, first);
  // Namespaces: the second word is part of the name (wgmma.mma_async, tcgen05.alloc,
  // mbarrier.try_wait).
  constexpr auto namespaces =
      std::to_array<std::string_view>({"wgmma", "tcgen05", "mbarrier", "clusterlaunchcontrol",
                                       "griddepcontrol", "multimem", "tensormap", "setmaxnreg"});
  if (std::ranges::find(namespaces, word) == namespaces.end()) return word;
  return first == std::string_view::npos ? word : opcode.substr(0, opcode.find('.', first + 1));
}

bool contains(std::string_view text, std::string_view what) {
  return text.find(what) != std::string_view::npos;
}

/// The target is to blame: "... not supported on .target 'sm_120'", "... requires .target sm_90 or
/// higher".
bool blames_target(std::string_view message) {
  return contains(message, "not supported on .target") || contains(message, "requires .target");
}

/// "PTX ISA .version 8.7 or later", "Unsupported .version": says nothing about the hardware.
bool blames_version(std::string_view message) { return contains(message, ".version"); }

/// The instruction that a message names, if any: "Instruction 'wgmma.fence' not supported ...",
/// "Instruction 'mma with block scale' not supported ..."
std::string_view named_instruction(std::string_view message) {
  constexpr std::string_view marker = "Instruction '";
  const auto at = message.find(marker);
  if (at == std::string_view::npos) return {};
  message.remove_prefix(at + marker.size());
  return message.substr(0, message.find_first_of("' "));
}

/// Whether every word of `named` is one of `opcode`, in any order: ptxas says
/// `atom.cas.b128.global` of `atom.global.cas.b128`.
bool has_words_of(std::string_view opcode, std::string_view named) {
  const auto next_word = [](std::string_view& text) {
    const auto word = text.substr(0, text.find('.'));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    return word;
  };
  while (!named.empty()) {
    const auto word = next_word(named);
    bool found = false;
    for (auto rest = opcode; !rest.empty() && !found;) found = is_form_of(next_word(rest), word);
    if (!found) return false;
  }
  return true;
}

/// Lines that hold `own` itself, or another form of the same instruction.
struct OwnLines {
  std::vector<std::size_t> exact;
  std::vector<std::size_t> same_base;
};
OwnLines own_lines(std::string_view ptx, std::string_view own) {
  OwnLines lines;
  for (const auto& statement : statements(ptx)) {
    if (statement.opcode == own)
      lines.exact.push_back(statement.line);
    else if (base_opcode(statement.opcode) == base_opcode(own))
      lines.same_base.push_back(statement.line);
  }
  return lines;
}

bool is_refusal(const LogLine& line) {
  return line.severity == LogLine::Severity::error || line.severity == LogLine::Severity::fatal;
}

}  // namespace

std::vector<LogLine> parse_log(std::string_view log) {
  std::vector<LogLine> lines;
  while (!log.empty()) {
    const auto end = log.find('\n');
    const auto line = trim(log.substr(0, end));
    log.remove_prefix(end == std::string_view::npos ? log.size() : end + 1);
    if (!line.starts_with("ptxas")) continue;
    // "ptxas FILE, line N; error   : message": FILE may hold ": ", so try every one.
    for (auto colon = line.find(':'); colon != std::string_view::npos;
         colon = line.find(':', colon + 1)) {
      const auto head = parse_head(line.substr(0, colon));
      if (!head) continue;
      lines.push_back({parse_line_number(head->rest), head->severity,
                       std::string(trim(line.substr(colon + 1)))});
      break;
    }
  }
  return lines;
}

Judgement judge(std::string_view ptx, std::span<const LogLine> log, std::string_view own) {
  const auto lines = own_lines(ptx, own);
  // What falls on the instruction itself decides; other forms of it (a second shape in the same
  // loop) only if nothing does. A module without an own instruction (a kernel) is judged by all its
  // lines.
  std::vector<const LogLine*> deciding;
  const auto collect = [&](const std::vector<std::size_t>& wanted) {
    for (const auto& entry : log) {
      if (!is_refusal(entry) || entry.line == 0) continue;
      if (!own.empty() && std::ranges::find(wanted, entry.line) == wanted.end()) continue;
      // Several instructions may share a line: a message that names another one is not about this
      // one.
      const auto named = named_instruction(entry.message);
      if (!own.empty() && contains(named, ".") && !has_words_of(own, named)) continue;
      deciding.push_back(&entry);
    }
  };
  collect(lines.exact);
  if (deciding.empty() && !own.empty()) collect(lines.same_base);

  const auto find = [&](auto predicate) -> const LogLine* {
    const auto found =
        std::ranges::find_if(deciding, [&](const LogLine* l) { return predicate(l->message); });
    return found == deciding.end() ? nullptr : *found;
  };
  // A version message on the instruction means that the text was assembled under too old a
  // `.version`: then what is said of the target may be wrong as well.
  if (const auto* version = find(blames_version)) return {Refusal::other, version->message};
  // "Instruction 'tcgen05.st' not supported" says more than "Feature '.32x32b' not supported".
  const auto names_own = [&](std::string_view message) {
    return blames_target(message) && is_form_of(own, named_instruction(message));
  };
  if (const auto* named = find(names_own)) return {Refusal::not_on_target, named->message};
  if (const auto* target = find(blames_target)) return {Refusal::not_on_target, target->message};
  if (!deciding.empty()) return {Refusal::other, deciding.front()->message};
  // Nothing on the own instruction: the first complaint is what stopped the assembler.
  const auto first = std::ranges::find_if(log, is_refusal);
  return {Refusal::other, first == log.end() ? std::string{} : first->message};
}

}  // namespace bp
