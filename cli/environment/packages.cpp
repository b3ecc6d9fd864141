#include <algorithm>
#include <array>

#include "cli/environment/files.h"
#include "cli/environment/python.h"

namespace bp {
namespace {

namespace fs = std::filesystem;

/// In lower case, with '-' between words (PyPI's "Names and normalization").
constexpr auto wanted_packages = std::to_array<std::string_view>({"apex",
                                                                  "bitsandbytes",
                                                                  "cuda-bindings",
                                                                  "cuda-core",
                                                                  "cuda-python",
                                                                  "cuda-tile",
                                                                  "cutlass",
                                                                  "deep-ep",
                                                                  "deep-gemm",
                                                                  "fbgemm-gpu",
                                                                  "fbgemm-gpu-genai",
                                                                  "flash-attn",
                                                                  "flash-attn-3",
                                                                  "flash-attn-4",
                                                                  "flash-attn-cute",
                                                                  "flash-linear-attention",
                                                                  "flash-mla",
                                                                  "flashinfer-cubin",
                                                                  "flashinfer-jit-cache",
                                                                  "flashinfer-python",
                                                                  "jax",
                                                                  "jaxlib",
                                                                  "ktransformers",
                                                                  "liger-kernel",
                                                                  "llama-cpp-python",
                                                                  "lmdeploy",
                                                                  "numba",
                                                                  "numba-cuda",
                                                                  "onnxruntime-gpu",
                                                                  "pytorch-triton",
                                                                  "quack-kernels",
                                                                  "sageattention",
                                                                  "sgl-kernel",
                                                                  "sglang",
                                                                  "tensorrt",
                                                                  "tensorrt-llm",
                                                                  "tilelang",
                                                                  "torch",
                                                                  "torchao",
                                                                  "transformer-engine",
                                                                  "transformer-engine-torch",
                                                                  "transformers",
                                                                  "triton",
                                                                  "triton-kernels",
                                                                  "vllm",
                                                                  "vllm-flash-attn",
                                                                  "xformers"});
/// Families of which every member matters: NVIDIA's wheels, and those named after a CUDA version.
constexpr auto wanted_families = std::to_array<std::string_view>(
    {"nvidia-", "cupy-cuda", "jax-cuda", "tensorrt-cu", "transformer-engine-cu", "sgl-kernel-cu"});

constexpr std::size_t most_entries = 20000;
constexpr std::size_t most_packages = 128;

/// Runs of '-', '_' and '.' are one '-'.
std::string normalised(std::string_view name) {
  std::string text;
  for (const char c : name) {
    const bool joint = c == '-' || c == '_' || c == '.';
    if (joint && text.ends_with('-')) continue;
    text += joint ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return text;
}

bool is_wanted(std::string_view name) {
  return std::ranges::find(wanted_packages, name) != wanted_packages.end() ||
         std::ranges::any_of(wanted_families,
                             [&](std::string_view family) { return name.starts_with(family); });
}

/// What a key may hold, and no name in a folder can be but of such letters.
bool is_plain(std::string_view text, std::string_view also) {
  return !text.empty() && text.size() <= 60 && std::ranges::all_of(text, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           also.find(c) != std::string_view::npos;
  });
}

/// Name of "NAME-VERSION.dist-info" (the binary distribution format) and "NAME-VERSION.egg-info".
std::string package_name(std::string_view folder) {
  if (!folder.ends_with(".dist-info") && !folder.ends_with(".egg-info")) return {};
  const std::size_t dash = folder.find('-');
  if (dash == std::string_view::npos) return {};
  std::string name = normalised(folder.substr(0, dash));
  return is_plain(name, "-") && is_wanted(name) ? name : std::string();
}

}  // namespace

std::vector<Fact> package_facts(const EnvironmentRoots& roots, const fs::path& folder) {
  std::vector<Fact> facts;
  const std::string by = shown(roots, folder);
  for (const std::string& entry : names_in(folder, most_entries)) {
    std::string key = "package_" + package_name(entry);
    if (key == "package_") continue;
    std::ranges::replace(key, '-', '_');
    const char* file = entry.ends_with(".dist-info") ? "METADATA" : "PKG-INFO";
    // Headers as of a mail: the version is one of the first lines.
    const FileText text = read_text(folder / entry / file, 8192);
    const std::string version = line_value(text.text, "Version", ':');
    if (is_plain(version, ".+!_-")) {
      facts.push_back(known_fact(key, version, by));
    } else {
      const std::string why = !text.error.empty() ? text.error : "it holds no version";
      facts.push_back(unknown_fact(key, std::string(file) + ": " + why, by));
    }
    if (facts.size() == most_packages) {
      facts.push_back(unknown_fact(
          "package_others", "only the first " + std::to_string(most_packages) + " were read", by));
      break;
    }
  }
  return facts;
}

}  // namespace bp
