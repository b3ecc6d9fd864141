// The instructions of a PTX text with the lines they stand on: the one scanner behind rewriting and
// log reading.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace bp {

/// One instruction. Views point into the scanned text.
struct Statement {
  std::string_view opcode;  // with all modifiers: "elect.sync"
  std::size_t line = 0;     // 1-based line of the opcode: the one that assemblers name in their log
};

/// Instructions in order of appearance. Comments, labels, predicates, directives, braces and
/// strings are understood; text that is not PTX gives a meaningless but finite list.
std::vector<Statement> statements(std::string_view ptx);

/// A declaration at module scope: `.visible .entry k(...)`, `.shared .align 16 .b8 s[64];`
struct ModuleDeclaration {
  std::string_view name;
  bool is_entry = false;            // .entry
  bool is_extern_function = false;  // .extern .func: another module's, never renamed
};
std::vector<ModuleDeclaration> module_declarations(std::string_view ptx);

}  // namespace bp
