// What the formats for people say of models.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "report/formats/summary.h"

namespace bp {

/// Models on the same GPUs or target, which follow each other in a report.
struct ModelGroup {
  std::string title;  // "GPUs 0, 1: NVIDIA H200", "sm_121 (expected)"
  bool expected = false;
  std::vector<const ModelReport*> models;
};
/// Points into `report`.
std::vector<ModelGroup> model_groups(const Report& report);

/// What the estimates of a group rest on, a line each: that they are estimates, of what work, and
/// the figures with how each is known.
std::vector<std::string> about_models(const ModelReport& model);

/// "61 layers; KV cache: 48068 bytes a token of context in fp8_e4m3, 78324 in bf16"
std::string model_facts(const ModelReport& model);

/// "1, 2, 4"
std::string listed_sizes(const std::vector<std::int64_t>& sizes);
/// The weights leave no room for context.
bool too_small(const ModelSize& size);
/// Good: everything runs as the model's makers meant it, and the weights fit.
Tone tone(const ModelSize& size);
/// "runs", "runs, decode falls back", "no hardware for decode, indexer"; "expected: runs".
std::string size_words(const ModelSize& size, bool expected);
/// "room for 1.2 million tokens" ...; empty where memory is not known.
std::string room_words(const ModelSize& size);

/// "MLA decode, token-sparse (DSA), fp8_e4m3"
std::string way_title(const ModelWay& way);
/// "flashmla.x, and 3 more", or why nothing does.
std::string way_answer(const ModelWay& way);
/// "estimate: at least 338 us", and instead of what for a fallback; empty where no time is known.
std::string time_words(const ModelNeed& need, std::int64_t tensor_parallel);
/// What the way that is taken costs beside the usual one, a line for each size; and, where the
/// usual one is taken, its floor. Empty: nothing is known of it.
std::vector<std::string> cost_lines(const ModelNeed& need);

/// ", measured at 78 % ...", what follows the name of a reference kernel. Empty: it was not timed.
std::string measured_words(const ModelReference& reference);

}  // namespace bp
