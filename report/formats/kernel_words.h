// Words about reference kernels, for the formats that people read.
#pragma once

#include <span>
#include <string>

#include "report/model/report.h"

namespace bp {

/// "MLA decode, dense, by wgmma"
std::string kernel_title(const KernelResult& kernel);
/// "max abs error 0.001103, time 98.3 us"
std::string figures_line(const KernelResult& kernel);
/// Of the same kernel on several GPUs: "max abs error 0.001103, time 98.3 us to 101.2 us".
std::string figures_line(std::span<const KernelResult* const> on_gpus);
/// One sentence for each thing that is said of kernels, with the instruction paths of which it is
/// said: "Reference kernels verified: mla.dense_decode (mma_sync, wgmma), dsa.topk (simt)." Empty
/// where there are none.
std::string about_kernels(std::span<const KernelResult> kernels);

}  // namespace bp
