// HTML as a tree of values. Names of elements and attributes, and the style sheet, can only be
// literals of the program; every other text is escaped when the tree is written. So nothing from a
// report can become markup, whatever it holds.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bp::html {

/// An element's or attribute's name: a literal of lower-case letters, digits and '-'.
struct Name {
  std::string_view text;
  consteval Name(const char* literal) : text(literal) {
    for (const char c : text) {
      const bool ok = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
      if (!ok) throw "not a name of HTML";
    }
    // No script and no handlers: the page works without them, and nothing can smuggle one in.
    if (text.starts_with("on") || text == "script") throw "this page has no scripts";
  }
};

/// Text of the program itself, written without escaping: the style sheet.
struct Literal {
  std::string_view text;
  consteval Literal(const char* literal) : text(literal) {}
};

struct Attribute {
  Name name;
  std::string value;
};

class Node {
 public:
  /// Text; control characters are shown as escapes, newlines are kept.
  Node(std::string_view text);
  Node(const std::string& text) : Node(std::string_view(text)) {}
  Node(const char* text) : Node(std::string_view(text)) {}
  /// An element.
  Node(Name name, std::vector<Attribute> attributes, std::vector<Node> children);

  static Node style_sheet(Literal css);

  Node& add(Node child) {
    children_.push_back(std::move(child));
    return *this;
  }
  void write(std::string& out) const;

 private:
  enum class Kind : unsigned char { text, element, style };
  explicit Node(Kind kind) : kind_(kind) {}
  Kind kind_;
  std::string_view name_;  // of element; text of style
  std::string text_;
  std::vector<Attribute> attributes_;
  std::vector<Node> children_;
};

/// el("p", {{"class", "note"}}, {"text"}), el("p", {"text"})
Node el(Name name, std::vector<Attribute> attributes, std::vector<Node> children);
Node el(Name name, std::vector<Node> children);

/// The document with its doctype. `root` is the html element.
std::string document(const Node& root);

}  // namespace bp::html
