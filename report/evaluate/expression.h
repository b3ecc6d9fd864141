// The little language of needs and gates: feature ids and comparisons of limits joined with and,
// or, not.
//
//   expression := conjunction { "or" conjunction }
//   conjunction := term { "and" term }
//   term := "not" term | "(" expression ")" | "any" | name | name operator number [ "KiB" ]
//   operator := ">=" | "<=" | "==" | ">" | "<"
//
// A bare name is a feature id, or an image such as cubin.sm_100f: machine code for that target
// loads. A compared name is a limit (smem_optin ...), a number of the shape that is asked about
// (heads, head_dim, page_size, topk), or cc, major, minor (cc == 12.1 compares the pair, not a
// decimal fraction). "any" is always true.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "probes/registry/target.h"

namespace bp {

struct Expression {
  enum class Kind : unsigned char {
    all,
    any_of,
    negation,
    always,
    feature,
    image,
    comparison
  } kind = Kind::always;
  std::vector<Expression> parts;  // of all, any_of, negation
  std::string name;               // of feature, image ("cubin.sm_100f"), comparison
  std::string op;                 // of comparison
  std::string number_text;        // of comparison, as written ("12.1")
  double number = 0;              // of comparison, KiB applied
  Target target{};                // of image
};

struct ExpressionError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws ExpressionError: what is wrong, at which column, and what could stand there. Input is
/// hostile: depth and length are bounded (64 levels, 4096 characters).
Expression parse_expression(std::string_view text);
std::string to_string(const Expression& expression);

}  // namespace bp
