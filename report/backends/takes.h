// The shapes that a kernel is limited to, as the catalogue says.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/evaluate/shape.h"

namespace bp {

/// What a number may be: one of a list, or within bounds.
struct Range {
  std::vector<std::int64_t> values{};  // ascending; empty: the bounds count
  std::optional<std::int64_t> min{}, max{}, multiple_of{};
  bool holds(std::int64_t value) const;
};
/// "64 or 128", "8 to 128", "at most 128 and a multiple of 16"
std::string to_string(const Range& range);

struct Takes {
  std::optional<Range> heads{}, head_dim{}, page_size{},
      topk{};                           // nullopt: the catalogue names no limit
  std::vector<std::string> kv_dtype{};  // words of kv_dtypes; empty: no limit
};

/// In the order, and by the names, of shape_numbers.
inline constexpr auto taken_numbers =
    std::to_array<std::pair<std::string_view, std::optional<Range> Takes::*>>({
        {"heads", &Takes::heads},
        {"head_dim", &Takes::head_dim},
        {"page_size", &Takes::page_size},
        {"topk", &Takes::topk},
    });

/// "64 or 128 heads; head_dim 576; kv_dtype fp8_e4m3"; empty: it has no limit that is known.
std::string to_string(const Takes& takes);
/// What of the shape the kernel does not take: "64 or 128 heads, not 16". Empty: it takes all that
/// was asked, as far as is known.
std::string excluded(const Takes& takes, const Shape& shape);

}  // namespace bp
