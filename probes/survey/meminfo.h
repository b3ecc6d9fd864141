// /proc/meminfo of the machine that the driver runs on.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "probes/driver/driver_api.h"

namespace bp {

/// The line's value in bytes: meminfo(driver, "MemAvailable"); nullopt where there is none.
std::optional<std::uint64_t> meminfo(const Driver& driver, std::string_view key);

}  // namespace bp
