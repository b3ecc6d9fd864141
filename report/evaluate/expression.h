// The little language of needs and gates: feature ids and comparisons of limits joined with and,
// or, not.
//
//   expression := conjunction { "or" conjunction }
//   conjunction := term { "and" term }
//   term := "not" term | "(" expression ")" | "any" | name | name operator number [ "KiB" ]
//   operator := ">=" | "<=" | "==" | ">" | "<"
//
// A bare name is a feature id; a compared name is a limit (smem_optin ...) or, in gates, cc, major,
// minor (cc == 12.1 compares the pair, not a decimal fraction). "any" is always true.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace bp {

struct Expression {
  enum class Kind : unsigned char {
    all,
    any_of,
    negation,
    always,
    feature,
    comparison
  } kind = Kind::always;
  std::vector<Expression> parts;  // of all, any_of, negation
  std::string name;               // of feature, comparison
  std::string op;                 // of comparison
  std::string number_text;        // of comparison, as written ("12.1")
  double number = 0;              // of comparison, KiB applied
};

struct ExpressionError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws ExpressionError: what is wrong, at which column, and what could stand there. Input is
/// hostile: depth and length are bounded (64 levels, 4096 characters).
Expression parse_expression(std::string_view text);
std::string to_string(const Expression& expression);

}  // namespace bp
