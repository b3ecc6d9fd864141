// The files of another machine in a temporary folder, as the environment section reads them.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "cli/environment/environment.h"
#include "probes/assembly/process.h"

namespace bp::test {

class MachineTree {
 public:
  MachineTree() {
    roots.root = folder_.path();
    roots.limit = std::chrono::seconds(20);  // a busy machine takes long for what is not hanging
  }

  std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }
  void file(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(path(name).parent_path());
    std::ofstream(path(name), std::ios::binary) << text;
  }
  void link(const std::string& name, const std::string& target) const {
    std::filesystem::create_directories(path(name).parent_path());
    std::filesystem::create_symlink(target, path(name));
  }
  /// A program of the shell.
  void program(const std::string& name, const std::string& script) const {
    file(name, "#!/bin/sh\n" + script + "\n");
    std::filesystem::permissions(path(name), std::filesystem::perms::owner_all);
  }
  void assembler(const std::string& name, const std::string& version) const {
    program(name, "echo 'Cuda compilation tools, release 13.0, V" + version + "'");
  }
  void package(const std::string& site, const std::string& name, const std::string& version) const {
    file(site + "/" + name + "-" + version + ".dist-info/METADATA",
         "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version + "\n\nVersion: no\n");
  }
  void set(const std::string& name, const std::string& value) {
    roots.variables.push_back(name + "=" + value);
  }

  void read() { facts_ = EnvironmentReading(roots).facts(); }
  const std::vector<Fact>& facts() const { return facts_; }
  /// Value as text; "yes", "no", "null"; "-" where there is no such fact.
  std::string operator[](const std::string& key) const {
    const Fact* fact = find_fact(facts_, key);
    if (fact == nullptr) return "-";
    if (const auto* text = std::get_if<std::string>(&fact->value)) return *text;
    if (const auto* number = std::get_if<std::int64_t>(&fact->value))
      return std::to_string(*number);
    if (const auto* flag = std::get_if<bool>(&fact->value)) return *flag ? "yes" : "no";
    return "null";
  }
  std::string absent(const std::string& key) const {
    const Fact* fact = find_fact(facts_, key);
    return fact == nullptr ? "-" : fact->absent;
  }
  std::string by(const std::string& key) const {
    const Fact* fact = find_fact(facts_, key);
    return fact == nullptr ? "-" : fact->by;
  }

  EnvironmentRoots roots;

 private:
  PrivateFolder folder_;
  std::vector<Fact> facts_;
};

}  // namespace bp::test
