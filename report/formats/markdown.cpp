#include "report/formats/markdown.h"

#include <algorithm>

#include "report/formats/backend_words.h"
#include "report/formats/disputed_words.h"
#include "report/formats/markdown_fit.h"
#include "report/formats/markdown_text.h"
#include "report/formats/subjects.h"
#include "report/formats/summary.h"

namespace bp {
namespace {

using md::code;
using md::row;
using md::Section;
using md::table_head;
using md::text;

/// What a maintainer asks for first gets room first.
enum Priority : int { head, verdicts, not_running, environment, features, the_rest };

/// GPUs of which the same is said are described once.
struct SameGpus {
  std::vector<std::string> indices;
  const GpuReport* gpu;
};

bool same_answers(const GpuReport& a, const GpuReport& b) {
  const auto same_results = [](const auto& x, const auto& y) {
    return std::ranges::equal(x, y, [](const auto& left, const auto& right) {
      return left.id == right.id && left.status == right.status;
    });
  };
  return a.facts.name == b.facts.name && a.facts.cc == b.facts.cc && a.target == b.target &&
         a.facts.problem == b.facts.problem && a.backends == b.backends &&
         same_results(a.features, b.features) && same_results(a.kernels, b.kernels);
}

std::vector<SameGpus> groups_of(const std::vector<GpuReport>& gpus) {
  std::vector<SameGpus> groups;
  for (const GpuReport& gpu : gpus) {
    const auto same = std::ranges::find_if(
        groups, [&](const SameGpus& group) { return same_answers(*group.gpu, gpu); });
    const std::string index = std::to_string(gpu.facts.index);
    if (same == groups.end()) {
      groups.push_back({{index}, &gpu});
    } else {
      same->indices.push_back(index);
    }
  }
  return groups;
}

std::string codes(const std::vector<std::string>& ids, std::size_t most) {
  std::vector<std::string> list;
  for (std::size_t i = 0; i < ids.size(); ++i) list.push_back(i < most + 1 ? code(ids[i]) : "");
  return listed(list, most);
}

std::string words_of(std::optional<EvidenceKind> kind) {
  return kind ? std::string(to_string(*kind)) : "";
}

/// A table folded behind its title, which is HTML already.
Section folded(int priority, const std::string& title, const std::string& table) {
  return {.name = title,
          .priority = priority,
          .head = "\n<details><summary>" + title + "</summary>\n\n" + table,
          .tail = "\n</details>\n"};
}

class MarkdownReport {
 public:
  explicit MarkdownReport(const Report& report) : report_(report) {}

  std::string write() {
    introduction();
    warnings();
    const std::vector<SameGpus> groups = groups_of(report_.gpus);
    for (const SameGpus& group : groups) {
      const ReportSubject subject{.id = "GPU " + listed(group.indices, 8),
                                  .gpu = group.gpu,
                                  .features = group.gpu->features,
                                  .kernels = group.gpu->kernels,
                                  .backends = group.gpu->backends};
      about(subject, group.indices.size());
      details(subject);
    }
    if (report_.targets.size() > few_targets) overview();
    for (const ReportSubject& subject : subjects(report_)) {
      if (subject.target == nullptr) continue;
      if (report_.targets.size() <= few_targets) about(subject, 1);
      details(subject);
    }
    facts("Environment", environment_rows());
    for (const SameGpus& group : groups) {
      facts("Attributes of GPU " + group.indices.front(), fact_rows(group.gpu->facts.facts));
    }
    disputed();
    log();
    return md::fit(sections_, markdown_limit,
                   "Sweeps, evidence and messages in full are in `report.json`: "
                   "`blackwell-probe run -o report.json -o report.html`.");
  }

 private:
  void introduction() {
    std::string out =
        "<!-- A report of blackwell-probe for an issue on GitHub: paste all of it, down to the "
        "last "
        "line, into the issue's text field. Names of hosts and users are not in it unless "
        "--identify was given. -->\n\n";
    out += "**blackwell-probe " + text(report_.tool.version, 40) + "**, " +
           text(report_.created, 40) + ", " + code(report_.command) + "\n\n";
    const DriverFacts& driver = report_.driver;
    if (!driver.library.empty()) {
      out += "Driver " + text(driver.version.empty() ? "of unknown version" : driver.version, 40);
      if (!driver.cuda_version.empty()) out += ", CUDA " + text(driver.cuda_version, 20);
      if (driver.ptx) out += ", PTX " + to_string(*driver.ptx);
      out += "\n";
    }
    if (const std::string shape = to_string(report_.shape); !shape.empty())
      out += "\nBackends are judged for: " + text(shape) + "\n";
    sections_.push_back({.name = "the head", .priority = head, .head = std::move(out)});
  }

  void warnings() {
    Section section{.name = "warnings", .priority = head, .head = "\n"};
    for (const Alert& alert : alerts(report_))
      section.rows.push_back("> **" + text(alert.title, 80) + ":** " + text(alert.text, 600) +
                             "\n>\n");
    if (!section.rows.empty()) sections_.push_back(std::move(section));
  }

  static std::string heading(const ReportSubject& subject, std::size_t count) {
    if (subject.gpu == nullptr) return text(subject.id, 40);
    const std::string times = count > 1 ? std::to_string(count) + " × " : "";
    return subject.id + ": " + times + text(subject.gpu->facts.name, 80);
  }

  /// What is read in ten seconds.
  void about(const ReportSubject& subject, std::size_t count) {
    const Summary summary = summarise(subject);
    Section section{.name = heading(subject, count), .priority = verdicts};
    section.head = "\n### " + heading(subject, count) + "\n\n" + text(description(subject), 120) +
                   "\n\n**" + text(summary.headline) + ".** " + text(summary.features) + " " +
                   text(summary.kernels) + "\n\n";
    if (subject.gpu != nullptr && subject.gpu->facts.problem)
      section.head += "**" + text(subject.gpu->facts.problem->sentence) + ".** " +
                      text(subject.gpu->facts.problem->remedy) + "\n\n";
    if (!summary.operations.empty()) section.head += table_head({"operation", "backends that run"});
    for (const Running& operation : summary.operations) {
      const std::string none = operation.tone == Tone::bad ? "nothing known" : "not known";
      section.rows.push_back(
          row({text(operation.title, 80), operation.ids.empty() ? none : codes(operation.ids, 3)}));
    }
    sections_.push_back(std::move(section));
    broken(subject, summary);
  }

  /// What nobody should have to unfold.
  void broken(const ReportSubject& subject, const Summary& summary) {
    Section section{
        .name = "what is broken on " + heading(subject, 1), .priority = verdicts, .head = "\n"};
    for (const No& no : summary.nos) {
      if (tone(no.status) != Tone::broken) continue;
      section.rows.push_back("- **" + std::string(words(no.status)) +
                             "**: " + codes(no.features, 8) +
                             (no.why.empty() ? "" : ", " + text(no.why)) + "\n");
    }
    add(std::move(section));
  }

  /// A dozen targets: a line each.
  void overview() {
    Section section{.name = "the targets", .priority = verdicts};
    section.head =
        "\n### Expected, as assembled\n\nFeatures that each target takes, of those judged, and "
        "backends expected to run.\n\n| target |";
    std::string line = "|---|";
    for (const Share& share : family_shares({})) {
      section.head += " " + text(share.family) + " |";
      line += "---|";
    }
    section.head += " backends |\n" + line + "---|\n";
    for (const TargetReport& target : report_.targets) {
      std::string cells = "| " + code(target.target, 40) + " |";
      for (const Share& share : family_shares(target.features))
        cells += " " + std::to_string(share.yes) + "/" + std::to_string(share.judged) + " |";
      section.rows.push_back(cells + " " + running_of_all(target.backends) + " |\n");
    }
    sections_.push_back(std::move(section));
  }

  void details(const ReportSubject& subject) {
    const std::string where =
        subject.gpu != nullptr ? " of " + subject.id : " of " + md::html_code(subject.id, 40);
    refused_backends(subject, where);
    running_backends(subject, where);
    feature_table(subject, where);
    kernel_table(subject, where);
    rate_table(subject, where);
  }

  void refused_backends(const ReportSubject& subject, const std::string& where) {
    struct Same {
      const BackendResult* first;
      std::vector<std::string> ids;
    };
    std::vector<Same> groups;
    std::size_t count = 0;
    for (const BackendResult& backend : subject.backends) {
      if (backend.verdict == Verdict::runs) continue;
      ++count;
      const auto same = std::ranges::find_if(groups, [&](const Same& group) {
        return group.first->verdict == backend.verdict && group.first->reason == backend.reason &&
               group.first->nearest == backend.nearest && group.first->evidence == backend.evidence;
      });
      if (same == groups.end()) {
        groups.push_back({&backend, {backend.id}});
      } else {
        same->ids.push_back(backend.id);
      }
    }
    std::ranges::stable_sort(groups, {}, [](const Same& group) { return group.first->verdict; });
    Section section =
        folded(not_running,
               "Backends" + where + " that do not run, and why (" + std::to_string(count) + ")",
               table_head({"verdict", "backends", "why", "nearest that runs", "evidence"}));
    for (const Same& group : groups) {
      const BackendResult& first = *group.first;
      section.rows.push_back(row({words(first.verdict), codes(group.ids, 20), text(first.reason),
                                  code(first.nearest), words_of(first.evidence)}));
    }
    add(std::move(section));
  }

  void running_backends(const ReportSubject& subject, const std::string& where) {
    Section section = folded(
        the_rest, "Backends" + where + " that run (" + running_of_all(subject.backends) + ")",
        table_head({"operation", "backend", "evidence", "notes"}));
    for (const OperationGroup& operation : by_operation(subject.backends)) {
      for (const BackendResult* backend : operation.backends) {
        if (backend->verdict != Verdict::runs) continue;
        std::vector<std::string> notes = backend->notes;
        if (backend->outdated) notes.push_back(outdated_text(*backend));
        section.rows.push_back(row({text(operation.title, 80), code(backend->id),
                                    words_of(backend->evidence), text(listed(notes, 4))}));
      }
    }
    add(std::move(section));
  }

  void feature_table(const ReportSubject& subject, const std::string& where) {
    std::string total;
    for (const auto& [status, count] : counts(subject.features))
      total += (total.empty() ? "" : ", ") + counted(status, count);
    Section section = folded(features, "Features" + where + ": " + total,
                             table_head({"status", "evidence", "features", "why"}));
    for (const FamilyGroup& family : by_family(subject.features)) add_family(section, family);
    add(std::move(section));
  }

  /// Features of which the same is said share a row.
  static void add_family(Section& section, const FamilyGroup& family) {
    struct Same {
      const FeatureResult* first;
      std::string why;
      std::vector<std::string> ids;
    };
    std::vector<Same> groups;
    for (const FeatureResult* feature : family.features) {
      const std::string why = why_not(*feature);
      const auto same = std::ranges::find_if(groups, [&](const Same& group) {
        return group.first->status == feature->status && group.why == why &&
               strongest_of_status(*group.first) == strongest_of_status(*feature);
      });
      if (same == groups.end()) {
        groups.push_back({feature, why, {feature->id}});
      } else {
        same->ids.push_back(feature->id);
      }
    }
    for (const Same& group : groups)
      section.rows.push_back(
          row({words(group.first->status), words_of(strongest_of_status(*group.first)),
               codes(group.ids, 40), text(group.why, 200)}));
  }

  void kernel_table(const ReportSubject& subject, const std::string& where) {
    Section section = folded(features, "Reference kernels" + where,
                             table_head({"kernel", "status", "evidence", "figures", "why"}));
    for (const KernelResult& kernel : subject.kernels) {
      std::string figures;
      for (const Figure& figure : kernel.figures)
        figures += (figures.empty() ? "" : ", ") + spaced(figure.name) + " " +
                   figure_text(figure.value, figure.unit);
      const FeatureResult result = result_of(kernel);
      section.rows.push_back(
          row({code(kernel.id), words(kernel.status), words_of(strongest_of_status(result)),
               text(figures), text(why_not(result), 200)}));
    }
    add(std::move(section));
  }

  void rate_table(const ReportSubject& subject, const std::string& where) {
    if (subject.gpu == nullptr) return;
    Section section =
        folded(the_rest, "Rates" + where,
               table_head({"feature", "operations per clock and SM", "known peak", "share"}));
    for (const RateResult& rate : subject.gpu->rates) {
      const auto share = share_of_peak(rate);
      section.rows.push_back(row({code(rate.feature), text(figure_text(rate.operations, "")),
                                  rate.peak ? text(figure_text(*rate.peak, "")) : "",
                                  share ? text(figure_text(*share * 100, "%")) : ""}));
    }
    add(std::move(section));
  }

  static std::vector<std::string> fact_rows(const std::vector<Fact>& facts) {
    std::vector<std::string> rows;
    for (const Fact& fact : facts)
      rows.push_back(
          row({text(fact_label(fact), 80), code(fact_text(fact), 200), text(fact.by, 60)}));
    return rows;
  }

  std::vector<std::string> environment_rows() const {
    std::vector<std::string> rows{row({"commit of the tool", code(report_.tool.commit, 60), ""}),
                                  row({"embedded assembler", code(report_.tool.toolkit, 60), ""}),
                                  row({"seed", std::to_string(report_.seed), ""})};
    if (!report_.driver.library.empty())
      rows.push_back(row({"libcuda", code(report_.driver.library), ""}));
    for (const std::string& change : report_.driver.changed_environment)
      rows.push_back(row({"changed for the probes", code(change), ""}));
    for (std::string& line : fact_rows(report_.environment)) rows.push_back(std::move(line));
    return rows;
  }

  void facts(const std::string& title, std::vector<std::string> rows) {
    Section section = folded(title == "Environment" ? environment : the_rest, title,
                             table_head({"what", "value", "by"}));
    section.rows = std::move(rows);
    add(std::move(section));
  }

  void disputed() {
    Section section =
        folded(the_rest, "Disputed claims", table_head({"claim", "outcome", "finding"}));
    for (const DisputedFact& fact : report_.disputed)
      section.rows.push_back(
          row({text(fact.claim), text(outcome_words(fact)), text(fact.finding)}));
    add(std::move(section));
  }

  void log() {
    Section section =
        folded(environment, "Log of the worker processes", table_head({"what happened"}));
    for (const std::string& line : report_.log) section.rows.push_back(row({code(line, 300)}));
    add(std::move(section));
  }

  void add(Section section) {
    if (!section.rows.empty()) sections_.push_back(std::move(section));
  }

  const Report& report_;
  std::vector<Section> sections_;
};

}  // namespace

std::string serialise_markdown(const Report& report, const Style&) {
  return MarkdownReport(report).write();
}

}  // namespace bp
