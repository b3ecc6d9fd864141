#include "probes/engine/execute.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>

#include "probes/assembly/sass.h"
#include "probes/binary/sass_opcodes.h"
#include "probes/engine/run_entry.h"
#include "probes/registry/reason.h"

namespace bp {
namespace {

/// FNV-1a: gives each feature its own random values, the same on every platform.
std::uint64_t seed_of(std::string_view feature, std::uint64_t seed) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : feature) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash ^ (seed * 0x9e3779b97f4a7c15u);
}

std::string text_of(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.9g", value);
  return text.data();
}

struct Difference {
  std::size_t index = 0;
  double got = 0;
  double expected = 0;
  std::string text(std::string_view inputs) const {
    return std::string(inputs) + ", element " + std::to_string(index) + ": got " + text_of(got) +
           ", expected " + text_of(expected);
  }
};

bool equal(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

std::optional<Difference> difference(std::span<const double> got, std::span<const double> expected,
                                     Tolerance tolerance) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (equal(got[i], expected[i])) continue;
    const double allowed = tolerance.absolute + tolerance.relative * std::abs(expected[i]);
    if (std::abs(got[i] - expected[i]) <= allowed) continue;  // false where either is NaN
    return Difference{i, got[i], expected[i]};
  }
  return std::nullopt;
}

std::vector<double> reference_of(const InstructionProbe& probe, std::span<const std::uint8_t> in) {
  std::vector<double> expected(probe.outputs);
  probe.reference(in, std::span<double>(expected));
  return expected;
}

/// nullopt: all three runs are right.
std::optional<Reason> verify(const InstructionProbe& probe, EntryRunner& runner,
                             std::uint64_t seed) {
  Bytes exact(probe.input_bytes);
  probe.exact(std::span<std::uint8_t>(exact));
  const auto expected = reference_of(probe, exact);
  if (const auto wrong = difference(runner.run(exact), expected, {})) {
    return make_reason("wrong_value", wrong->text("exact inputs"));
  }
  // The host's copy of the input stays as it was; only what the device gets is corrupted.
  Bytes corrupted = exact;
  probe.fault.corrupt(std::span<std::uint8_t>(corrupted));
  const auto expected_fault = reference_of(probe, corrupted);
  if (!difference(expected_fault, expected, {})) {
    return make_reason("fault_not_caught", "it does not change the reference");
  }
  const auto got = runner.run(corrupted);
  if (!difference(got, expected, {})) return make_reason("fault_not_caught", probe.fault.what);
  if (const auto wrong = difference(got, expected_fault, {})) {
    return make_reason("wrong_value",
                       wrong->text("planted fault (" + std::string(probe.fault.what) + ")"));
  }
  Bytes random(probe.input_bytes);
  probe.random(std::span<std::uint8_t>(random), seed);
  if (const auto wrong =
          difference(runner.run(random), reference_of(probe, random), probe.tolerance)) {
    return make_reason("wrong_value", wrong->text("random inputs"));
  }
  return std::nullopt;
}

template <typename Words>
std::string joined(const Words& words, std::string_view between) {
  std::string text;
  for (const auto& word : words) text.append(text.empty() ? "" : between).append(word);
  return text;
}

/// Whether an opcode of which not all modifiers are understood might be a native one.
bool may_be_native(const SassReading& code, std::span<const std::string_view> native) {
  return std::ranges::any_of(code.unclear, [&](const std::string& opcode) {
    return std::ranges::any_of(native, [&](auto prefix) { return prefix.starts_with(opcode); });
  });
}

/// The opcodes, also those cut before a modifier that is not understood: what stands before it is.
std::vector<std::string> opcodes_of(const SassReading& code) {
  auto all = code.opcodes;
  all.insert(all.end(), code.unclear.begin(), code.unclear.end());
  return all;
}

}  // namespace

bool can_fault(const InstructionProbe& probe) {
  const auto& cluster = probe.launch.cluster;
  if (probe.tensor_map || probe.launch.set_cluster || cluster.x * cluster.y * cluster.z > 1)
    return true;
  constexpr auto harmless = std::to_array<std::string_view>(
      {"mma.sync", "mma.sp", "ldmatrix", "stmatrix", "elect.sync", "redux.sync", "cvt.", "add.",
       "sub.", "mul.", "fma.", "min.", "max.", "ex2.", "tanh."});
  return !std::ranges::all_of(probe.instructions, [&](std::string_view instruction) {
    return std::ranges::any_of(harmless,
                               [&](auto prefix) { return instruction.starts_with(prefix); });
  });
}

Executor::Executor(const Gpu& gpu, const Pack& pack, const DriverAssembler& assembler,
                   ExecuteOptions options)
    : gpu_(gpu), pack_(pack), assembler_(assembler), options_(std::move(options)) {
  try {
    anchor_.emplace(gpu, 1);
  } catch (const DriverError&) {
    // Only speed is lost; each probe says for itself that memory is full.
  }
}

Evidence Executor::evidence(EvidenceKind kind, Target target, std::string text,
                            bool against) const {
  return {.kind = kind,
          .against = against,
          .by = assembler_.name(),
          .target = to_string(target),
          .text = std::move(text),
          .value = std::nullopt,
          .unit = {}};
}

std::optional<FeatureResult> Executor::run(const InstructionProbe& probe) {
  bool refused = false;
  auto result = run(probe, [&] {
    auto image = load_image(gpu_, pack_, assembler_, probe);
    refused = !image;
    return image ? std::move(*image) : Image{};
  });
  if (refused) return std::nullopt;
  return result;
}

FeatureResult Executor::assembled_only(const InstructionProbe& probe) const {
  FeatureResult result{.id = std::string(probe.feature),
                       .status = Status::not_run,
                       .reason = make_reason("assembled_only", probe.not_launched),
                       .evidence = {}};
  const auto* assembly = pack_.best(probe.feature, gpu_.cc());
  if (assembly == nullptr || !assembly->accepted) return result;
  auto item = evidence(EvidenceKind::assembled, assembly->target,
                       assembly->sass.empty() ? "accepted" : assembly->sass);
  item.by = pack_.toolkit();
  result.evidence.push_back(std::move(item));
  return result;
}

FeatureResult Executor::run(const InstructionProbe& probe, const std::function<Image()>& load) {
  if (!probe.not_launched.empty()) return assembled_only(probe);
  FeatureResult result;
  result.id = probe.feature;
  const auto end = [&](Status status, Reason reason) {
    result.status = status;
    result.reason = std::move(reason);
  };
  try {
    auto image = load();
    if (image.module == nullptr) return result;
    result.evidence.push_back(evidence(EvidenceKind::loaded, image.target, image.text));
    if (options_.mps_shared && can_fault(probe)) {
      end(Status::blocked, make_reason("mps_shared"));
    } else {
      decide(probe, image, result);
    }
  } catch (const Unlaunchable& error) {
    end(Status::blocked, error.reason);
  } catch (const LaunchTimeout& error) {
    end(Status::timed_out, make_reason("time_out", error.what()));
  } catch (const DriverError& error) {
    if (error.sticky()) {
      end(Status::crashed, make_reason("gpu_fault", error.name));
    } else if (error.code == CUDA_ERROR_OUT_OF_MEMORY) {
      end(Status::blocked, make_reason("out_of_memory"));
    } else {
      end(Status::blocked, make_reason("driver_error", error.what()));
    }
  }
  return result;
}

void Executor::decide(const InstructionProbe& probe, Image& image, FeatureResult& result) {
  EntryRunner runner(gpu_, *image.module, probe, options_.timeout);
  const auto wrong = verify(probe, runner, seed_of(probe.feature, options_.seed));
  result.evidence.push_back(evidence(EvidenceKind::launched, image.target, "launched and ended"));
  if (wrong) {
    result.status = Status::wrong_result;
    result.reason = *wrong;
    return;
  }
  result.status = Status::supported;
  result.evidence.push_back(evidence(
      EvidenceKind::verified, image.target,
      std::to_string(probe.outputs) +
          " values equal the reference on exact inputs and on random ones; planted fault caught: " +
          std::string(probe.fault.what)));
  // Two witnesses of which unit did it: the opcodes of the image that was loaded, and the clock.
  // Both are kept; the clock decides where it is conclusive, as it also sees an opcode that is
  // itself emulated.
  decide_by_opcode(probe, image, result);
  if (probe.native_test || options_.rates) clock(probe, image, result);
}

void Executor::decide_by_opcode(const InstructionProbe& probe, const Image& image,
                                FeatureResult& result) {
  if (probe.native_sass.empty()) return;
  // Only of the kernel that was launched: the clocked loop beside it proves nothing for it.
  const auto code = read_sass(image.code, probe.entry);
  if (!code) return;  // unknown machine code: nothing is guessed
  const auto found =
      witnesses({opcodes_of(*code), code->helpers}, probe.native_sass, probe.instructions.front());
  const auto witness = [&](EvidenceKind kind, std::string text, bool against) {
    auto item = evidence(kind, image.target, std::move(text), against);
    item.by = "blackwell-probe";
    result.evidence.push_back(std::move(item));
  };
  const auto native = joined(found.native, ", ");
  const auto helpers = joined(found.helpers, ", ");
  if (!found.native.empty() && found.helpers.empty()) {
    witness(EvidenceKind::counted, "opcode " + native + " in the loaded image", false);
  } else if (!found.native.empty()) {
    // A branch chooses between the two, or one prepares for the other: not counted for either.
    witness(EvidenceKind::loaded,
            "a call of " + helpers + " beside opcode " + native +
                " in the loaded image: it does not show which of them did the work",
            true);
  } else if (!may_be_native(*code, probe.native_sass)) {
    auto text = "no opcode " + joined(probe.native_sass, " or ") + " in the loaded image";
    // The build's own disassembly of the same bytes names plain arithmetic too.
    const bool listed = image.assembly != nullptr && !image.assembly->sass.empty();
    const auto instead = listed ? image.assembly->sass
                                : describe({code->opcodes, code->helpers}, probe.native_sass,
                                           probe.instructions.front());
    if (!instead.empty()) text += " (" + instead + ")";
    witness(EvidenceKind::counted, text, true);
    result.status = Status::emulated;
    result.reason = make_reason("emulated_sass", text);
  }
}

void Executor::clock(const InstructionProbe& probe, Image& image, FeatureResult& result) {
  if (!probe.rate) return;
  const auto not_clocked = [&](std::string why) {
    result.evidence.push_back(evidence(EvidenceKind::inferred, image.target, std::move(why), true));
  };
  if (!options_.injected_tools.empty()) {
    not_clocked(make_reason("clocks_invalid", options_.injected_tools.front()).sentence);
    return;
  }
  try {
    const auto own = rate(probe, image);
    if (!own) not_clocked("the clocked loop gave no clocks");
    if (own && options_.rates) {
      // What it is compared with is not known here, so it tells no unit.
      auto item = evidence(EvidenceKind::launched, image.target, "rate of the clocked loop");
      item.value = std::round(*own * 10) / 10;
      item.unit = rate_unit;
      result.evidence.push_back(std::move(item));
    }
    const auto* baseline = probe.native_test ? find_probe(probe.native_test->baseline) : nullptr;
    const auto base = baseline != nullptr ? baseline_rate(*baseline) : std::nullopt;
    if (own && base) decide_by_ratio(probe, *own / *base, image.target, result);
    // Whatever becomes of the loop, the verified result stands and only the witness is missing. If
    // the context went with it, Gpu::lost() has the worker replaced.
  } catch (const Unlaunchable& error) {
    not_clocked("the clocked loop was not launched: " + error.reason.sentence);
  } catch (const LaunchTimeout& error) {
    not_clocked(std::string("the clocked loop did not end: ") + error.what());
  } catch (const DriverError& error) {
    not_clocked(std::string("the clocked loop failed: ") + error.what());
  }
}

void Executor::decide_by_ratio(const InstructionProbe& probe, double ratio, Target target,
                               FeatureResult& result) {
  const auto& test = *probe.native_test;
  const bool native = ratio >= test.native_at_least;
  const bool emulated = ratio <= test.emulated_at_most;
  const std::string what = "rate in " + std::string(rate_unit) + ", as a multiple of " +
                           std::string(test.baseline) + ": ";
  auto item = evidence(EvidenceKind::counted, target,
                       what + (native     ? "native"
                               : emulated ? "emulated"
                                          : "inconclusive"),
                       !native);
  item.value = std::round(ratio * 100) / 100;
  item.unit = "x";
  result.evidence.push_back(std::move(item));
  if (native) {
    result.status = Status::supported;
    result.reason.reset();
  } else if (emulated) {
    result.status = Status::emulated;
    result.reason = make_reason("emulated_ratio");
  }
}

std::optional<double> Executor::rate(const InstructionProbe& probe, Image& image) {
  if (!probe.rate) return std::nullopt;
  if (const auto known = rates_.find(probe.feature); known != rates_.end()) return known->second;
  // It ends within 2 ms: what has not after 2 s never will, and what was verified must be told
  // before the limit of the whole item is over.
  const auto limit = std::min(options_.timeout, std::chrono::milliseconds(2000));
  auto clocks = run_rate(gpu_, *image.module, probe, seed_of(probe.feature, options_.seed), limit);
  if (clocks.empty()) return std::nullopt;
  // One block to an SM: the median block speaks for an SM.
  const auto middle = clocks.begin() + static_cast<std::ptrdiff_t>(clocks.size() / 2);
  std::ranges::nth_element(clocks, middle);
  if (*middle == 0) return std::nullopt;
  const auto operations = static_cast<double>(probe.rate->operations_per_block);
  return rates_[probe.feature] = operations / static_cast<double>(*middle);
}

std::optional<double> Executor::baseline_rate(const InstructionProbe& probe) {
  if (const auto known = rates_.find(probe.feature); known != rates_.end()) return known->second;
  auto image = load_image(gpu_, pack_, assembler_, probe);
  return image ? rate(probe, *image) : std::nullopt;
}

}  // namespace bp
