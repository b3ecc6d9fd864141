// The tables of docs/backends.md are made from the catalogue; what stands above them is written by
// hand.
#include <gtest/gtest.h>

#include <cctype>
#include <fstream>

#include "probes/registry/operation.h"
#include "report/backends/catalogue.h"
#include "tests/report/golden.h"
#include "tests/support/paths.h"

namespace bp {
namespace {

constexpr std::string_view marker =
    "<!-- What follows is made from report/backends/*.json: BP_UPDATE_GOLDEN=1 backends_page_test "
    "writes it anew. -->\n";

std::string plain(std::string_view text) {
  const auto in_word = [&](std::size_t i) {
    return i < text.size() && std::isalnum(static_cast<unsigned char>(text[i])) != 0;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool inside = text[i] == '_' && i > 0 && in_word(i - 1) && in_word(i + 1);
    if (!inside && std::string_view("|\\`*_<[]").find(text[i]) != std::string_view::npos)
      out += '\\';
    out += text[i];
  }
  return out;
}

std::string code(std::string_view text) {
  std::string out = "`";
  for (const char c : text) out += c == '|' ? "\\|" : std::string(1, c);
  return out + "`";
}

std::string in_url(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || std::string_view("/-._~").find(c) != std::string_view::npos)
      out += c;
    else
      (out += '%').append({digits[byte >> 4], digits[byte & 15]});
  }
  return out;
}

/// Empty: it is nowhere on GitHub.
std::string url_of(const Source& source) {
  if (source.repository.find(' ') != std::string::npos) return {};
  const std::string home = "https://github.com/" + in_url(source.repository);
  if (!source.thread.empty()) return home + "/issues/" + source.thread.substr(1);
  const std::string commit = source.commit.empty() ? "HEAD" : source.commit.substr(0, 12);
  return home + "/blob/" + commit + "/" + in_url(source.path) +
         (source.line > 0 ? "#L" + std::to_string(source.line) : "");
}

/// What is seen of it: the file's name and line, or the thread.
std::string name_of(const Source& source) {
  if (!source.thread.empty()) return source.thread;
  const std::string file = source.path.substr(source.path.rfind('/') + 1);
  return file + (source.line > 0 ? ":" + std::to_string(source.line) : "");
}

std::string sources_of(const Backend& backend) {
  std::string text;
  for (std::size_t i = 0; i < backend.sources.size(); ++i) {
    const Source& source = backend.sources[i];
    const std::string url = url_of(source);
    const std::string name = plain(name_of(source));
    const bool gate = backend.gate_source == i;
    text += (i > 0 ? ", " : "") + std::string(gate ? "**" : "") +
            (url.empty() ? plain(source.repository) + " " + name : "[" + name + "](" + url + ")") +
            (gate ? "**" : "");
  }
  return text;
}

std::string expression(const std::optional<Expression>& e) {
  return e ? code(to_string(*e)) : "not known";
}

std::string needs_of(const Backend& backend) {
  std::string text = expression(backend.needs);
  if (!backend.cuda.empty()) text += "; CUDA " + backend.cuda;
  if (!backend.driver.empty()) text += "; driver " + backend.driver;
  return text;
}

std::string row(std::initializer_list<std::string> cells) {
  std::string text = "|";
  for (const std::string& cell : cells) text += " " + cell + " |";
  return text + "\n";
}

std::string header(std::initializer_list<std::string> cells) {
  std::string text = row(cells) + "|";
  for (std::size_t i = 0; i < cells.size(); ++i) text += "---|";
  return text + "\n";
}

/// Those of the catalogue that `wanted` takes, as lines of a table; empty: there are none.
template <typename Wanted, typename Line>
std::string table(std::initializer_list<std::string> cells, Wanted wanted, Line line) {
  std::string text;
  for (const Backend& backend : embedded_catalogue().backends) {
    if (wanted(backend)) text += line(backend);
  }
  return text.empty() ? text : header(cells) + text;
}

std::string kernels_of(const Operation& operation) {
  std::string text = table(
      {"id", "project", "needs", "admits", "shape", "versions", "sources"},
      [&](const Backend& backend) {
        return backend.kind == BackendKind::kernel && backend.operation == operation.id;
      },
      [](const Backend& backend) {
        return row({code(backend.id), plain(backend.project), needs_of(backend),
                    expression(backend.admits), plain(to_string(backend.takes)),
                    plain(backend.versions), sources_of(backend)});
      });
  // Their rows stand under their main operation.
  std::string others;
  for (const Backend& backend : embedded_catalogue().backends) {
    if (backend.kind != BackendKind::kernel || backend.operation == operation.id ||
        !performs(backend, operation.id))
      continue;
    others += (others.empty() ? "Also: " : ", ") + code(backend.id) + " (" +
              code(backend.operation) + ")";
  }
  if (others.empty()) return text;
  return text + (text.empty() ? "" : "\n") + others + "\n";
}

std::string chain_of(const Backend& backend) {
  std::string text;
  for (const Candidates& candidates : backend.chain) {
    text += (text.empty() ? "" : "<br>") + code(to_string(candidates.when)) + ":";
    for (std::size_t i = 0; i < candidates.ids.size(); ++i)
      text += (i > 0 ? ", " : " ") + code(candidates.ids[i]);
  }
  return text.empty() ? "not known" : text;
}

std::string tables() {
  std::string text;
  for (const Operation& operation : operations()) {
    const std::string kernels = kernels_of(operation);
    if (kernels.empty()) continue;
    text += "\n## " + std::string(operation.id) + ": " + std::string(operation.title) + "\n\n" +
            kernels;
  }
  text += "\n## Selectors\n\n" +
          table(
              {"id", "project", "operation", "tries", "versions", "sources"},
              [](const Backend& backend) { return backend.kind == BackendKind::selector; },
              [](const Backend& backend) {
                return row({code(backend.id), plain(backend.project), code(backend.operation),
                            chain_of(backend), plain(backend.versions), sources_of(backend)});
              });
  text += "\n## Formats and builds\n\n" +
          table(
              {"id", "project", "kind", "what", "sources"},
              [](const Backend& backend) {
                return backend.kind == BackendKind::format || backend.kind == BackendKind::build;
              },
              [](const Backend& backend) {
                return row({code(backend.id), plain(backend.project),
                            std::string(to_string(backend.kind)), plain(backend.notes),
                            sources_of(backend)});
              });
  return text;
}

TEST(BackendsPage, IsWhatTheCatalogueSays) {
  BP_NEEDS("BP_TEST_ROOT");
  const std::string path = test::path("BP_TEST_ROOT") + "/docs/backends.md";
  const std::string shipped = test::read_file(path);
  const std::size_t at = shipped.find(marker);
  ASSERT_NE(at, std::string::npos) << path << " has lost the line that the tables follow";
  const std::string wanted = shipped.substr(0, at) + std::string(marker) + tables();
  if (test::updating()) std::ofstream(path, std::ios::binary) << wanted;
  EXPECT_EQ(test::read_file(path), wanted)
      << "BP_UPDATE_GOLDEN=1 backends_page_test writes it anew";
}

TEST(BackendsPage, TheWordsOfOthersStayInTheirCell) {
  Source source{"a/b", "0123456", "x y/|z.py", 3, {}};
  EXPECT_EQ(url_of(source), "https://github.com/a/b/blob/0123456/x%20y/%7Cz.py#L3");
  EXPECT_EQ(plain(name_of(source)), "\\|z.py:3");
  source.commit.clear();
  EXPECT_EQ(url_of(source), "https://github.com/a/b/blob/HEAD/x%20y/%7Cz.py#L3");
  source.thread = "#12";
  EXPECT_EQ(url_of(source), "https://github.com/a/b/issues/12");
  source.repository = "a note";
  EXPECT_EQ(url_of(source), "");
  EXPECT_EQ(code("a|b"), "`a\\|b`");
}

}  // namespace
}  // namespace bp
