#include <algorithm>

#include "report/formats/backend_words.h"
#include "report/formats/kernel_words.h"
#include "report/formats/markdown_parts.h"
#include "report/formats/markdown_text.h"
#include "report/formats/summary.h"

namespace bp::md {
namespace {

std::string kind_text(std::optional<EvidenceKind> kind) {
  return kind ? std::string(to_string(*kind)) : "";
}

/// Things of which the same is said share a row.
template <typename Item>
struct SameRow {
  const Item* first;
  std::string why;
  std::vector<std::string> ids;
};

Section refused_backends(const ReportSubject& subject, const std::string& name) {
  std::vector<SameRow<BackendResult>> rows;
  std::size_t count = 0;
  for (const BackendResult& backend : subject.backends) {
    if (backend.verdict == Verdict::runs) continue;
    ++count;
    const auto same = std::ranges::find_if(rows, [&](const SameRow<BackendResult>& other) {
      return other.first->verdict == backend.verdict && other.why == backend.reason &&
             other.first->nearest == backend.nearest && other.first->evidence == backend.evidence;
    });
    if (same == rows.end()) {
      rows.push_back({&backend, backend.reason, {backend.id}});
    } else {
      same->ids.push_back(backend.id);
    }
  }
  std::ranges::stable_sort(rows, {}, [](const auto& same) { return same.first->verdict; });
  Section section = folded(
      not_running, "Backends of " + name + " that do not run, and why", std::to_string(count),
      table_head({"verdict", "backends", "why", "nearest that runs", "evidence"}));
  for (const auto& [first, why, ids] : rows) {
    section.rows.push_back(row({words(first->verdict), codes(ids, 20), text(why),
                                code(first->nearest), kind_text(first->evidence)}));
  }
  return section;
}

Section running_backends(const ReportSubject& subject, const std::string& name) {
  Section section =
      folded(the_rest, "Backends of " + name + " that run", running_of_all(subject.backends),
             table_head({"operation", "backend", "evidence", "notes"}));
  for (const OperationGroup& operation : by_operation(subject.backends)) {
    for (const BackendResult* backend : operation.backends) {
      if (backend->verdict != Verdict::runs) continue;
      std::vector<std::string> notes = backend->notes;
      if (backend->outdated) notes.push_back(outdated_text(*backend));
      section.rows.push_back(row({text(operation.title, 80), code(backend->id),
                                  kind_text(backend->evidence), text(listed(notes, 4))}));
    }
  }
  return section;
}

void add_family(Section& section, const FamilyGroup& family) {
  std::vector<SameRow<FeatureResult>> rows;
  for (const FeatureResult* feature : family.features) {
    const std::string why = why_not(*feature);
    const auto same = std::ranges::find_if(rows, [&](const SameRow<FeatureResult>& other) {
      return other.first->status == feature->status && other.why == why &&
             strongest_of_status(*other.first) == strongest_of_status(*feature);
    });
    if (same == rows.end()) {
      rows.push_back({feature, why, {feature->id}});
    } else {
      same->ids.push_back(feature->id);
    }
  }
  for (const auto& [first, why, ids] : rows) {
    section.rows.push_back(row({words(first->status), kind_text(strongest_of_status(*first)),
                                codes(ids, 40), text(why, 200)}));
  }
}

Section feature_table(const ReportSubject& subject, const std::string& name) {
  std::string total;
  for (const auto& [status, count] : counts(subject.features))
    total += (total.empty() ? "" : ", ") + counted(status, count);
  Section section = folded(features, "Features of " + name, total,
                           table_head({"status", "evidence", "features", "why"}));
  for (const FamilyGroup& family : by_family(subject.features)) add_family(section, family);
  return section;
}

Section kernel_table(const ReportSubject& subject, const std::string& name) {
  Section section =
      folded(features, "Reference kernels of " + name, std::to_string(subject.kernels.size()),
             table_head({"kernel", "status", "evidence", "figures", "why"}));
  for (const KernelResult& kernel : subject.kernels) {
    const FeatureResult result = result_of(kernel);
    section.rows.push_back(
        row({code(kernel.id), words(kernel.status), kind_text(strongest_of_status(result)),
             text(figures_line(kernel)), text(why_not(result), 200)}));
  }
  return section;
}

}  // namespace

Section folded(Priority priority, const std::string& name, const std::string& amount,
               const std::string& table) {
  const std::string title = amount.empty() ? name : name + " (" + amount + ")";
  return {.name = name,
          .priority = priority,
          .head = "\n<details><summary>" + title + "</summary>\n\n" + table,
          .rows = {},
          .tail = "\n</details>\n"};
}

std::string codes(const std::vector<std::string>& ids, std::size_t most) {
  std::vector<std::string> list(ids.size());
  for (std::size_t i = 0; i < std::min(ids.size(), most + 1); ++i) list[i] = code(ids[i]);
  return listed(list, most);
}

std::vector<Section> details_of(const ReportSubject& subject, const std::string& name) {
  return {refused_backends(subject, name), running_backends(subject, name),
          feature_table(subject, name), kernel_table(subject, name)};
}

Section rates_of(const GpuGroup& gpus, const std::string& name) {
  // By feature, in the order of the first GPU that has it: one of several may be slow or have none.
  std::vector<std::vector<const RateResult*>> rates;
  for (const GpuReport* gpu : gpus) {
    for (const RateResult& rate : gpu->rates) {
      const auto same = std::ranges::find_if(
          rates, [&](const auto& known) { return known.front()->feature == rate.feature; });
      if (same == rates.end())
        rates.push_back({&rate});
      else
        same->push_back(&rate);
    }
  }
  Section section =
      folded(the_rest, "Rates of " + name, std::to_string(rates.size()),
             table_head({"feature", "operations per clock and SM", "known peak", "share"}));
  for (const std::vector<const RateResult*>& all : rates) {
    const auto [least, most] = std::ranges::minmax(all, {}, &RateResult::operations);
    std::string operations = figure_text(least->operations, "");
    if (const std::string largest = figure_text(most->operations, ""); largest != operations)
      operations += " to " + largest;
    if (all.size() < gpus.size())
      operations +=
          " (" + std::to_string(all.size()) + " of " + std::to_string(gpus.size()) + " GPUs)";
    const auto share = share_of_peak(*least);
    section.rows.push_back(
        row({code(least->feature), operations, least->peak ? figure_text(*least->peak, "") : "",
             share ? figure_text(*share * 100, "%") : ""}));
  }
  return section;
}

}  // namespace bp::md
