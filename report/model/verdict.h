// The words for what becomes of a kernel on a GPU.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace bp {

enum class Verdict : std::uint8_t { runs, no_hardware, no_dispatch, not_built, at_risk, unknown };
std::string_view to_string(Verdict verdict);
std::optional<Verdict> parse_verdict(std::string_view text);
/// The verdict in the words people read: "no hardware".
std::string_view words(Verdict verdict);

}  // namespace bp
