#include "report/models/needs.h"

#include <algorithm>
#include <array>

namespace bp {
namespace {

constexpr std::int64_t bf16_bytes = 2;
constexpr std::int64_t index_bytes = 4;  // of one selected entry

double as_real(std::int64_t number) { return static_cast<double>(number); }

/// What tells the attention of one GPU from that of others.
struct Attention {
  const Model& model;
  std::int64_t heads;
  const Workload& workload;

  /// Tokens that an entry of the cache stands for, where an indexer selects entries.
  std::int64_t ratio() const {
    const auto group = std::ranges::find(model.cache, true, &CacheLayers::indexed);
    return group == model.cache.end() ? 1 : group->ratio.value_or(1);
  }
  std::int64_t selected() const {
    return std::min(model.indexer->topk, workload.context / ratio()) + model.window;
  }

  Shape shape(const CacheFormat& format) const {
    Shape shape{.heads = heads, .head_dim = model.absorbed.head_dim, .kv_dtype = format.dtype};
    if (model.indexer) shape.topk = model.indexer->topk;
    return shape;
  }

  NeededWay sparse_decode(const CacheFormat& format) const {
    const double queries = as_real(workload.sequences);
    const double entries = as_real(selected());
    return {"mla.sparse_decode", shape(format),
            attention_work(queries, as_real(heads), entries, model.absorbed,
                           queries * entries * as_real(format.bytes + index_bytes))};
  }

  NeededWay dense_decode(const CacheFormat& format) const {
    Shape dense = shape(format);
    dense.topk.reset();
    const double queries = as_real(workload.sequences);
    const double entries = as_real(workload.context);
    return {"mla.dense_decode", dense,
            attention_work(queries, as_real(heads), entries, model.absorbed,
                           queries * entries * as_real(format.bytes))};
  }

  NeededWay sparse_prefill(const CacheFormat& format) const {
    const double queries = as_real(workload.prefill_tokens);
    const double entries = as_real(selected());
    // Each query selects its own, but together they select about all: that has to come once.
    const double cache = as_real(workload.context / ratio() * format.bytes);
    return {"mla.sparse_prefill", shape(format),
            attention_work(queries, as_real(heads), entries, model.absorbed,
                           cache + queries * entries * as_real(index_bytes))};
  }

  NeededWay dense_prefill() const {
    const HeadSizes& sizes = *model.prefill;
    const double queries = as_real(workload.prefill_tokens);
    // The first of the queries sees all that came before it, the last one everything.
    const double entries = as_real(workload.context) - (queries - 1) / 2;
    const double expanded = as_real(workload.context) * as_real(heads) *
                            as_real((sizes.head_dim + sizes.value_dim) * bf16_bytes);
    return {"mla.dense_prefill",
            {.heads = heads, .head_dim = sizes.head_dim, .kv_dtype = "bf16"},
            attention_work(queries, as_real(heads), entries, sizes, expanded)};
  }
};

Need decode_need(const Attention& attention) {
  Need need{"decode", true, {}};
  const Model& model = attention.model;
  for (const CacheFormat& format : model.formats) {
    need.ways.push_back(model.indexer ? attention.sparse_decode(format)
                                      : attention.dense_decode(format));
    need.ways.back().fallback = need.ways.size() > 1;
  }
  if (!model.indexer || attention.ratio() != 1) return need;
  // Without selection every token is attended to: the model's answer is about the same, the cost
  // is not. Of compressed entries no dense kernel is known.
  const auto bf16 = std::ranges::find(model.formats, "bf16", &CacheFormat::dtype);
  if (bf16 != model.formats.end()) {
    need.ways.push_back(attention.dense_decode(*bf16));
    need.ways.back().fallback = true;
  }
  return need;
}

Need prefill_need(const Attention& attention) {
  Need need{"prefill", true, {}};
  const Model& model = attention.model;
  // Engines take the cache as it is or expand it to bf16 first: neither falls back on the other.
  if (model.indexer) {
    for (const CacheFormat& format : model.formats)
      need.ways.push_back(attention.sparse_prefill(format));
  }
  if (model.prefill && attention.ratio() == 1) {
    need.ways.push_back(attention.dense_prefill());
    need.ways.back().fallback = need.ways.size() > 1;
  }
  return need;
}

struct WeightRow {
  std::string_view format;
  std::string_view dtype;  // of the operands
  std::string_view dense, experts;
};
constexpr auto weight_rows = std::to_array<WeightRow>({
    {"bf16", "bf16", "gemm.dense", "moe"},
    {"fp8_block", "fp8_e4m3", "gemm.fp8_block", "moe.fp8"},
    {"mxfp8", "mxfp8", "gemm.mx", "moe.mx"},
    {"mxfp4", "mxfp4", "gemm.mx", "moe.mx"},
    {"nvfp4", "nvfp4", "gemm.nvfp4", "moe.nvfp4"},
    {"int4", "int4", "gemm.weight_only", "moe.weight_only"},
});

NeededWay gemm_way(std::string_view operation, std::string_view dtype) {
  return {std::string(operation), {.kv_dtype = std::string(dtype)}};
}

/// Kernels that take weights as they are and activations in 16 bits stand in where the tensor cores
/// do not take the format.
Need gemm_need(std::string name, const std::string& format, bool experts) {
  const auto row = std::ranges::find(weight_rows, format, &WeightRow::format);
  const std::string_view usual = experts ? row->experts : row->dense;
  const std::string_view other = experts ? "moe.weight_only" : "gemm.weight_only";
  Need need{std::move(name), false, {gemm_way(usual, row->dtype)}};
  if (usual != other && format != "bf16") {
    need.ways.push_back(gemm_way(other, row->dtype));
    need.ways.back().fallback = true;
  }
  return need;
}

}  // namespace

Work attention_work(double queries, double heads, double entries, const HeadSizes& sizes,
                    double bytes_read) {
  const double dims = as_real(sizes.head_dim + sizes.value_dim);
  return {bytes_read + queries * heads * dims * bf16_bytes, 2 * queries * heads * entries * dims};
}

std::vector<std::int64_t> tensor_parallel_sizes(const Model& model) {
  std::vector<std::int64_t> sizes;
  for (const std::int64_t size : {1, 2, 4, 8, 16}) {
    if (model.heads % size == 0) sizes.push_back(size);
  }
  return sizes;
}

std::vector<Need> needs_of(const Model& model, std::int64_t tensor_parallel,
                           const Workload& workload) {
  const Attention attention{model, model.heads / tensor_parallel, workload};
  std::vector<Need> needs{decode_need(attention), prefill_need(attention)};
  std::erase_if(needs, [](const Need& need) { return need.ways.empty(); });
  if (model.indexer) {
    // Every GPU scores with all heads of the indexer: its keys are there once, as the cache is.
    const Shape shape{
        .heads = model.indexer->heads, .head_dim = model.indexer->head_dim, .kv_dtype = "fp8_e4m3"};
    needs.push_back({"indexer", false, {{"dsa.indexer", shape}}});
    needs.push_back({"top-k", false, {{"dsa.topk", {.topk = model.indexer->topk}}}});
  }
  if (!model.dense_weights.empty())
    needs.push_back(gemm_need("dense layers", model.dense_weights, false));
  if (!model.expert_weights.empty())
    needs.push_back(gemm_need("experts", model.expert_weights, true));
  return needs;
}

}  // namespace bp
