"""What each machine must come out as: written by hand from the cited documents, not from the program's tables.

PTX ISA: "Parallel Thread Execution ISA", version 9.0, "PTX ISA Notes" and "Target ISA Notes" of each instruction.
OPCODES: opcodes in the machine code of ptxas 12.8 to 13.5 for every target, read with nvdisasm: FP8 mma.sync becomes
F2FP conversions and HMMA on sm_90, sm_100, sm_103 and sm_110, and is QMMA on sm_89 and sm_12x; TMA with
.multicast::cluster has no multicast opcode on sm_12x but calls a helper of the driver.
"""

# Kernels that the fake driver runs on the host (tests/fake_driver/kernels.cpp); the others are blocked there.
HOST_KERNELS = {"mla.dense_decode.mma_sync"}

# mma with f16, bf16, tf32 and s8 operands, ldmatrix, cp.async: PTX ISA, all need sm_80 or less.
AMPERE = {"mma_sync.f16", "mma_sync.bf16", "mma_sync.tf32", "mma_sync.s8", "ldmatrix", "cp_async"}
AMPERE |= {"mma_sync.f16.acc_f16", "mma_sync.f64"}

# CUDA Programming Guide, "Grid Synchronization": compute capability 6.0 and on; no PTX instruction of its own.
AMPERE |= {"cooperative_launch"}

# mma with .e4m3: PTX ISA, "requires sm_89 or higher"; native or not: OPCODES.
FP8 = {"mma_sync.e4m3", "mma_sync.e4m3.acc_f16", "mma_sync.e5m2", "mma_sync.e5m2.acc_f16", "mma_sync.sp.e4m3"}

# stmatrix, .cluster launch, mapa/ld.shared::cluster, st.async, cp.async.bulk(.tensor), mbarrier expect_tx and try_wait,
# elect.sync, griddepcontrol: PTX ISA, "requires sm_90 or higher"; setmaxnreg: sm_90a, and families from sm_100f,
# sm_120f on. They are all there on sm_12x; "each SM is on its own there" is wrong: clusters of 8 were launched on an
# RTX 5090 and on a GB10.
HOPPER = {"stmatrix", "cluster.launch", "dsmem.read", "dsmem.write", "dsmem.st_async", "tma.load", "tma.store",
          "cp_async_bulk", "mbarrier", "elect_sync", "setmaxnreg", "griddepcontrol"}

# The other forms: PTX ISA, "requires sm_90 or higher" as well.
HOPPER |= {"dsmem.red_async", "dsmem.atomic", "cp_async_bulk.store", "cp_async_bulk.dsmem", "cp_async_bulk.prefetch",
           "cp_async_bulk.reduce", "cp_async_bulk.reduce_dsmem", "tma.load.1d", "tma.load.3d", "tma.load.4d",
           "tma.load.5d", "tma.load.im2col", "tma.reduce", "tma.prefetch", "cluster.barrier", "fence_proxy.async",
           "mbarrier.try_wait", "mbarrier.remote_arrive"}

# cp.async.bulk.tensor .multicast::cluster: PTX ISA, sm_90; without the native opcode on sm_12x: OPCODES.
MULTICAST = {"tma.multicast"}

# cp.async.bulk.tensor .tile::gather4 to .shared::cta: PTX ISA, "requires sm_100 or higher". To .shared::cluster, and
# .tile::scatter4: sm_100a, and families from sm_100f, sm_110f on; refused for every sm_12x.
# .cta_group: PTX ISA, "supported on sm_100a", and families from sm_100f, sm_110f on.
# clusterlaunchcontrol: PTX ISA, "requires sm_100 or higher"; with .multicast::cluster::all sm_100a, sm_110a and
# sm_120a and their families: every Blackwell. redux.sync of .f32: sm_100a and its family, not sm_110.
BLACKWELL = {"tma.gather4", "clusterlaunchcontrol", "clusterlaunchcontrol.multicast"}
DATACENTER = {"tma.gather4.multicast", "tma.scatter4", "tma.load.cta_group2", "tma.gather4.cta_group2"}
REDUX_F32 = {"redux_sync.f32"}

# redux.sync of integers, mbarrier.test_wait: PTX ISA, "requires sm_80 or higher".
AMPERE |= {"redux_sync", "mbarrier.test_wait"}

# tensormap.replace: PTX ISA 8.3, sm_90a, later ones with suffix a or f; fence.proxy.tensormap: PTX ISA 8.3, sm_90.
TENSOR_MAPS = {"tensormap_replace", "fence_proxy.tensormap"}

# multimem: PTX ISA, "requires sm_90 or higher". Not run where it assembles: it is never launched.
MULTIMEM = {"multimem"}

# wgmma: PTX ISA, "requires sm_90a". No other target has it: "sm_100 supports WGMMA" is wrong.
WGMMA = {"wgmma.f16", "wgmma.f16.acc_f16", "wgmma.bf16", "wgmma.tf32", "wgmma.s8", "wgmma.b1", "wgmma.e4m3",
         "wgmma.e4m3.acc_f16", "wgmma.e5m2", "wgmma.a_registers", "wgmma.swizzle", "wgmma.mn_major", "wgmma.sp.f16",
         "wgmma.sp.bf16", "wgmma.sp.tf32", "wgmma.sp.s8", "wgmma.sp.e4m3"}

# tcgen05: PTX ISA, "supported on sm_100a, sm_101a (since 9.0 sm_110a)", families sm_100f, sm_103f, sm_110f.
TCGEN05 = {"tcgen05.tmem", "tcgen05.mma.f16", "tcgen05.mma.f16.cta_group2", "tcgen05.cp"}
TCGEN05 |= {"tcgen05.mma.f16.tmem_a", "tcgen05.mma.tf32", "tcgen05.mma.f8f6f4", "tcgen05.mma.f8f6f4.cta_group2",
            "tcgen05.mma.f8f6f4.e2m1", "tcgen05.mma.mxf8f6f4.block32", "tcgen05.mma.mxf8f6f4.cta_group2",
            "tcgen05.mma.mxf4.block32", "tcgen05.mma.mxf4nvf4.block16", "tcgen05.mma.mxf4nvf4.block32",
            "tcgen05.mma.ws.f16", "tcgen05.mma.sp.f16", "tcgen05.mma.sp.tf32", "tcgen05.mma.sp.f8f6f4",
            "tcgen05.mma.sp.mxf8f6f4", "tcgen05.mma.mxf4.cta_group2", "tcgen05.mma.mxf4nvf4.cta_group2"}
TCGEN05 |= {"tcgen05.alloc", "tcgen05.ld", "tcgen05.st", "tcgen05.fence", "tcgen05.commit.multicast",
            "tcgen05.cp.128x256b", "tcgen05.cp.4x256b", "tcgen05.cp.multicast", "tcgen05.cp.b6x16_p32",
            "tcgen05.cp.b4x16_p64", "tcgen05.alloc.cta_group2", "tcgen05.cp.cta_group2"}

# The scale vector as .scale_vec::NX: PTX ISA, "requires sm_100a" where .block16 and .block32 take the families too;
# so does tcgen05.mma.sp with kind::mxf4nvf4 (ptxas: "Feature '.kind::mxf4nvf4 with .sp modifier' not supported on
# .target 'sm_100f'"), and tcgen05.shift.
TCGEN05_A = {"tcgen05.mma.mxf8f6f4", "tcgen05.mma.mxf4", "tcgen05.mma.mxf4nvf4", "tcgen05.mma.sp.mxf4nvf4",
             "tcgen05.shift"}

# tcgen05.mma kind::i8: PTX ISA, "supported on sm_100a, sm_101a (sm_110a)", and nowhere else.
TCGEN05_I8 = {"tcgen05.mma.i8", "tcgen05.mma.sp.i8"}

# tcgen05.ld.red: PTX ISA, "supported on sm_101a (sm_110a)", families sm_103f and sm_110f; not on sm_100.
TCGEN05_REDUCED = {"tcgen05.ld.red"}

# mma with FP4/FP6 operands and with block scales: PTX ISA, "requires sm_120a" and family sm_120f.
BLOCK_SCALED = {"mma_sync.f8f6f4.e2m1", "mma_sync.mxf8f6f4", "mma_sync.mxf4nvf4"}
BLOCK_SCALED |= {"mma_sync.f8f6f4.e3m2", "mma_sync.f8f6f4.e2m3", "mma_sync.f8f6f4.mixed", "mma_sync.mxf4",
                 "mma_sync.mxf4nvf4.scale_2x", "mma_sync.sp.f8f6f4.e2m1", "mma_sync.sp.mxf8f6f4",
                 "mma_sync.sp.mxf4nvf4"}

# mma.sp::ordered_metadata: PTX ISA 8.5, sm_80.
SPARSE = {"mma_sync.sp.f16", "mma_sync.sp.bf16", "mma_sync.sp.tf32", "mma_sync.sp.s8"}

# mma.sp: PTX ISA 7.1, sm_80; OPCODES: a call of __cuda_sm_10x_hmma_mdata_m16n8k32 before HMMA.SP from sm_100 on.
UNORDERED = {"mma_sync.sp.f16.unordered"}

# mma with .s4 and .b1: PTX ISA, sm_80; OPCODES: IMMA with .S8 from sm_90 on; BMMA.AND twice instead of BMMA.XOR on
# sm_90, IMMA with .U8 for both from sm_100 on.
INT4 = {"mma_sync.s4"}
BITS_AND = {"mma_sync.b1.and"}
BITS_XOR = {"mma_sync.b1.xor"}

# mma .m16n8k16 with .f64: PTX ISA, sm_90; OPCODES: from sm_100 on eight DMMA.8x8x4.
F64_LARGE = {"mma_sync.f64.m16n8k16"}

# mma kind::f8f6f4 with .e4m3 and .e5m2: refused before sm_100a; OPCODES: F2FP conversions and HMMA on sm_100, sm_103
# and sm_110, QMMA on sm_12x.
F8F6F4_FP8 = {"mma_sync.f8f6f4.e4m3", "mma_sync.f8f6f4.e5m2"}

# Named by the catalogue, without a probe in this version.
NO_PROBE = {"symmetric_memory", "tcgen05.mma.mxf4nvf4.k96"}

MACHINES = {
    "a100": {"supported": AMPERE,
             "unsupported": FP8 | HOPPER | MULTICAST | WGMMA | TCGEN05 | BLOCK_SCALED},
    "rtx4090": {"supported": AMPERE | FP8,
                "unsupported": HOPPER | MULTICAST | WGMMA | TCGEN05 | BLOCK_SCALED},
    "h100": {"supported": AMPERE | HOPPER | MULTICAST | WGMMA, "emulated": FP8,
             "unsupported": TCGEN05 | BLOCK_SCALED},
    "h200": {"supported": AMPERE | HOPPER | MULTICAST | WGMMA, "emulated": FP8,
             "unsupported": TCGEN05 | BLOCK_SCALED},
    # R535 takes PTX 8.2 and mma with .e4m3 came with PTX 8.4: the driver cannot say what the GPU could.
    "h100_r535": {"supported": AMPERE | HOPPER | MULTICAST | WGMMA, "blocked": FP8,
                  "unsupported": TCGEN05 | BLOCK_SCALED},
    "h100_r570": {"supported": AMPERE | HOPPER | MULTICAST | WGMMA, "emulated": FP8,
                  "unsupported": TCGEN05 | BLOCK_SCALED},
    "b200": {"supported": AMPERE | HOPPER | MULTICAST | TCGEN05, "emulated": FP8,
             "unsupported": WGMMA | BLOCK_SCALED},
    "gb200": {"supported": AMPERE | HOPPER | MULTICAST | TCGEN05, "emulated": FP8,
              "unsupported": WGMMA | BLOCK_SCALED},
    "b300": {"supported": AMPERE | HOPPER | MULTICAST | TCGEN05, "emulated": FP8,
             "unsupported": WGMMA | BLOCK_SCALED},
    "thor": {"supported": AMPERE | HOPPER | MULTICAST | TCGEN05, "emulated": FP8,
             "unsupported": WGMMA | BLOCK_SCALED},
    "rtx5090": {"supported": AMPERE | FP8 | HOPPER | BLOCK_SCALED, "emulated": MULTICAST,
                "unsupported": WGMMA | TCGEN05},
    "rtx_pro_6000": {"supported": AMPERE | FP8 | HOPPER | BLOCK_SCALED, "emulated": MULTICAST,
                     "unsupported": WGMMA | TCGEN05},
    "gb10": {"supported": AMPERE | FP8 | HOPPER | BLOCK_SCALED, "emulated": MULTICAST,
             "unsupported": WGMMA | TCGEN05},
    # Follows the rules of sm_120. Its machine code is the driver's own, of an architecture whose encodings nobody
    # knows: with no opcode and no clock to go by, multicast that gives the right result is not called emulated.
    "unknown_cc13": {"supported": AMPERE | FP8 | HOPPER | MULTICAST | BLOCK_SCALED,
                     "unsupported": WGMMA | TCGEN05},
}

# ldmatrix and stmatrix of bytes, and those that unpack 4- and 6-bit elements: PTX ISA, "supported on sm_100a, sm_101a
# (since 9.0 sm_110a), sm_120a" and their families.
MATRIX_BYTES = {"ldmatrix.b8", "ldmatrix.b6", "ldmatrix.b4", "stmatrix.b8"}

# The warp-level instructions that do not come and go with one of the sets above.
GENERATIONS = {
    "ampere": {"a100", "rtx4090"},
    "hopper": {"h100", "h200", "h100_r535", "h100_r570"},
    "datacenter": {"b200", "gb200", "b300", "thor"},
    "desktop": {"rtx5090", "rtx_pro_6000", "gb10"},
    "unknown": {"unknown_cc13"},
}
for features, statuses in (
        (SPARSE, {"supported": "ampere hopper datacenter desktop unknown"}),
        (UNORDERED, {"supported": "ampere hopper", "emulated": "datacenter desktop unknown"}),
        (INT4, {"supported": "ampere", "emulated": "hopper datacenter desktop unknown"}),
        (BITS_AND, {"supported": "ampere hopper", "emulated": "datacenter desktop unknown"}),
        (BITS_XOR, {"supported": "ampere", "emulated": "hopper datacenter desktop unknown"}),
        (F64_LARGE, {"unsupported": "ampere", "supported": "hopper unknown", "emulated": "datacenter desktop"}),
        (TENSOR_MAPS, {"unsupported": "ampere", "supported": "hopper datacenter desktop unknown"}),
        (MULTIMEM, {"unsupported": "ampere"}),
        (BLACKWELL, {"unsupported": "ampere hopper", "supported": "datacenter desktop unknown"}),
        (DATACENTER, {"unsupported": "ampere hopper desktop unknown", "supported": "datacenter"}),
        (F8F6F4_FP8, {"unsupported": "ampere hopper", "emulated": "datacenter", "supported": "desktop unknown"}),
        (MATRIX_BYTES, {"unsupported": "ampere hopper", "supported": "datacenter desktop unknown"}),
):
    for status, generations in statuses.items():
        for machine in set().union(*(GENERATIONS[name] for name in generations.split())):
            # R535 takes PTX 8.2, mma.sp::ordered_metadata is of PTX 8.5.
            too_new = features in (SPARSE, TENSOR_MAPS) and machine == "h100_r535"
            known = "blocked" if too_new else status
            MACHINES[machine][known] = MACHINES[machine].get(known, set()) | features

for features, machines in (
        (TCGEN05_A, GENERATIONS["datacenter"]),
        (TCGEN05_I8, GENERATIONS["datacenter"] - {"b300"}),
        (TCGEN05_REDUCED, {"b300", "thor"}),
        (REDUX_F32, {"b200", "gb200", "b300"}),
):
    for machine, statuses in MACHINES.items():
        status = "supported" if machine in machines else "unsupported"
        statuses[status] = statuses.get(status, set()) | features

# cvt, arithmetic and wide accesses, each with the machines that have it and those where OPCODES shows several
# instructions in its place; no other machine has it. PTX ISA, "Target ISA Notes" of each instruction.
AMPERE_ON = set(MACHINES)
HOPPER_ON = AMPERE_ON - GENERATIONS["ampere"]
BLACKWELL_ON = HOPPER_ON - GENERATIONS["hopper"]
THOR_AND_DESKTOP = {"thor"} | GENERATIONS["desktop"]
ARITHMETIC = (
    ({"fma.f16x2", "fma.bf16x2"}, AMPERE_ON, set()),
    ({"cvt.e4m3x2", "cvt.e5m2x2", "cvt.f16x2.e4m3x2", "cvt.f16x2.e5m2x2"}, HOPPER_ON | {"rtx4090"}, set()),
    ({"add.bf16x2", "ex2.bf16x2", "tanh.bf16x2", "red.v4.f32", "red.v8.f16", "red.v8.bf16"}, HOPPER_ON, set()),
    # R535 takes PTX 8.2, .b128 is of PTX 8.3.
    ({"atom.b128"}, HOPPER_ON - {"h100_r535"}, set()),
    # VIADDMNMX, VIADDMNMX.S16x2: not on sm_110 and sm_12x.
    ({"dpx.s16x2"}, HOPPER_ON - THOR_AND_DESKTOP, THOR_AND_DESKTOP),
    # VIMNMX only in the machine code of ptxas 12.2: what R535 makes of it is not the one instruction.
    ({"dpx.s32"}, HOPPER_ON - THOR_AND_DESKTOP - {"h100_r535"}, THOR_AND_DESKTOP | {"h100_r535"}),
    ({"ld.global.v8"}, BLACKWELL_ON, set()),
    # FFMA2: not on sm_110 and sm_12x.
    ({"f32x2"}, BLACKWELL_ON - THOR_AND_DESKTOP, THOR_AND_DESKTOP),
    # FMNMX3: not on sm_12x.
    ({"max.f32.three"}, BLACKWELL_ON - GENERATIONS["desktop"], GENERATIONS["desktop"]),
    ({"cvt.e2m1x2", "cvt.e3m2x2", "cvt.e2m3x2", "cvt.ue8m0x2", "cvt.f16x2.e2m1x2", "cvt.f16x2.e3m2x2",
      "cvt.f16x2.e2m3x2", "cvt.bf16x2.ue8m0x2"}, BLACKWELL_ON, set()),
    # .rs: "supported on sm_100a, sm_103a".
    ({"cvt.rs.f16x2", "cvt.rs.e4m3x4", "cvt.rs.e2m1x4"}, {"b200", "gb200", "b300"}, set()),
)
for features, supported, emulated in ARITHMETIC:
    for machine in MACHINES:
        status = ("supported" if machine in supported else "emulated" if machine in emulated else
                  "blocked" if features == {"atom.b128"} and machine == "h100_r535" else "unsupported")
        MACHINES[machine][status] = MACHINES[machine].get(status, set()) | features

# Every Blackwell target but the plain ones.
BLACKWELL_TARGETS = {f"sm_{number}{suffix}" for number in (100, 103, 110, 120, 121) for suffix in "af"}

# Own instruction that the refusal must name, and a target that has it.
INSTRUCTION = {
    **{name: ("wgmma", {"sm_90a"}) for name in WGMMA},
    **{name: ("tcgen05", {"sm_100a", "sm_100f", "sm_103a", "sm_103f", "sm_110a", "sm_110f"}) for name in TCGEN05},
    **{name: ("tcgen05", {"sm_100a", "sm_103a", "sm_110a"}) for name in TCGEN05_A},
    **{name: (".", {"sm_100a", "sm_110a"}) for name in TCGEN05_I8},  # sm_103a names the kind, others the instruction
    **{name: ("tcgen05", {"sm_103a", "sm_103f", "sm_110a", "sm_110f"}) for name in TCGEN05_REDUCED},
    **{name: ("mma", {"sm_120a", "sm_120f", "sm_121a", "sm_121f"}) for name in BLOCK_SCALED},
    **{name: ("Feature", BLACKWELL_TARGETS) for name in F8F6F4_FP8},
    **{name: ("Feature '.m", BLACKWELL_TARGETS) for name in MATRIX_BYTES},
}

# Verdicts, from the sources of the projects as the catalogue cites them:
#   flashmla.dense_decode.sm90          wgmma; the gate is cc 9.0 (csrc/api/dense_decode.h)
#   flashmla.dense_prefill_mha.sm100    tcgen05; no architecture check at all, so every other GPU is let through
#   cutlass.gemm.sm120                  block-scaled mma.sync of sm_12x
#   deepgemm.fp8_gemm.sm90              wgmma with FP8
#   flashinfer.mla.fa2                  mma.sync bf16: runs from sm_80 on
#   flashinfer.mla.xqa_sm120            FP8 mma.sync, right on Hopper too, but the gate wants cc 12.x
HOPPER_BACKENDS = {"flashmla.dense_decode.sm90": "runs", "flashmla.dense_prefill_mha.sm100": "at_risk",
                   "cutlass.gemm.sm120": "no_hardware", "deepgemm.fp8_gemm.sm90": "runs", "flashinfer.mla.fa2": "runs",
                   "flashinfer.mla.xqa_sm120": "no_dispatch"}
DATACENTER_BACKENDS = {"flashmla.dense_decode.sm90": "no_hardware", "flashmla.dense_prefill_mha.sm100": "runs",
                       "cutlass.gemm.sm120": "no_hardware", "deepgemm.fp8_gemm.sm90": "no_hardware",
                       "flashinfer.mla.fa2": "runs"}
DESKTOP_BACKENDS = {"flashmla.dense_decode.sm90": "no_hardware", "flashmla.dense_prefill_mha.sm100": "at_risk",
                    "cutlass.gemm.sm120": "runs", "deepgemm.fp8_gemm.sm90": "no_hardware", "flashinfer.mla.fa2": "runs",
                    "flashinfer.mla.xqa_sm120": "runs"}
BACKENDS = {
    "h100": HOPPER_BACKENDS, "h200": HOPPER_BACKENDS,
    # What R535 cannot assemble leaves what needs it unknown, and only that.
    "h100_r535": HOPPER_BACKENDS | {"flashinfer.mla.xqa_sm120": "unknown"},
    "h100_r570": HOPPER_BACKENDS,
    "b200": DATACENTER_BACKENDS, "gb200": DATACENTER_BACKENDS, "b300": DATACENTER_BACKENDS,
    "gb10": DESKTOP_BACKENDS, "rtx5090": DESKTOP_BACKENDS, "rtx_pro_6000": DESKTOP_BACKENDS,
    "a100": {"flashmla.dense_decode.sm90": "no_hardware", "flashinfer.mla.fa2": "runs",
             "cutlass.gemm.sm120": "no_hardware"},
}
