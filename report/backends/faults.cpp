#include <algorithm>
#include <map>

#include "report/backends/catalogue.h"

namespace bp {

std::vector<std::string> faults_of(std::span<const std::string_view> files) {
  std::vector<std::string> faults;
  std::vector<Backend> rows;
  for (const std::string_view file : files) {
    try {
      std::vector<Backend> some = parse_backends(file);
      const auto unsorted = std::ranges::is_sorted_until(some, {}, &Backend::id);
      if (unsorted != some.end())
        faults.push_back("the rows of " + unsorted->project +
                         " are not sorted by id: " + unsorted->id + " stands too late");
      std::ranges::move(some, std::back_inserter(rows));
    } catch (const CatalogueError& error) {
      faults.emplace_back(error.what());
    }
  }
  std::map<std::string_view, const Backend*> by_id;
  for (const Backend& row : rows) {
    if (!by_id.emplace(row.id, &row).second)
      faults.push_back("the id " + row.id + " is used twice");
  }
  for (const Backend& row : rows) {
    for (const Candidates& entry : row.chain) {
      for (const std::string& id : entry.ids) {
        const auto found = by_id.find(id);
        if (found == by_id.end()) {
          faults.push_back(row.id + " tries " + id + ", which is no row");
        } else if (found->second->kind != BackendKind::kernel) {
          faults.push_back(row.id + " tries " + id + ", which is no kernel");
        }
      }
    }
  }
  return faults;
}

}  // namespace bp
