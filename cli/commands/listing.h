// What `list` prints: a table for people and CSV, and all of it as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "cli/output/table.h"
#include "probes/registry/codec.h"

namespace bp {

struct Listing {
  Table table;
  Json json = Json::array();
};

/// `what`: of list_kinds().
Listing list_of(std::string_view what);

}  // namespace bp
