#include "cli/environment/environment.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "cli/environment/files.h"
#include "cli/environment/parts.h"
#include "cli/environment/programs.h"
#include "cli/environment/python.h"
#include "cli/environment/side_by_side.h"

namespace bp {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using Roots = std::shared_ptr<const EnvironmentRoots>;

/// What one place holds.
struct Place {
  std::vector<Fact> facts;
  std::vector<FoundProgram> programs;
};

void add(Place& place, FoundTools tools) {
  std::ranges::move(tools.facts, std::back_inserter(place.facts));
  std::ranges::move(tools.programs, std::back_inserter(place.programs));
}

Place site_place(const EnvironmentRoots& roots, const std::vector<fs::path>& folders) {
  constexpr std::size_t most_folders = 16;
  Place place;
  for (std::size_t i = 0; i < std::min(folders.size(), most_folders); ++i) {
    std::ranges::move(package_facts(roots, folders[i]), std::back_inserter(place.facts));
    add(place, tools_of_site_folder(folders[i]));
  }
  return place;
}

Place python_place(const EnvironmentRoots& roots) {
  FoundPython python = python_on_path(roots);
  Place place = site_place(roots, python.folders);
  place.facts.insert(place.facts.begin(), python.facts.begin(), python.facts.end());
  return place;
}

Place prefix_place(const EnvironmentRoots& roots, const char* name) {
  const std::string prefix = variable(roots, name);
  if (!prefix.starts_with('/')) return {};
  return site_place(roots, site_folders(resolved(within(roots, prefix)), {}));
}

Place tools_place(FoundTools tools) {
  Place place;
  add(place, std::move(tools));
  return place;
}

struct Job {
  std::string key;  // of the fact that says that it has not answered
  std::function<Place(const EnvironmentRoots&)> read;
};

/// In the order of the report. Packages: as Python searches, so that the first of a name is the one
/// that is imported.
std::vector<Job> place_jobs(const EnvironmentRoots& roots) {
  const auto variable_tools = [](const char* name) {
    return
        [name](const EnvironmentRoots& from) { return tools_place(tools_of_variable(from, name)); };
  };
  std::vector<Job> jobs{
      {"tools_on_path", [](const auto& from) { return tools_place(tools_on_path(from)); }},
      {"toolkit_cuda_home", variable_tools("CUDA_HOME")},
      {"toolkit_cuda_path", variable_tools("CUDA_PATH")},
      {"toolkit_usr_local", [](const auto& from) { return tools_place(tools_of_usr_local(from)); }},
      {"ptxas_by_variables",
       [](const auto& from) { return tools_place(tools_of_triton_variables(from)); }}};
  for (const fs::path& folder : folders_of(roots, "PYTHONPATH", 16)) {
    jobs.push_back({"packages_of_pythonpath", [folder](const auto& from) {
                      return site_place(from, {resolved(within(from, folder))});
                    }});
  }
  jobs.push_back({"packages_of_python", python_place});
  for (const char* name : {"VIRTUAL_ENV", "CONDA_PREFIX"}) {
    jobs.push_back({std::string("packages_of_") + name,
                    [name](const auto& from) { return prefix_place(from, name); }});
  }
  return jobs;
}

void add_missing(std::vector<Fact>& facts, const std::string& key,
                 const char* why = "timed out: a file or folder of it does not answer") {
  facts.push_back(unknown_fact(key, why, "files"));
}

/// Facts of one key and value and place are one; another of that key gets a number.
void add_unique(std::vector<Fact>& facts, Fact fact) {
  const std::string key = fact.key;
  for (int number = 2;; ++number) {
    const Fact* other = find_fact(facts, fact.key);
    if (other == nullptr) break;
    if (other->value == fact.value && other->by == fact.by) return;
    fact.key = key + "_" + std::to_string(number);
  }
  facts.push_back(std::move(fact));
}

/// Toolkits, assemblers and packages. The places have the first half of the time, so that programs
/// can be asked in the second.
std::vector<Fact> installed_facts(const Roots& roots, Clock::time_point start,
                                  const std::shared_ptr<RunningGroups>& running) {
  const std::vector<Job> jobs = place_jobs(*roots);
  std::vector<std::function<Place()>> work;
  for (const Job& job : jobs) work.push_back([roots, read = job.read] { return read(*roots); });
  const auto places = SideBySide<Place>(std::move(work)).results(start + roots->limit * 2 / 5);

  std::vector<Fact> facts;
  std::vector<FoundProgram> programs;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!places[i]) {
      add_missing(facts, jobs[i].key);
      continue;
    }
    for (const Fact& fact : places[i]->facts) add_unique(facts, fact);
    programs.insert(programs.end(), places[i]->programs.begin(), places[i]->programs.end());
  }
  constexpr std::size_t most_programs = 32;
  if (programs.size() > most_programs) programs.resize(most_programs);
  const auto end = start + roots->limit - milliseconds(50);
  for (Fact& fact : program_versions(*roots, programs, end, running))
    add_unique(facts, std::move(fact));
  return facts;
}

}  // namespace

struct EnvironmentReading::Jobs {
  Roots roots;
  Clock::time_point start;
  std::shared_ptr<RunningGroups> running;  // programs that are asked for their version
  std::vector<std::string> keys;
  SideBySide<std::vector<Fact>> reading;
};

EnvironmentReading::EnvironmentReading(EnvironmentRoots given) {
  const auto start = Clock::now();
  const Roots roots = std::make_shared<const EnvironmentRoots>(std::move(given));
  const auto running = std::make_shared<RunningGroups>();
  std::vector<std::function<std::vector<Fact>()>> jobs{
      [roots] { return system_facts(*roots); },
      [roots] { return setting_facts(*roots); },
      [roots] { return nvidia_facts(*roots); },
      [roots] { return xid_facts(*roots); },
      [roots, start, running] { return installed_facts(roots, start, running); },
  };
  jobs_ = std::make_shared<const Jobs>(
      Jobs{roots,
           start,
           running,
           {"system", "container", "kernel_module", "xid_lines", "installed"},
           SideBySide<std::vector<Fact>>(std::move(jobs))});
}

EnvironmentReading::~EnvironmentReading() { jobs_->running->end_all(); }

std::vector<Fact> EnvironmentReading::facts(Patience patience) const {
  const bool hurry = patience == Patience::none;
  if (hurry) jobs_->running->end_all();
  const EnvironmentRoots& roots = *jobs_->roots;
  std::vector<Fact> facts;
  facts.push_back(text_or_unknown("operating_system", roots.kernel, "not told", "uname"));
  facts.push_back(text_or_unknown("architecture", roots.architecture, "not told", "uname"));
  facts.push_back(text_or_unknown("libc", roots.libc, "it is not glibc", "confstr"));
  // What was killed has to be told of.
  const auto parts =
      jobs_->reading.results(hurry ? Clock::now() + milliseconds(200) : jobs_->start + roots.limit);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i])
      facts.insert(facts.end(), parts[i]->begin(), parts[i]->end());
    else if (hurry)
      add_missing(facts, jobs_->keys[i], "interrupted before it was read");
    else
      add_missing(facts, jobs_->keys[i]);
  }
  for (Fact& fact : variable_facts(roots)) facts.push_back(std::move(fact));
  return facts;
}

}  // namespace bp
