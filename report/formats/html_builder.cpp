#include "report/formats/html_builder.h"

#include <algorithm>
#include <array>

#include "report/formats/clean.h"

namespace bp::html {
namespace {

// HTML Living Standard, "Void elements", as far as they are used here.
constexpr auto void_elements = std::to_array<std::string_view>({"meta", "br", "hr", "col", "wbr"});

// Elements within a line: a newline before them would show as a space.
constexpr auto inline_elements = std::to_array<std::string_view>(
    {"a", "abbr", "b", "br", "code", "em", "small", "span", "strong", "wbr", "time"});

template <std::size_t count>
bool in(const std::array<std::string_view, count>& list, std::string_view name) {
  return std::ranges::find(list, name) != list.end();
}

void escape(std::string_view text, std::string& out) {
  for (const char c : lines(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
}

}  // namespace

Node::Node(std::string_view text) : kind_(Kind::text), text_(text) {}

Node::Node(Name name, std::vector<Attribute> attributes, std::vector<Node> children)
    : kind_(Kind::element),
      name_(name.text),
      attributes_(std::move(attributes)),
      children_(std::move(children)) {}

Node Node::style_sheet(Literal css) {
  Node node(Kind::style);
  node.name_ = css.text;
  return node;
}

void Node::write(std::string& out) const {
  if (kind_ == Kind::text) return escape(text_, out);
  if (kind_ == Kind::style) {
    out.append("<style>").append(name_).append("</style>");
    return;
  }
  if (!in(inline_elements, name_) && !out.empty() && out.back() == '>') out += '\n';
  out.append("<").append(name_);
  for (const Attribute& attribute : attributes_) {
    out.append(" ").append(attribute.name.text).append("=\"");
    escape(attribute.value, out);
    out += '"';
  }
  out += '>';
  if (in(void_elements, name_)) return;
  for (const Node& child : children_) child.write(out);
  out.append("</").append(name_).append(">");
}

Node el(Name name, std::vector<Attribute> attributes, std::vector<Node> children) {
  return Node(name, std::move(attributes), std::move(children));
}
Node el(Name name, std::vector<Node> children) { return Node(name, {}, std::move(children)); }

std::string document(const Node& root) {
  std::string out = "<!DOCTYPE html>\n";
  root.write(out);
  out += '\n';
  return out;
}

}  // namespace bp::html
