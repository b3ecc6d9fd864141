#include "tests/report/sample_models.h"

namespace bp::sample {
namespace {

ModelWay sparse() {
  ModelWay way{.operation = "mla.sparse_decode",
               .shape = {.head_dim = 576, .topk = 2048, .kv_dtype = "fp8_e4m3"},
               .verdict = Verdict::runs,
               .best = "flashmla.sparse_decode_fp8.sm90",
               .evidence = EvidenceKind::counted};
  way.runs = {way.best, "vllm.sparse.flashmla"};
  way.notes = {"needs CUDA 12.8 or newer"};
  way.work = {{1, 177527000, 9126805504, 49.6, true}};
  return way;
}

ModelWay sparse_refused() {
  ModelWay way = sparse();
  way.verdict = Verdict::no_dispatch;
  way.best.clear();
  way.evidence.reset();
  way.notes.clear();
  way.runs.clear();
  way.refused = {{"flashmla.sparse_decode_fp8.sm90", "takes 64 or 128 heads"}};
  way.reason =
      "flashmla.sparse_decode_fp8.sm90: The hardware has all it needs, but it takes 64 or 128 "
      "heads, not 16.";
  way.work = {{8, 44700000, 2281701376, 12.5, true}};
  return way;
}

ModelWay dense() {
  ModelWay way{.operation = "mla.dense_decode",
               .shape = {.head_dim = 576, .kv_dtype = "bf16"},
               .fallback = true,
               .verdict = Verdict::runs,
               .best = "flashinfer.mla.fa2",
               .evidence = EvidenceKind::verified};
  way.runs = {way.best};
  way.references = {{"mla.dense_decode.mma_sync", 0.78}};
  way.work = {{8, 1209000000, 36507222016, 337.9, true}};
  return way;
}

}  // namespace

std::vector<ModelReport> h200_models() {
  ModelReport known{.id = "sample-v3.2", .name = "Sample V3.2", .gpus = {0}};
  known.layers = 61;
  known.max_context = 163840;
  known.weight_bytes = 688000000000;
  known.cache = {{"fp8_e4m3", 48068, 0}, {"bf16", 78324, 3214336}};
  known.memory = {149391802368.0, "B", EvidenceKind::declared,
                  "free memory (fact.memory_accounting)"};
  known.bandwidth = {3578.5, "GB/s", EvidenceKind::launched,
                     "copies within the GPU in this run (fact.memory_bandwidth)"};
  known.rate = {1066.4, "TFLOP/s", EvidenceKind::declared,
                "rate of wgmma.bf16 in this run, at the clock that the driver declares"};
  known.sizes = {{1, 128, Verdict::runs, {}, {}, 688000000000.0, 0},
                 {8, 16, Verdict::runs, {"decode"}, {}, 86000000000.0, 1318825}};
  known.needs = {{"decode", {1}, {sparse(), dense()}},
                 {"decode", {8}, {sparse_refused(), dense()}}};
  known.needs[0].ways[1].work.clear();
  ModelReport unknown{.id = "sample-unknown", .name = "Sample <b>unknown</b>", .gpus = {0}};
  unknown.sizes = {{1, 64, Verdict::unknown, {}, {"experts"}, {}, {}}};
  ModelWay experts{.operation = "moe.mx", .shape = {.kv_dtype = "mxfp4"}};
  experts.reason = "The catalogue has no kernel for it.";
  unknown.needs = {{"experts", {1}, {experts}}};
  return {known, unknown};
}

std::vector<ModelReport> offline_models() {
  ModelReport model{.id = "sample-v3.2", .name = "Sample V3.2", .target = "sm_121"};
  model.layers = 61;
  model.cache = {{"fp8_e4m3", 3850.25, 0}};
  model.sizes = {{8, 16, Verdict::no_dispatch, {}, {"decode"}, {}, {}}};
  ModelWay way = sparse_refused();
  way.work = {{8, 44700000, 2281701376, {}, false}};
  model.needs = {{"decode", {8}, {way}}};
  return {model};
}

}  // namespace bp::sample
