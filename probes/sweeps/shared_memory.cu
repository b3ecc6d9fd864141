// Writes the first and the last byte of the CTA's dynamic shared memory and reads them back.
extern "C" __global__ void bp_survey_shared_memory(unsigned* out, unsigned bytes, unsigned first,
                                                   unsigned last) {
  extern __shared__ unsigned char shared[];
  volatile unsigned char* const memory = shared;
  if (threadIdx.x != 0) return;
  memory[0] = static_cast<unsigned char>(first);
  memory[bytes - 1] = static_cast<unsigned char>(last);
  out[0] = memory[0] | static_cast<unsigned>(memory[bytes - 1]) << 8;
  unsigned granted;
  asm volatile("mov.u32 %0, %%dynamic_smem_size;" : "=r"(granted));
  out[1] = granted;
}
