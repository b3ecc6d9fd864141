#include "report/gate/requirement.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "report/formats/clean.h"

namespace bp::gate {
namespace {

constexpr std::size_t max_length = 4096;
constexpr int max_depth = 64;

// In the order of About.
constexpr auto subjects = std::to_array<std::string_view>(
    {"feature", "kernel", "backend", "limit", "driver", "cuda", "ptx", "cc", "gpu"});
constexpr std::string_view subject_list =
    "feature:ID, kernel:ID, backend:ID, limit:NAME, driver, cuda, ptx, cc or gpu";

constexpr auto compares = std::to_array<std::pair<std::string_view, Compare>>({
    {">=", Compare::at_least},
    {"<=", Compare::at_most},
    {"==", Compare::equal},
    {">", Compare::more},
    {"<", Compare::less},
    {"=", Compare::equal},
});

using Unit = std::pair<std::string_view, double>;
constexpr auto units = std::to_array<Unit>(
    {{"B", 1}, {"KiB", 1024}, {"MiB", 1024.0 * 1024}, {"GiB", 1024.0 * 1024 * 1024}});

bool takes_id(About about) { return about <= About::limit; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_requirement_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) ||
         std::string_view("_.:*?-").find(c) != std::string_view::npos;
}

/// "13", "12.8" or "580.159.04": at most four numbers.
bool is_version(std::string_view text) {
  if (text.empty() || !is_digit(text.front()) || !is_digit(text.back()) || text.size() > 32)
    return false;
  const auto fits = [](char c) { return is_digit(c) || c == '.'; };
  return std::ranges::all_of(text, fits) && text.find("..") == std::string_view::npos &&
         std::ranges::count(text, '.') <= 3;
}

/// "12", "12.1" or "12.x".
bool is_capability(std::string_view text) {
  if (text.ends_with(".x")) text.remove_suffix(2);
  return is_version(text) && std::ranges::count(text, '.') <= 1 && text.size() <= 5;
}

/// Recursive descent over the grammar of the header; one method per rule.
class RequirementParser {
 public:
  explicit RequirementParser(std::string_view text) : text_(text) { advance(); }

  Requirement whole() {
    Requirement result = requirement(0);
    if (!token_.empty()) fail("expected \"and\", \"or\" or the end");
    return result;
  }

 private:
  [[noreturn]] void fail(const std::string& expected) const {
    throw RequirementError(
        start_, expected + (token_.empty() ? ", not the end"
                                           : ", not \"" + one_line(token_.substr(0, 80)) + "\""));
  }

  void advance() {
    std::size_t at = start_ + token_.size();
    while (at < text_.size() &&
           std::string_view(" \t\r\n").find(text_[at]) != std::string_view::npos)
      ++at;
    start_ = at;
    std::size_t end = at;
    while (end < text_.size() && is_requirement_word(text_[end])) ++end;
    if (end == at && at < text_.size()) {
      const auto op = std::ranges::find_if(
          compares, [&](const auto& row) { return text_.substr(at).starts_with(row.first); });
      // Whatever else stands there is shown whole: a character may have several bytes.
      std::string_view rest = text_.substr(at);
      next_code_point(rest);
      end = op != compares.end() ? at + op->first.size() : text_.size() - rest.size();
    }
    token_ = text_.substr(at, end - at);
  }

  bool accept(std::string_view word) {
    if (token_ != word) return false;
    advance();
    return true;
  }

  Requirement list(int depth, std::string_view joint, Requirement::Kind kind,
                   Requirement (RequirementParser::*part)(int)) {
    Requirement first = (this->*part)(depth);
    if (token_ != joint) return first;
    Requirement joined{.kind = kind};
    joined.parts.push_back(std::move(first));
    while (accept(joint)) joined.parts.push_back((this->*part)(depth));
    return joined;
  }

  Requirement requirement(int depth) {
    if (depth > max_depth) fail("nesting of at most 64 levels");
    return list(depth, "or", Requirement::Kind::any_of, &RequirementParser::conjunction);
  }

  Requirement conjunction(int depth) {
    return list(depth, "and", Requirement::Kind::all_of, &RequirementParser::term);
  }

  Requirement term(int depth) {
    if (depth > max_depth) fail("nesting of at most 64 levels");
    if (accept("not")) {
      Requirement negation{.kind = Requirement::Kind::negation};
      negation.parts.push_back(term(depth + 1));
      return negation;
    }
    if (accept("(")) {
      Requirement inner = requirement(depth + 1);
      if (!accept(")")) fail("expected \"and\", \"or\" or \")\"");
      return inner;
    }
    if (token_ == "all" || token_ == "any") return scope(depth);
    return {.kind = Requirement::Kind::statement, .statement = statement()};
  }

  Requirement scope(int depth) {
    if (scoped_) fail("all( ) and any( ) do not nest: expected a statement");
    Requirement scope{.kind = token_ == "all" ? Requirement::Kind::every_gpu
                                              : Requirement::Kind::some_gpu};
    advance();
    if (!accept("(")) fail("expected \"(\": all(...) or any(...)");
    scoped_ = true;
    const std::size_t start = start_;
    scope.parts.push_back(requirement(depth + 1));
    if (token_ == ",") {
      if (!selects(scope.parts.front()))
        throw RequirementError(start, "a selector before \",\" speaks of cc and gpu alone");
      advance();
      scope.parts.push_back(requirement(depth + 1));
      std::swap(scope.parts[0], scope.parts[1]);
    }
    if (!accept(")")) fail("expected \"and\", \"or\" or \")\"");
    scoped_ = false;
    return scope;
  }

  static bool selects(const Requirement& requirement) {
    return std::ranges::all_of(statements_of(requirement), [](const Statement* statement) {
      return statement->about == About::capability || statement->about == About::gpu;
    });
  }

  Statement statement() {
    const auto colon = std::min(token_.find(':'), token_.size());
    const auto subject = std::ranges::find(subjects, token_.substr(0, colon));
    if (subject == subjects.end())
      fail("expected " + std::string(subject_list) + ", \"not\", \"all(\", \"any(\" or \"(\"");
    Statement statement;
    statement.about = static_cast<About>(subject - subjects.begin());
    if (takes_id(statement.about) != (colon < token_.size())) {
      fail(takes_id(statement.about) ? "expected " + std::string(*subject) + ":ID"
                                     : "expected " + std::string(*subject) + " without \":\"");
    }
    if (takes_id(statement.about)) {
      statement.id = token_.substr(colon + 1);
      statement.id_column = start_ + colon + 1;
      if (statement.id.empty()) fail("expected an id after \":\"");
    } else {
      statement.id_column = start_;
    }
    advance();
    compare(statement);
    value(statement);
    return statement;
  }

  /// People write a bare id and mean one of two things: which is said in what they write.
  static std::string example(const Statement& statement) {
    const std::string id =
        std::string(to_string(statement.about)) + ":" + one_line(statement.id.substr(0, 80));
    if (statement.about == About::backend) return "write " + id + "=runs";
    return "write " + id + ">=verified, or " + id + "=supported where emulated is not enough";
  }

  void compare(Statement& statement) {
    const auto found =
        std::ranges::find(compares, token_, &std::pair<std::string_view, Compare>::first);
    const bool words = statement.about <= About::backend;
    const std::string expected = words ? "expected \">=\" or \"=\" (" + example(statement) + ")"
                                 : statement.about == About::gpu ? "expected \"=\""
                                                                 : "expected >=, <=, >, < or =";
    if (found == compares.end()) fail(expected);
    statement.compare = found->second;
    if ((words && statement.compare != Compare::at_least && statement.compare != Compare::equal) ||
        (statement.about == About::gpu && statement.compare != Compare::equal))
      fail(expected);
    advance();
  }

  void value(Statement& statement) {
    switch (statement.about) {
      case About::feature:
      case About::kernel:
      case About::backend:
        word(statement);
        break;
      case About::limit:
        limit(statement);
        return;
      case About::driver:
      case About::cuda:
      case About::ptx:
        if (!is_version(token_)) fail("expected a version such as 13.0");
        statement.value = std::string(token_);
        break;
      case About::capability:
        if (!is_capability(token_) ||
            (token_.ends_with('x') && statement.compare != Compare::equal))
          fail("expected a compute capability such as 12.1, or =12.x");
        statement.value = std::string(token_);
        break;
      case About::gpu:
        if (!is_version(token_) || token_.size() > 3 || token_.find('.') != std::string_view::npos)
          fail("expected the number of a GPU");
        statement.value = std::string(token_);
        break;
    }
    advance();
  }

  void word(Statement& statement) const {
    if (statement.compare == Compare::at_least) {
      const auto kind = parse_evidence_kind(token_);
      if (!kind)
        fail(
            "expected a kind of evidence: inferred, declared, assembled, simulated, loaded, "
            "launched, verified or counted");
      statement.value = *kind;
    } else if (statement.about == About::backend) {
      const auto verdict = parse_verdict(token_);
      if (!verdict || *verdict == Verdict::unknown)
        fail("expected a verdict: runs, no_hardware, no_dispatch, not_built or at_risk");
      statement.value = *verdict;
    } else {
      const auto status = parse_status(token_);
      if (!status || *status > Status::wrong_result)
        fail("expected a status: supported, emulated, unsupported or wrong_result");
      statement.value = *status;
    }
  }

  /// Bytes have a unit, at their number or apart: 99 alone would be met by any GPU.
  void limit(Statement& statement) {
    const bool bytes = statement.id.starts_with("smem_");
    if (!bytes && statement.id.find_first_of("*?") != std::string::npos)
      throw RequirementError(statement.id_column,
                             "a limit is named in full: of globs only smem_* is of one kind");
    double number = 0;
    const char* end = token_.data() + token_.size();
    const auto parsed = std::from_chars(token_.data(), end, number, std::chars_format::fixed);
    if (token_.empty() || parsed.ec != std::errc() || !is_digit(token_.front()))
      fail(bytes ? "expected a number such as 99KiB" : "expected a number");
    const bool glued = parsed.ptr != end;
    token_.remove_suffix(static_cast<std::size_t>(end - parsed.ptr));
    advance();
    const auto unit = std::ranges::find(units, token_, &Unit::first);
    if (!bytes && (glued || unit != units.end())) fail("expected a number without a unit");
    if (bytes && unit == units.end()) fail("expected a unit: B, KiB, MiB or GiB");
    if (bytes) advance();
    statement.value = bytes ? number * unit->second : number;
  }

  std::string_view text_;
  std::string_view token_;
  std::size_t start_ = 0;
  bool scoped_ = false;
};

template <typename Tree, typename Leaf>
void collect(Tree& requirement, std::vector<Leaf*>& leaves) {
  if (requirement.kind == Requirement::Kind::statement) leaves.push_back(&requirement.statement);
  for (auto& part : requirement.parts) collect(part, leaves);
}

}  // namespace

std::string_view to_string(About about) { return subjects[static_cast<std::size_t>(about)]; }

bool Statement::of_one_gpu() const {
  return about != About::driver && about != About::cuda && about != About::ptx;
}

Requirement parse_requirement(std::string_view text) {
  if (text.size() > max_length)
    throw RequirementError(max_length, "the requirement is longer than 4096 characters");
  return RequirementParser(text).whole();
}

std::vector<const Statement*> statements_of(const Requirement& requirement) {
  std::vector<const Statement*> leaves;
  collect(requirement, leaves);
  return leaves;
}

std::vector<Statement*> statements_of(Requirement& requirement) {
  std::vector<Statement*> leaves;
  collect(requirement, leaves);
  return leaves;
}

std::string explained(std::string_view text, const RequirementError& error) {
  // A window around the column: a line of 4000 characters would hide its caret.
  constexpr std::size_t before = 60;
  constexpr std::size_t after = 40;
  const std::size_t at = std::min(error.column, text.size());
  std::size_t from = at > before ? at - before : 0;
  while (from > 0 && from < at && (static_cast<unsigned char>(text[from]) & 0xC0) == 0x80) ++from;
  const std::string front = one_line(text.substr(from, at - from));
  const std::string back = one_line(text.substr(at, after));
  return "at column " + std::to_string(at + 1) + ": " + error.what() + "\n  " + front + back +
         "\n  " + std::string(static_cast<std::size_t>(columns(front)), ' ') + "^";
}

}  // namespace bp::gate
