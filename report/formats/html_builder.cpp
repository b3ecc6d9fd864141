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
  const std::string clean = lines(text);
  std::string_view rest = clean;
  while (!rest.empty()) {
    const std::size_t plain = std::min(rest.find_first_of("&<>\"'"), rest.size());
    out.append(rest.substr(0, plain));
    rest.remove_prefix(plain);
    if (rest.empty()) return;
    switch (rest.front()) {
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
      default:
        out += "&#39;";
    }
    rest.remove_prefix(1);
  }
}

template <typename Children>
Node element(Name name, std::initializer_list<Attribute> attributes, const Children& children) {
  Node node = Node::element(name, attributes);
  std::size_t size = 0;
  for (const Node& child : children) size += child.size();
  node.reserve(size);
  for (const Node& child : children) node.add(child);
  return node;
}

}  // namespace

Node::Node(std::string_view text) { escape(text, html_); }

Node Node::element(Name name, std::initializer_list<Attribute> attributes) {
  Node node;
  if (!in(void_elements, name.text)) node.end_ = name.text;
  node.block_ = !in(inline_elements, name.text);
  node.html_.append("<").append(name.text);
  for (const Attribute& attribute : attributes) {
    node.html_.append(" ").append(attribute.name.text).append("=\"");
    escape(attribute.value, node.html_);
    node.html_ += '"';
  }
  node.html_ += '>';
  return node;
}

Node Node::style_sheet(Literal css) {
  Node node;
  node.html_.append("<style>").append(css.text).append("</style>");
  return node;
}

Node Node::script(Script code) {
  Node node;
  node.html_.append("<script>").append(code.text).append("</script>");
  return node;
}

Node& Node::add(const Node& child) {
  if (child.block_ && html_.back() == '>') html_ += '\n';
  child.write(html_);
  return *this;
}

// Room for the end tag and a newline too.
std::size_t Node::size() const { return html_.size() + end_.size() + 4; }
void Node::reserve(std::size_t more) { html_.reserve(html_.size() + more); }

void Node::write(std::string& out) const {
  out.append(html_);
  if (!end_.empty()) out.append("</").append(end_).append(">");
}

Node el(Name name, std::initializer_list<Attribute> attributes,
        std::initializer_list<Node> children) {
  return element(name, attributes, children);
}
Node el(Name name, std::initializer_list<Attribute> attributes, const std::vector<Node>& children) {
  return element(name, attributes, children);
}
Node el(Name name, std::initializer_list<Node> children) { return element(name, {}, children); }
Node el(Name name, const std::vector<Node>& children) { return element(name, {}, children); }

std::string document(const Node& root) {
  std::string out = "<!DOCTYPE html>\n";
  out.reserve(out.size() + root.size() + 1);
  root.write(out);
  out += '\n';
  return out;
}

}  // namespace bp::html
