#include "probes/assembly/statements.h"

namespace bp {
namespace {

/// Characters of an opcode, but for the '::' inside modifiers such as `.shared::cluster`.
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '$' || c == '%';
}
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Walks over PTX text: knows comments and strings, counts lines.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool done() const { return at_ >= text_.size(); }
  char peek() const { return text_[at_]; }
  std::size_t line() const { return line_; }

  void advance() {
    if (text_[at_] == '\n') ++line_;
    ++at_;
  }

  /// Steps over one comment or string, if one starts here.
  bool skip_opaque() {
    if (starts("//")) {
      while (!done() && peek() != '\n') advance();
      return true;
    }
    if (starts("/*")) {
      advance();
      advance();
      while (!done() && !starts("*/")) advance();
      for (int i = 0; i < 2 && !done(); ++i) advance();
      return true;
    }
    if (peek() == '"') {
      advance();
      while (!done() && peek() != '"' && peek() != '\n') advance();
      if (!done() && peek() == '"') advance();
      return true;
    }
    return false;
  }

  void skip_space() {
    while (!done() && (is_space(peek()) || skip_if_opaque())) {
      if (!done() && is_space(peek())) advance();
    }
  }

  std::string_view word() {
    const auto begin = at_;
    while (!done()) {
      if (starts("::"))
        advance();  // a single colon ends a label
      else if (!is_word(peek()))
        break;
      advance();
    }
    return text_.substr(begin, at_ - begin);
  }

  /// To the character behind the next one of `stops` that is outside of parentheses and comments;
  /// returns it. A '{' counts only if no '=' came before: `.global .b32 x[2] = {1, 2};` is one
  /// declaration.
  char skip_past(std::string_view stops) {
    int depth = 0;
    bool initialised = false;
    while (!done()) {
      if (skip_if_opaque()) continue;
      const char c = peek();
      if (c == '(') ++depth;
      if (c == ')') --depth;
      if (c == '=') initialised = true;
      const bool stop = depth <= 0 && stops.find(c) != std::string_view::npos;
      advance();
      if (stop && !(c == '{' && initialised)) return c;
    }
    return '\0';
  }

 private:
  bool starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  bool skip_if_opaque() { return !done() && skip_opaque(); }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

/// Directives that end with their line, not with ';' (PTX ISA 9.x, "PTX Module Directives", ".loc",
/// ".file").
bool ends_with_line(std::string_view directive) {
  return directive == ".version" || directive == ".target" || directive == ".address_size" ||
         directive == ".loc" || directive == ".file";
}

}  // namespace

std::vector<Statement> statements(std::string_view ptx) {
  std::vector<Statement> found;
  Scanner scan(ptx);
  while (true) {
    scan.skip_space();
    if (scan.done()) return found;
    if (scan.peek() == '{' || scan.peek() == '}' || scan.peek() == ';') {
      scan.advance();
      continue;
    }
    if (scan.peek() == '@') {  // predicate: @%p1, @!%p1
      scan.advance();
      scan.skip_space();
      if (!scan.done() && scan.peek() == '!') scan.advance();
      scan.skip_space();
      scan.word();
      continue;
    }
    const std::size_t line = scan.line();
    const std::string_view word = scan.word();
    if (word.empty()) {  // not the start of anything: skip the character
      scan.advance();
      continue;
    }
    if (word.front() == '.') {
      scan.skip_past(ends_with_line(word) ? "\n" : ";{");
      continue;
    }
    scan.skip_space();
    if (!scan.done() && scan.peek() == ':') {  // a label
      scan.advance();
      continue;
    }
    found.push_back({word, line});
    scan.skip_past(";");
  }
}

std::vector<ModuleDeclaration> module_declarations(std::string_view ptx) {
  std::vector<ModuleDeclaration> found;
  Scanner scan(ptx);
  int depth = 0;
  while (true) {
    scan.skip_space();
    if (scan.done()) return found;
    if (scan.peek() == '{' || scan.peek() == '}') {
      depth += scan.peek() == '{' ? 1 : -1;
      scan.advance();
      continue;
    }
    if (depth != 0 || scan.peek() != '.') {
      scan.advance();
      continue;
    }
    // Directive words up to the first word without a leading dot: the name. Numbers belong to
    // `.align 16`,
    // `(...)` right behind `.func` is the return parameter.
    ModuleDeclaration declaration;
    bool is_extern = false;
    bool is_function = false;
    bool is_object = false;
    while (!scan.done()) {
      scan.skip_space();
      if (scan.done()) return found;
      if (scan.peek() == '(' && is_function) {
        scan.skip_past(")");
        continue;
      }
      const std::string_view word = scan.word();
      if (word.empty()) break;
      if (ends_with_line(word)) {
        scan.skip_past("\n");
        is_object = is_function = false;
        break;
      }
      if (word == ".extern") is_extern = true;
      if (word == ".func") is_function = true;
      if (word == ".entry") declaration.is_entry = true;
      if (word == ".global" || word == ".const" || word == ".shared") is_object = true;
      if (word.front() != '.' && !(word.front() >= '0' && word.front() <= '9')) {
        declaration.name = word;
        break;
      }
    }
    if (!declaration.name.empty() && (is_object || is_function || declaration.is_entry)) {
      declaration.is_extern_function = is_extern && is_function;
      found.push_back(declaration);
    }
    if (scan.done()) return found;
    if (declaration.name.empty()) continue;
    if (scan.skip_past(";{") == '{') ++depth;
  }
}

}  // namespace bp
