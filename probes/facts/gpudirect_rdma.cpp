// What network cards need to reach the GPU's memory: declared, as nothing here can show it.
#include "probes/survey/attribute_words.h"
#include "probes/survey/survey.h"

namespace bp {
namespace {

void measure(SurveyRun& run) {
  run.attribute("rdma_supported", CU_DEVICE_ATTRIBUTE_GPU_DIRECT_RDMA_SUPPORTED, "flag");
  run.attribute("flush_writes_options", CU_DEVICE_ATTRIBUTE_GPU_DIRECT_RDMA_FLUSH_WRITES_OPTIONS,
                flush_options_in_words);
  run.attribute("writes_ordering", CU_DEVICE_ATTRIBUTE_GPU_DIRECT_RDMA_WRITES_ORDERING,
                writes_ordering_in_words);
  run.attribute("with_mapped_memory", CU_DEVICE_ATTRIBUTE_GPU_DIRECT_RDMA_WITH_CUDA_VMM_SUPPORTED,
                "flag");
  constexpr auto dma_buf = static_cast<CUdevice_attribute>(124);  // cuda.h 11.7 and later
  run.attribute("dma_buf_supported", dma_buf, "flag");
  run.value("nvidia_peermem_loaded", run.driver().file("/sys/module/nvidia_peermem").has_value(),
            "", EvidenceKind::declared);
}

}  // namespace

extern const Survey gpudirect_rdma_survey;
const Survey gpudirect_rdma_survey{"fact.gpudirect_rdma", measure};

}  // namespace bp
