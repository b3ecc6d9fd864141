#include "report/backends/catalogue.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

namespace bp {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::string file_with(const std::string& needs, const std::string& admits = "null") {
  return R"({"project":"P","backends":[{"id":"x.y","name":"n","operation":"dsa.topk","date":"2026-11-01",)"
         R"("needs":)" +
         needs + R"(,"admits":)" + admits +
         R"(,"sources":[{"repository":"a/b","commit":"0123456","path":"d"}]}]})";
}

TEST(Catalogue, EveryBackendHasAnIdOfItsOwnAndASource) {
  std::set<std::string> ids;
  for (const Backend& backend : embedded_catalogue().backends) {
    EXPECT_TRUE(ids.insert(backend.id).second) << backend.id;
    EXPECT_FALSE(backend.sources.empty()) << backend.id;
    EXPECT_FALSE(backend.name.empty()) << backend.id;
  }
  EXPECT_GE(ids.size(), 30u);
}

TEST(Catalogue, IsSortedByProjectThenId) {
  EXPECT_TRUE(std::ranges::is_sorted(embedded_catalogue().backends, {},
                                     [](const Backend& b) { return std::pair(b.project, b.id); }));
}

TEST(Catalogue, NullIsNotKnown) {
  const auto rows = parse_backends(file_with("null"));
  EXPECT_FALSE(rows.front().needs.has_value());
  EXPECT_FALSE(rows.front().admits.has_value());
}

TEST(Catalogue, ASourceIsACommitOrAThread) {
  const auto with = [](const std::string& source) {
    std::string text = file_with("null");
    const std::string plain = R"({"repository":"a/b","commit":"0123456","path":"d"})";
    return text.replace(text.find(plain), plain.size(), source);
  };
  EXPECT_EQ(
      parse_backends(with(R"({"repository":"a/b","thread":"#12"})")).front().sources.front().thread,
      "#12");
  EXPECT_EQ(parse_backends(with(R"({"repository":"a/b","commit":null,"path":"d"})"))
                .front()
                .sources.front()
                .commit,
            "");
  EXPECT_THROW(parse_backends(with(R"({"repository":"a/b","commit":"id 689","path":"d"})")),
               CatalogueError);
  EXPECT_THROW(parse_backends(with(R"({"repository":"a/b","commit":"012","path":"d"})")),
               CatalogueError);
}

TEST(Catalogue, ErrorsNameTheRow) {
  const auto parse = [](std::string text) { return [text] { parse_backends(text); }; };
  EXPECT_THAT(parse(file_with("\"no.such.feature\"")),
              ThrowsMessage<CatalogueError>(AllOf(HasSubstr("x.y"), HasSubstr("no.such.feature"))));
  EXPECT_THAT(parse(file_with("\"bytes >= 3\"")),
              ThrowsMessage<CatalogueError>(HasSubstr("unknown limit")));
  EXPECT_THAT(parse(file_with("3")), ThrowsMessage<CatalogueError>(HasSubstr("x.y")));
  EXPECT_THAT(parse("{"), ThrowsMessage<CatalogueError>(HasSubstr("the file")));
}

}  // namespace
}  // namespace bp
