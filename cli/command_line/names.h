// What can be named on a command line, from the registry: for completion, the man page and the
// commands' own checks.
#pragma once

#include <string>
#include <vector>

namespace bp {

struct Toolkit;

/// A word that may stand for a value, and what it means where that is not plain.
struct Word {
  std::string word;
  std::string text;
};

/// Features that have a probe, in report order.
std::vector<Word> feature_names();
std::vector<Word> kernel_names();
std::vector<Word> survey_names();
/// All of these: what a run can be narrowed to.
std::vector<Word> item_names();
/// Every target the build knows: sm_90, sm_90a ...
std::vector<Word> target_names();
/// The release of a toolkit of the table, as --toolkit takes it: "12.8".
std::string release_of(const Toolkit& toolkit);
/// Releases of CUDA whose assembler is in the table, "newest" and "all".
std::vector<Word> toolkit_names();

/// The presets of models.
std::vector<Word> model_names();

std::vector<std::string> words_of(const std::vector<Word>& words);

}  // namespace bp
