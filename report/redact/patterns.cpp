#include "report/redact/patterns.h"

#include <algorithm>

namespace bp {
namespace {

bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// In names of files a value is joined to others with '_'.
bool starts_word(std::string_view before) {
  return before.empty() || !is_word(before.back()) || before.back() == '_';
}
bool ends_word(std::string_view rest, std::size_t length) {
  return length == rest.size() || !is_word(rest[length]) || rest[length] == '_';
}

/// "fe80" of "fe80:", where `before` ends with the joint.
std::string_view word_before(std::string_view before, char joint) {
  if (!before.ends_with(joint)) return {};
  before.remove_suffix(1);
  const auto start = std::find_if_not(before.rbegin(), before.rend(), is_word);
  return before.substr(static_cast<std::size_t>(before.rend() - start));
}

/// Digits of a hexadecimal number that `joint` ends: 2 in "65:". 0: what it ends is none ("node:").
std::size_t digits_before(std::string_view before, char joint) {
  const std::string_view word = word_before(before, joint);
  return std::ranges::all_of(word, is_hex) ? word.size() : 0;
}

/// Length of `rest` that fits `shape`: 'x' is a hexadecimal digit, 'o' one of 0-7, all else itself.
/// 0: none.
std::size_t fits(std::string_view rest, std::string_view shape) {
  if (rest.size() < shape.size()) return 0;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const char c = rest[i];
    const bool ok = shape[i] == 'x'   ? is_hex(c)
                    : shape[i] == 'o' ? c >= '0' && c <= '7'
                                      : c == shape[i];
    if (!ok) return 0;
  }
  return shape.size();
}

/// Four numbers up to 255 without leading zeros, joined with dots.
std::size_t fits_ipv4(std::string_view rest) {
  std::size_t at = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0) {
      if (at == rest.size() || rest[at] != '.') return 0;
      ++at;
    }
    const std::size_t start = at;
    unsigned value = 0;
    while (at < rest.size() && at - start < 4 && is_digit(rest[at])) {
      value = value * 10 + static_cast<unsigned>(rest[at++] - '0');
    }
    const std::size_t digits = at - start;
    if (digits == 0 || digits > 3 || value > 255 || (digits > 1 && rest[start] == '0')) return 0;
  }
  const bool goes_on = at + 1 < rest.size() && rest[at] == '.' && is_digit(rest[at + 1]);
  return goes_on || !ends_word(rest, at) ? 0 : at;
}

/// Hexadecimal groups and colons. PTX is full of "a::b": what looks like a qualifier is not an
/// address.
std::size_t fits_ipv6(std::string_view rest) {
  constexpr std::size_t longest = 39;
  rest = rest.substr(0, longest + 1);
  std::size_t end = std::min(rest.find_first_not_of(":0123456789abcdefABCDEF"), rest.size());
  if (!ends_word(rest, end)) end = rest.substr(0, end).rfind(':');  // a word after the address
  if (end == std::string_view::npos) return 0;
  rest = rest.substr(0, end);
  std::size_t at = 0, group = 0, colons = 0, first_group = 0;
  bool shortened = false;
  for (; at < rest.size(); ++at) {
    if (rest[at] == ':') {
      if (colons == 0) first_group = group;
      if (group == 0 && at > 0) {
        if (shortened) return 0;
        shortened = true;
      }
      ++colons;
      group = 0;
    } else if (++group > 4) {
      return 0;
    }
  }
  if (at > 0 && rest[at - 1] == ':' && !(at > 1 && rest[at - 2] == ':')) {
    --at, --colons;  // a colon of the sentence
  }
  if (colons == 7 && !shortened) return at;
  if (!shortened || colons < 2 || colons > 7) return 0;
  const char first = lower_case(rest[0]);
  const bool routable = first_group == 4 && (first == '2' || first == '3' || first == 'f');
  return routable || colons > 3 ? at : 0;
}

/// A name of a person or folder: up to the next separator.
std::size_t name_length(std::string_view rest) {
  const std::size_t end = rest.find_first_of("/\\:;,'\" \t\n()<>[]{}|&");
  return end == std::string_view::npos ? rest.size() : end;
}

}  // namespace

Match match_uuid(std::string_view before, std::string_view rest) {
  if (!starts_word(before)) return {};
  std::size_t prefix = 0;
  for (const std::string_view text : {"MIG-", "GPU-"}) {  // also MIG-GPU-<uuid>/1/0
    if (rest.substr(prefix).starts_with(text)) prefix += text.size();
  }
  constexpr std::string_view shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (fits(rest.substr(prefix), shape) == 0) {
    // NVML and CUDA_VISIBLE_DEVICES take a shortened one: "GPU-4d6f2a".
    std::size_t end = prefix;
    while (end < rest.size() && (is_hex(rest[end]) || rest[end] == '-')) ++end;
    if (prefix > 0 && end >= prefix + 4 && ends_word(rest, end)) return {end, "[uuid]"};
    return {};
  }
  const std::size_t length = prefix + shape.size();
  return ends_word(rest, length) ? Match{length, "[uuid]"} : Match{};
}

Match match_pci(std::string_view before, std::string_view rest) {
  const std::size_t digits = digits_before(before, ':');  // "PCI:0000:e1:00"
  if (!starts_word(before) || digits == 2 || digits == 4 || digits == 8) return {};
  for (const std::string_view shape :
       {"xxxxxxxx:xx:xx.o", "xxxx:xx:xx.o", "xx:xx.o", "xxxxxxxx:xx:xx", "xxxx:xx:xx"}) {
    const std::size_t length = fits(rest, shape);
    const bool goes_on =
        length > 0 && length + 1 < rest.size() && rest[length] == ':' && is_hex(rest[length + 1]);
    if (length > 0 && ends_word(rest, length) && !goes_on) return {length, "[pci]"};
  }
  return {};
}

Match match_mac(std::string_view before, std::string_view rest) {
  if (!starts_word(before) || digits_before(before, ':') == 2 || digits_before(before, '-') == 2)
    return {};
  for (const std::string_view shape : {"xx:xx:xx:xx:xx:xx", "xx-xx-xx-xx-xx-xx"}) {
    const std::size_t length = fits(rest, shape);
    if (length > 0 && ends_word(rest, length)) return {length, "[mac]"};
  }
  return {};
}

Match match_ip(std::string_view before, std::string_view rest) {
  if (!starts_word(before)) return {};
  const std::size_t digits = digits_before(before, ':');
  const bool goes_on = (digits > 0 && digits <= 4) || before.ends_with("::");
  if (!goes_on) {
    if (const std::size_t length = fits_ipv6(rest); length > 0) return {length, "[ip]"};
  }
  const std::size_t length = fits_ipv4(rest);
  const std::string_view dotted = word_before(before, '.');
  if (length == 0 || (!dotted.empty() && std::ranges::all_of(dotted, is_digit))) return {};
  const std::string_view address = rest.substr(0, length);
  if (address.starts_with("127.") || address == "0.0.0.0") return {};
  // Versions of four parts exist ("cuDNN 9.10.2.21"), and sections of documents.
  for (const std::string_view word : {"version ", "section ", "cudnn ", "cupti ", "nvml ", "ptxas ",
                                      "nvcc ", "driver ", ".so.", "==", ">=", "<="}) {
    if (ends_with_ignoring_case(before, word)) return {};
  }
  return {length, "[ip]"};
}

Match match_home(std::string_view before, std::string_view rest) {
  // At the start of a path "~" reads well; homes below a mount ("/mnt/c/Users/NAME") are marked.
  const bool starts = before.empty() || (!is_word(before.back()) && before.back() != '/');
  for (const std::string_view parent : {"/home/", "/Users/", "\\Users\\", "\\\\Users\\\\"}) {
    if (!starts_with_ignoring_case(rest, parent)) continue;
    const std::size_t name = name_length(rest.substr(parent.size()));
    if (name > 0) return {parent.size() + name, starts ? "~" : "/[home]"};
  }
  if (starts && rest.starts_with("/root") &&
      (rest.size() == 5 || (!is_word(rest[5]) && rest[5] != '-'))) {
    return {5, "~"};
  }
  return {};
}

}  // namespace bp
