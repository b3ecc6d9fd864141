// The step behind `make refresh-matrix`: all probes through several releases of ptxas.
#pragma once

#include <string>
#include <vector>

namespace bp {

struct ToolkitsArguments {
  std::vector<std::string> assemblers;  // paths of ptxas programs
  std::string ptx_folder;               // the probes' PTX, named as their files
  std::string output;                   // toolkits.json; what is unchanged in it is kept ...
  bool all = false;                     // ... unless this is set: after a change of the judging
};
void refresh_toolkits(const ToolkitsArguments& arguments);

}  // namespace bp
