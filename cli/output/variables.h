// Environment variables that change what this program does or is answered, with what they do.
#pragma once

#include <array>
#include <string_view>

namespace bp {

struct Variable {
  std::string_view name;
  std::string_view text;
};

/// What the terminal shows (terminal.cpp).
inline constexpr auto terminal_variables = std::to_array<Variable>({
    {"NO_COLOR", "If it is not empty, text has no colours unless --color always asks for them."},
    {"TERM", "The value dumb means a terminal without colours and without a progress line."},
    {"COLUMNS", "Columns of text, from 40 to 200, instead of the terminal's."},
    {"LC_ALL, LC_CTYPE, LANG",
     "The first that is not empty decides whether marks beyond ASCII are printed."},
});

/// Who this node is, and which task this is, in the names of outputs (output_name.cpp); the first
/// that is set.
inline constexpr auto node_variables = std::to_array<const char*>({"SLURMD_NODENAME", "NODE_NAME"});
inline constexpr auto rank_variables = std::to_array<const char*>(
    {"SLURM_PROCID", "OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "RANK"});

/// They change which GPUs a process sees, or how they answer: the report holds their values.
inline constexpr auto reported_variables = std::to_array<const char*>(
    {"CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "CUDA_MPS_PIPE_DIRECTORY",
     "NVIDIA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES", "LD_LIBRARY_PATH", "SLURM_JOB_GPUS"});

}  // namespace bp
