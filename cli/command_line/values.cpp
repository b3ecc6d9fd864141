#include "cli/command_line/values.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "cli/output/nearest.h"

namespace bp {
namespace {

/// One of a few words, with a suggestion where it is not.
CLI::Validator is_one_of(std::vector<std::string> words) {
  return CLI::Validator(
      [words = std::move(words)](std::string& value) {
        if (std::ranges::find(words, value) != words.end()) return std::string();
        return "\"" + value + "\" is not one of " + joined(words) + suggestion(value, words);
      },
      "");
}

}  // namespace

Values one_of(std::vector<std::string> words) { return {std::move(words), nullptr, {}, nullptr}; }
Values any_of(std::vector<Word> (*names)()) { return {{}, names, {}, nullptr}; }
Values file_called(std::string what) { return {{}, nullptr, std::move(what), nullptr}; }

CLI::Option* may_be(ValueTable& table, CLI::Option* option, Values values) {
  if (!values.words.empty()) option->check(is_one_of(values.words));
  table[option] = std::move(values);
  return option;
}

CLI::Validator seconds() {
  return CLI::Validator(
      [](std::string& value) {
        double number = 0;
        const char* end = value.data() + value.size();
        const auto [stop, error] = std::from_chars(value.data(), end, number);
        const bool fits = error == std::errc() && stop == end && number >= 0.1 && number <= 86400;
        return fits ? std::string()
                    : "\"" + value + "\" is not a number of seconds from 0.1 to 86400";
      },
      "");
}

CLI::Validator whole_number(std::uint64_t least, std::uint64_t most) {
  return CLI::Validator(
      [least, most](std::string& value) {
        std::uint64_t number = 0;
        const char* end = value.data() + value.size();
        const auto [stop, error] = std::from_chars(value.data(), end, number);
        const bool fits = error == std::errc() && stop == end && number >= least && number <= most;
        return fits ? std::string()
                    : "\"" + value + "\" is not a whole number from " + std::to_string(least) +
                          " to " + std::to_string(most);
      },
      "");
}

std::string joined(const std::vector<std::string>& words, const std::string& separator,
                   const std::string& last) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() && !last.empty() ? last : separator;
    text += words[i];
  }
  return text;
}

}  // namespace bp
