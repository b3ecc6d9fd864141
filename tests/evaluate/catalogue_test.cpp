#include "report/backends/catalogue.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <set>

#include "report/backends/embedded_files.h"
#include "tests/evaluate/inline_catalogue.h"

namespace bp {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

std::string file_with(const std::string& keys) {
  return test::file_of({R"({"id": "x.y", )" + keys + "}"});
}

Backend row_with(const std::string& keys) { return parse_backends(file_with(keys)).front(); }

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

TEST(Catalogue, HasNoFaults) { EXPECT_THAT(faults_of(embedded_backend_files()), IsEmpty()); }

TEST(Catalogue, NullIsNotKnown) {
  const Backend row = row_with(R"("needs": null, "admits": null)");
  EXPECT_FALSE(row.needs.has_value());
  EXPECT_FALSE(row.admits.has_value());
}

TEST(Catalogue, ReadsEveryKey) {
  const Backend row = row_with(R"("also": ["mla.sparse_prefill"], "versions": "0.6.14 and newer",
      "needs": "tma.load and cubin.sm_100f", "admits": "major == 10", "cuda": "12.8", "driver": "570.0",
      "shape": {"heads": [64, 128], "topk": {"min": 64, "max": 2048, "multiple_of": 64}, "kv_dtype": ["fp8_e4m3", "bf16"]},
      "gate_message": "no", "gate_source": 0, "notes": "n")");
  EXPECT_TRUE(performs(row, "mla.sparse_decode"));
  EXPECT_TRUE(performs(row, "mla.sparse_prefill"));
  EXPECT_FALSE(performs(row, "dsa.topk"));
  EXPECT_EQ(row.versions, "0.6.14 and newer");
  EXPECT_EQ(row.cuda, "12.8");
  EXPECT_EQ(row.driver, "570.0");
  EXPECT_EQ(to_string(row.takes),
            "64 or 128 heads; topk 64 to 2048 and a multiple of 64; kv_dtype fp8_e4m3 or bf16");
  EXPECT_EQ(row.gate_source, 0u);
  const Backend selector =
      row_with(R"("kind": "selector", "chain": [{"when": "major == 9", "try": ["a.b", "c.d"]}])");
  EXPECT_EQ(selector.kind, BackendKind::selector);
  EXPECT_EQ(to_string(selector.chain.front().when), "major == 9");
  EXPECT_THAT(selector.chain.front().ids, testing::ElementsAre("a.b", "c.d"));
}

TEST(Catalogue, ASourceIsACommitOrAThread) {
  const auto source = [](const std::string& text) {
    return row_with(R"("sources": [)" + text + "]").sources.front();
  };
  EXPECT_EQ(source(R"({"repository":"a/b","thread":"#12"})").thread, "#12");
  EXPECT_EQ(source(R"({"repository":"a/b","commit":null,"path":"d"})").commit, "");
  for (const char* commit : {"id 689", "012"}) {
    EXPECT_THROW(
        source(std::string(R"({"repository":"a/b","commit":")") + commit + R"(","path":"d"})"),
        CatalogueError)
        << commit;
  }
}

TEST(Catalogue, ErrorsNameTheRow) {
  const auto parse = [](std::string text) { return [text] { parse_backends(text); }; };
  EXPECT_THAT(parse(file_with(R"("needs": "no.such.feature")")),
              ThrowsMessage<CatalogueError>(AllOf(HasSubstr("x.y"), HasSubstr("no.such.feature"))));
  EXPECT_THAT(parse(file_with(R"("needs": "bytes >= 3")")),
              ThrowsMessage<CatalogueError>(HasSubstr("unknown limit")));
  EXPECT_THAT(parse(file_with(R"("needs": 3)")), ThrowsMessage<CatalogueError>(HasSubstr("x.y")));
  EXPECT_THAT(parse("{"), ThrowsMessage<CatalogueError>(HasSubstr("the file")));
}

TEST(Catalogue, WhatDoesNotFitIsRefused) {
  const char* rows[] = {
      R"("speed": 3)",
      R"("status": {"sm_90": "yes"})",
      R"("id": "has space")",
      R"("id": "")",
      R"("id": 3)",
      R"("kind": "library")",
      R"("kind": null)",
      R"("operation": "gemm")",
      R"("also": [])",
      R"("also": ["gemm"])",
      R"("versions": 12)",
      R"("date": "2026-02-30")",
      R"("date": "yesterday")",
      R"("needs": "cubin.sm_100x")",
      R"("needs": "cubin.sm_0100")",
      R"("needs": "cubin.")",
      R"("needs": "cubin.sm_100f >= 3")",
      R"("admits": "cc == 9")",
      R"("admits": "major == 9.5")",
      R"("cuda": "12.x")",
      R"("cuda": "")",
      R"("driver": "-1")",
      R"("driver": "1.2.3.4.5")",
      R"("driver": "99999999999.0")",
      R"("shape": [])",
      R"("shape": {"width": [1]})",
      R"("shape": {"heads": []})",
      R"("shape": {"heads": [128, 64]})",
      R"("shape": {"heads": [64, 64]})",
      R"("shape": {"heads": [0]})",
      R"("shape": {"heads": [1.5]})",
      R"("shape": {"heads": [18446744073709551615]})",
      R"("shape": {"heads": "any"})",
      R"("shape": {"heads": {}})",
      R"("shape": {"heads": {"min": 2, "max": 1}})",
      R"("shape": {"heads": {"multiple_of": 0}})",
      R"("shape": {"heads": {"about": 64}})",
      R"("shape": {"kv_dtype": []})",
      R"("shape": {"kv_dtype": ["same"]})",
      R"("chain": [{"when": "any", "try": ["a.b"]}])",
      R"("kind": "selector", "needs": "tma.load")",
      R"("kind": "selector", "chain": [])",
      R"("kind": "selector", "chain": [{"try": ["a.b"]}])",
      R"("kind": "selector", "chain": [{"when": "any", "try": []}])",
      R"("kind": "selector", "chain": [{"when": "no.such.feature", "try": ["a.b"]}])",
      R"("admits": null, "gate_source": 0)",
      R"("admits": "any", "gate_source": 1)",
      R"("admits": "any", "gate_source": -1)",
      R"("sources": [])",
      R"("sources": [{"repository": "a/b", "commit": null, "path": "d", "line": 0}])",
      R"("sources": [{"repository": "a/b", "commit": null, "path": "d", "line": 1e30}])",
      R"("sources": [{"repository": "a/b", "thread": "12"}])",
      R"("sources": [{"repository": "a/b", "thread": "#12", "path": "d"}])"};
  for (const char* keys : rows) EXPECT_THROW(row_with(keys), CatalogueError) << keys;
  for (const char* text :
       {"", "[]", "{}", "null", R"({"project": "P", "backends": {}})",
        R"({"project": "P", "backends": []})", R"({"project": "P", "backends": [3]})",
        R"({"project": 3, "backends": [{}]})", R"({"project": "P", "backends": [{}], "more": 1})"})
    EXPECT_THROW(parse_backends(text), CatalogueError) << text;
  EXPECT_THROW(parse_backends(std::string(100'000, '[')), CatalogueError);
  EXPECT_THROW(row_with(R"("needs": ")" + std::string(3000, '(') + "\""), CatalogueError);
}

TEST(Catalogue, FaultsAcrossRowsAreFound) {
  const std::string good = test::file_of(
      {R"({"id": "a.a"})",
       R"({"id": "a.b", "kind": "selector", "chain": [{"when": "any", "try": ["a.a"]}]})"});
  const std::string bad = test::file_of(
      {R"({"id": "b.b", "kind": "selector", "chain": [{"when": "any", "try": ["a.a", "a.b", "a.c"]}]})",
       R"({"id": "a.a"})"});
  EXPECT_THAT(faults_of(std::array<std::string_view, 1>{good}), IsEmpty());
  EXPECT_THAT(faults_of(std::array<std::string_view, 3>{good, bad, "{"}),
              testing::UnorderedElementsAre(
                  HasSubstr("not sorted by id: a.a"), HasSubstr("the id a.a is used twice"),
                  HasSubstr("b.b tries a.b, which is no kernel"),
                  HasSubstr("b.b tries a.c, which is no row"), HasSubstr("the file: ")));
}

// The verdicts come from needs and gates. What others found to work on which GPU is never read: a
// row has no place for it.
TEST(Catalogue, HasNoPlaceForWhatOthersFound) {
  for (const char* column : {"status", "status_by_cc", "compute_capabilities", "cc_detail"}) {
    EXPECT_THROW(row_with("\"" + std::string(column) + "\": {}"), CatalogueError);
    for (const std::string_view file : embedded_backend_files())
      EXPECT_EQ(file.find("\"" + std::string(column) + "\":"), std::string_view::npos);
  }
}

}  // namespace
}  // namespace bp
