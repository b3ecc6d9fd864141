// Operations that kernels perform: shared by the reference kernels, the backend catalogue and
// gates.
#pragma once

#include <span>
#include <string_view>

namespace bp {

struct Operation {
  std::string_view id;     // "mla.dense_decode"
  std::string_view title;  // "MLA decode, dense"
};

std::span<const Operation> operations();
const Operation* find_operation(std::string_view id);

}  // namespace bp
