#include "report/evaluate/expression.h"

#include <charconv>
#include <utility>

namespace bp {
namespace {

constexpr std::size_t max_length = 4096;
constexpr int max_depth = 64;
constexpr std::string_view image_prefix = "cubin.";

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.';
}

/// Recursive descent over the grammar of the header; one method per rule.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) { advance(); }

  Expression whole() {
    Expression result = expression(0);
    if (!token_.empty()) fail("expected \"and\", \"or\" or the end");
    return result;
  }

 private:
  [[noreturn]] void fail(std::string_view expected) const {
    throw ExpressionError(
        "at column " + std::to_string(start_ + 1) + ": " + std::string(expected) +
        (token_.empty() ? ", not the end" : ", not \"" + std::string(token_) + "\""));
  }

  void advance() {
    std::size_t at = start_ + token_.size();
    while (at < text_.size() && text_[at] == ' ') ++at;
    start_ = at;
    std::size_t end = at;
    while (end < text_.size() && is_word(text_[end])) ++end;
    if (end == at && at < text_.size()) {
      const bool two =
          text_.substr(at, 2) == ">=" || text_.substr(at, 2) == "<=" || text_.substr(at, 2) == "==";
      end = at + (two ? 2 : 1);
    }
    token_ = text_.substr(at, end - at);
  }

  bool accept(std::string_view word) {
    if (token_ != word) return false;
    advance();
    return true;
  }

  Expression list(int depth, std::string_view joint, Expression::Kind kind,
                  Expression (Parser::*part)(int)) {
    Expression first = (this->*part)(depth);
    if (token_ != joint) return first;
    Expression joined{.kind = kind, .parts = {}, .name = {}, .op = {}, .number_text = {}};
    joined.parts.push_back(std::move(first));
    while (accept(joint)) joined.parts.push_back((this->*part)(depth));
    return joined;
  }

  Expression expression(int depth) {
    if (depth > max_depth) fail("nesting of at most 64 levels");
    return list(depth, "or", Expression::Kind::any_of, &Parser::conjunction);
  }

  Expression conjunction(int depth) {
    return list(depth, "and", Expression::Kind::all, &Parser::term);
  }

  Expression term(int depth) {
    if (depth > max_depth) fail("nesting of at most 64 levels");
    if (accept("not")) {
      Expression negation;
      negation.kind = Expression::Kind::negation;
      negation.parts.push_back(term(depth + 1));
      return negation;
    }
    if (accept("(")) {
      Expression inner = expression(depth + 1);
      if (!accept(")")) fail("expected \")\"");
      return inner;
    }
    if (accept("any")) return {};
    if (token_.empty() || !is_word(token_.front()) || token_ == "and" || token_ == "or") {
      fail("expected a feature id, a limit, \"not\", \"any\" or \"(\"");
    }
    Expression leaf;
    leaf.kind = Expression::Kind::feature;
    leaf.name = token_;
    if (token_.starts_with(image_prefix)) image(leaf);
    advance();
    if (leaf.kind == Expression::Kind::image) return leaf;
    if (token_ == ">=" || token_ == "<=" || token_ == "==" || token_ == ">" || token_ == "<")
      comparison(leaf);
    return leaf;
  }

  void image(Expression& leaf) {
    const std::string_view name = token_.substr(image_prefix.size());
    const auto target = parse_target(name);
    // One spelling each: sm_090 is none.
    if (!target || to_string(*target) != name) fail("expected a target such as cubin.sm_100f");
    leaf.kind = Expression::Kind::image;
    leaf.target = *target;
  }

  void comparison(Expression& leaf) {
    leaf.kind = Expression::Kind::comparison;
    leaf.op = token_;
    advance();
    leaf.number_text = token_;
    const char* end = token_.data() + token_.size();
    const auto parsed = std::from_chars(token_.data(), end, leaf.number, std::chars_format::fixed);
    if (token_.empty() || parsed.ec != std::errc() || parsed.ptr != end) fail("expected a number");
    advance();
    if (accept("KiB")) leaf.number *= 1024;
  }

  std::string_view text_;
  std::string_view token_;
  std::size_t start_ = 0;
};

std::string joined(const Expression& expression, std::string_view joint) {
  std::string text;
  for (const Expression& part : expression.parts) {
    if (!text.empty()) text.append(" ").append(joint).append(" ");
    const bool group = part.kind == Expression::Kind::any_of || part.kind == Expression::Kind::all;
    text += group ? "(" + to_string(part) + ")" : to_string(part);
  }
  return text;
}

}  // namespace

Expression parse_expression(std::string_view text) {
  if (text.size() > max_length)
    throw ExpressionError("the expression is longer than 4096 characters");
  return Parser(text).whole();
}

std::string to_string(const Expression& expression) {
  switch (expression.kind) {
    case Expression::Kind::all:
      return joined(expression, "and");
    case Expression::Kind::any_of:
      return joined(expression, "or");
    case Expression::Kind::negation:
      return "not " + joined(expression, "");
    case Expression::Kind::always:
      return "any";
    case Expression::Kind::feature:
    case Expression::Kind::image:
      return expression.name;
    case Expression::Kind::comparison: {
      const bool kib =
          expression.number >= 1024 && expression.number_text.find('.') == std::string::npos &&
          std::to_string(static_cast<long long>(expression.number)) != expression.number_text;
      return expression.name + " " + expression.op + " " + expression.number_text +
             (kib ? " KiB" : "");
    }
  }
  return {};
}

}  // namespace bp
