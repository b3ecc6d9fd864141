// A worker that follows a script instead of probing. What it does with an item is in the item's
// name:
//   ok...       a supported result            wrong...    a wrong result
//   abort...    dies of SIGABRT               hang...     never answers
//   garbage...  sends what is no answer       exit...     leaves with status 3 and no word
//   poison...   reports crashed (gpu_fault) and asks to be replaced
//   torn...     leaves in the middle of a line
//   chatty...   prints megabytes on standard output, then a supported result
//   mute...     ends the request without a result for it
//   foreign...  answers for an item that nobody asked for
// Arguments: a folder for what it wants to remember, then words: gpus=N, together (all items of a
// request are in flight at once), enumerate=crash|hang|garbage|exit|no_device,
// counted=unasked, nvml=hang|crash|garbage, features=crash|hang|unusable (before any item starts),
// exclusive.
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <set>
#include <string>
#include <thread>

#include "cli/supervisor/protocol.h"
#include "probes/registry/reason.h"

namespace {

using namespace bp;

std::set<std::string> words;
std::string folder;
int gpu = 0;
bool serial = false;

void send_raw(const std::string& text) {
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t wrote = write(result_fd, text.data() + sent, text.size() - sent);
    if (wrote <= 0) _exit(0);
    sent += static_cast<std::size_t>(wrote);
  }
}
void send(const Answer& answer) { send_raw(encode_line(answer) + "\n"); }

[[noreturn]] void hang() {
  while (true) std::this_thread::sleep_for(std::chrono::hours(1));
}

[[noreturn]] void crash() {
  std::cerr << "the driver says something at 0x7f00" << getpid() << std::endl;
  std::abort();
}

void note(const std::string& line) {
  std::ofstream(folder + "/notes", std::ios::app) << line << "\n";
}

/// False: the request is over.
bool do_item(const std::string& item, Answer result) {
  const auto is = [&](const char* prefix) { return item.starts_with(prefix); };
  if (is("abort")) crash();
  if (is("hang")) hang();
  if (is("exit")) _exit(3);
  if (is("garbage")) send_raw("}{ not json \x01\xff\n");
  if (is("torn")) {
    send_raw("{\"is\":\"fea");
    _exit(0);
  }
  if (is("mute")) return true;
  if (is("foreign")) {
    send(FeatureResult{"somebody.else", Status::supported, {}, {}});
    return true;
  }
  if (is("chatty")) {
    for (int i = 0; i < 50000; ++i) std::cout << "chatter chatter chatter chatter chatter\n";
    std::cout << std::flush;
  }
  Status status = Status::supported;
  std::optional<Reason> reason;
  if (is("wrong")) {
    status = Status::wrong_result;
    reason = make_reason("wrong_value");
  }
  if (is("poison")) {
    status = Status::crashed;
    reason = make_reason("gpu_fault");
  }
  if (auto* feature = std::get_if<FeatureResult>(&result)) {
    feature->status = status;
    feature->reason = reason;
  } else if (auto* kernel = std::get_if<KernelResult>(&result)) {
    kernel->status = status;
    kernel->reason = reason;
  } else if (auto* survey = std::get_if<SurveyResult>(&result)) {
    survey->status = status == Status::supported ? Status::measured : status;
    survey->reason = reason;
  } else if (auto* row = std::get_if<BenchRow>(&result)) {
    row->status = status == Status::supported ? Status::measured : status;
    row->reason = reason;
  }
  send(result);
  return !is("poison");
}

void enumerate() {
  if (words.contains("enumerate=crash")) crash();
  if (words.contains("enumerate=hang")) hang();
  if (words.contains("enumerate=exit")) _exit(7);
  if (words.contains("enumerate=garbage")) send_raw("[1,2,3]\n");
  DriverFacts driver;
  driver.library = "/fake";
  if (words.contains("enumerate=no_device")) {
    driver.problem = make_reason("no_device");
    send(driver);
    return;
  }
  const int count = words.contains("gpus=2") ? 2 : 1;
  for (int i = 0; i < count; ++i) {
    GpuFacts facts{i, "Scripted GPU", {9, 0}, "GPU-0000000" + std::to_string(i) + "-aaaa", "", {},
                   {}};
    if (words.contains("exclusive"))
      facts.facts.push_back({"compute_mode", std::string("exclusive_process"), "driver", {}});
    driver.gpus.push_back(facts);
  }
  send(driver);
}

bool run_features(const std::vector<std::string>& ids) {
  if (words.contains("features=crash")) crash();
  if (words.contains("features=hang")) hang();
  if (words.contains("features=unusable")) {
    send(UnusableAnswer{make_reason("exclusive_process")});
    return false;
  }
  const bool together = words.contains("together") && !serial;
  if (together) {
    for (const std::string& id : ids) send(StartedAnswer{id});
  }
  for (const std::string& id : ids) {
    if (!together) send(StartedAnswer{id});
    if (!do_item(id, FeatureResult{id, Status::supported, {}, {}})) return true;
  }
  return false;
}

void nvml() {
  if (words.contains("nvml=crash")) crash();
  if (words.contains("nvml=hang")) hang();
  if (words.contains("nvml=garbage")) send_raw("\n");
  send(
      NvmlAnswer{"580.1", {}, {{"GPU-00000000-aaaa", {{"power_limit_watts", 700.0, "NVML", {}}}}}});
}

}  // namespace

int main(int argc, char** argv) {
  folder = argc > 1 ? argv[1] : ".";
  for (int i = 2; i < argc; ++i) words.insert(argv[i]);
  std::string line;
  int served = 0;
  while (std::getline(std::cin, line)) {
    const Request request = decode_request(line);
    if (const auto* open = std::get_if<OpenRequest>(&request)) {
      gpu = open->gpu;
      serial = open->serial;
      continue;
    }
    bool poisoned = false;
    if (std::holds_alternative<EnumerateRequest>(request)) {
      enumerate();
    } else if (std::holds_alternative<NvmlRequest>(request)) {
      nvml();
    } else if (const auto* features = std::get_if<FeaturesRequest>(&request)) {
      std::string all = "gpu " + std::to_string(gpu) + (serial ? " serial" : "") + ":";
      for (const std::string& id : features->ids) all += " " + id;
      note(all);
      poisoned = run_features(features->ids);
    } else if (const auto* kernel = std::get_if<KernelRequest>(&request)) {
      note("gpu " + std::to_string(gpu) + ": kernel " + kernel->id);
      send(StartedAnswer{kernel->id});
      poisoned = !do_item(kernel->id,
                          KernelResult{kernel->id, "op", "path", Status::supported, {}, {}, {}});
    } else if (const auto* survey = std::get_if<SurveyRequest>(&request)) {
      std::string about = "survey " + survey->id;
      for (const int of : survey->gpus) about += " " + std::to_string(of);
      for (const std::string& feature : survey->features) about += " " + feature;
      if (!survey->features.empty() && served > 0) about += " (used worker)";
      note(about);
      send(StartedAnswer{survey->id});
      for (const std::string& feature : survey->features)
        send(CountedAnswer{feature, {EvidenceKind::counted, false, "fake", "", "n", {}, ""}});
      if (words.contains("counted=unasked")) send(CountedAnswer{"nobody.asked", {}});
      // What a worker says of its GPUs is not believed.
      poisoned = !do_item(survey->id, SurveyResult{.id = survey->id, .gpus = {7}});
    } else if (const auto* bench = std::get_if<BenchRequest>(&request)) {
      note("bench " + bench->item + (bench->warm ? " warm" : "") + (served == 0 ? " (fresh)" : ""));
      send(StartedAnswer{bench->item});
      if (bench->kernel.empty()) {
        send(YardstickAnswer{bench->item,
                             {.id = bench->yardstick,
                              .status = Status::measured,
                              .values = {bench->item.ends_with("again") ? 2.0 : 1.0}}});
      } else {
        poisoned = !do_item(bench->shape, BenchRow{.kernel = bench->kernel,
                                                   .operation = "op",
                                                   .path = "path",
                                                   .shape = bench->shape,
                                                   .tuning = bench->tuning});
      }
    } else {
      return 0;
    }
    send(DoneAnswer{poisoned});
    ++served;
  }
  return 0;
}
