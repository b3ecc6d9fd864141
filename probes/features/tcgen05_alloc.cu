// tcgen05.alloc: all 512 columns in parts, of which some are freed and allocated again (see
// tcgen05_parts.cuh).
#ifdef __CUDACC__
#include "probes/features/tcgen05_parts.cuh"

BP_ENTRY(tcgen05_alloc) { bp::tcgen05::allocate_parts<1>(in, out); }

#else
#include "probes/features/tcgen05_parts.h"

namespace bp {
namespace {

constexpr auto instructions = tcgen05::Parts<1>::instructions();
constexpr std::string_view native_sass[] = {"UTCATOMSWS"};

}  // namespace

extern const InstructionProbe tcgen05_alloc_probe =
    tcgen05::Parts<1>::describe("tcgen05.alloc", "tcgen05_alloc", instructions, native_sass);

}  // namespace bp
#endif
