// A page of terminal text: wraps to a width, colours, and lets no control character through.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/formats/format.h"

namespace bp {

enum class Ink : unsigned char { plain, strong, faint, good, partly, bad, broken, unknown };

struct Piece {
  std::string text;
  Ink ink = Ink::plain;
};

class Page {
 public:
  explicit Page(const Style& style);
  int width() const { return width_; }
  bool unicode() const { return unicode_; }

  void blank();
  void heading(std::string_view title);  // with a rule below it
  /// The pieces one after another, wrapped at spaces (and within words longer than a line); lines
  /// after the first start at column `hanging`. A newline in a piece starts a new line there.
  void line(int indent, int hanging, const std::vector<Piece>& pieces);
  /// `text` filled up with spaces to `columns`, for aligned columns.
  static std::string padded(std::string_view text, int columns);

  std::string take() { return std::move(out_); }

 private:
  void strip();
  int width_;
  bool colour_;
  bool unicode_;
  std::string out_;
};

}  // namespace bp
