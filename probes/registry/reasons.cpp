#include <algorithm>
#include <array>
#include <stdexcept>

#include "probes/registry/reason.h"

namespace bp {
namespace {

// Ids are stable: scripts and other tools match on them. Rows are grouped by what the user has to
// look at.
constexpr auto rows = std::to_array<ReasonText>({
    // the driver library
    {"no_libcuda", "No libcuda.so.1 was found",
     "Install the NVIDIA driver; in a container, start it with --gpus all and "
     "NVIDIA_DRIVER_CAPABILITIES=compute,utility."},
    {"stub_libcuda", "The libcuda that was loaded is the toolkit's stub, not a driver",
     "Remove the CUDA toolkit's stubs folder from LD_LIBRARY_PATH."},
    {"old_libcuda", "The driver lacks functions that probing needs",
     "Update the NVIDIA driver to R525 (CUDA 12.0) or newer."},
    {"driver_crashed", "The driver crashed the process while it was initialised",
     "Check dmesg for NVRM lines, then reinstall the driver."},
    {"driver_hung", "The driver did not finish its initialisation in time",
     "Check dmesg for Xid lines and nvidia-smi; reboot the machine if it hangs too."},
    // devices
    {"no_device", "The driver sees no CUDA device",
     "Check nvidia-smi -L and CUDA_VISIBLE_DEVICES; in a container, start it with --gpus all."},
    {"fabric_not_ready", "The NVLink fabric is not ready (CUDA error 802)",
     "Start nvidia-fabricmanager of the same version as the driver and wait for its Fabric State."},
    {"driver_mismatch", "Library and kernel module of the driver do not match (CUDA error 803)",
     "Reboot, or reload the kernel module, after a driver update; in a container, update the "
     "host's driver."},
    {"forward_compat", "Forward compatibility is not supported on this GPU (CUDA error 804)",
     "Remove the cuda-compat package from the library path, or reboot after a driver update."},
    {"no_uvm", "The device node /dev/nvidia-uvm is missing or cannot be opened",
     "Run nvidia-modprobe -u -c=0 on the host; in a container, pass the device through."},
    {"device_denied", "The operating system denied access to the device nodes",
     "Check cgroup, SELinux and the permissions of /dev/nvidia*."},
    {"out_of_memory", "The GPU has too little free memory for a context",
     "Free GPU memory: nvidia-smi lists the processes that hold it. Probes need 64 MiB beyond the "
     "context."},
    {"exclusive_process", "The GPU is in exclusive-process mode and another process holds it",
     "Stop that process, or ask the administrator to set the compute mode to Default."},
    {"prohibited", "The compute mode of the GPU prohibits CUDA",
     "Ask the administrator to set the compute mode to Default."},
    {"ecc_error", "The GPU reported an uncorrectable ECC error",
     "Check nvidia-smi -q -d ECC and dmesg; the GPU may need a reset or replacement."},
    {"driver_error", "The driver answered with an error",
     "Look the error name up in the CUDA driver API."},
    {"mps_unavailable", "The GPU is shared through MPS and its daemon did not let this process in",
     "Check nvidia-cuda-mps-control, or run outside MPS (unset CUDA_MPS_PIPE_DIRECTORY)."},
    {"no_nvml", "libnvidia-ml.so.1 was not found",
     "Install the driver's NVML library; in a container, add the "
     "utility capability. WSL has it in /usr/lib/wsl/lib; older Jetsons have none."},
    {"nvml_error", "NVML answered with an error", ""},
    // why a feature has no plain answer
    {"not_on_target", "The assembler refuses the instruction for this target", ""},
    {"driver_too_old", "The driver's assembler is too old for the PTX of this probe",
     "Update the NVIDIA driver."},
    {"no_assembler",
     "The driver has no PTX assembler (libnvidia-ptxjitcompiler) and this target is "
     "not known to the build",
     "Install libnvidia-ptxjitcompiler; in a container, add the compute capability."},
    {"refused_otherwise", "The assembler refused the probe for another reason than its target",
     "Report this with the message: it may be a defect of the probe."},
    {"log_truncated",
     "The assembler's log did not fit its buffer, so it judges nothing (internal error)",
     "Report this: the buffer has to grow."},
    {"entry_missing", "The loaded image does not hold the probe's entry",
     "Report this: it is a defect of the build."},
    {"control_failed",
     "The positive control failed: the same text was refused for a target that has the "
     "feature",
     "Report this with the message: the refusal proves nothing."},
    {"too_many_resources", "The launch needs more resources than the GPU grants", ""},
    {"launch_refused", "The driver refused the launch", ""},
    {"mps_shared", "The GPU is shared through MPS: a probe that can fault would end other clients",
     "Run outside MPS (unset CUDA_MPS_PIPE_DIRECTORY, with the control daemon stopped)."},
    {"need_missing", "A feature that this one relies on is missing", ""},
    {"wrong_value", "The output differs from the reference",
     "Report this: it is either a hardware or a driver fault, or a defect of the probe."},
    {"fault_not_caught", "The planted fault did not change the output as it must",
     "Report this: the check proves nothing."},
    {"clocks_invalid", "Clocks are not valid under a profiler or sanitizer", "Run without it."},
    {"throttled", "The GPU was slowed down while this was measured by the wall clock",
     "Let it cool, raise its power limit (nvidia-smi -pl) or end what else runs on it; then "
     "measure "
     "again."},
    {"fake_driver", "A fake driver answered: how long it took says nothing of a GPU",
     "Run with the driver of a GPU."},
    {"emulated_ratio", "The result is right, but the rate shows that another unit computed it", ""},
    {"emulated_sass", "The result is right, but the machine code holds another instruction", ""},
    {"no_cublas", "cuBLAS is not there to compare with",
     "Install libcublas of the CUDA toolkit where the loader finds it (LD_LIBRARY_PATH)."},
    // hardware counters (CUPTI)
    {"no_cupti", "No CUPTI library was found",
     "Install CUPTI: the package cuda-cupti of the CUDA toolkit, or the wheel nvidia-cuda-cupti in "
     "the Python environment that is active; a folder of another place can be named in "
     "LD_LIBRARY_PATH."},
    {"cupti_too_old", "The CUPTI library that was found has no range profiler",
     "Install CUPTI of CUDA 12.6 or newer, of no higher major version than the driver's CUDA."},
    {"cupti_error", "CUPTI answered with an error",
     "Look the error up in the CUPTI documentation."},
    {"counters_denied", "The driver lets only administrators read hardware counters",
     "Run as root or with CAP_SYS_ADMIN (containers: --cap-add SYS_ADMIN), or allow everyone: "
     "\"options nvidia NVreg_RestrictProfilingToAdminUsers=0\" in a file of /etc/modprobe.d, then "
     "reload the driver or reboot."},
    {"counters_in_use", "Another tool uses the profiler of this process or GPU",
     "Run without it (ncu, nsys, compute-sanitizer, cuda-gdb), or stop the one that monitors the "
     "GPU (DCGM: dcgmi profiling --pause)."},
    {"counters_unavailable", "The counters of this GPU cannot be read as it is set up here", ""},
    {"counters_unknown_chip", "This CUPTI does not know the GPU's chip",
     "Install CUPTI of a newer CUDA release."},
    // workers
    {"worker_crashed", "The worker process crashed", ""},
    {"worker_killed", "The worker process was killed", "Check dmesg for the OOM killer."},
    {"worker_exited", "The worker process ended without a result", ""},
    {"worker_garbage", "The worker process sent something that is not a result", ""},
    {"gpu_fault", "The probe made the GPU fault; the context was lost",
     "Look for Xid lines in dmesg; compute-sanitizer shows the access."},
    {"time_out", "The item did not end within its time-out",
     "Raise --timeout if the machine is busy."},
    {"not_started", "The GPU's worker could not be started again", ""},
    {"interrupted", "The run was interrupted", ""},
    {"device_unusable", "The GPU could not be opened", ""},
    {"no_probe", "This version has no probe for the feature", ""},
    {"assembled_only", "The probe is only assembled, never launched", ""},
    {"not_selected", "The item was not selected", ""},
    {"level_full", "Sweeps and facts are measured at --level full only", "Run with --level full."},
    {"level_quick", "Kernels are not run at --level quick", "Run without --level quick."},
});

}  // namespace

std::span<const ReasonText> reasons() { return rows; }

Reason make_reason(std::string_view id, std::string_view detail) {
  const auto row = std::ranges::find(rows, id, &ReasonText::id);
  if (row == rows.end()) throw std::logic_error("unknown reason id " + std::string(id));
  std::string sentence(row->sentence);
  if (!detail.empty()) sentence.append(": ").append(detail);
  return {std::string(id), sentence, std::string(row->remedy)};
}

}  // namespace bp
