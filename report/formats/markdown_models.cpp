// Models in the Markdown report. What does not run, and all that could stand in, is in the other
// formats.
#include <algorithm>

#include "report/formats/markdown_parts.h"
#include "report/formats/markdown_text.h"
#include "report/formats/model_words.h"

namespace bp::md {
namespace {

/// The kernel that serves a need at a size, and what a layer of attention costs with it.
std::string served(const ModelReport& model, std::string_view name, std::int64_t size) {
  for (const ModelNeed& need : model.needs) {
    if (need.name != name ||
        std::ranges::find(need.tensor_parallel, size) == need.tensor_parallel.end())
      continue;
    const ModelWay* taken = need.taken();
    if (taken == nullptr) return "none";
    const std::string time = time_words(need, size);
    return code(taken->best) + (time.empty() ? "" : ", " + time);
  }
  return "";
}

std::string model_row(const ModelReport& model, const ModelSize& size, bool expected) {
  const std::int64_t gpus = size.tensor_parallel;
  return row({text(model.name, 60), std::to_string(gpus), text(size_words(size, expected), 200),
              served(model, "decode", gpus), served(model, "prefill", gpus),
              text(room_words(size))});
}

}  // namespace

std::vector<Section> models_of(const Report& report) {
  std::vector<Section> sections;
  for (const ModelGroup& group : model_groups(report)) {
    std::string about;
    for (const std::string& line : about_models(*group.models.front()))
      about += text(line, 600) + "\n\n";
    if (!group.expected)
      about += "Of sizes whose weights do not fit only the largest is named.\n\n";
    Section section = folded(
        models, "Models on " + html_code(group.title, 80), std::to_string(group.models.size()),
        about + table_head({"model", "TP", "verdict", "decode", "prefill", "memory"}));
    for (const ModelReport* model : group.models) {
      for (const ModelSize& size : model->sizes) {
        // An issue has little room for what nobody can start.
        if (too_small(size) && &size != &model->sizes.back()) continue;
        section.rows.push_back(model_row(*model, size, group.expected));
      }
    }
    sections.push_back(std::move(section));
  }
  return sections;
}

}  // namespace bp::md
