// Run by the build: fails it if a file of the disputed claims does not parse, names an unknown
// feature, survey or limit, or uses an id twice.
#include <iostream>

#include "report/disputed/claims.h"

int main() {
  try {
    bp::embedded_claims();
    bp::embedded_splits();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "report/disputed: " << error.what() << "\n";
    return 1;
  }
}
