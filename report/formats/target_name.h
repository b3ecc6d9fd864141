// Messages of assemblers name the target; those of many targets are one message but for that name.
#pragma once

#include <string>
#include <string_view>

namespace bp {

/// `text` with `to` wherever it has `from` as a whole word: not as a part of a longer name.
std::string with_name(const std::string& text, std::string_view from, std::string_view to);

}  // namespace bp
