#include "report/redact/names.h"

#include <algorithm>
#include <array>

namespace bp {
namespace {

bool is_letter(char c) { return is_word(c) && !is_digit(c) && c != '_'; }
bool same_letter(char a, char b) { return lower_case(a) == lower_case(b); }

/// Whether a name may end (or start) with `edge` beside `neighbour`: "alice_1" holds alice,
/// "alicea" does not, nor is "node71" node7.
bool parts(char edge, char neighbour) {
  return !is_letter(neighbour) && !(is_digit(edge) && is_digit(neighbour));
}

/// ".cluster.example.org"; one part alone may be the ending of a file.
std::size_t domain_length(std::string_view rest) {
  std::size_t length = 0, labels = 0;
  while (length + 1 < rest.size() && rest[length] == '.' && is_letter(rest[length + 1])) {
    const auto goes_on = [](char c) { return is_letter(c) || is_digit(c) || c == '-'; };
    const auto end = std::find_if_not(rest.begin() + static_cast<std::ptrdiff_t>(length) + 1,
                                      rest.end(), goes_on);
    length = static_cast<std::size_t>(end - rest.begin());
    ++labels;
  }
  return labels > 1 ? length : 0;
}

}  // namespace

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

char lower_case(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return std::ranges::equal(text.substr(0, prefix.size()), prefix, same_letter);
}

bool ends_with_ignoring_case(std::string_view text, std::string_view suffix) {
  if (text.size() < suffix.size()) return false;
  return std::ranges::equal(text.substr(text.size() - suffix.size()), suffix, same_letter);
}

bool is_common(std::string_view name) {
  // Not "ada" and "grace": people are called so.
  static constexpr auto names =
      std::to_array<std::string_view>({"admin",     "administrator", "build",   "buildkite-agent",
                                       "centos",    "cluster",       "compute", "cuda",
                                       "debian",    "default",       "docker",  "driver",
                                       "ec2-user",  "fedora",        "generic", "gitlab-runner",
                                       "gpu",       "home",          "host",    "jenkins",
                                       "jovyan",    "kernel",        "linux",   "localhost",
                                       "login",     "mac",           "memory",  "node",
                                       "nobody",    "nvidia",        "pci",     "probe",
                                       "rocky",     "root",          "runner",  "secret",
                                       "server",    "system",        "test",    "ubuntu",
                                       "user",      "uuid",          "vagrant", "vscode",
                                       "worker",    "a100",          "b200",    "b300",
                                       "blackwell", "dgx",           "gb10",    "gb200",
                                       "gb300",     "geforce",       "gh200",   "h100",
                                       "h200",      "hopper",        "jetson",  "l40s",
                                       "rtx",       "spark",         "tegra",   "tesla",
                                       "thor"});
  return name.size() < 3 || std::ranges::any_of(names, [&](std::string_view common) {
           return std::ranges::equal(common, name, same_letter);
         });
}

std::string replace_word(std::string_view text, std::string_view secret, std::string_view instead) {
  std::string out;
  if (secret.empty()) return std::string(text);
  std::size_t done = 0;
  for (std::size_t at = text.find(secret); at != std::string_view::npos;
       at = text.find(secret, at)) {
    const std::size_t end = at + secret.size();
    const bool starts = at == 0 || !is_word(text[at - 1]) || !is_word(secret.front());
    const bool ends = end == text.size() || !is_word(text[end]) || !is_word(secret.back());
    if (!starts || !ends) {
      ++at;
      continue;
    }
    out.append(text.substr(done, at - done)).append(instead);
    done = at = end;
  }
  return out.append(text.substr(done));
}

std::string replace_name(std::string_view text, std::string_view name, std::string_view instead,
                         NameOf whose) {
  std::string out;
  if (name.empty()) return std::string(text);
  std::size_t done = 0;
  const auto found_from = [&](std::size_t from) {
    const auto start = text.begin() + static_cast<std::ptrdiff_t>(from);
    return static_cast<std::size_t>(
        std::search(start, text.end(), name.begin(), name.end(), same_letter) - text.begin());
  };
  for (std::size_t at = found_from(0); at < text.size();) {
    std::size_t end = at + name.size();
    if ((at > 0 && !parts(name.front(), text[at - 1])) ||
        (end < text.size() && !parts(name.back(), text[end]))) {
      at = found_from(at + 1);
      continue;
    }
    if (whose == NameOf::host) end += domain_length(text.substr(end));
    out.append(text.substr(done, at - done)).append(instead);
    done = end;
    at = found_from(end);
  }
  return out.append(text.substr(done));
}

}  // namespace bp
