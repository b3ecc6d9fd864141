// Run by the build: fails it if the catalogue names what nobody knows, or contradicts itself.
#include <iostream>

#include "report/backends/catalogue.h"
#include "report/backends/embedded_files.h"

int main() {
  const auto faults = bp::faults_of(bp::embedded_backend_files());
  for (const std::string& fault : faults) std::cerr << "report/backends: " << fault << "\n";
  return faults.empty() ? 0 : 1;
}
