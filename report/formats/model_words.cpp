#include "report/formats/model_words.h"

#include <algorithm>
#include <cstdio>

#include "probes/registry/operation.h"
#include "report/formats/summary.h"

namespace bp {
namespace {

std::string rounded(double value, int digits) {
  char text[40];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string microseconds_text(double value) { return rounded(value, value < 10 ? 1 : 0) + " us"; }

/// "48068", "3850.25"
std::string exact_bytes(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.12g", value);
  return text;
}

std::string gigabytes(double bytes) { return rounded(bytes / 1e9, 1) + " GB"; }

std::string model_input_words(const std::optional<ModelInput>& input, std::string_view what) {
  if (!input) return std::string(what) + ": not known";
  const std::string figure =
      input->unit == "B" ? gigabytes(input->value) : rounded(input->value, 0) + " " + input->unit;
  return std::string(what) + ": " + figure + " [" + std::string(to_string(input->kind)) + ", " +
         input->by + "]";
}

std::string work_words(const ModelWork& work) {
  if (!work.microseconds)
    return rounded(work.bytes / 1e6, 0) + " MB and " + rounded(work.flop / 1e9, 0) + " GFLOP";
  return microseconds_text(*work.microseconds) + " (" + (work.memory_bound ? "memory" : "compute") +
         " bound)";
}

std::string cost_beside(const ModelWork& usual, const ModelWork& taken) {
  const bool timed = usual.microseconds && taken.microseconds;
  const double times =
      timed ? *taken.microseconds / *usual.microseconds : taken.bytes / usual.bytes;
  return "TP " + std::to_string(taken.tensor_parallel) + ": " + (timed ? "estimate: " : "") +
         "at least " + work_words(taken) + " a layer instead of " + work_words(usual) + ", " +
         rounded(times, 1) + " x" + (timed ? "" : " the bytes");
}

/// "18.1 million", "901 thousand", "4800"
std::string tokens_text(std::int64_t tokens) {
  if (tokens >= 1'000'000) return rounded(static_cast<double>(tokens) / 1e6, 1) + " million";
  if (tokens >= 10'000) return rounded(static_cast<double>(tokens) / 1e3, 0) + " thousand";
  return std::to_string(tokens);
}

}  // namespace

std::vector<ModelGroup> model_groups(const Report& report) {
  std::vector<ModelGroup> groups;
  const ModelReport* last = nullptr;
  for (const ModelReport& model : report.models) {
    if (last == nullptr || last->gpus != model.gpus || last->target != model.target) {
      ModelGroup& group = groups.emplace_back();
      group.expected = model.gpus.empty();
      for (const int index : model.gpus)
        group.title += (group.title.empty() ? "" : ", ") + std::to_string(index);
      const auto gpu = std::ranges::find_if(report.gpus, [&](const GpuReport& candidate) {
        return !model.gpus.empty() && candidate.facts.index == model.gpus.front();
      });
      group.title = group.expected ? model.target + " (expected)"
                                   : (model.gpus.size() > 1 ? "GPUs " : "GPU ") + group.title;
      if (gpu != report.gpus.end()) group.title += ": " + gpu->facts.name;
    }
    groups.back().models.push_back(&model);
    last = &model;
  }
  return groups;
}

std::vector<std::string> about_models(const ModelReport& model) {
  std::vector<std::string> lines{
      "TP is the number of GPUs that share a model's heads (tensor parallelism); each of them "
      "keeps "
      "the whole latent KV cache. The backend that is named first for an operation is one that "
      "runs "
      "without emulation and surely for the shape, is made for it, and uses the newest tensor "
      "cores."};
  if (model.gpus.empty()) {
    lines.emplace_back(
        "Expected, as assembled: no GPU was asked. What attention moves and multiplies is exact, "
        "times are not estimated.");
    return lines;
  }
  lines.emplace_back(
      "Times are estimates (roofline), not measured: attention of one layer, decoding one "
      "token of each of 32 sequences of 32768 tokens, or prefilling the last 4096 tokens of one.");
  lines.push_back("From " + model_input_words(model.bandwidth, "bandwidth") + "; " +
                  model_input_words(model.rate, "bf16") + ".");
  lines.push_back(
      "Room for context is an upper bound: what activations, graphs and the engine take "
      "is not counted. " +
      capitalised(model_input_words(model.memory, "memory")) + ".");
  return lines;
}

std::string model_facts(const ModelReport& model) {
  std::string text = model.layers ? std::to_string(*model.layers) + " layers" : "layers not known";
  text += model.weight_bytes ? ", weights " + gigabytes(static_cast<double>(*model.weight_bytes))
                             : ", size of the weights not known";
  if (model.cache.empty()) return text + "; what the KV cache takes is not known";
  std::string separator = "; KV cache: ";
  for (const ModelCache& cache : model.cache) {
    text += separator + exact_bytes(cache.bytes_per_token) + " bytes a token in " + cache.dtype;
    if (cache.bytes_per_sequence > 0)
      text += " and " + exact_bytes(cache.bytes_per_sequence) + " a sequence";
    separator = ", ";
  }
  return text;
}

std::string listed_sizes(const std::vector<std::int64_t>& sizes) {
  std::string text;
  for (const std::int64_t size : sizes) text += (text.empty() ? "" : ", ") + std::to_string(size);
  return text;
}

bool too_small(const ModelSize& size) { return size.weight_bytes && size.tokens == 0; }

Tone tone(const ModelSize& size) {
  if (size.verdict != Verdict::runs) return tone(size.verdict);
  if (too_small(size)) return Tone::bad;
  return size.falls_back.empty() ? Tone::good : Tone::partly;
}

std::string size_words(const ModelSize& size, bool expected) {
  std::string text = (expected ? "expected: " : "") + std::string(words(size.verdict));
  if (!size.missing.empty()) return text + " for " + listed(size.missing, size.missing.size());
  if (!size.falls_back.empty())
    text += ", with a fallback for " + listed(size.falls_back, size.falls_back.size());
  return too_small(size) ? text + ", but the weights do not fit" : text;
}

std::string room_words(const ModelSize& size) {
  if (!size.tokens) return {};
  if (!size.weight_bytes)
    return "without its weights, room for at most " + tokens_text(*size.tokens) + " tokens";
  const std::string weights = "weights " + gigabytes(*size.weight_bytes) + " a GPU";
  if (too_small(size)) return weights;
  return weights + ", room for at most " + tokens_text(*size.tokens) + " tokens";
}

std::string way_title(const ModelWay& way) {
  const Operation* operation = find_operation(way.operation);
  std::string text = operation == nullptr ? way.operation : std::string(operation->title);
  if (!way.shape.kv_dtype.empty()) text += ", " + way.shape.kv_dtype;
  if (way.shape.topk) text += ", top " + std::to_string(*way.shape.topk);
  return text;
}

std::string way_answer(const ModelWay& way) {
  if (way.runs.empty()) return way.reason;
  std::string text = way.best;
  if (way.runs.size() > 1) text += " and " + std::to_string(way.runs.size() - 1) + " more";
  for (const std::string& note : way.notes) text += "; " + note;
  return text;
}

std::string time_words(const ModelNeed& need, std::int64_t tensor_parallel) {
  const ModelWay* taken = need.taken();
  const ModelWork* work = taken == nullptr ? nullptr : taken->work_at(tensor_parallel);
  if (work == nullptr || !work->microseconds) return {};
  const std::string text = "estimate: at least " + microseconds_text(*work->microseconds);
  const ModelWork* usual = need.ways.front().work_at(tensor_parallel);
  if (!taken->fallback || usual == nullptr || !usual->microseconds) return text;
  return text + " instead of " + microseconds_text(*usual->microseconds);
}

std::string measured_words(const ModelReference& reference) {
  if (!reference.share) return {};
  return ", measured at " + rounded(100 * *reference.share, 0) +
         " % of the copy bandwidth on a shape of its own";
}

std::vector<std::string> cost_lines(const ModelNeed& need) {
  const ModelWay* taken = need.taken();
  std::vector<std::string> lines;
  if (taken == nullptr) return lines;
  std::string floors;
  for (const ModelWork& work : taken->work) {
    if (taken->fallback) {
      const ModelWork* usual = need.ways.front().work_at(work.tensor_parallel);
      if (usual != nullptr && usual->bytes > 0) lines.push_back(cost_beside(*usual, work));
    } else {
      floors += (floors.empty() ? "" : ", ") + ("TP " + std::to_string(work.tensor_parallel)) +
                ": " + work_words(work);
    }
  }
  if (floors.empty()) return lines;
  const bool timed = taken->work.front().microseconds.has_value();
  lines.push_back((timed ? "estimate, at least, a layer: " : "a layer: ") + floors);
  return lines;
}

}  // namespace bp
