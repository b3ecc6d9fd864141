// Words of command lines: what reports say of their own, and a check that commands share.
#pragma once

#include <string>
#include <vector>

namespace bp {

/// The sentence about the first --gpu that names none; empty: each may.
std::string wrong_gpu(const std::vector<std::string>& gpus);

/// A word as a shell would have to be given it: globs and spaces in quotes.
std::string quoted(const std::string& word);
/// " FLAG VALUE" for each of the values.
void append_words(std::string& text, const char* flag, const std::vector<std::string>& values);
void append_seconds(std::string& text, const char* flag, double seconds);

}  // namespace bp
