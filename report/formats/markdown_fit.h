// Puts sections into a text that may not exceed a size: what does not fit is left out, and said to
// be.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace bp::md {

/// A part of the text: `head`, rows, `tail`. Rows are left out from the end.
struct Section {
  std::string name;    // "features of GPU 0": what is said to be missing. HTML and Markdown-safe
  int priority = 0;    // those of a lower number are given room first
  std::string head{};  // with its newline, as the others
  std::vector<std::string> rows{};
  std::string tail{};
};

/// In the given order. Never longer than `most` bytes, which must be some hundred at least.
/// `where` says where all of it can be had.
std::string fit(const std::vector<Section>& sections, std::size_t most, const std::string& where);

}  // namespace bp::md
