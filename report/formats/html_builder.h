// HTML as nested values. Names of elements and attributes, and the style sheet, can only be
// literals of the program, as the one script can; every other text is escaped as it enters a node.
// So nothing from a report can become markup, whatever it holds.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
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
    // No handlers, and no script or style but the page's own, which its policy knows by their hash.
    if (text.starts_with("on") || text == "script" || text == "style") throw "not in this page";
  }
};

/// Text of the program itself, written without escaping: the style sheet.
struct Literal {
  std::string_view text;
  consteval Literal(const char* literal) : text(literal) {}
};

/// A script of the program itself: text that cannot end its element early
/// (https://html.spec.whatwg.org/#restrictions-for-contents-of-script-elements).
struct Script {
  std::string_view text;
  consteval Script(const char* literal) : text(literal) {
    if (text.find("</") != text.npos || text.find("<!") != text.npos)
      throw "this would not be a script";
  }
};

/// Lives only within the call that it is passed to.
struct Attribute {
  Name name;
  std::string_view value;
};

/// Text or an element, already written out: a report's page has some ten thousand nodes, and a tree
/// of them took longer to copy than to write.
class Node {
 public:
  /// Text; control characters are shown as escapes, newlines are kept.
  Node(std::string_view text);
  Node(const std::string& text) : Node(std::string_view(text)) {}
  Node(const char* text) : Node(std::string_view(text)) {}
  /// An element without children.
  static Node element(Name name, std::initializer_list<Attribute> attributes);
  static Node style_sheet(Literal css);
  static Node script(Script code);

  /// Adds to the end of an element.
  Node& add(const Node& child);
  void write(std::string& out) const;
  /// At most so many bytes are written.
  std::size_t size() const;
  void reserve(std::size_t more);

 private:
  Node() = default;
  std::string html_;      // of an element without its end tag, as children may follow
  std::string_view end_;  // name of the end tag; empty: there is none
  bool block_ = false;    // begins a new line
};

/// el("p", {{"class", "note"}}, {"text"}), el("p", {"text"})
Node el(Name name, std::initializer_list<Attribute> attributes,
        std::initializer_list<Node> children);
Node el(Name name, std::initializer_list<Attribute> attributes, const std::vector<Node>& children);
Node el(Name name, std::initializer_list<Node> children);
Node el(Name name, const std::vector<Node>& children);

/// The document with its doctype. `root` is the html element.
std::string document(const Node& root);

}  // namespace bp::html
