// blackwell-probe(1), in the macros of man(7).
#pragma once

#include <string>
#include <string_view>

#include "cli/command_line/description.h"

namespace bp {

/// `date` ("2026-11-23", or empty) must not be that of the build: the page is part of what is built
/// reproducibly.
std::string man_page(const ProgramDescription& program, std::string_view version,
                     std::string_view date);

}  // namespace bp
