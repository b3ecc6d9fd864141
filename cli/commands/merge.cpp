// Many reports, one fleet.
#include <atomic>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>

#include "cli/commands/commands.h"
#include "cli/commands/end_on_interrupt.h"
#include "cli/commands/merge_files.h"
#include "cli/commands/report_input.h"
#include "cli/commands/report_output.h"
#include "cli/commands/tool.h"
#include "cli/environment/identity.h"
#include "cli/output/outputs.h"
#include "report/formats/json.h"
#include "report/merge/fleet.h"
#include "report/merge/fleet_output.h"
#include "report/merge/machine_reader.h"

namespace bp {
namespace {

/// More of them do not read faster: the disk is the limit then.
constexpr unsigned most_readers = 8;
/// Larger reports are read one at a time, so that the memory of all readers together stays bounded.
constexpr std::size_t usual_bytes = std::size_t{8} << 20;
constexpr std::size_t files_between_signs = 64;

/// Reads files on several threads, each with one file in flight.
class FleetReading {
 public:
  explicit FleetReading(const std::vector<std::string>& files) : files_(files) {}

  FleetReport read() {
    const std::size_t wanted = std::min<std::size_t>(
        files_.size(), std::clamp(std::thread::hardware_concurrency(), 1U, most_readers));
    std::vector<std::thread> readers;
    readers.reserve(wanted);
    try {
      while (readers.size() + 1 < wanted) readers.emplace_back([this] { read_some(); });
    } catch (const std::system_error&) {
      // No more threads may be started here: those that were, and this one, do it.
    }
    read_some();
    for (std::thread& reader : readers) reader.join();
    line_.clear();
    return fleet_.report();
  }

 private:
  void read_some() {
    MachineReader reader;
    for (std::size_t at = next_++; at < files_.size(); at = next_++) {
      try {
        read_one(files_[at], reader);
      } catch (const std::exception& error) {  // above all: no memory
        const std::lock_guard lock(mutex_);
        fleet_.skip(files_[at], std::string("It could not be read: ") + error.what() + ".");
      }
    }
  }

  void read_one(const std::string& file, MachineReader& reader) {
    InputFile input =
        read_input(file, max_report_bytes, "name a report.json that blackwell-probe wrote");
    std::string& text = input.text;
    std::variant<FleetMachine, std::string> machine = input.error;
    if (input.error.empty()) {
      std::unique_lock<std::mutex> alone(large_, std::defer_lock);
      if (text.size() > usual_bytes) alone.lock();
      machine = reader.read(text);
    }
    const std::size_t content = std::hash<std::string_view>{}(text);
    const std::lock_guard lock(mutex_);
    if (const auto* why = std::get_if<std::string>(&machine)) {
      fleet_.skip(file, *why);
    } else {
      fleet_.add(file, std::get<FleetMachine>(machine), content);
    }
    if (++done_ % files_between_signs == 0)
      line_.show("reading reports: " + std::to_string(done_) + "/" + std::to_string(files_.size()));
  }

  const std::vector<std::string>& files_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex large_;
  std::mutex mutex_;  // of all below
  Fleet fleet_;
  StatusLine line_;
  std::size_t done_ = 0;
};

void complain_about(const std::vector<SkippedReport>& skipped) {
  constexpr std::size_t most = 20;
  for (std::size_t i = 0; i < skipped.size() && i < most; ++i)
    complain("Skipped " + skipped[i].name + ": " + skipped[i].why);
  if (skipped.size() > most)
    complain("Skipped " + std::to_string(skipped.size() - most) +
             " more; the JSON of the fleet names all.");
}

}  // namespace

std::vector<FormatName> merge_formats() {
  std::vector<FormatName> formats = text_formats();
  formats.push_back({"html", {".html", ".htm"}});
  return formats;
}

ExitStatus run_merge(const MergeOptions& options) {
  const auto files = files_to_merge(options);
  if (const auto* error = std::get_if<std::string>(&files)) {
    complain(*error + ".");
    return ExitStatus::usage;
  }
  auto outputs = open_outputs(options.output, merge_formats(), Print::unasked);
  if (const auto* error = std::get_if<std::string>(&outputs)) {
    complain(*error);
    return ExitStatus::usage;
  }
  const EndOnInterrupt ends(std::get<std::vector<Output>>(outputs));
  FleetReport fleet = FleetReading(std::get<std::vector<std::string>>(files)).read();
  fleet.tool = tool_info();
  fleet.created = now_utc();
  if (!options.output.identify) fleet = redact(std::move(fleet), identity());
  complain_about(fleet.skipped);
  const bool written =
      write_outputs(std::get<std::vector<Output>>(outputs), [&](const Output& output) {
        if (output.format == "json") return fleet_json(fleet);
        if (output.format == "html") return fleet_html(fleet);
        return fleet_text(fleet, style_of(output, options.output));
      });
  return written && fleet.skipped.empty() ? ExitStatus::met : ExitStatus::incomplete;
}

}  // namespace bp
