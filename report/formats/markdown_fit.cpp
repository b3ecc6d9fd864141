#include "report/formats/markdown_fit.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace bp::md {
namespace {

/// "\n_12 more rows are left out._\n" with any number in it.
constexpr std::size_t note_size = 60;
/// Names of sections in the last line.
constexpr std::size_t names_size = 600;

struct Fitted {
  bool shown = false;
  std::size_t rows = 0;
};

std::size_t frame_size(const Section& section) {
  return section.head.size() + section.tail.size() + note_size;
}

std::size_t full_size(const Section& section) {
  return std::accumulate(section.rows.begin(), section.rows.end(), frame_size(section),
                         [](std::size_t sum, const std::string& row) { return sum + row.size(); });
}

/// Gives the section at most `room` bytes; how many it took.
std::size_t place(const Section& section, std::size_t room, Fitted& fitted) {
  std::size_t used = frame_size(section);
  if (used > room) return 0;
  for (const std::string& row : section.rows) {
    if (used + row.size() > room) break;
    used += row.size();
    ++fitted.rows;
  }
  // A table's head alone says nothing.
  fitted.shown = section.rows.empty() || fitted.rows > 0;
  return fitted.shown ? used : 0;
}

std::vector<Fitted> placed(const std::vector<Section>& sections, std::size_t room) {
  std::vector<Fitted> fitted(sections.size());
  std::set<int> priorities;
  for (const Section& section : sections) priorities.insert(section.priority);
  for (const int priority : priorities) {
    // The smallest first: what they do not use is there for the others, and the largest of a
    // priority cannot take it all.
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < sections.size(); ++i) {
      if (sections[i].priority == priority) order.push_back(i);
    }
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return full_size(sections[i]); });
    for (std::size_t k = 0; k < order.size(); ++k) {
      const std::size_t share = room / (order.size() - k);
      const Section& section = sections[order[k]];
      const std::size_t least =
          frame_size(section) + (section.rows.empty() ? 0 : section.rows[0].size());
      room -= place(section, std::min(std::max(share, least), room), fitted[order[k]]);
    }
  }
  return fitted;
}

std::string last_line(const std::vector<std::string>& names, const std::string& where) {
  std::string text;
  std::size_t shown = 0;
  for (const std::string& name : names) {
    if (text.size() + name.size() > names_size) break;
    text.append(shown++ == 0 ? "" : ", ").append(name);
  }
  if (shown < names.size()) text += " and " + std::to_string(names.size() - shown) + " more parts";
  if (!names.empty()) text = "Left out to fit an issue: " + text + ". ";
  return "\n" + text + where + "\n";
}

}  // namespace

std::string fit(const std::vector<Section>& sections, std::size_t most, const std::string& where) {
  const std::size_t reserve = where.size() + names_size + 100;
  const std::vector<Fitted> fitted = placed(sections, most > reserve ? most - reserve : 0);
  std::string out;
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const Section& section = sections[i];
    if (!fitted[i].shown) {
      missing.push_back(section.name);
      continue;
    }
    out += section.head;
    for (std::size_t r = 0; r < fitted[i].rows; ++r) out += section.rows[r];
    if (const std::size_t more = section.rows.size() - fitted[i].rows; more > 0)
      out += "\n_" + std::to_string(more) + " more rows are left out._\n";
    out += section.tail;
  }
  return out + last_line(missing, where);
}

}  // namespace bp::md
