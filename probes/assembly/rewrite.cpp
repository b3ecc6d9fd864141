#include "probes/assembly/rewrite.h"

#include <algorithm>
#include <array>
#include <set>

#include "probes/assembly/statements.h"

namespace bp {
namespace {

/// The text cut at its newlines; every piece but perhaps the last ends with one.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto size = end == std::string_view::npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

/// Whether the line is the given module directive (".version 9.0").
bool is_directive(std::string_view line, std::string_view name) {
  const auto start = line.find_first_not_of(" \t");
  if (start == std::string_view::npos) return false;
  line.remove_prefix(start);
  return line.starts_with(name) && line.size() > name.size() &&
         (line[name.size()] == ' ' || line[name.size()] == '\t');
}

bool is_comment_or_blank(std::string_view line) {
  const auto start = line.find_first_not_of(" \t\r\n");
  return start == std::string_view::npos || line.substr(start).starts_with("//");
}

bool is_identifier(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$';
}

/// Replaces whole identifiers that are in `names` by the name with `suffix`.
std::string rename(std::string_view text, const std::set<std::string_view>& names,
                   const std::string& suffix) {
  std::string result;
  result.reserve(text.size() + 64);
  for (std::size_t at = 0; at < text.size();) {
    if (!is_identifier(text[at])) {
      result += text[at++];
      continue;
    }
    const auto begin = at;
    while (at < text.size() && is_identifier(text[at])) ++at;
    const auto word = text.substr(begin, at - begin);
    result += word;
    // %name is a register, not the variable of that name.
    if ((begin == 0 || text[begin - 1] != '%') && names.contains(word)) result += suffix;
  }
  return result;
}

/// First words of opcodes that plain sm_80 code is made of: scalar arithmetic, memory, control
/// flow. Everything else is special: matrix instructions, asynchronous copies, barriers in memory,
/// clusters ...
constexpr auto plain_words = std::to_array<std::string_view>({
    "abs",    "activemask", "add",     "addc",         "alloca",    "and",       "atom",
    "bar",    "barrier",    "bfe",     "bfi",          "bfind",     "bmsk",      "bra",
    "brev",   "brkpt",      "brx",     "call",         "clz",       "cnot",      "copysign",
    "cos",    "cvt",        "cvta",    "div",          "dp2a",      "dp4a",      "ex2",
    "exit",   "fence",      "fma",     "fns",          "isspacep",  "ld",        "ldu",
    "lg2",    "lop3",       "mad",     "mad24",        "madc",      "match",     "max",
    "membar", "min",        "mov",     "mul",          "mul24",     "nanosleep", "neg",
    "not",    "or",         "pmevent", "popc",         "prefetch",  "prefetchu", "prmt",
    "rcp",    "red",        "rem",     "ret",          "rsqrt",     "sad",       "selp",
    "set",    "setp",       "shf",     "shfl",         "shl",       "shr",       "sin",
    "slct",   "sqrt",       "st",      "stackrestore", "stacksave", "sub",       "subc",
    "szext",  "tanh",       "testp",   "trap",         "vote",      "xor",
});

/// Modifiers that make a plain word special: later address spaces, scopes, proxies and number
/// formats.
/// `::` marks nearly all of them (`.shared::cluster`, `.L2::cache_hint`); the rest is spelled out.
constexpr auto special_modifiers = std::to_array<std::string_view>({
    "::",
    ".cluster",
    ".proxy",
    ".async",
    ".multimem",
    ".e4m3",
    ".e5m2",
    ".e2m1",
    ".e2m3",
    ".e3m2",
    ".ue8m0",
    ".ue4m3",
    ".f32x2",
    ".v8",
    ".b128",
    ".rs.",
    ".mbarrier_init",
});

bool is_special(std::string_view opcode) {
  const auto word = opcode.substr(0, opcode.find('.'));
  if (!std::ranges::binary_search(plain_words, word)) return true;
  return std::ranges::any_of(special_modifiers, [&](auto modifier) {
    return opcode.find(modifier) != std::string_view::npos;
  });
}

static_assert(std::ranges::is_sorted(plain_words));

}  // namespace

std::string retarget(std::string_view ptx, PtxVersion version, Target target) {
  std::string result;
  result.reserve(ptx.size() + 16);
  bool versioned = false;
  bool targeted = false;
  for (const auto line : lines_of(ptx)) {
    if (!versioned && is_directive(line, ".version")) {
      result += ".version " + to_string(version) + "\n";
      versioned = true;
    } else if (!targeted && is_directive(line, ".target")) {
      result += ".target " + to_string(target) + "\n";
      targeted = true;
    } else {
      result += line;
    }
  }
  if (!versioned || !targeted)
    throw PtxError("the text is not a PTX module: it has no .version or no .target line");
  return result;
}

PtxVersion version_for(PtxVersion feature, Target target, PtxVersion newest) {
  const auto minimum = minimum_ptx_version(target);
  return minimum ? std::max(feature, *minimum) : newest;
}

JoinedPtx join(std::span<const std::string_view> modules, PtxVersion version, Target target) {
  JoinedPtx joined;
  joined.text =
      ".version " + to_string(version) + "\n.target " + to_string(target) + "\n.address_size 64\n";
  joined.module_of_line.assign(3, no_module);
  std::set<std::string> taken;
  for (std::size_t module = 0; module < modules.size(); ++module) {
    // Variables and functions of the module's own may have the same name as another module's.
    std::set<std::string_view> renamed;
    for (const auto& declaration : module_declarations(modules[module])) {
      if (declaration.is_extern_function) continue;
      if (taken.insert(std::string(declaration.name)).second) continue;
      if (declaration.is_entry)
        throw PtxError("two modules have an entry named " + std::string(declaration.name));
      renamed.insert(declaration.name);
    }
    bool header = true;
    for (const auto line : lines_of(modules[module])) {
      if (is_directive(line, ".version") || is_directive(line, ".target") ||
          is_directive(line, ".address_size"))
        continue;
      // Comments above the first declaration are the compiler's letterhead.
      if (header && is_comment_or_blank(line)) continue;
      header = false;
      joined.text += renamed.empty() ? std::string(line)
                                     : rename(line, renamed, "__m" + std::to_string(module));
      if (!joined.text.ends_with('\n')) joined.text += '\n';
      joined.module_of_line.push_back(module);
    }
  }
  return joined;
}

std::string plant_refusal(std::string_view ptx) {
  std::size_t before = 0;  // 1-based line
  for (const auto& statement : statements(ptx)) {
    if (statement.opcode == "ret") before = statement.line;
  }
  std::string result;
  result.reserve(ptx.size() + planted_refusal.size() + 1);
  std::size_t number = 0;
  for (const auto line : lines_of(ptx)) {
    if (++number == before) result.append(planted_refusal) += '\n';
    result += line;
  }
  return result;
}

std::vector<std::string> special_opcodes(std::string_view ptx) {
  std::vector<std::string> found;
  for (const auto& statement : statements(ptx)) {
    if (!is_special(statement.opcode)) continue;
    if (std::ranges::find(found, statement.opcode) == found.end())
      found.emplace_back(statement.opcode);
  }
  return found;
}

}  // namespace bp
