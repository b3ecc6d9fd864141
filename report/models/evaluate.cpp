#include "report/models/evaluate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>

#include "report/evaluate/evaluate.h"
#include "report/models/needs.h"
#include "report/models/roofline.h"

namespace bp {
namespace {

constexpr auto from_worst =
    std::to_array<Verdict>({Verdict::no_hardware, Verdict::no_dispatch, Verdict::not_built,
                            Verdict::at_risk, Verdict::unknown, Verdict::runs});
auto rank_of(Verdict verdict) { return std::ranges::find(from_worst, verdict); }

/// The newest tensor cores of this GPU that a kernel is written for: those of later generations do
/// more a clock.
int tensor_core_generation(const Expression& expression, const Subject& subject) {
  int found = 0;
  for (const Expression& part : expression.parts)
    found = std::max(found, tensor_core_generation(part, subject));
  constexpr auto prefixes =
      std::to_array<std::string_view>({"", "mma_sync.", "wgmma.", "tcgen05."});
  const int newest = subject.cc.major >= 10 && subject.cc.major < 12 ? 3
                     : subject.cc.major == 9                         ? 2
                                                                     : 1;
  if (expression.kind == Expression::Kind::image)
    return expression.target.cc.major == subject.cc.major ? newest : 0;
  if (expression.kind != Expression::Kind::feature) return found;
  for (int i = 1; i <= newest; ++i) {
    if (expression.name.starts_with(prefixes[static_cast<std::size_t>(i)])) found = i;
  }
  return found;
}

bool has_note(const BackendResult& result, std::string_view front) {
  return std::ranges::any_of(result.notes,
                             [&](const std::string& note) { return note.starts_with(front); });
}

/// Judges the kernels of the catalogue by operation and shape, each pair once.
class Judge {
 public:
  Judge(const Catalogue& catalogue, const Subject& subject)
      : catalogue_(catalogue), subject_(subject) {}

  const ModelWay& way(const std::string& operation, const Shape& shape) {
    const auto key = std::tuple(operation, shape.heads, shape.head_dim, shape.topk, shape.kv_dtype);
    const auto found = known_.find(key);
    if (found != known_.end()) return found->second;
    return known_.emplace(key, judged(operation, shape)).first->second;
  }

 private:
  using Key = std::tuple<std::string, std::optional<std::int64_t>, std::optional<std::int64_t>,
                         std::optional<std::int64_t>, std::string>;

  /// The kernels for one operation, and what becomes of them where any shape will do.
  struct Rows {
    Catalogue catalogue;
    std::vector<BackendResult> for_any_shape;
  };

  const Rows& rows_for(const std::string& operation) {
    const auto [found, is_new] = rows_.try_emplace(operation);
    Rows& rows = found->second;
    if (!is_new) return rows;
    for (const Backend& backend : catalogue_.backends) {
      if (backend.kind == BackendKind::kernel && performs(backend, operation))
        rows.catalogue.backends.push_back(backend);
    }
    rows.for_any_shape = evaluate(rows.catalogue, subject_);
    return rows;
  }

  /// Which of those that run is named: one that is not emulated, that is sure for this shape, that
  /// is made for the operation, that uses the newest tensor cores, that comes first.
  using Order = std::tuple<bool, bool, bool, int>;
  Order order(const Backend& row, const BackendResult& result, std::string_view operation) const {
    return {has_note(result, "emulated"), has_note(result, "not for every shape"),
            row.operation != operation,
            row.needs ? -tensor_core_generation(*row.needs, subject_) : 0};
  }

  ModelWay judged(const std::string& operation, const Shape& shape) {
    const Rows& rows = rows_for(operation);
    const std::vector<BackendResult> results = evaluate(rows.catalogue, subject_, shape);
    ModelWay way{.operation = operation, .shape = shape};
    if (results.empty()) {
      way.reason = "The catalogue has no kernel for it.";
      return way;
    }
    const BackendResult* nearest = nullptr;
    std::vector<std::pair<Order, const BackendResult*>> running;
    for (std::size_t i = 0; i < results.size(); ++i) {
      const BackendResult& result = results[i];
      if (nearest == nullptr || better(nearest->verdict, result.verdict) != nearest->verdict)
        nearest = &result;
      const Backend& row = rows.catalogue.backends[i];
      if (result.verdict == Verdict::runs) {
        running.emplace_back(order(row, result, operation), &result);
      } else if (rows.for_any_shape[i].verdict == Verdict::runs) {
        if (std::string why = refusal(row, shape); !why.empty())
          way.refused.push_back({result.id, std::move(why)});
      }
    }
    way.verdict = nearest->verdict;
    if (running.empty()) {
      way.reason = nearest->id + ": " + nearest->reason;
      return way;
    }
    std::ranges::stable_sort(running, {}, [](const auto& entry) { return entry.first; });
    for (const auto& [rank, result] : running) way.runs.push_back(result->id);
    way.best = running.front().second->id;
    way.evidence = running.front().second->evidence;
    way.notes = running.front().second->notes;
    return way;
  }

  /// "takes 64 or 128 heads": of what the model's size gives, the same for several sizes. Empty: it
  /// is for other types or heads altogether.
  static std::string refusal(const Backend& row, const Shape& shape) {
    if (!excluded(row.takes, {.head_dim = shape.head_dim, .kv_dtype = shape.kv_dtype}).empty())
      return {};
    Takes limits;
    if (!excluded(row.takes, {.heads = shape.heads}).empty()) limits.heads = row.takes.heads;
    if (!excluded(row.takes, {.topk = shape.topk}).empty()) limits.topk = row.takes.topk;
    const std::string text = to_string(limits);
    return text.empty() ? text : "takes " + text;
  }

  const Catalogue& catalogue_;
  const Subject& subject_;
  std::map<std::string, Rows> rows_;
  std::map<Key, ModelWay> known_;
};

/// What the models run on.
struct Place {
  std::vector<const GpuReport*> gpus;  // identical ones; empty: a target
  std::string target;
  Subject subject;
  std::optional<ModelInput> memory, bandwidth, rate;
};

/// Whatever makes an answer another one.
bool same_kind(const GpuReport& a, const GpuReport& b) {
  const auto same_feature = [](const FeatureResult& x, const FeatureResult& y) {
    return x.id == y.id && x.status == y.status;
  };
  return a.facts.name == b.facts.name && a.facts.cc == b.facts.cc &&
         limits_of(a.facts) == limits_of(b.facts) &&
         std::ranges::equal(a.features, b.features, same_feature);
}

std::optional<ModelInput> least(const std::optional<ModelInput>& a,
                                const std::optional<ModelInput>& b) {
  if (!a || !b) return std::nullopt;
  return b->value < a->value ? b : a;
}

std::vector<Place> places_of(const Report& report, bool targets) {
  std::vector<Place> places;
  for (const GpuReport& gpu : report.gpus) {
    if (gpu.facts.problem) continue;
    const auto memory = memory_input(gpu, report.surveys);
    const auto bandwidth = bandwidth_input(gpu, report.surveys);
    const auto rate = rate_input(gpu);
    const auto same = std::ranges::find_if(
        places, [&](const Place& place) { return same_kind(*place.gpus.front(), gpu); });
    if (same == places.end()) {
      places.push_back({{&gpu}, {}, subject_of(gpu, report.driver), memory, bandwidth, rate});
      continue;
    }
    // A group of GPUs goes as fast, and holds as much, as the least of them.
    same->gpus.push_back(&gpu);
    same->memory = least(same->memory, memory);
    same->bandwidth = least(same->bandwidth, bandwidth);
    same->rate = least(same->rate, rate);
  }
  if (!targets) return places;
  for (const TargetReport& target : report.targets) {
    const auto parsed = parse_target(target.target);
    if (parsed) places.push_back({{}, target.target, subject_of(parsed->cc, target), {}, {}, {}});
  }
  return places;
}

ModelWork work_of(const Work& work, std::int64_t tensor_parallel, const Place& place) {
  ModelWork result{tensor_parallel, work.bytes, work.flop};
  if (!place.bandwidth || !place.rate) return result;
  const Roofline line = roofline(work, place.bandwidth->value, place.rate->value);
  result.microseconds = line.microseconds;
  result.memory_bound = line.memory_bound;
  return result;
}

std::optional<double> share_of_limit(const KernelResult& kernel) {
  const auto figure = [&](std::string_view name) {
    const auto found = std::ranges::find(kernel.figures, name, &Figure::name);
    return found == kernel.figures.end() ? 0 : found->value;
  };
  const double share = figure("bandwidth") / figure("bandwidth_limit");
  return share > 0 && std::isfinite(share) ? std::optional(share) : std::nullopt;
}

/// Nothing where it did not give the right result on each of the GPUs.
std::optional<ModelReference> reference(const Place& place, const std::string& id) {
  ModelReference found{id};
  for (const GpuReport* gpu : place.gpus) {
    const auto kernel = std::ranges::find(gpu->kernels, id, &KernelResult::id);
    if (kernel == gpu->kernels.end() ||
        (kernel->status != Status::supported && kernel->status != Status::emulated))
      return std::nullopt;
    const auto share = share_of_limit(*kernel);
    if (gpu == place.gpus.front()) found.share = share;
    found.share =
        found.share && share ? std::optional(std::min(*found.share, *share)) : std::nullopt;
  }
  return found;
}

/// They show that the operation can be done, whatever the catalogue knows.
std::vector<ModelReference> references(const Place& place, std::string_view operation) {
  std::vector<ModelReference> found;
  if (place.gpus.empty()) return found;
  for (const KernelResult& kernel : place.gpus.front()->kernels) {
    if (kernel.operation != operation) continue;
    if (auto right = reference(place, kernel.id)) found.push_back(std::move(*right));
  }
  return found;
}

ModelNeed answered(const Need& need, std::int64_t tensor_parallel, const Place& place,
                   Judge& judge) {
  ModelNeed answer{need.name, {tensor_parallel}, {}};
  for (const NeededWay& way : need.ways) {
    ModelWay& result = answer.ways.emplace_back(judge.way(way.operation, way.shape));
    result.fallback = way.fallback;
    if (need.by_heads) result.shape.heads.reset();
    result.references = references(place, way.operation);
  }
  // What it costs is said of the usual way, and of the one that is taken instead.
  const ModelWay* taken = answer.taken();
  for (std::size_t i = 0; i < need.ways.size(); ++i) {
    const bool told = i == 0 || &answer.ways[i] == taken;
    if (told && need.ways[i].work)
      answer.ways[i].work = {work_of(*need.ways[i].work, tensor_parallel, place)};
  }
  return answer;
}

bool same_answer(const ModelNeed& a, const ModelNeed& b) {
  const auto same = [](const ModelWay& x, const ModelWay& y) {
    return x.operation == y.operation && x.shape == y.shape && x.verdict == y.verdict &&
           x.runs == y.runs && x.refused == y.refused && x.notes == y.notes && x.reason == y.reason;
  };
  return a.name == b.name && std::ranges::equal(a.ways, b.ways, same);
}

void add(std::vector<ModelNeed>& needs, ModelNeed need) {
  const auto same =
      std::ranges::find_if(needs, [&](const ModelNeed& other) { return same_answer(other, need); });
  if (same == needs.end()) {
    // Beside the other answers to the same need.
    const auto last = std::ranges::find(needs.rbegin(), needs.rend(), need.name, &ModelNeed::name);
    needs.insert(last == needs.rend() ? needs.end() : last.base(), std::move(need));
    return;
  }
  same->tensor_parallel.push_back(need.tensor_parallel.front());
  for (std::size_t i = 0; i < need.ways.size(); ++i)
    std::ranges::copy(need.ways[i].work, std::back_inserter(same->ways[i].work));
}

/// Tokens that memory has room for beside the weights, in the cache format that decode takes.
std::optional<std::int64_t> room(const ModelSize& size, const ModelReport& report,
                                 const std::vector<ModelNeed>& needs) {
  if (!report.memory || report.cache.empty()) return std::nullopt;
  const ModelWay* decode = needs.empty() ? nullptr : needs.front().taken();
  const std::string dtype = decode == nullptr ? std::string() : decode->shape.kv_dtype;
  auto cache = std::ranges::find(report.cache, dtype, &ModelCache::dtype);
  if (cache == report.cache.end()) cache = report.cache.begin();
  if (!(cache->bytes_per_token > 0)) return std::nullopt;
  const double free =
      report.memory->value - size.weight_bytes.value_or(0) - cache->bytes_per_sequence;
  return free > 0 ? static_cast<std::int64_t>(free / cache->bytes_per_token) : 0;
}

ModelReport on(const Place& place, const Model& model, Judge& judge) {
  ModelReport report{.id = model.id,
                     .name = model.name,
                     .target = place.target,
                     .layers = model.layers,
                     .max_context = model.max_context,
                     .weight_bytes = model.weight_bytes,
                     .memory = place.memory,
                     .bandwidth = place.bandwidth,
                     .rate = place.rate};
  for (const GpuReport* gpu : place.gpus) report.gpus.push_back(gpu->facts.index);
  for (const CacheFormat& format : model.formats) {
    if (const auto cost = cache_cost(model, format))
      report.cache.push_back({format.dtype, cost->bytes_per_token, cost->bytes_per_sequence});
  }
  for (const std::int64_t tensor_parallel : tensor_parallel_sizes(model)) {
    ModelSize size{tensor_parallel, model.heads / tensor_parallel, Verdict::runs};
    std::vector<ModelNeed> needs;
    for (const Need& need : needs_of(model, tensor_parallel))
      needs.push_back(answered(need, tensor_parallel, place, judge));
    for (const ModelNeed& need : needs) {
      Verdict verdict = Verdict::no_hardware;
      for (const ModelWay& way : need.ways) verdict = better(verdict, way.verdict);
      size.verdict = worse(size.verdict, verdict);
      const ModelWay* taken = need.taken();
      if (taken == nullptr) size.missing.push_back(need.name);
      if (taken != nullptr && taken->fallback) size.falls_back.push_back(need.name);
    }
    if (model.weight_bytes)
      size.weight_bytes =
          static_cast<double>(*model.weight_bytes) / static_cast<double>(tensor_parallel);
    size.tokens = room(size, report, needs);
    report.sizes.push_back(std::move(size));
    for (ModelNeed& need : needs) add(report.needs, std::move(need));
  }
  return report;
}

}  // namespace

Verdict better(Verdict a, Verdict b) { return rank_of(a) >= rank_of(b) ? a : b; }
Verdict worse(Verdict a, Verdict b) { return rank_of(a) <= rank_of(b) ? a : b; }

std::vector<ModelReport> evaluate_models(const Report& report, std::span<const Model> models,
                                         const Catalogue& catalogue, bool targets) {
  std::vector<ModelReport> all;
  for (const Place& place : places_of(report, targets)) {
    Judge judge(catalogue, place.subject);
    for (const Model& model : models) all.push_back(on(place, model, judge));
  }
  return all;
}

}  // namespace bp
