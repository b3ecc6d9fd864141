// What the environment section says of known machines. Their files are as they are found there:
// JetPack 7, DGX OS 7, WSL2, nodes of Slurm and Kubernetes, conda, venv, pyenv.
#include "cli/environment/environment.h"

#include <gmock/gmock.h>

#include "tests/cli/machine_tree.h"

namespace bp {
namespace {

using test::MachineTree;
using ::testing::HasSubstr;
using ::testing::Not;

std::string everything(const MachineTree& machine) {
  std::string text;
  for (const Fact& fact : machine.facts())
    text += fact.key + "=" + machine[fact.key] + " " + fact.by + " " + fact.absent + "\n";
  return text;
}

TEST(Environment, DgxSpark) {
  MachineTree spark;
  spark.file("etc/os-release", "NAME=Ubuntu\nPRETTY_NAME=\"Ubuntu 24.04.3 LTS\"\n");
  spark.file(
      "etc/dgx-release",
      "DGX_NAME=\"DGX Spark\"\nDGX_SWBUILD_VERSION=\"7.2.3\"\nDGX_SERIAL_NUMBER=\"1834825\"\n");
  spark.file("sys/class/dmi/id/product_name", "NVIDIA_DGX_Spark\n");
  spark.file("sys/class/dmi/id/product_serial", "1834825\n");
  spark.file("proc/cpuinfo", "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd87\n");
  spark.file("sys/devices/system/cpu/online", "0-19\n");
  spark.file("proc/meminfo",
             "MemTotal:       125513528 kB\nMemFree: 1 kB\nMemAvailable:   119603252 kB\n");
  spark.file(
      "proc/driver/nvidia/version",
      "NVRM version: NVIDIA UNIX Open Kernel Module for aarch64  580.95.05  Release Build\n");
  spark.assembler("usr/local/cuda-13.0/bin/ptxas", "13.0.88");
  spark.link("usr/local/cuda", "cuda-13.0");
  spark.file("usr/local/cuda-13.0/version.json",
             R"({"cuda": {"name": "CUDA SDK", "version": "13.0.2"}})");
  spark.file("usr/local/cuda-of-alice/version.json", "{}");
  spark.read();
  EXPECT_EQ(spark["distribution"], "Ubuntu 24.04.3 LTS");
  EXPECT_EQ(spark["board_model"], "NVIDIA_DGX_Spark");
  EXPECT_EQ(spark["board_dgx_os"], "7.2.3");
  EXPECT_EQ(spark["cpu_model"], "Arm Cortex-A725");
  EXPECT_EQ(spark["cpu_count"], "20");
  EXPECT_EQ(spark["memory_available_bytes"], std::to_string(119603252LL * 1024));
  EXPECT_EQ(spark["kernel_module_version"], "580.95.05");
  EXPECT_EQ(spark["kernel_module_kind"], "open");
  EXPECT_EQ(spark["toolkit_usr_local_cuda"], "13.0.2");
  EXPECT_EQ(spark["toolkit_usr_local_cuda_13_0"], "13.0.2");
  EXPECT_EQ(spark["ptxas_usr_local_cuda_13_0"], "13.0.88");
  EXPECT_EQ(spark.by("ptxas_usr_local_cuda"), "/usr/local/cuda/bin/ptxas");
  EXPECT_EQ(spark["container"], "none seen");
  EXPECT_THAT(everything(spark), Not(HasSubstr("1834825")));
  EXPECT_THAT(everything(spark), Not(HasSubstr("alice")));
}

TEST(Environment, JetsonThor) {
  MachineTree thor;
  thor.file("etc/nv_tegra_release",
            "# R38 (release), REVISION: 2.0, GCID: 41844464, BOARD: generic, EABI: aarch64\n");
  thor.file("proc/device-tree/model", std::string("NVIDIA Jetson AGX Thor Developer Kit\0", 37));
  thor.read();
  EXPECT_EQ(thor["board_model"], "NVIDIA Jetson AGX Thor Developer Kit");
  EXPECT_EQ(thor["board_jetson_release"], "R38 (release), REVISION: 2.0");
  EXPECT_EQ(thor["kernel_module_version"], "null");
  EXPECT_EQ(thor.absent("kernel_module_version"), "No such file or directory");
  EXPECT_EQ(thor["memory_total_bytes"], "null");
}

TEST(Environment, Wsl) {
  MachineTree wsl;
  wsl.file("proc/sys/kernel/osrelease", "6.6.87.2-microsoft-standard-WSL2\n");
  wsl.file("dev/dxg", "");
  wsl.read();
  EXPECT_EQ(wsl["wsl"], "yes");
  EXPECT_EQ(wsl["device_nodes_others"], "dxg");
  EXPECT_EQ(wsl["device_nodes_of_gpus"], "0");
}

TEST(Environment, SlurmNodeWithH100s) {
  MachineTree node;
  node.set("SLURM_JOB_ID", "7");
  node.set("SLURM_JOB_GPUS", "0,1");
  node.set("SLURMD_NODENAME", "node-of-alice");
  node.file("proc/self/cgroup", "0::/system.slice/slurmstepd.scope/job_7/step_0/user\n");
  node.file("sys/fs/cgroup/system.slice/slurmstepd.scope/job_7/memory.max", "34359738368\n");
  node.file("sys/fs/cgroup/system.slice/slurmstepd.scope/job_7/step_0/memory.max", "max\n");
  node.file("proc/driver/nvidia/version",
            "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC\n");
  node.file("proc/driver/nvidia/params", "RmMsg: \"\"\nRmProfilingAdminOnly: 1\n");
  node.file("sys/module/nvidia_peermem/refcnt", "0\n");
  node.file("run/nvidia-fabricmanager/nv-fabricmanager.pid", "812\n");
  for (const char* name : {"nvidia0", "nvidia1", "nvidiactl", "nvidia-uvm", "null"})
    node.file(std::string("dev/") + name, "");
  node.file("dev/kmsg",
            "6,1,1,-;NVRM: loading NVIDIA UNIX x86_64 Kernel Module\n"
            "3,2,2,-;NVRM: Xid (PCI:0000:65:00): 13, pid=41, name=python, Graphics Exception\n"
            "3,3,3,-;NVRM: Xid (PCI:0000:65:00): 13, pid=41, name=python, Graphics Exception\n"
            "3,4,4,-;NVRM: Xid (PCI:0000:66:00): 79, GPU has fallen off the bus.\n"
            "3,5,5,-;NVRM: Xid (PCI:0000:66:00): nonsense\n");
  node.read();
  EXPECT_EQ(node["batch_system"], "slurm");
  EXPECT_EQ(node["variable_SLURM_JOB_GPUS"], "0,1");
  EXPECT_EQ(node["memory_limit_bytes"], "34359738368");
  EXPECT_EQ(node["kernel_module_version"], "550.54.15");
  EXPECT_EQ(node["kernel_module_kind"], "proprietary");
  EXPECT_EQ(node["kernel_module_counters_for_admin_only"], "yes");
  EXPECT_EQ(node["kernel_module_peermem_loaded"], "yes");
  EXPECT_EQ(node["kernel_module_gdrcopy_loaded"], "no");
  EXPECT_EQ(node["fabric_manager"], "it has left its process id");
  EXPECT_EQ(node["device_nodes_of_gpus"], "2");
  EXPECT_EQ(node["device_nodes_others"], "nvidia-uvm nvidiactl");
  EXPECT_EQ(node["xid_lines"], "3");
  EXPECT_EQ(node["xid_codes"], "13 (2 times), 79");
  EXPECT_EQ(node["xid_log_lacks"], "its beginning: older records were overwritten");
  EXPECT_THAT(everything(node), Not(HasSubstr("alice")));  // of no variable in the list
}

/// As in NVIDIA's images for PyTorch: packages of the system's Python, Triton with two assemblers.
TEST(Environment, KubernetesPodOfAPyTorchImage) {
  MachineTree pod;
  pod.set("KUBERNETES_SERVICE_HOST", "10.96.0.1");
  pod.set("PATH", "/usr/local/cuda/bin:relative:/usr/bin");
  pod.set("TORCH_CUDA_ARCH_LIST", "9.0a 10.0 12.0+PTX");
  pod.set("HF_TOKEN", "hf_abcdefghijklmnopqrstuvwxyz");
  pod.file("proc/self/cgroup", "0::/\n");
  pod.file("sys/fs/cgroup/memory.max", "68719476736\n");
  pod.program("usr/bin/python3.12", "exit 99");
  pod.link("usr/bin/python3", "python3.12");
  const std::string site = "usr/local/lib/python3.12/dist-packages";
  pod.package(site, "torch", "2.9.0a0+145a3a7bda.nv25.10");
  pod.package(site, "flash_attn", "2.7.4.post1");
  pod.package(site, "nvidia_cudnn_frontend", "1.15.0");
  pod.package(site, "transformer_engine_cu13", "2.8.0");
  pod.package(site, "requests", "2.32.0");
  pod.package("usr/lib/python3/dist-packages", "torch", "1.0");
  pod.package("usr/lib/python3.11/site-packages", "vllm", "0.1");
  pod.assembler(site + "/triton/backends/nvidia/bin/ptxas", "12.8.93");
  pod.assembler(site + "/triton/backends/nvidia/bin/ptxas-blackwell", "12.9.86");
  pod.assembler("usr/local/cuda/bin/nvcc", "13.0.88");
  pod.read();
  EXPECT_EQ(pod["container"], "kubernetes");
  EXPECT_EQ(pod["memory_limit_bytes"], "68719476736");
  EXPECT_EQ(pod["python"], "3.12");
  EXPECT_EQ(pod["package_torch"], "2.9.0a0+145a3a7bda.nv25.10");
  EXPECT_EQ(pod.by("package_torch"), "/usr/local/lib/python3.12/dist-packages");
  EXPECT_EQ(pod["package_torch_2"], "1.0");  // of Debian: hidden by the first
  EXPECT_EQ(pod["package_flash_attn"], "2.7.4.post1");
  EXPECT_EQ(pod["package_nvidia_cudnn_frontend"], "1.15.0");
  EXPECT_EQ(pod["package_transformer_engine_cu13"], "2.8.0");
  EXPECT_EQ(pod["package_requests"], "-");
  EXPECT_EQ(pod["package_vllm"], "-");  // of a Python that is not the one on PATH
  EXPECT_EQ(pod["ptxas_triton"], "12.8.93");
  EXPECT_EQ(pod["ptxas_triton_blackwell"], "12.9.86");
  EXPECT_EQ(pod["nvcc_on_path"], "13.0.88");
  EXPECT_EQ(pod["variable_TORCH_CUDA_ARCH_LIST"], "9.0a 10.0 12.0+PTX");
  EXPECT_THAT(everything(pod), Not(HasSubstr("hf_")));
  EXPECT_THAT(everything(pod), Not(HasSubstr("10.96.0.1")));
}

TEST(Environment, CondaWithTorch) {
  MachineTree conda;
  conda.set("CONDA_PREFIX", "/opt/conda/envs/work");
  conda.set("PATH", "/opt/conda/envs/work/bin:/usr/bin");
  conda.set("HOME", "/home/alice");
  conda.program("opt/conda/envs/work/bin/python3.13", "exit 99");
  conda.link("opt/conda/envs/work/bin/python3", "python3.13");
  conda.assembler("opt/conda/envs/work/bin/ptxas", "12.9.86");
  const std::string site = "opt/conda/envs/work/lib/python3.13/site-packages";
  conda.package(site, "torch", "2.9.1");
  conda.package("home/alice/.local/lib/python3.13/site-packages", "deep_gemm", "2.1.0+local");
  conda.assembler(site + "/nvidia/cu13/bin/ptxas", "13.0.88");
  conda.read();
  EXPECT_EQ(conda["python"], "3.13");
  EXPECT_EQ(conda["package_torch"], "2.9.1");
  EXPECT_EQ(conda["package_torch_2"], "-");  // found twice, by PATH and by CONDA_PREFIX
  EXPECT_EQ(conda["package_deep_gemm"], "2.1.0+local");
  EXPECT_EQ(conda["ptxas_on_path"], "12.9.86");
  EXPECT_EQ(conda["ptxas_wheel_cu13"], "13.0.88");
}

TEST(Environment, VirtualEnvironmentOverTheSystemsPackages) {
  MachineTree machine;
  machine.set("PATH", "/srv/venv/bin");
  machine.program("usr/bin/python3.11", "exit 99");
  machine.link("srv/venv/bin/python3", "../../../usr/bin/python3.11");
  machine.file("srv/venv/pyvenv.cfg",
               "home = /usr/bin\ninclude-system-site-packages = true\nversion = 3.11.2\n");
  machine.package("srv/venv/lib/python3.11/site-packages", "vllm", "0.11.0");
  machine.package("usr/lib/python3/dist-packages", "triton", "3.4.0");
  machine.read();
  EXPECT_EQ(machine["python"], "3.11");
  EXPECT_EQ(machine["package_vllm"], "0.11.0");
  EXPECT_EQ(machine["package_triton"], "3.4.0");
}

TEST(Environment, PyenvsShimStandsForItsGlobalVersion) {
  MachineTree machine;
  machine.set("PATH", "/home/alice/.pyenv/shims");
  machine.program("home/alice/.pyenv/shims/python3", "exit 99");
  machine.file("home/alice/.pyenv/version", "3.12.4\n");
  machine.program("home/alice/.pyenv/versions/3.12.4/bin/python3.12", "exit 99");
  machine.link("home/alice/.pyenv/versions/3.12.4/bin/python3", "python3.12");
  machine.package("home/alice/.pyenv/versions/3.12.4/lib/python3.12/site-packages", "sglang",
                  "0.5.3");
  machine.read();
  EXPECT_EQ(machine["python"], "3.12");
  EXPECT_EQ(machine["package_sglang"], "0.5.3");
}

TEST(Environment, PythonpathComesFirst) {
  MachineTree machine;
  machine.set("PYTHONPATH", "/work/src:/gone");
  machine.set("VIRTUAL_ENV", "/srv/venv");
  machine.package("work/src", "flashinfer_python", "0.4.1");
  machine.package("srv/venv/lib/python3.12/site-packages", "flashinfer_python", "0.3.0");
  machine.read();
  EXPECT_EQ(machine["package_flashinfer_python"], "0.4.1");
  EXPECT_EQ(machine["package_flashinfer_python_2"], "0.3.0");
  EXPECT_EQ(machine.absent("python"), "there is no python3 on PATH");
}

TEST(Environment, ContainersByTheirSigns) {
  for (const auto& [sign, what] : {std::pair{".dockerenv", "docker"},
                                   {"run/.containerenv", "podman"},
                                   {".singularity.d/runscript", "apptainer"}}) {
    MachineTree machine;
    machine.file(sign, "");
    machine.read();
    EXPECT_EQ(machine["container"], what);
  }
  MachineTree old_docker;
  old_docker.file("proc/self/cgroup", "11:memory:/docker/4d6f2a110000\n");
  old_docker.file("sys/fs/cgroup/memory/memory.limit_in_bytes", "1073741824\n");
  old_docker.read();
  EXPECT_EQ(old_docker["container"], "docker");
  EXPECT_EQ(old_docker["memory_limit_bytes"], "1073741824");
  EXPECT_THAT(everything(old_docker), Not(HasSubstr("4d6f2a11")));
}

TEST(Environment, NothingThereIsNullWithAReason) {
  MachineTree machine;
  machine.read();
  EXPECT_GT(machine.facts().size(), 20u);
  for (const Fact& fact : machine.facts()) {
    EXPECT_EQ(std::holds_alternative<std::monostate>(fact.value), !fact.absent.empty()) << fact.key;
    EXPECT_FALSE(fact.by.empty()) << fact.key;
  }
}

}  // namespace
}  // namespace bp
