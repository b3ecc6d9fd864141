#include "cli/output/output_name.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "cli/output/variables.h"

namespace bp {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// node7 and node7.example.org are one node: which of them a system says is a matter of its set-up.
/// Some clusters name their nodes by address.
std::string short_name(std::string_view node) {
  const std::string_view first = node.substr(0, node.find('.'));
  std::string name(first.empty() || is_number(first) ? node : first);
  std::ranges::transform(name, name.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name;
}

/// As part of a path: nothing that leads elsewhere or needs quotes.
std::string file_name(std::string_view node) {
  std::string name = short_name(node);
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0 && c != '-'; }, '_');
  return name.substr(0, 64);
}

}  // namespace

std::string node_hash(const std::string& node) {
  // FNV-1a (Fowler, Noll and Vo), then mixed so that names which differ in a digit differ in every
  // digit here.
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : short_name(node)) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  }
  hash = (hash ^ (hash >> 32)) * 0xd6e8feb86659fd93u;
  hash ^= hash >> 32;
  std::string digits;
  for (int shift = 44; shift >= 0; shift -= 4) digits += "0123456789abcdef"[(hash >> shift) & 15u];
  return digits;
}

NodeNames node_names(bool identify) {
  NodeNames names{.node = {}, .rank = {}, .identify = identify};
  for (const char* variable : node_variables) {
    const char* value = std::getenv(variable);
    if (value != nullptr && names.node.empty()) names.node = value;
  }
  std::array<char, 256> host{};
  if (names.node.empty() && gethostname(host.data(), host.size() - 1) == 0) {
    names.node = host.data();
  }
  for (const char* variable : rank_variables) {
    const char* value = std::getenv(variable);
    const std::string_view text = value == nullptr ? "" : value;
    if (names.rank.empty() && is_number(text) && text.size() <= 9) names.rank = text;
  }
  return names;
}

OutputName output_name(const std::string& pattern, const NodeNames& names) {
  const auto wrong = [&](const std::string& why) {
    return OutputName{{}, "-o " + pattern + ": " + why};
  };
  std::string path;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') {
      path += pattern[i];
      continue;
    }
    const char letter = ++i < pattern.size() ? pattern[i] : '\0';
    if (letter == '%') {
      path += '%';
    } else if (letter == 'h') {
      if (names.node.empty()) {
        return wrong("the name of this node is not known; leave %h out, or set NODE_NAME");
      }
      path += names.identify ? file_name(names.node) : node_hash(names.node);
    } else if (letter == 'r') {
      if (names.rank.empty()) {
        return wrong("no launcher says which task this is (SLURM_PROCID, RANK ...); leave %r out");
      }
      path += names.rank;
    } else {
      const std::string what = letter == '\0' ? "% at the end" : std::string("%") + letter;
      return wrong(what + " stands for nothing; write %h for the node, %r for the rank, %% for %");
    }
  }
  return {path, {}};
}

}  // namespace bp
