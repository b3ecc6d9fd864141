// A few kernels of the shipped catalogue that everybody knows, on machines that people have.
#include <gmock/gmock.h>

#include "tests/evaluate/inline_catalogue.h"

namespace bp {
namespace {

using enum Verdict;

BackendResult judged(const test::Machine& machine, const std::string& id, const Shape& shape = {}) {
  const Backend* row = find_backend(embedded_catalogue(), id);
  if (row == nullptr) throw std::runtime_error(id + " is not in the catalogue");
  return evaluate({{*row}}, test::subject_of(machine), shape).front();
}

TEST(KnownKernels, OnMachinesThatPeopleHave) {
  struct Case {
    const char* id;
    Verdict h200, h20, b200, rtx5090, gb10;
  };
  const Case cases[] = {
      {"flashmla.dense_decode.sm90", runs, runs, no_hardware, no_hardware, no_hardware},
      {"flashmla.dense_prefill_mha.sm100", at_risk, at_risk, runs, at_risk, at_risk},
      {"deepgemm.fp8_gemm.sm90", runs, runs, no_hardware, no_hardware, no_hardware},
      {"flashinfer.mla.xqa_sm120", no_dispatch, no_dispatch, no_dispatch, runs, runs}};
  for (const auto& [id, h200, h20, b200, rtx5090, gb10] : cases) {
    EXPECT_EQ(judged(test::h200, id).verdict, h200) << id;
    EXPECT_EQ(judged(test::h20, id).verdict, h20) << id;
    EXPECT_EQ(judged(test::b200, id).verdict, b200) << id;
    EXPECT_EQ(judged(test::rtx5090, id).verdict, rtx5090) << id;
    EXPECT_EQ(judged(test::gb10, id).verdict, gb10) << id;
  }
}

TEST(KnownKernels, SparseDecodeTakesSomeHeadsOnly) {
  const char* id = "flashmla.sparse_decode_fp8.sm90";
  EXPECT_EQ(judged(test::h20, id, {.heads = 128}).verdict, runs);
  const auto sixteen = judged(test::h20, id, {.heads = 16});
  EXPECT_EQ(sixteen.verdict, no_dispatch);
  EXPECT_THAT(sixteen.reason, testing::HasSubstr("it takes 64 or 128 heads, not 16."));
  EXPECT_EQ(judged(test::gb10, id, {.heads = 16}).verdict, no_hardware);
}

TEST(KnownKernels, SelectorsChooseKernels) {
  for (const SelectorResult& selector :
       walk_selectors(embedded_catalogue(), test::subject_of(test::b200),
                      evaluate(embedded_catalogue(), test::subject_of(test::b200)))) {
    EXPECT_TRUE(selector.chosen.empty() ||
                find_backend(embedded_catalogue(), selector.chosen)->kind == BackendKind::kernel);
    EXPECT_EQ(find_backend(embedded_catalogue(), selector.id)->kind, BackendKind::selector);
  }
}

}  // namespace
}  // namespace bp
