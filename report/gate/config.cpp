#include "report/gate/config.h"

#include <algorithm>
#include <array>
#include <cstdio>
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

/// The same document in ASCII: version 3.3 of toml++ has undefined behaviour for some letters
/// beyond it that stand outside a text. In comments they become '?', in texts between double quotes
/// escapes (TOML 1.0.0, "String"); elsewhere they are refused, as TOML mostly does itself.
class AsciiToml {
 public:
  AsciiToml(std::string_view text, const ConfigReader& reader) : rest_(text), reader_(reader) {}

  std::string write() {
    while (!rest_.empty()) {
      if (is_beyond(rest_.front())) {
        beyond();
      } else if (end_.empty()) {
        outside();
      } else {
        inside();
      }
    }
    return std::move(ascii_);
  }

 private:
  static bool is_beyond(char c) { return static_cast<unsigned char>(c) >= 0x80; }

  void take(std::size_t count) {
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(taken.size());
    ascii_ += taken;
    if (!taken.ends_with('\n')) return;
    ++line_;
    if (end_.size() == 1) end_ = {};  // of a comment, or a text that lacks its quote
  }

  void outside() {
    for (const std::string_view quote : {"\"\"\"", "'''", "\"", "'"}) {
      if (!rest_.starts_with(quote)) continue;
      end_ = quote;
      return take(quote.size());
    }
    if (rest_.starts_with('#')) end_ = "\n";
    take(1);
  }

  void inside() {
    if (end_.front() == '"' && rest_.starts_with('\\')) {
      if (rest_.size() > 1 && is_beyond(rest_[1])) fail("there is no such escape");
      return take(2);
    }
    if (!rest_.starts_with(end_)) return take(1);
    // Up to two more quotes before the three that end a text belong to it.
    const auto quotes = std::min(rest_.find_first_not_of(end_.front()), rest_.size());
    take(end_.size() == 3 ? std::min<std::size_t>(quotes, 5) : 1);
    end_ = {};
  }

  void beyond() {
    const std::size_t before = rest_.size();
    const char32_t code = next_code_point(rest_);
    if (before - rest_.size() == 1) fail("this is not UTF-8");
    if (end_ == "\n") {
      ascii_ += '?';
    } else if (end_.starts_with('"')) {
      std::array<char, 12> escape{};
      std::snprintf(escape.data(), escape.size(), "\\U%08x", static_cast<unsigned>(code));
      ascii_ += escape.data();
    } else {
      fail("beyond ASCII only comments and texts in double quotes are read; use those, or JSON");
    }
  }

  [[noreturn]] void fail(const std::string& sentence) const {
    reader_.fail("line " + std::to_string(line_) + ": " + sentence);
  }

  std::string_view rest_;
  const ConfigReader& reader_;
  std::string ascii_;
  std::size_t line_ = 1;
  std::string_view end_;  // of the text (its quotes) or comment that we are in; empty: of none
};

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
    json << toml::json_formatter(toml::parse(AsciiToml(text, reader).write()));
  } catch (const toml::parse_error& error) {
    reader.fail("line " + std::to_string(error.source().begin.line) + ": " +
                one_line(error.description()));
  } catch (const TomlBroke&) {
    reader.fail("this is no TOML");
  }
  return parse_config_json(json.str(), file);
}

}  // namespace bp::gate
