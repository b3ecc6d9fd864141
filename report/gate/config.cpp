#include "report/gate/config.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <sstream>

namespace {

/// toml++ asserts what hostile text can break ("[[[a" in version 3.3).
struct TomlBroke {};
[[noreturn]] void toml_broke() { throw TomlBroke{}; }

}  // namespace

// With NDEBUG toml++ would drop the assertions, and promise the compiler that they hold.
#pragma push_macro("NDEBUG")
#undef NDEBUG
// Nothing of it is linked: all of it is in this file.
#define TOML_HEADER_ONLY 1
#define TOML_ASSERT(expression) ((expression) ? void() : toml_broke())
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

#include "report/formats/clean.h"
#include "report/formats/json_guard.h"

namespace bp::gate {
namespace {

using ConfigJson = nlohmann::ordered_json;

/// What is read of the file, and how its faults are told.
class ConfigReader {
 public:
  explicit ConfigReader(std::string_view file) : file_(file) {}

  [[noreturn]] void fail(const std::string& sentence) const {
    throw ConfigError(file_ + ": " + sentence);
  }

  Config config(const ConfigJson& document) const {
    // Other tables may belong to other commands: only what is read is judged.
    if (!document.is_object() || !document.contains("gate"))
      fail("there is no [gate] in it; write gate.require = [\"feature:ID>=verified\"]");
    const ConfigJson& gate = document["gate"];
    known_keys(gate, "gate", std::array<std::string_view, 2>{"require", "sets"});
    Config config;
    if (gate.contains("require"))
      config.sets.push_back({"", demands(gate["require"], "gate.require")});
    if (gate.contains("sets")) {
      if (!gate["sets"].is_object()) fail("gate.sets is not a table of lists");
      for (const auto& [name, list] : gate["sets"].items())
        config.sets.push_back({one_line(name), demands(list, "gate.sets." + one_line(name))});
    }
    if (config.sets.empty()) fail("[gate] requires nothing: give require or sets");
    return config;
  }

 private:
  template <std::size_t N>
  void known_keys(const ConfigJson& table, const std::string& place,
                  const std::array<std::string_view, N>& keys) const {
    if (!table.is_object()) fail(place + " is not a table");
    for (const auto& [key, value] : table.items()) {
      if (std::ranges::find(keys, key) != keys.end()) continue;
      std::string list;
      for (const std::string_view name : keys)
        list += (list.empty() ? "" : ", ") + std::string(name);
      fail(place + " has no key \"" + one_line(key.substr(0, 80)) + "\": its keys are " + list);
    }
  }

  std::vector<Demand> demands(const ConfigJson& list, const std::string& place) const {
    constexpr std::size_t most = 1000;
    if (!list.is_array()) fail(place + " is not a list of requirements");
    if (list.empty()) fail(place + " is empty");
    if (list.size() > most) fail(place + " has more than 1000 requirements");
    std::vector<Demand> demands;
    for (const ConfigJson& item : list)
      demands.push_back(demand(item, place + "[" + std::to_string(demands.size()) + "]"));
    return demands;
  }

  Demand demand(const ConfigJson& item, const std::string& place) const {
    Demand demand{.text = {}, .place = file_ + ", " + place};
    if (item.is_string()) {
      demand.text = item.get<std::string>();
      return demand;
    }
    if (!item.is_object()) fail(place + " is neither a text nor a table");
    known_keys(item, place, std::array<std::string_view, 4>{"require", "name", "xfail", "strict"});
    demand.text = text(item, "require", place);
    if (item.contains("name")) demand.name = text(item, "name", place);
    if (item.contains("xfail")) demand.xfail = text(item, "xfail", place);
    if (item.contains("strict")) {
      if (!demand.xfail) fail(place + ".strict says nothing without xfail");
      if (!item["strict"].is_boolean()) fail(place + ".strict is not true or false");
      demand.strict = item["strict"].get<bool>();
    }
    return demand;
  }

  std::string text(const ConfigJson& item, const char* key, const std::string& place) const {
    if (!item.contains(key)) fail(place + " lacks \"" + key + "\"");
    const ConfigJson& value = item[key];
    if (!value.is_string() || value.get_ref<const std::string&>().empty())
      fail(place + "." + key + " is not a text");
    return value.get<std::string>();
  }

  std::string file_;
};

/// What toml++ gets is ASCII: version 3.3 has undefined behaviour for some letters beyond it that
/// stand outside a string. In comments of whole lines they become '?'.
std::string ascii_of(std::string_view text, const ConfigReader& reader) {
  std::string ascii(text);
  std::size_t line = 1;
  bool comment = false;
  bool blank = true;  // nothing but space so far on this line
  for (char& c : ascii) {
    if (c == '\n') {
      ++line;
      comment = false;
      blank = true;
      continue;
    }
    if (blank && c == '#') comment = true;
    if (c != ' ' && c != '\t') blank = false;
    if (static_cast<unsigned char>(c) < 0x80) continue;
    if (!comment) {
      reader.fail(
          "line " + std::to_string(line) +
          ": beyond ASCII only lines of comment are read; write \\u00e9 in a text in double "
          "quotes, or the file as JSON");
    }
    c = '?';
  }
  return ascii;
}

}  // namespace

Config parse_config_json(std::string_view text, std::string_view file) {
  const ConfigReader reader(file);
  if (text.size() > max_config_bytes) reader.fail("it is larger than 1 MiB");
  if (const std::string broken = broken_limit(text); !broken.empty()) reader.fail(broken);
  try {
    return reader.config(ConfigJson::parse(text));
  } catch (const ConfigJson::exception& error) {
    reader.fail(std::string("this is no JSON: ") + one_line(error.what()));
  }
}

Config parse_config_toml(std::string_view text, std::string_view file) {
  const ConfigReader reader(file);
  if (text.size() > max_config_bytes) reader.fail("it is larger than 1 MiB");
  std::ostringstream json;
  try {
    json << toml::json_formatter(toml::parse(ascii_of(text, reader)));
  } catch (const toml::parse_error& error) {
    reader.fail("line " + std::to_string(error.source().begin.line) + ": " +
                one_line(error.description()));
  } catch (const TomlBroke&) {
    reader.fail("this is no TOML");
  }
  return parse_config_json(json.str(), file);
}

}  // namespace bp::gate
