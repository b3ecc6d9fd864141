// The operand lists of wgmma.cuh. An asm statement takes literals only, so lists of 16 to 128
// registers need the preprocessor.
#pragma once

// clang-format off
#define BP_WGMMA_REGISTERS_16                                                                     \
  "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15"
#define BP_WGMMA_REGISTERS_32                                                                     \
  BP_WGMMA_REGISTERS_16                                                                           \
  ", %16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31"
#define BP_WGMMA_REGISTERS_40                                                                     \
  BP_WGMMA_REGISTERS_32                                                                           \
  ", %32, %33, %34, %35, %36, %37, %38, %39"
#define BP_WGMMA_REGISTERS_64                                                                     \
  BP_WGMMA_REGISTERS_32                                                                           \
  ", %32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47"              \
  ", %48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63"
#define BP_WGMMA_REGISTERS_128                                                                    \
  BP_WGMMA_REGISTERS_64                                                                           \
  ", %64, %65, %66, %67, %68, %69, %70, %71, %72, %73, %74, %75, %76, %77, %78, %79"              \
  ", %80, %81, %82, %83, %84, %85, %86, %87, %88, %89, %90, %91, %92, %93, %94, %95"              \
  ", %96, %97, %98, %99, %100, %101, %102, %103, %104, %105, %106, %107, %108, %109, %110, %111"  \
  ", %112, %113, %114, %115, %116, %117, %118, %119, %120, %121, %122, %123, %124, %125, %126, %127"

// The accumulators d[i] ... of constraint c ("+f" or "+r").
#define BP_WGMMA_INOUT_4(c, i) c(d[i]), c(d[(i) + 1]), c(d[(i) + 2]), c(d[(i) + 3])
#define BP_WGMMA_INOUT_16(c, i) \
  BP_WGMMA_INOUT_4(c, i), BP_WGMMA_INOUT_4(c, (i) + 4), BP_WGMMA_INOUT_4(c, (i) + 8), BP_WGMMA_INOUT_4(c, (i) + 12)
#define BP_WGMMA_INOUT_32(c, i) BP_WGMMA_INOUT_16(c, i), BP_WGMMA_INOUT_16(c, (i) + 16)
#define BP_WGMMA_INOUT_40(c, i) \
  BP_WGMMA_INOUT_32(c, i), BP_WGMMA_INOUT_4(c, (i) + 32), BP_WGMMA_INOUT_4(c, (i) + 36)
#define BP_WGMMA_INOUT_64(c, i) BP_WGMMA_INOUT_32(c, i), BP_WGMMA_INOUT_32(c, (i) + 32)
#define BP_WGMMA_INOUT_128(c, i) BP_WGMMA_INOUT_64(c, i), BP_WGMMA_INOUT_64(c, (i) + 64)
// clang-format on
