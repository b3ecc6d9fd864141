// CPU and GPU answer each other through memory while the kernel runs. Every wait ends by the clock.
extern "C" __global__ void bp_survey_ping_pong(unsigned* ping, unsigned* pong, unsigned* done,
                                               unsigned rounds, long long clocks) {
  unsigned round = 0;
  bool heard = true;
  while (heard && round < rounds) {
    const long long start = clock64();
    unsigned seen = 0;
    do {
      asm volatile("ld.acquire.sys.global.u32 %0, [%1];" : "=r"(seen) : "l"(ping) : "memory");
      heard = seen == round + 1;
    } while (!heard && clock64() - start < clocks);
    if (heard) {
      ++round;
      asm volatile("st.release.sys.global.u32 [%0], %1;" : : "l"(pong), "r"(round) : "memory");
    }
  }
  *done = round;
}
