#include "report/formats/text.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "report/formats/backend_words.h"
#include "report/formats/bench.h"
#include "report/formats/clean.h"
#include "report/formats/disputed_words.h"
#include "report/formats/environment_words.h"
#include "report/formats/kernel_words.h"
#include "report/formats/models.h"
#include "report/formats/rates.h"
#include "report/formats/summary.h"
#include "report/formats/surveys.h"
#include "report/formats/text_ink.h"
#include "report/formats/text_legend.h"

namespace bp {
namespace {

bool same_answer(const BackendResult& a, const BackendResult& b) {
  return a.verdict == b.verdict && a.reason == b.reason && a.notes == b.notes &&
         a.nearest == b.nearest;
}

class TextReport {
 public:
  TextReport(const Report& report, const Style& style)
      : report_(report), style_(style), page_(style) {}

  std::string write() {
    head();
    for (const GpuReport& gpu : report_.gpus) summary(gpu);
    if (report_.targets.size() > few_targets) {
      overview();
    } else {
      for (const TargetReport& target : report_.targets) summary(target);
    }
    if (style_.detail == Detail::full) details();
    return page_.take();
  }

 private:
  Piece marked(Tone tone, std::string_view word, int columns = 0) const {
    return {text_mark(tone, page_.unicode()) + " " + Page::padded(word, columns), text_ink(tone)};
  }

  // --- summary ---

  void head() {
    page_.line(0, 2,
               {{"blackwell-probe " + report_.tool.version, Ink::strong},
                {"  " + report_.created, Ink::faint}});
    if (!report_.command.empty()) page_.line(0, 2, {{"command: " + report_.command, Ink::faint}});
    if (const std::string shape = to_string(report_.shape); !shape.empty())
      page_.line(0, 2, {{"backends are judged for: " + shape, Ink::strong}});
    driver_line();
    for (const Alert& alert : alerts(report_)) {
      page_.blank();
      page_.line(0, 2, {marked(alert.tone, alert.title + ":"), {" " + alert.text, Ink::plain}});
    }
  }

  void driver_line() {
    const DriverFacts& driver = report_.driver;
    if (driver.library.empty()) return;
    std::string text = "driver " + (driver.version.empty() ? "of unknown version" : driver.version);
    if (!driver.cuda_version.empty()) text += ", CUDA " + driver.cuda_version;
    if (driver.ptx) text += ", PTX " + to_string(*driver.ptx);
    page_.line(0, 2, {{text + ", answered by " + driver.library, Ink::faint}});
  }

  static std::string title(const GpuReport& gpu) {
    return "GPU " + std::to_string(gpu.facts.index) + ": " + gpu.facts.name;
  }

  void summary(const GpuReport& gpu) {
    page_.blank();
    std::string what = "  compute capability " + to_string(gpu.facts.cc);
    if (!gpu.target.empty()) what += ", probed as " + gpu.target;
    page_.line(0, 2, {{title(gpu), Ink::strong}, {what}});
    if (gpu.facts.problem) problem(*gpu.facts.problem);
    // Nothing else was judged for it.
    if (gpu.bench.empty() || !gpu.backends.empty()) summary(summarise(gpu));
    write_bench(page_, gpu);
  }

  void summary(const TargetReport& target) {
    page_.blank();
    page_.line(
        0, 2,
        {{target.target, Ink::strong}, {"  expected (assembled, not executed)", Ink::partly}});
    summary(summarise(target));
  }

  /// Many targets: one line each, so that the summary stays on the screen.
  void overview() {
    constexpr int first = 9, last = 9;
    page_.blank();
    page_.line(0, 2,
               {{"Expected, as assembled: features that each target takes, of those judged, and "
                 "backends"}});
    const std::vector<Share> families = family_shares({});
    std::vector<int> columns;  // a count such as 24/33 fits
    for (const Share& share : families)
      columns.push_back(std::max(static_cast<int>(share.family.size()) + 1, 7));
    const bool table =
        page_.width() >= std::accumulate(columns.begin(), columns.end(), first + last);
    if (table) {
      std::vector<Piece> heads{{Page::padded("target", first), Ink::faint}};
      for (std::size_t i = 0; i < families.size(); ++i)
        heads.push_back({Page::padded(families[i].family, columns[i]), Ink::faint});
      heads.push_back({"backends", Ink::faint});
      page_.line(0, 0, heads);
    }
    for (const TargetReport& target : report_.targets) {
      std::vector<Piece> pieces{{Page::padded(target.target, first), Ink::strong}};
      auto column = columns.begin();
      for (const Share& share : family_shares(target.features)) {
        const std::string count =
            share.judged == 0 ? "-"
                              : std::to_string(share.yes) + "/" + std::to_string(share.judged);
        const Ink colour = share.yes == 0             ? Ink::bad
                           : share.yes < share.judged ? Ink::partly
                                                      : Ink::good;
        pieces.push_back(
            {table ? Page::padded(count, *column++) : " " + share.family + " " + count + ",",
             share.judged == 0 ? Ink::unknown : colour});
      }
      pieces.push_back({(table ? "" : " backends ") + running_of_all(target.backends)});
      page_.line(0, 2, pieces);
    }
  }

  void summary(const Summary& summary) {
    operations(summary);
    if (!summary.kernels.empty()) page_.line(2, 4, {{summary.kernels}});
    page_.line(2, 4, {{summary.features}});
    for (const No& no : summary.nos) {
      std::vector<Piece> pieces{marked(tone(no.status), words(no.status)),
                                {": " + listed(no.features, 4)}};
      if (!no.why.empty()) pieces.push_back({" (" + one_line(no.why) + ")", Ink::faint});
      page_.line(4, 6, pieces);
    }
    if (!summary.refused.empty())
      page_.line(2, 4, {{"Backends that do not run, and the kind of no:"}});
    for (const auto& [verdict, ids] : summary.refused) {
      page_.line(4, 6,
                 {marked(tone(verdict),
                         std::string(words(verdict)) + " (" + std::to_string(ids.size()) + ")"),
                  {": " + listed(ids, 3)},
                  {" (" + std::string(meaning(verdict)) + ")", Ink::faint}});
    }
  }

  void operations(const Summary& summary) {
    page_.line(2, 4, {{summary.headline + (summary.operations.empty() ? "." : ":"), Ink::strong}});
    for (const Running& operation : summary.operations) {
      if (operation.ids.empty()) continue;
      page_.line(4, 6,
                 {marked(operation.tone, operation.title), {": " + listed(operation.ids, 2)}});
    }
    for (const Tone tone : {Tone::bad, Tone::unknown}) {
      std::string titles;
      for (const Running& operation : summary.operations) {
        if (operation.tone == tone) titles += (titles.empty() ? "" : "; ") + operation.title;
      }
      const std::string_view what = tone == Tone::bad ? "nothing for" : "not known for";
      if (!titles.empty()) page_.line(4, 6, {marked(tone, what), {": " + titles}});
    }
  }

  void problem(const Reason& reason) {
    page_.line(2, 4,
               {marked(Tone::broken, reason.sentence + "."),
                {" " + reason.remedy},
                {" [" + reason.id + "]", Ink::faint}});
  }

  // --- details ---

  void details() {
    for (const GpuReport& gpu : report_.gpus) {
      const std::string name = " on GPU " + std::to_string(gpu.facts.index);
      backends("Backends" + name, gpu.backends);
      selectors("What selectors would choose" + name, gpu.selectors);
      features("Features" + name, gpu.features);
      write_rates(page_, report_, gpu);
      kernels("Reference kernels" + name, gpu.kernels);
    }
    for (const TargetReport& target : report_.targets) {
      backends("Backends expected for " + target.target, target.backends);
      selectors("What selectors would choose for " + target.target, target.selectors);
      features("Features expected for " + target.target, target.features);
    }
    write_models(page_, report_);
    write_surveys(page_, report_);
    disputed();
    for (const GpuReport& gpu : report_.gpus)
      facts("Device attributes of GPU " + std::to_string(gpu.facts.index), gpu.facts.facts);
    environment();
    log();
    write_legend(page_);
  }

  void backends(const std::string& title, std::span<const BackendResult> list) {
    if (list.empty()) return;
    page_.heading(title);
    for (const OperationGroup& operation : by_operation(list)) {
      page_.line(0, 2, {{operation.title, Ink::strong}, {"  " + operation.id, Ink::faint}});
      for (std::size_t i = 0; i < operation.backends.size(); ++i) {
        const BackendResult* backend = operation.backends[i];
        std::vector<Piece> first{marked(tone(backend->verdict), words(backend->verdict), 12),
                                 {" " + backend->id},
                                 {"  " + project_text(*backend), Ink::faint}};
        const std::string_view kind =
            backend->evidence ? to_string(*backend->evidence) : "no evidence";
        first.push_back({"  [" + std::string(kind) + "]", Ink::faint});
        if (!backend->takes.empty()) first.push_back({"  takes " + backend->takes});
        page_.line(2, 6, first);
        if (const std::string old = outdated_text(*backend); !old.empty())
          page_.line(6, 8, {{old, Ink::partly}});
        // One reason for a run of backends stands below the last of them.
        if (i + 1 < operation.backends.size() && same_answer(*backend, *operation.backends[i + 1]))
          continue;
        page_.line(6, 6, {{backend->reason}});
        for (const std::string& note : backend->notes) page_.line(6, 8, {{note, Ink::partly}});
        if (!backend->nearest.empty())
          page_.line(6, 8, {{"nearest that runs: " + backend->nearest}});
      }
    }
  }

  static std::string project_text(const BackendResult& backend) {
    return backend.project + (backend.versions.empty() ? "" : ", " + backend.versions);
  }

  void selectors(const std::string& title, std::span<const SelectorResult> list) {
    if (list.empty()) return;
    page_.heading(title);
    // Once: there may be a dozen targets.
    if (!std::exchange(explained_, true))
      page_.line(2, 2, {{std::string(about_selectors), Ink::faint}});
    for (const SelectorResult& selector : list) {
      std::vector<Piece> pieces{{selector.id + ": "}};
      if (const SelectorStep* choice = choice_of(selector)) {
        pieces.push_back(marked(tone(choice->verdict),
                                choice->backend + ", " + std::string(words(choice->verdict))));
      } else {
        pieces.push_back({no_choice(selector), Ink::unknown});
      }
      const std::string before = before_choice(selector);
      if (!before.empty()) pieces.push_back({" (" + before + ")", Ink::faint});
      page_.line(2, 6, pieces);
    }
  }

  void features(const std::string& title, std::span<const FeatureResult> list) {
    if (list.empty()) return;
    page_.heading(title);
    int widest = 0;
    for (const FeatureResult& result : list)
      widest = std::max(widest, columns(one_line(result.id)));
    widest = std::min(widest, page_.width() / 3);
    for (const FamilyGroup& family : by_family(list)) {
      page_.line(0, 2, {{family.title, Ink::strong}});
      for (const FeatureResult* result : family.features) {
        const auto kind = strongest_of_status(*result);
        page_.line(
            2, 6,
            {marked(tone(result->status), words(result->status), 12),
             {" " + Page::padded(result->id, widest)},
             {kind ? "  [" + std::string(to_string(*kind)) + "]" : std::string(), Ink::strong},
             {"  " + std::string(feature_title(result->id)), Ink::faint}});
        reason(result->reason);
        evidence(result->evidence);
      }
    }
  }

  void reason(const std::optional<Reason>& reason) {
    if (!reason) return;
    std::vector<Piece> pieces{{reason->sentence + "."}};
    if (!reason->remedy.empty()) pieces.push_back({" " + reason->remedy});
    pieces.push_back({" [" + reason->id + "]", Ink::faint});
    page_.line(6, 8, pieces);
  }

  void evidence(const std::vector<Evidence>& list) {
    for (const Evidence& item : list) {
      std::vector<Piece> pieces{
          {std::string(to_string(item.kind)) + (item.against ? ", against" : ""),
           item.against ? Ink::bad : Ink::good},
          {", " + source_text(item) + ": ", Ink::faint},
          {item.text}};
      if (item.value) pieces.push_back({" (" + figure_text(*item.value, item.unit) + ")"});
      page_.line(6, 8, pieces);
    }
  }

  void kernels(const std::string& title, const std::vector<KernelResult>& list) {
    if (list.empty()) return;
    page_.heading(title);
    for (const KernelResult& kernel : list) {
      page_.line(2, 6,
                 {marked(tone(kernel.status), words(kernel.status), 12),
                  {" " + kernel.id},
                  {"  " + kernel_title(kernel), Ink::faint}});
      reason(kernel.reason);
      if (!kernel.figures.empty()) page_.line(6, 8, {{figures_line(kernel)}});
      evidence(kernel.evidence);
    }
  }

  void facts(const std::string& title, const std::vector<Fact>& list) {
    if (list.empty()) return;
    page_.heading(title);
    for (const Fact& fact : list) {
      std::vector<Piece> pieces{{fact_label(fact) + ": "}, {fact_text(fact), Ink::strong}};
      if (!fact.by.empty()) pieces.push_back({"  [" + fact.by + "]", Ink::faint});
      page_.line(2, 4, pieces);
    }
  }

  void disputed() {
    if (report_.disputed.empty()) return;
    page_.heading("Disputed claims");
    for (const DisputedFact& fact : report_.disputed) {
      page_.line(2, 6, {marked(tone(fact.outcome), outcome_words(fact), 12), {" " + fact.claim}});
      page_.line(6, 8, {{fact.finding, Ink::strong}, {"  [" + fact.id + "]", Ink::faint}});
      std::string who;
      for (const DisputedSource& source : fact.sources)
        who += (who.empty() ? "said by " : ", ") + source.who + " (" + source.reference + ")";
      if (!who.empty()) page_.line(6, 8, {{who, Ink::faint}});
      if (!fact.command.empty()) page_.line(6, 8, {{command_words(fact) + ": " + fact.command}});
      evidence(fact.evidence);
    }
  }

  void environment() {
    const DriverFacts& driver = report_.driver;
    page_.heading("Environment");
    page_.line(2, 4,
               {{"tool: blackwell-probe " + report_.tool.version + ", commit " +
                 report_.tool.commit + ", embedded assembler " + report_.tool.toolkit}});
    page_.line(2, 4, {{"seed: " + std::to_string(report_.seed)}});
    if (driver.fake)
      page_.line(2, 4, {{"driver: fake (machine " + *driver.fake + ")", Ink::broken}});
    for (const std::string& change : driver.changed_environment) {
      page_.line(2, 4, {{"environment changed for the probes: " + change}});
    }
    environment_lines(page_, report_);
    if (!report_.matrix.empty()) {
      page_.line(2, 4,
                 {{"matrix: " + std::to_string(report_.matrix.size()) +
                   " cells of features x targets as assembled: blackwell-probe matrix, or the JSON "
                   "report"}});
    }
    if (report_.redacted) {
      page_.line(2, 4,
                 {{"left out: host name, UUIDs, serial numbers, PCI addresses, home folders "
                   "(--identify)"}});
    }
  }

  void log() {
    if (report_.log.empty()) return;
    page_.heading("Log of the worker processes");
    for (const std::string& line : report_.log) page_.line(2, 4, {{line}});
  }

  const Report& report_;
  const Style& style_;
  Page page_;
  bool explained_ = false;  // what selectors are
};

}  // namespace

std::string serialise_text(const Report& report, const Style& style) {
  return TextReport(report, style).write();
}

}  // namespace bp
