// Names of outputs with places for the node and the task: one command line for all of a launcher's
// tasks, and a file for each.
#pragma once

#include <string>

namespace bp {

/// What the places of a name stand for.
struct NodeNames {
  std::string node;       // its name; empty: not known
  std::string rank;       // of the task under a launcher; empty: there is none
  bool identify = false;  // the node's name itself stands in the file's name
};

/// From SLURMD_NODENAME, NODE_NAME (as Kubernetes manifests call spec.nodeName), else the host name
/// of the system; and from the rank that launchers give a task.
NodeNames node_names(bool identify);

struct OutputName {
  std::string path;
  std::string error;  // a usage error: one sentence
};

/// %h: a hash of the node's name, or the name under --identify; %r: the rank; %%: a per cent sign.
OutputName output_name(const std::string& pattern, const NodeNames& names);

/// Twelve hexadecimal digits, the same for "Node7.example.org" and "node7" and on every run.
/// Whoever has a list of names can find the one that it was made of.
std::string node_hash(const std::string& node);

}  // namespace bp
