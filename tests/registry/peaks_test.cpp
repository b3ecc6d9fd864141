// Known peaks: of the products that the sources name, and of no other GPU.
#include "probes/registry/peaks.h"

#include <gtest/gtest.h>

#include "probes/registry/feature.h"

namespace bp {
namespace {

std::optional<double> peak(ComputeCapability cc, std::string_view product,
                           std::string_view feature) {
  const auto what = peak_of(feature);
  if (!what) return std::nullopt;
  const auto known = known_peak(cc, product, *what);
  return known ? std::optional(known->operations) : std::nullopt;
}

TEST(Peaks, OfTheNamesThatDriversGive) {
  EXPECT_EQ(peak({9, 0}, "NVIDIA H200", "wgmma.bf16"), 4096);
  EXPECT_EQ(peak({9, 0}, "NVIDIA H100 80GB HBM3", "wgmma.e4m3"), 8192);
  EXPECT_EQ(peak({9, 0}, "NVIDIA H100 80GB HBM3 MIG 1g.10gb", "wgmma.tf32"), 2048);
  EXPECT_EQ(peak({8, 0}, "NVIDIA A100-SXM4-80GB", "mma_sync.s8"), 4096);
  EXPECT_EQ(peak({12, 0}, "NVIDIA RTX PRO 6000 Blackwell Workstation Edition", "mma_sync.f16"),
            1024);
  EXPECT_EQ(peak({12, 1}, "NVIDIA GB10", "mma_sync.mxf4nvf4"), 4096);
  EXPECT_EQ(peak({10, 0}, "NVIDIA GB200", "mma_sync.f16"), 8192);
}

TEST(Peaks, CardsOfOneChipDiffer) {
  EXPECT_EQ(peak({8, 9}, "NVIDIA GeForce RTX 4090", "mma_sync.f16"), 512);
  EXPECT_EQ(peak({8, 9}, "NVIDIA L40S", "mma_sync.f16"), 1024);
  EXPECT_EQ(peak({8, 9}, "NVIDIA GeForce RTX 4090", "mma_sync.f16.acc_f16"), 1024);
  EXPECT_EQ(peak({12, 0}, "NVIDIA GeForce RTX 5090", "mma_sync.e4m3"), 1024);
  EXPECT_EQ(peak({12, 0}, "NVIDIA GeForce RTX 5090", "mma_sync.e4m3.acc_f16"), 2048);
}

TEST(Peaks, NothingIsGuessed) {
  for (const std::string_view product :
       {"NVIDIA H20", "NVIDIA GH200 480GB", "NVIDIA H800", "H2000", "NVIDIA XH200", ""})
    EXPECT_EQ(peak({9, 0}, product, "wgmma.bf16"), std::nullopt) << product;
  EXPECT_EQ(peak({8, 0}, "NVIDIA CMP 170HX", "mma_sync.f16"), std::nullopt);
  EXPECT_EQ(peak({8, 9}, "NVIDIA GeForce RTX 4090 D", "mma_sync.f16"), std::nullopt);
  EXPECT_EQ(peak({8, 9}, "NVIDIA GeForce RTX 4090 Laptop GPU", "mma_sync.f16"), std::nullopt);
  EXPECT_EQ(peak({12, 0}, "NVIDIA GeForce RTX 5070 Ti", "mma_sync.f16"), std::nullopt);
  EXPECT_EQ(peak({13, 0}, "NVIDIA H200", "wgmma.bf16"), std::nullopt)
      << "a name does not carry figures to another capability";
  EXPECT_EQ(peak({8, 9}, "NVIDIA GeForce RTX 4090", "mma_sync.f64"), std::nullopt);
  EXPECT_EQ(peak({9, 0}, "NVIDIA H200", "wgmma.b1"), std::nullopt);
  EXPECT_EQ(peak({9, 0}, "NVIDIA H200", "tma.load"), std::nullopt);
}

TEST(Peaks, SparsityDoublesWhereTheMakerSaysSo) {
  EXPECT_EQ(peak({9, 0}, "NVIDIA H200", "wgmma.sp.f16"), 8192);
  EXPECT_EQ(peak({10, 3}, "NVIDIA B300 SXM6 AC", "mma_sync.sp.f16"), std::nullopt);
  const auto known = known_peak({9, 0}, "NVIDIA H200", *peak_of("wgmma.sp.f16"));
  EXPECT_TRUE(known->sparse);
  EXPECT_EQ(known->quality, PeakQuality::derived);
}

TEST(Peaks, EachSaysWhereItIsFromAndWhatReachesIt) {
  for (const auto& [cc, product] :
       std::initializer_list<std::pair<ComputeCapability, const char*>>{{{8, 0}, "A100"},
                                                                        {{8, 6}, "RTX 3090"},
                                                                        {{8, 9}, "L40S"},
                                                                        {{8, 9}, "RTX 4090"},
                                                                        {{9, 0}, "H200"},
                                                                        {{10, 0}, "B200"},
                                                                        {{10, 3}, "B300"},
                                                                        {{11, 0}, "Thor"},
                                                                        {{12, 0}, "RTX 5080"},
                                                                        {{12, 0}, "RTX 5090"},
                                                                        {{12, 0}, "RTX PRO 6000"},
                                                                        {{12, 1}, "GB10"}}) {
    int found = 0;
    for (const Feature& feature : features()) {
      const auto what = peak_of(feature.id);
      const auto known = what ? known_peak(cc, product, *what) : std::nullopt;
      if (!known) continue;
      ++found;
      EXPECT_GT(known->operations, 0) << product << ' ' << feature.id;
      EXPECT_FALSE(known->source.empty()) << product << ' ' << feature.id;
      EXPECT_FALSE(known->by.empty()) << product << ' ' << feature.id;
    }
    EXPECT_GT(found, 4) << product;
  }
}

}  // namespace
}  // namespace bp
