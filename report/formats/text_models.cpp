// Models as text.
#include <algorithm>

#include "report/formats/model_words.h"
#include "report/formats/models.h"
#include "report/formats/text_ink.h"

namespace bp {
namespace {

void write_size(Page& page, const ModelSize& size, bool expected) {
  const Ink ink = text_ink(tone(size));
  std::vector<Piece> pieces{{text_mark(tone(size), page.unicode()), ink},
                            {" TP " + std::to_string(size.tensor_parallel) + ", " +
                             std::to_string(size.heads) + " heads a GPU"},
                            {": " + size_words(size, expected), ink}};
  if (const std::string room = room_words(size); !room.empty())
    pieces.push_back({"; " + room, Ink::faint});
  page.line(4, 8, pieces);
}

void write_refused(Page& page, const ModelWay& way) {
  std::string text;
  for (const ModelRefusal& refusal : way.refused)
    text += (text.empty() ? "not " : ", ") + refusal.backend + " (" + refusal.why + ")";
  if (!text.empty()) page.line(10, 12, {{text, Ink::faint}});
}

void write_need(Page& page, const ModelNeed& need, std::size_t sizes) {
  std::string head = need.name;
  if (need.tensor_parallel.size() < sizes) head += ", TP " + listed_sizes(need.tensor_parallel);
  page.line(6, 8, {{head, Ink::strong}});
  const ModelWay* taken = need.taken();
  for (const ModelWay& way : need.ways) {
    const Tone mood = tone(way.verdict);
    std::vector<Piece> pieces{{text_mark(mood, page.unicode()) + " ", text_ink(mood)},
                              {way_title(way)},
                              {": " + way_answer(way)}};
    if (way.fallback && &way == taken) pieces.push_back({"  [fallback]", Ink::partly});
    if (way.evidence)
      pieces.push_back({"  [" + std::string(to_string(*way.evidence)) + "]", Ink::faint});
    page.line(8, 10, pieces);
    for (const ModelReference& reference : way.references)
      page.line(10, 12,
                {{"right result here by the reference kernel " + reference.kernel +
                  measured_words(reference)}});
    write_refused(page, way);
    if (&way == taken) break;  // what is worse than the way that is taken is in report.json
  }
  for (const std::string& line : cost_lines(need)) page.line(8, 10, {{line, Ink::partly}});
}

}  // namespace

void write_models(Page& page, const Report& report) {
  for (const ModelGroup& group : model_groups(report)) {
    page.heading("Models on " + group.title);
    for (const std::string& line : about_models(*group.models.front()))
      page.line(2, 2, {{line, Ink::faint}});
    for (const ModelReport* model : group.models) {
      page.line(2, 4, {{model->name, Ink::strong}, {"  " + model_facts(*model)}});
      for (const ModelSize& size : model->sizes) write_size(page, size, group.expected);
      for (const ModelNeed& need : model->needs) write_need(page, need, model->sizes.size());
    }
  }
}

}  // namespace bp
