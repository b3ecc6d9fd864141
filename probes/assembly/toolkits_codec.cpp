// toolkits.json. A refused cell is the place of its message, an accepted one its smallest
// `.version`: [0, 0, "8.6", ...]. In messages '@' in quotes stands for the target of the cell.
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>

#include "probes/assembly/toolkits.h"

namespace bp {
namespace {

using nlohmann::json;

constexpr int format = 1;
constexpr std::string_view placeholder = "'@'";

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

std::string quoted(Target target) { return "'" + to_string(target) + "'"; }

std::string hex(std::uint64_t value) {
  std::string text(16, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, value >>= 4)
    *digit = "0123456789abcdef"[value & 15];
  return text;
}

std::uint64_t parse_hex(const std::string& text) {
  std::uint64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value, 16);
  if (result.ec != std::errc{} || result.ptr != end) throw ToolkitTableError("not a hash: " + text);
  return value;
}

PtxVersion version_of(const json& value) {
  const auto version = parse_ptx_version(value.get_ref<const std::string&>());
  if (!version) throw ToolkitTableError("not a PTX version: " + value.dump());
  return *version;
}

Target target_of(const json& value) {
  const auto target = parse_target(value.get_ref<const std::string&>());
  if (!target) throw ToolkitTableError("not a target: " + value.dump());
  return *target;
}

template <typename Items, typename Write>
std::string lines(const Items& items, const char* indent, const Write& write) {
  std::string text = "[";
  for (const auto& item : items) {
    text += text.size() == 1 ? "\n" : ",\n";
    text += indent + write(item);
  }
  return text + "]";
}

std::vector<ToolkitVerdict> decode_verdicts(const json& cells, const Toolkit& toolkit,
                                            const std::vector<std::string>& messages) {
  if (cells.size() != toolkit.targets.size())
    throw ToolkitTableError("a line does not have a cell for each target of " + toolkit.name);
  std::vector<ToolkitVerdict> verdicts;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto& cell = cells[i];
    if (cell.is_string()) {
      verdicts.push_back({.accepted = true, .lowest = version_of(cell), .message = {}});
    } else {
      const auto& message = messages.at(cell.get<std::size_t>());
      verdicts.push_back({.accepted = false,
                          .lowest = {},
                          .message = replaced(message, placeholder, quoted(toolkit.targets[i]))});
    }
  }
  return verdicts;
}

}  // namespace

std::string encode_table(const ToolkitTable& table) {
  std::vector<std::string> messages;
  std::map<std::string, std::size_t> places;
  const auto place = [&](const ToolkitVerdict& verdict, Target target) {
    if (verdict.message.find(placeholder) != std::string::npos)
      throw ToolkitTableError("a message holds '@': " + verdict.message);
    auto message = replaced(verdict.message, quoted(target), placeholder);
    const auto [at, added] = places.try_emplace(message, messages.size());
    if (added) messages.push_back(std::move(message));
    return at->second;
  };
  const auto features = lines(table.features, " ", [&](const ToolkitFeature& feature) {
    std::size_t index = 0;
    const auto verdicts = lines(feature.verdicts, "  ", [&](const auto& row) {
      const auto& targets = table.toolkits.at(index++).targets;
      json cells = json::array();
      for (std::size_t i = 0; i < targets.size(); ++i) {
        if (row[i].accepted)
          cells.push_back(to_string(row[i].lowest));
        else
          cells.push_back(place(row[i], targets[i]));
      }
      return cells.dump();
    });
    return "{\"id\":" + json(feature.id).dump() + ",\"hash\":\"" + hex(feature.hash) +
           "\",\"verdicts\":" + verdicts + "}";
  });
  const auto toolkits = lines(table.toolkits, " ", [](const Toolkit& toolkit) {
    json names = json::array();
    for (const auto target : toolkit.targets) names.push_back(to_string(target));
    return "{\"name\":" + json(toolkit.name).dump() + ",\"ptx\":\"" + to_string(toolkit.newest) +
           "\",\"targets\":" + names.dump() + "}";
  });
  const auto texts = lines(messages, " ", [](const std::string& text) {
    return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
  });
  return "{\"format\":" + std::to_string(format) + ",\n\"toolkits\":" + toolkits +
         ",\n\"messages\":" + texts + ",\n\"features\":" + features + "}\n";
}

ToolkitTable decode_table(std::string_view text) {
  try {
    const auto value = json::parse(text);
    if (value.at("format") != format) throw ToolkitTableError("another format");
    ToolkitTable table;
    for (const auto& entry : value.at("toolkits")) {
      Toolkit toolkit{
          .name = entry.at("name"), .newest = version_of(entry.at("ptx")), .targets = {}};
      for (const auto& target : entry.at("targets")) toolkit.targets.push_back(target_of(target));
      table.toolkits.push_back(std::move(toolkit));
    }
    const auto messages = value.at("messages").get<std::vector<std::string>>();
    for (const auto& entry : value.at("features")) {
      ToolkitFeature feature{
          .id = entry.at("id"), .hash = parse_hex(entry.at("hash")), .verdicts = {}};
      const auto& rows = entry.at("verdicts");
      if (rows.size() != table.toolkits.size())
        throw ToolkitTableError(feature.id + " does not have a line for each toolkit");
      for (std::size_t i = 0; i < rows.size(); ++i)
        feature.verdicts.push_back(decode_verdicts(rows[i], table.toolkits[i], messages));
      table.features.push_back(std::move(feature));
    }
    return table;
  } catch (const ToolkitTableError& error) {
    throw ToolkitTableError(std::string("toolkits.json is damaged: ") + error.what());
  } catch (const std::exception& error) {  // of JSON, or a place behind the last message
    throw ToolkitTableError(std::string("toolkits.json is damaged: ") + error.what());
  }
}

}  // namespace bp
