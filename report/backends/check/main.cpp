// Run by the build: fails it if a file of the catalogue does not parse, names an unknown feature,
// limit or operation, or uses an id twice.
#include <iostream>
#include <set>

#include "report/backends/catalogue.h"

int main() {
  try {
    std::set<std::string> ids;
    for (const bp::Backend& backend : bp::embedded_catalogue().backends) {
      if (!ids.insert(backend.id).second)
        throw bp::CatalogueError("the id " + backend.id + " is used twice");
    }
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "report/backends: " << error.what() << "\n";
    return 1;
  }
}
