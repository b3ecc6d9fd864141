#include <algorithm>
#include <nlohmann/json.hpp>

#include "report/formats/clean.h"
#include "report/gate/emit.h"

namespace bp::gate {
namespace {

using Answers = nlohmann::ordered_json;

constexpr std::string_view plugin_head = R"(# Made by blackwell-probe gate --emit pytest-markers.
"""What the GPUs of this machine can do, as a marker of pytest.

Save it as gpu_markers.py where pytest finds modules, and load it: pytest -p gpu_markers, or in the
top conftest.py: pytest_plugins = ["gpu_markers"].

    @pytest.mark.needs_gpu("feature:wgmma.bf16", "backend:flashinfer.mla.fa2")
    def test_decode(): ...

A test is skipped where a GPU is known to lack what it needs. Where that is not known it is an error:
not knowing is neither a pass nor a skip. A name that is not below stops the session.
"""

import json

import pytest

# Name -> [has, lacks, unknown or xfail, why].
ANSWERS = json.loads(r'''
)";

constexpr std::string_view plugin_tail = R"(
''')


def pytest_configure(config):
    config.addinivalue_line("markers", "needs_gpu(*names): what every GPU here must have; see gpu_markers")


def names_of(item):
    return [name for mark in item.iter_markers("needs_gpu") for name in mark.args]


def pytest_collection_modifyitems(items):
    for item in items:
        for name in names_of(item):
            if name not in ANSWERS:
                raise pytest.UsageError(f"{item.nodeid}: needs_gpu knows no {name!r}")
            answer, why = ANSWERS[name][:2]
            if answer == "lacks":
                item.add_marker(pytest.mark.skip(reason=f"{name}: {why}"))
            elif answer == "xfail":
                item.add_marker(pytest.mark.xfail(reason=f"{name}: {why}", strict=ANSWERS[name][2]))


def pytest_runtest_setup(item):
    for name in names_of(item):
        answer, why = ANSWERS[name][:2]
        if answer == "unknown":
            pytest.fail(f"{name}: not known: {why}", pytrace=False)
)";

std::string_view answer_of(Truth truth) {
  switch (truth) {
    case Truth::met:
      return "has";
    case Truth::not_met:
      return "lacks";
    default:
      return "unknown";
  }
}

/// What must hold for the marker of an id: all that can be known of it here.
Statement statement_of(About about, const std::string& id, bool in_hand) {
  Statement statement{.about = about, .id = id, .ids = {id}};
  if (about == About::backend && in_hand) {
    statement.compare = Compare::equal;
    statement.value = Verdict::runs;
  } else {
    statement.value = in_hand                   ? EvidenceKind::verified
                      : about == About::backend ? EvidenceKind::inferred
                                                : EvidenceKind::assembled;
  }
  return statement;
}

}  // namespace

std::string emit_pytest(std::span<const Result> results, const Scene& scene, const Names& names) {
  const bool in_hand = !scene.gpus.empty() && scene.gpus.front().index.has_value();
  Answers answers = Answers::object();
  for (const auto& [about, ids] : names) {
    if (about == About::limit) continue;  // it says nothing without a number
    for (const std::string& id : ids) {
      const Finding finding = judge({.statement = statement_of(about, id, in_hand)}, scene);
      answers[std::string(to_string(about)) + ":" + id] = {answer_of(finding.truth),
                                                           one_line(finding.reason)};
    }
  }
  for (const Result& result : results) {
    const Demand& demand = result.demand;
    const std::string& name = demand.name.empty() ? demand.text : demand.name;
    if (demand.xfail && result.outcome != Outcome::not_known) {
      answers[name] = {"xfail", one_line(*demand.xfail), demand.strict};
    } else {
      // "no such GPU" is none of those that the test needs.
      const bool none = result.finding.truth == Truth::no_such_gpu;
      answers[name] = {none ? "lacks" : answer_of(result.finding.truth),
                       one_line(result.finding.reason)};
    }
  }
  // ASCII without an apostrophe: nothing in it ends the text of the script.
  std::string json = answers.dump(1, ' ', true, Answers::error_handler_t::replace);
  for (std::size_t at = json.find('\''); at != std::string::npos; at = json.find('\'', at))
    json.replace(at, 1, "\\u0027");
  return std::string(plugin_head) + json + std::string(plugin_tail);
}

}  // namespace bp::gate
