#include "report/formats/markdown.h"

#include "report/formats/disputed_words.h"
#include "report/formats/markdown_fit.h"
#include "report/formats/markdown_parts.h"
#include "report/formats/markdown_text.h"
#include "report/formats/subjects.h"
#include "report/formats/summary.h"

namespace bp {
namespace {

using md::code;
using md::codes;
using md::folded;
using md::row;
using md::Section;
using md::table_head;
using md::text;

class MarkdownReport {
 public:
  explicit MarkdownReport(const Report& report) : report_(report) {}

  std::string write() {
    introduction();
    warnings();
    const std::vector<GpuGroup> groups = gpus_alike(report_.gpus);
    for (const GpuGroup& group : groups) {
      const GpuReport& gpu = *group.front();
      const ReportSubject subject{.id = "GPU " + listed(indices_of(group), 8),
                                  .gpu = &gpu,
                                  .features = gpu.features,
                                  .kernels = gpu.kernels,
                                  .backends = gpu.backends};
      about(subject, group.size());
      add(md::details_of(subject, subject.id));
      add({md::rates_of(group, subject.id)});
      for (const GpuReport* each : group)
        add(md::bench_of(*each, "GPU " + std::to_string(each->facts.index)));
    }
    targets();
    add(md::models_of(report_));
    facts(md::environment, "Environment", environment_rows());
    for (const GpuGroup& group : groups) {
      const GpuFacts& gpu = group.front()->facts;
      facts(md::the_rest, "Attributes of GPU " + std::to_string(gpu.index), fact_rows(gpu.facts));
    }
    disputed();
    log();
    return md::fit(sections_, markdown_limit,
                   "Sweeps, evidence and messages in full are in report.json: "
                   "`blackwell-probe -o report.json -o report.html`.");
  }

 private:
  void introduction() {
    std::string out =
        "<!-- For an issue on GitHub: paste this text, down to its last line, into the field of "
        "the issue's form or into a comment. ";
    out += report_.redacted ? "Names, addresses and serial numbers were left out of it. -->\n\n"
                            : "It was made with --identify and may hold names, addresses and "
                              "serial numbers: read it first. -->\n\n";
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
    sections_.push_back({.name = "the head", .priority = md::head, .head = std::move(out)});
  }

  void warnings() {
    Section section{.name = "warnings", .priority = md::head, .head = "\n"};
    for (const Alert& alert : alerts(report_))
      section.rows.push_back("> **" + text(alert.title, 80) + ":** " + text(alert.text, 600) +
                             "\n>\n");
    add({std::move(section)});
  }

  static std::string heading(const ReportSubject& subject, std::size_t count) {
    if (subject.gpu == nullptr) return text(subject.id, 40);
    const std::string times = count > 1 ? std::to_string(count) + " × " : "";
    return subject.id + ": " + times + text(subject.gpu->facts.name, 80);
  }

  /// What is read in ten seconds.
  void about(const ReportSubject& subject, std::size_t count) {
    const Summary summary = summarise(subject);
    Section section{.name = heading(subject, count), .priority = md::verdicts};
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
        .name = "what is broken on " + heading(subject, 1), .priority = md::verdicts, .head = "\n"};
    for (const No& no : summary.nos) {
      if (tone(no.status) != Tone::broken) continue;
      section.rows.push_back("- **" + std::string(words(no.status)) +
                             "**: " + codes(no.features, 8) +
                             (no.why.empty() ? "" : ", " + text(no.why)) + "\n");
    }
    add({std::move(section)});
  }

  void targets() {
    if (report_.targets.size() > few_targets) return add(md::grids_of(report_.targets));
    for (const ReportSubject& subject : subjects(report_)) {
      if (subject.target == nullptr) continue;
      about(subject, 1);
      add(md::details_of(subject, md::html_code(subject.id, 40)));
    }
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

  void facts(md::Priority priority, const std::string& title, std::vector<std::string> rows) {
    Section section = folded(priority, title, "", table_head({"what", "value", "by"}));
    section.rows = std::move(rows);
    add({std::move(section)});
  }

  void disputed() {
    Section section =
        folded(md::the_rest, "Disputed claims", "", table_head({"claim", "outcome", "finding"}));
    for (const DisputedFact& fact : report_.disputed)
      section.rows.push_back(
          row({text(fact.claim), text(outcome_words(fact)), text(fact.finding)}));
    add({std::move(section)});
  }

  void log() {
    Section section =
        folded(md::environment, "Log of the worker processes", "", table_head({"what happened"}));
    for (const std::string& line : report_.log) section.rows.push_back(row({code(line, 300)}));
    add({std::move(section)});
  }

  /// Those that have anything to say.
  void add(std::vector<Section> sections) {
    for (Section& section : sections) {
      if (!section.rows.empty()) sections_.push_back(std::move(section));
    }
  }

  const Report& report_;
  std::vector<Section> sections_;
};

}  // namespace

std::string serialise_markdown(const Report& report, const Style&) {
  return MarkdownReport(report).write();
}

}  // namespace bp
