#include <algorithm>
#include <array>
#include <utility>

#include "cli/environment/files.h"
#include "cli/environment/parts.h"

namespace bp {
namespace {

constexpr std::size_t setting_file = 16384;

struct Sign {
  const char* what;
  const char* sign;  // a file, a variable, or a word in the names of the control groups
};

/// The closest first: a Kubernetes pod is a container of some runtime too.
Fact container(const EnvironmentRoots& roots) {
  constexpr auto variables = std::to_array<Sign>({{"kubernetes", "KUBERNETES_SERVICE_HOST"},
                                                  {"apptainer", "APPTAINER_NAME"},
                                                  {"apptainer", "APPTAINER_CONTAINER"},
                                                  {"singularity", "SINGULARITY_NAME"},
                                                  {"singularity", "SINGULARITY_CONTAINER"},
                                                  {"enroot", "ENROOT_ROOTFS"}});
  constexpr auto files =
      std::to_array<Sign>({{"podman", "/run/.containerenv"},
                           {"docker", "/.dockerenv"},
                           {"apptainer", "/.singularity.d"},
                           {"kubernetes", "/var/run/secrets/kubernetes.io/serviceaccount"}});
  constexpr auto groups = std::to_array<Sign>({{"kubernetes", "kubepods"},
                                               {"podman", "libpod"},
                                               {"docker", "docker"},
                                               {"containerd", "containerd"},
                                               {"lxc", "lxc"}});
  for (const auto& [what, name] : variables) {
    if (!variable(roots, name).empty())
      return known_fact("container", std::string(what), std::string("variable ") + name);
  }
  for (const auto& [what, path] : files) {
    if (is_there(within(roots, path))) return known_fact("container", std::string(what), path);
  }
  // systemd-nspawn, LXC and some images of podman set it.
  if (const std::string kind = variable(roots, "container"); !kind.empty())
    return known_fact("container", kind.substr(0, 40), "variable container");
  for (const char* path : {"/proc/self/cgroup", "/proc/1/cgroup"}) {
    const std::string text = read_text(within(roots, path), setting_file).text;
    for (const auto& [what, word] : groups) {
      if (text.find(word) != std::string::npos)
        return known_fact("container", std::string(what), path);
    }
  }
  return known_fact("container", std::string("none seen"), "variables, /.dockerenv, /proc");
}

Fact batch_job(const EnvironmentRoots& roots) {
  constexpr auto managers = std::to_array<Sign>({{"slurm", "SLURM_JOB_ID"},
                                                 {"pbs", "PBS_JOBID"},
                                                 {"lsf", "LSB_JOBID"},
                                                 {"flux", "FLUX_JOB_ID"}});
  for (const auto& [what, name] : managers) {
    if (!variable(roots, name).empty())
      return known_fact("batch_system", std::string(what), std::string("variable ") + name);
  }
  return known_fact("batch_system", std::string("none seen"), "variables");
}

Fact wsl(const EnvironmentRoots& roots) {
  std::string release = read_text(within(roots, "/proc/sys/kernel/osrelease"), 256).text;
  std::ranges::transform(release, release.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  if (release.find("microsoft") != std::string::npos)
    return known_fact("wsl", true, "/proc/sys/kernel/osrelease");
  return known_fact("wsl", is_there(within(roots, "/dev/dxg")), "/dev/dxg");
}

/// "# R38 (release), REVISION: 2.0, GCID: ...": what names the release, without the build's ids.
void jetson(const EnvironmentRoots& roots, std::vector<Fact>& facts) {
  const std::string path = "/etc/nv_tegra_release";
  const std::string line = first_line(read_text(within(roots, path), 1024).text);
  if (line.empty()) return;
  const std::string text = line.substr(0, line.find(", GCID"));
  facts.push_back(
      known_fact("board_jetson_release", text.substr(text.starts_with("# ") ? 2 : 0), path));
}

/// What the machine is called by its maker; its serial number stands elsewhere and is not read.
void board(const EnvironmentRoots& roots, std::vector<Fact>& facts) {
  for (const char* path : {"/proc/device-tree/model", "/sys/class/dmi/id/product_name"}) {
    const std::string model = first_line(read_text(within(roots, path), 256).text);
    if (model.empty()) continue;
    facts.push_back(known_fact("board_model", model, path));
    break;
  }
  jetson(roots, facts);
  const std::string path = "/etc/dgx-release";
  const std::string text = read_text(within(roots, path), setting_file).text;
  if (const std::string version = line_value(text, "DGX_SWBUILD_VERSION", '='); !version.empty())
    facts.push_back(known_fact("board_dgx_os", version, path));
}

Fact mps(const EnvironmentRoots& roots) {
  std::string folder = variable(roots, "CUDA_MPS_PIPE_DIRECTORY");
  if (folder.empty()) folder = "/tmp/nvidia-mps";  // the default of nvidia-cuda-mps-control
  return known_fact("mps_control_daemon", is_there(within(roots, folder + "/control")),
                    folder + "/control");
}

}  // namespace

std::vector<Fact> setting_facts(const EnvironmentRoots& roots) {
  std::vector<Fact> facts{container(roots), batch_job(roots), wsl(roots)};
  board(roots, facts);
  facts.push_back(mps(roots));
  return facts;
}

}  // namespace bp
