// Changes every word of a buffer in place: the GPU has read it and written it.
extern "C" __global__ void bp_survey_touch(unsigned* words, unsigned count) {
  const unsigned stride = gridDim.x * blockDim.x;
  for (unsigned i = blockIdx.x * blockDim.x + threadIdx.x; i < count; i += stride) {
    words[i] = words[i] * 2654435761u + i;  // probes/survey/touch.cpp has the same
  }
}
