// Backends and their selectors, in the words of the formats for people.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "report/model/report.h"

namespace bp {

inline constexpr std::string_view about_selectors =
    "What each project's own selector would choose: by the gates of its candidates alone, as its "
    "code does, whatever the hardware says of the choice.";

/// The step that it ends with; nullptr: it chooses nothing.
const SelectorStep* choice_of(const SelectorResult& selector);
/// What it looked at before: "passes over a, b; c before it, whose gate is not known". Empty:
/// nothing.
std::string before_choice(const SelectorResult& selector);
/// "No candidate is known to be admitted"
std::string no_choice(const SelectorResult& selector);

/// "main of 2026-04-29, read 2026-11-22"; empty: the report does not say it.
std::string versions_text(const BackendResult& backend);
/// Of a row that was read long ago; empty of others.
std::string outdated_text(const BackendResult& backend);

}  // namespace bp
