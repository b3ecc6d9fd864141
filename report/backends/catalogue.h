// The catalogue of other projects' kernels: data in report/backends/*.json, checked against its
// schema at build time and embedded.
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "report/evaluate/expression.h"

namespace bp {

/// Where a row's facts were read: a line of a file, or a thread.
struct Source {
  std::string repository;  // "deepseek-ai/FlashMLA"
  std::string commit;      // hash; empty: a copy of the main branch whose commit is not known
  std::string path;        // of a file
  int line = 0;            // 0: not given
  std::string thread;      // of an issue or pull request: "#10010"
};

struct Backend {
  std::string id;  // stable: "flashmla.dense_decode.sm90"
  std::string project;
  std::string name;                 // what users call it
  std::string operation;            // probes/registry/operation.h
  std::string date;                 // when the sources were read, ISO 8601
  std::optional<Expression> needs;  // nullopt: not known
  std::optional<Expression>
      admits;                // the library's own gate over cc, major, minor; nullopt: not known
  std::string gate_message;  // what users see when the gate refuses; may be empty
  std::string notes;
  std::vector<Source> sources;  // at least one
};

struct Catalogue {
  std::vector<Backend> backends;  // sorted by project, then id
};

struct CatalogueError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Parses one project file. Throws CatalogueError naming the row.
std::vector<Backend> parse_backends(std::string_view json);
/// All embedded files; parsed once.
const Catalogue& embedded_catalogue();

}  // namespace bp
