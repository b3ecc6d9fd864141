// Reading the values of JSON: each throws DecodeError with the name of the key.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/registry/codec.h"

namespace bp::json_read {

inline const Json& member(const Json& json, const char* key) {
  if (!json.is_object()) throw DecodeError(std::string("expected an object with \"") + key + "\"");
  const auto found = json.find(key);
  if (found == json.end()) throw DecodeError(std::string("\"") + key + "\" is missing");
  return *found;
}

inline std::string text(const Json& json, const char* key) {
  const Json& value = member(json, key);
  if (!value.is_string()) throw DecodeError(std::string("\"") + key + "\" is not a string");
  return value.get<std::string>();
}

inline std::string text_or_null(const Json& json, const char* key) {
  return member(json, key).is_null() ? std::string() : text(json, key);
}

inline bool flag(const Json& json, const char* key) {
  const Json& value = member(json, key);
  if (!value.is_boolean()) throw DecodeError(std::string("\"") + key + "\" is not true or false");
  return value.get<bool>();
}

/// Decodes a list; an error is prefixed with the place: "features[3]: ...".
template <typename Decode>
auto list(const Json& json, const char* key, Decode decode) {
  const Json& array = member(json, key);
  if (!array.is_array()) throw DecodeError(std::string("\"") + key + "\" is not an array");
  std::vector<decltype(decode(array))> items;
  items.reserve(array.size());
  for (const Json& item : array) {
    try {
      items.push_back(decode(item));
    } catch (const DecodeError& error) {
      throw DecodeError(std::string(key) + "[" + std::to_string(items.size()) +
                        "]: " + error.what());
    }
  }
  return items;
}

template <typename T>
T named(const Json& json, const char* key, std::optional<T> (*parse)(std::string_view)) {
  const std::string name = text(json, key);
  const auto value = parse(name);
  if (!value)
    throw DecodeError(std::string("\"") + key + "\" has the unknown value \"" + name + "\"");
  return *value;
}

inline std::string decode_line(const Json& json) {
  if (!json.is_string()) throw DecodeError("expected a string");
  return json.get<std::string>();
}

inline double real(const Json& json, const char* key) {
  const Json& value = member(json, key);
  if (!value.is_number()) throw DecodeError(std::string("\"") + key + "\" is not a number");
  return value.get<double>();
}

}  // namespace bp::json_read
