// A report as Markdown for an issue on GitHub: the summary first, the rest folded, never too long
// to be posted.
#pragma once

#include <cstddef>
#include <string>

#include "report/formats/format.h"

namespace bp {

/// GitHub takes 65,536 characters; this leaves room for what people write around it.
inline constexpr std::size_t markdown_limit = 60'000;

std::string serialise_markdown(const Report& report, const Style& style);

}  // namespace bp
