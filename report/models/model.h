// What is known of a language model's shape: presets in report/models/presets/*.json, or a user's
// file of the same format (report/schema/model.schema.json). Figures that no source gives are not
// set, and never guessed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace bp {

/// One way to keep a token (or, compressed, an entry of several) of one layer in the KV cache.
struct CacheFormat {
  std::string dtype;  // one of kv_dtypes
  std::int64_t bytes = 0;
};

/// Layers that keep their cache alike.
struct CacheLayers {
  std::int64_t layers = 0;
  std::optional<std::int64_t> ratio;  // tokens an entry stands for; nullopt: the window alone
  bool indexed = false;               // keeps the indexer's keys too
};

/// Of token-sparse attention (DSA): selects the tokens that a query attends to.
struct Indexer {
  std::int64_t heads = 0, head_dim = 0, topk = 0;
  std::int64_t key_bytes = 0;  // of one entry
};

/// Sizes of one head.
struct HeadSizes {
  std::int64_t head_dim = 0;   // of Q and K
  std::int64_t value_dim = 0;  // of V and the output
};

struct Experts {
  std::int64_t routed = 0, per_token = 0;
};

struct ModelSource {
  std::vector<std::string> of;  // keys of the file: "layers", "weights.bytes"
  std::string text;
};

struct Model {
  std::string id;    // "deepseek-v3.2"
  std::string name;  // "DeepSeek-V3.2"
  std::vector<std::string> also;
  std::optional<std::int64_t> layers, hidden_size, max_context;
  std::int64_t heads = 0;            // query heads, shared out among the GPUs of tensor parallelism
  HeadSizes absorbed;                // attention over the cache: one KV head for all (MQA)
  std::optional<HeadSizes> prefill;  // dense prefill with K and V expanded for each head
  std::optional<Indexer> indexer;
  std::vector<CacheFormat> formats;  // the usual one first; at least one
  std::vector<CacheLayers> cache;    // empty: not known
  std::int64_t window = 0;           // latest tokens that each layer keeps as they are
  std::optional<Experts> experts;
  std::string dense_weights, expert_weights;  // one of weight_formats; empty: not known
  std::optional<std::int64_t> weight_bytes;
  std::vector<ModelSource> sources;
};

inline constexpr std::size_t max_model_bytes = std::size_t{64} << 10;

/// One sentence; names the key. Control characters of the input are escaped in it.
struct ModelError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Reads a model file strictly: it comes from strangers, and a key that nobody reads is a fact that
/// gets lost. Throws ModelError.
Model parse_model(std::string_view json);

/// The presets, sorted by id.
const std::vector<Model>& embedded_models();
/// By id or one of the other names, in any case; nullptr: none.
const Model* find_model(std::string_view name);

/// The formats of weights, as words of a model file.
std::span<const std::string_view> weight_formats();

/// Exact: what a token of context costs, of all layers; and what a sequence costs besides (its
/// window). nullopt where the layers are not known.
struct CacheCost {
  double bytes_per_token = 0;
  double bytes_per_sequence = 0;
};
std::optional<CacheCost> cache_cost(const Model& model, const CacheFormat& format);

}  // namespace bp
