// tcgen05.alloc.cta_group2: all 512 columns of both CTAs of a pair in parts, of which some are
// freed and allocated again (see tcgen05_parts.cuh). One warp of each CTA makes each call (PTX
// ISA 9.0, "tcgen05.alloc, tcgen05.dealloc, tcgen05.relinquish_alloc_permit").
#ifdef __CUDACC__
#include "probes/features/tcgen05_parts.cuh"

BP_ENTRY(tcgen05_alloc_cta_group2) { bp::tcgen05::allocate_parts<2>(in, out); }

#else
#include "probes/features/tcgen05_parts.h"

namespace bp {
namespace {

constexpr auto instructions = tcgen05::Parts<2>::instructions();
constexpr std::string_view native_sass[] = {"UTCATOMSWS.2CTA"};

}  // namespace

extern const InstructionProbe tcgen05_alloc_cta_group2_probe = tcgen05::Parts<2>::describe(
    "tcgen05.alloc.cta_group2", "tcgen05_alloc_cta_group2", instructions, native_sass);

}  // namespace bp
#endif
