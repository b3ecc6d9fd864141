// Environment variables that change what this program does or is answered, with what they do.
#pragma once

#include <array>
#include <string_view>

namespace bp {

struct Variable {
  std::string_view name;
  std::string_view text;
};

/// What is shown (terminal.cpp, report_output.cpp).
inline constexpr auto terminal_variables = std::to_array<Variable>({
    {"NO_COLOR", "If it is not empty, text has no colours unless --color always asks for them."},
    {"TERM", "The value dumb means a terminal without colours and without a progress line."},
    {"COLUMNS", "Columns of text, from 40 to 200, instead of the terminal's."},
    {"LC_ALL, LC_CTYPE, LANG",
     "The first that is not empty decides whether marks beyond ASCII are printed."},
    {"GITHUB_STEP_SUMMARY",
     "A file that --format github and -o github:FILE add the markdown report to."},
});

/// Who this node is, and which task this is, in the names of outputs (output_name.cpp); the first
/// that is set.
inline constexpr auto node_variables = std::to_array<const char*>({"SLURMD_NODENAME", "NODE_NAME"});
inline constexpr auto rank_variables = std::to_array<const char*>(
    {"SLURM_PROCID", "OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "RANK"});

/// They change which GPUs a process sees, what is built or chosen for them, or how they answer: the
/// report holds their values, redacted. A name that may hold a secret does not belong here.
inline constexpr auto reported_variables =
    std::to_array<const char*>({"CUDA_VISIBLE_DEVICES",
                                "CUDA_DEVICE_ORDER",
                                "CUDA_LAUNCH_BLOCKING",
                                "CUDA_MODULE_LOADING",
                                "CUDA_FORCE_PTX_JIT",
                                "CUDA_DISABLE_PTX_JIT",
                                "CUDA_MPS_PIPE_DIRECTORY",
                                "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE",
                                "CUDA_HOME",
                                "CUDA_PATH",
                                "CUDAARCHS",
                                "CUDA_ARCH_LIST",
                                "CUDA_ARCHS",
                                "NVTE_CUDA_ARCHS",
                                "TORCH_CUDA_ARCH_LIST",
                                "FLASHINFER_CUDA_ARCH_LIST",
                                "CUTE_DSL_ARCH",
                                "NVCC_PREPEND_FLAGS",
                                "NVCC_APPEND_FLAGS",
                                "TRITON_PTXAS_PATH",
                                "TRITON_PTXAS_BLACKWELL_PATH",
                                "VLLM_ATTENTION_BACKEND",
                                "VLLM_FLASH_ATTN_VERSION",
                                "VLLM_DISABLED_KERNELS",
                                "VLLM_USE_DEEP_GEMM",
                                "SGLANG_ENABLE_JIT_DEEPGEMM",
                                "NVTE_FLASH_ATTN",
                                "NVTE_FUSED_ATTN",
                                "NVIDIA_TF32_OVERRIDE",
                                "PYTORCH_CUDA_ALLOC_CONF",
                                "NVIDIA_VISIBLE_DEVICES",
                                "NVIDIA_DRIVER_CAPABILITIES",
                                "VIRTUAL_ENV",
                                "CONDA_PREFIX",
                                "PYTHONPATH",
                                "LD_LIBRARY_PATH",
                                "LD_PRELOAD",
                                "SLURM_JOB_GPUS"});

}  // namespace bp
