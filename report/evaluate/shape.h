// What the user asks about: one shape of a kernel's work. Values only; the model keeps it, the
// evaluator judges for it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace bp {

/// What is not set was not asked: it excludes nothing.
struct Shape {
  std::optional<std::int64_t> heads{}, head_dim{}, page_size{}, topk{};
  std::string kv_dtype{};  // one word of kv_dtypes
  bool operator==(const Shape&) const = default;
};

/// The numbers by the names that the catalogue, its expressions and the options of the command line
/// share.
inline constexpr auto shape_numbers =
    std::to_array<std::pair<std::string_view, std::optional<std::int64_t> Shape::*>>({
        {"heads", &Shape::heads},
        {"head_dim", &Shape::head_dim},
        {"page_size", &Shape::page_size},
        {"topk", &Shape::topk},
    });

/// The closed list of words for a data type.
inline constexpr auto kv_dtypes =
    std::to_array<std::string_view>({"fp32", "tf32", "fp16", "bf16", "fp8_e4m3", "fp8_e5m2",
                                     "mxfp8", "mxfp4", "nvfp4", "int8", "int4"});

/// More than any kernel takes; a number above it is a mistake.
inline constexpr std::int64_t max_shape_number = 1'000'000;

/// "heads 16, kv_dtype fp8_e4m3"; empty where nothing was asked.
std::string to_string(const Shape& shape);
/// "topk" becomes "--topk", "kv_dtype" "--kv-dtype".
std::string option_of(std::string_view name);

}  // namespace bp
