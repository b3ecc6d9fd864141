// The script of report.html. It sorts tables and filters lists, and nothing else: the page is whole
// without it, as it makes its own controls. It writes text alone (textContent), never markup, sends
// nothing and keeps nothing. The page's policy allows this text, by its hash, and no other script
// (https://www.w3.org/TR/CSP3/#framework-directive-source-list).
#pragma once

#include "report/formats/html_builder.h"

namespace bp {

/// tests/report/page_hashes_test.py says what it must be.
inline constexpr std::string_view page_script_hash =
    "sha256-Wg2y4h6iQHCy13asOlHbV/py3NuNOBSpv1afwsTGcCg=";

inline constexpr html::Script page_script = R"js(
"use strict";
(() => {
const make = (name, attributes, text) => {
  const node = document.createElement(name);
  for (const key in attributes) node.setAttribute(key, attributes[key]);
  if (text !== undefined) node.textContent = text;
  return node;
};
const all = (root, selector) => [...root.querySelectorAll(selector)];

/* Sorting: a button in each head of a column; the third press brings back the first order. */
const order = ["good", "partly", "bad", "broken", "unknown"];
const keyOf = (row, column) => {
  const cell = row.cells[column];
  if (!cell) return "";
  const badge = cell.querySelector(".badge");
  const rank = badge ? order.findIndex((tone) => badge.classList.contains(tone)) : -1;
  return (rank < 0 ? "" : rank + " ") + cell.textContent.trim();
};
const compare = (a, b) => {
  const x = parseFloat(a), y = parseFloat(b);
  return Number.isNaN(x) || Number.isNaN(y) || x === y ? a.localeCompare(b, "en", {numeric: true}) : x - y;
};
const sortable = (body) => [...body.rows].filter((row) => !row.querySelector("th.family"));
for (const table of all(document, "main table")) {
  const bodies = [...table.tBodies].map((body) => [body, sortable(body)]);
  if (!table.tHead || !bodies.some(([, rows]) => rows.length > 1)) continue;
  const heads = all(table.tHead.rows[table.tHead.rows.length - 1], "th[scope=col]");
  for (const head of heads) {
    const button = make("button", {type: "button", title: "Sort by this column"});
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const was = head.getAttribute("aria-sort");
      const now = was === "ascending" ? "descending" : was === "descending" ? "" : "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      if (now) head.setAttribute("aria-sort", now);
      const way = now === "descending" ? -1 : 1;
      for (const [body, rows] of bodies) {
        const keyed = rows.map((row) => [keyOf(row, head.cellIndex), row]);
        if (now) keyed.sort((a, b) => way * compare(a[0], b[0]));
        body.append(...keyed.map((entry) => entry[1]));
      }
    });
  }
}

/* Filtering: by text, by status, and of grids the rows that tell targets apart. */
const itemRule = "tbody>tr,.card,details.item";
const inner = (node) => node.parentElement.closest(".card,details.item");
const stateOf = (item) => {
  const badge = item.querySelector(".badge");
  return badge ? badge.textContent.replace(/^\S+\s+/, "").split(/[,:(]/)[0].trim() : "";
};
const differs = (row) => new Set([...row.cells].slice(1).map((cell) => cell.textContent)).size > 1;
/* Boxes and headings without anything left below them go too. */
const tidy = (section) => {
  const gone = (node) => {
    if (node.hidden) return true;
    const items = all(node, itemRule).filter((item) => !inner(item) && !item.querySelector("th.family"));
    return items.length > 0 && items.every((item) => item.hidden);
  };
  for (const box of all(section, ".scroll,tbody")) {
    box.hidden = false;
    if (!inner(box)) box.hidden = gone(box);
  }
  for (const heading of all(section, "h3,h4")) {
    if (heading.closest(".card,details.item")) continue;
    let some = false, left = false;
    for (let next = heading.nextElementSibling; next; next = next.nextElementSibling) {
      if (/^H[234]$/.test(next.tagName) && next.tagName <= heading.tagName) break;
      if (!next.matches(itemRule) && !next.querySelector(itemRule)) continue;
      some = true;
      left = left || !gone(next);
    }
    heading.hidden = some && !left;
  }
};
for (const section of all(document, "section[data-filter]")) {
  const items = all(section, itemRule)
    .filter((item) => !inner(item) && !item.querySelector("th.family"))
    .map((node) => ({node, grid: !!node.closest("table.grid"), state: "", text: ""}));
  if (items.length < 2) continue;
  const grids = items.some((item) => item.grid && item.node.cells.length > 2);
  for (const item of items) {
    item.state = grids ? "" : stateOf(item.node);
    item.text = item.node.textContent.toLowerCase();
  }
  const name = section.querySelector("h2").textContent;
  const text = make("input", {type: "search", placeholder: "Filter by text", "aria-label": "Filter by text: " + name});
  const state = make("select", {"aria-label": "Filter by status: " + name});
  const states = [...new Set(items.map((item) => item.state))].filter(Boolean);
  state.append(make("option", {value: ""}, "Any status"), ...states.map((word) => make("option", {}, word)));
  const count = make("output", {});
  const tools = make("div", {class: "tools", role: "group", "aria-label": "Filter: " + name});
  tools.append(text);
  if (states.length > 1) tools.append(state);
  const apart = make("input", {type: "checkbox"});
  if (grids) {
    const label = make("label", {});
    label.append(apart, " only rows where targets differ");
    tools.append(label);
  }
  tools.append(count);
  const apply = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of items) {
      const yes = words.every((word) => item.text.includes(word)) && (!state.value || item.state === state.value) &&
        (!apart.checked || !item.grid || differs(item.node));
      item.node.hidden = !yes;
      shown += yes;
    }
    tidy(section);
    count.textContent = shown === items.length ? "" : shown + " of " + items.length + " shown";
  };
  for (const control of [text, state, apart]) control.addEventListener("input", apply);
  section.querySelector("h2").after(tools);
}
})();
)js";

}  // namespace bp
