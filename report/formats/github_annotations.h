// Lines that GitHub Actions shows as annotations when a step prints them: "Workflow commands for
// GitHub Actions" of its documentation.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace bp::github {

enum class Level : unsigned char { error, warning, notice };

struct Annotation {
  Level level = Level::notice;
  std::string title;
  std::string message;
};

/// One line each, in this order. Whatever the texts hold, no line is another command.
std::string write(std::span<const Annotation> annotations);

}  // namespace bp::github
