# Device code: .cu -> PTX (nvcc, compute_80) -> judged and assembled for every target (bp-assemble) -> one
# compressed pack, embedded in a library.
#
#   bp_embed_modules(LIBRARY name ACCESSOR probe_pack HEADER probes/features/embedded.h
#                    SOURCES a.cu b.cu ... [TARGETS sm_80 sm_90a ...])
function(bp_embed_modules)
endfunction()
