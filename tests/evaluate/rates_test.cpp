// Rates beside known peaks: what is said of them, and that they decide nothing.
#include "report/evaluate/rates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/formats/rates.h"

namespace bp {
namespace {

using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

FeatureResult clocked(std::string id, double rate, Status status = Status::supported) {
  return {std::move(id),
          status,
          {},
          {{EvidenceKind::verified, false, "driver", "sm_90a", "right", {}, {}},
           {EvidenceKind::launched, false, "driver", "sm_90a", "rate of the clocked loop", rate,
            std::string(rate_unit)}}};
}

GpuFacts gpu(std::string name, ComputeCapability cc) {
  GpuFacts facts;
  facts.name = std::move(name);
  facts.cc = cc;
  return facts;
}

RateResult one(const std::vector<RateResult>& rates, std::string_view id) {
  for (const RateResult& rate : rates) {
    if (rate.feature == id) return rate;
  }
  ADD_FAILURE() << "no rate of " << id;
  return {};
}

TEST(Rates, AreComparedWithThePeakOfTheProduct) {
  const auto rates = rates_of(gpu("NVIDIA H200", {9, 0}),
                              std::vector{clocked("wgmma.f16", 4080), clocked("wgmma.b1", 30000)});
  ASSERT_EQ(rates.size(), 2u);
  EXPECT_EQ(rates[0].kind, EvidenceKind::launched) << "the kind of what was counted";
  EXPECT_EQ(rates[0].peak, 4096);
  EXPECT_FALSE(rates[0].peak_source.empty());
  EXPECT_EQ(peak_text(rates[0], {9, 0}),
            "99.6 % of the published peak for this product of compute capability 9.0");
  EXPECT_EQ(rates[1].peak, std::nullopt);
  EXPECT_EQ(share_of_peak(rates[1]), std::nullopt);
}

TEST(Rates, WhatWasNotClockedHasNone) {
  auto silent = clocked("wgmma.f16", 4080);
  silent.evidence.pop_back();
  auto against = clocked("wgmma.bf16", 4080);
  against.evidence.back().against = true;
  auto ratio = clocked("mma_sync.e4m3", 2);
  ratio.evidence.back().unit = "x";
  EXPECT_THAT(rates_of(gpu("NVIDIA H200", {9, 0}), std::vector{silent, against, ratio}), IsEmpty());
}

TEST(Rates, OfAnUnknownGpuHaveNoPeak) {
  const auto rates = rates_of(gpu("NVIDIA Next", {13, 0}), std::vector{clocked("wgmma.f16", 9000)});
  EXPECT_EQ(rates.at(0).peak, std::nullopt);
  EXPECT_THAT(rates[0].peak_source, IsEmpty());
}

TEST(Rates, AnEmulatedOneIsNotComparedWithTheNativeUnit) {
  const auto rates = rates_of(gpu("NVIDIA H200", {9, 0}),
                              std::vector{clocked("mma_sync.e4m3", 1565, Status::emulated)});
  EXPECT_EQ(rates.at(0).peak, std::nullopt);
  EXPECT_THAT(rates[0].notes, Contains(HasSubstr("emulated")));
}

TEST(Rates, OfAnotherInstructionThanThePeakSayIt) {
  const auto rates =
      rates_of(gpu("NVIDIA H200", {9, 0}),
               std::vector{clocked("mma_sync.f16", 1863), clocked("wgmma.sp.f16", 7259)});
  EXPECT_THAT(rates.at(0).notes, Contains(HasSubstr("the peak is that of wgmma")));
  EXPECT_THAT(rates[0].notes, Contains(HasSubstr("0.63 of the peak (arXiv 2402.13499)")));
  EXPECT_EQ(rates.at(1).peak, 8192);
  EXPECT_THAT(rates[1].notes, Contains(HasSubstr("twice the dense one")));
}

TEST(Rates, OfMmaSyncOnHopperAreLowerBoundsWhereThePeakIsOfWgmma) {
  constexpr auto bound = "a lower bound of what mma.sync can reach";
  const std::vector features{clocked("mma_sync.f16", 1863), clocked("mma_sync.s8", 3900),
                             clocked("mma_sync.sp.f16", 3500), clocked("mma_sync.f64", 250),
                             clocked("wgmma.f16", 4080)};
  const auto hopper = rates_of(gpu("NVIDIA H200", {9, 0}), features);
  for (const char* id : {"mma_sync.f16", "mma_sync.s8", "mma_sync.sp.f16"})
    EXPECT_THAT(one(hopper, id).notes, Contains(HasSubstr(bound))) << id;
  // Here mma.sync itself has the peak.
  EXPECT_THAT(one(hopper, "mma_sync.f64").notes, Each(Not(HasSubstr(bound))));
  EXPECT_THAT(one(hopper, "wgmma.f16").notes, Each(Not(HasSubstr(bound))));
  for (const RateResult& rate : rates_of(gpu("NVIDIA GeForce RTX 5090", {12, 0}), features))
    EXPECT_THAT(rate.notes, Each(Not(HasSubstr(bound)))) << rate.feature;
}

TEST(Rates, APeakIsCalledPublishedOnlyWhereTheMakerSaysIt) {
  RateResult rate{.feature = "wgmma.f16", .operations = 50, .peak = 100};
  const auto text = [&](PeakQuality quality) {
    rate.peak_quality = quality;
    return peak_text(rate, {9, 0});
  };
  for (const auto quality : {PeakQuality::vendor, PeakQuality::quoted})
    EXPECT_THAT(text(quality), HasSubstr("50.0 % of the published peak"));
  for (const auto quality : {PeakQuality::derived, PeakQuality::inferred})
    EXPECT_THAT(text(quality), HasSubstr("50.0 % of the estimated peak"));
  EXPECT_THAT(text(PeakQuality::measured), HasSubstr("50.0 % of the measured peak"));
  EXPECT_THAT(text(PeakQuality::unverified), HasSubstr("50.0 % of the unverified peak"));
  for (const char* word : {"published", "estimated", "measured", "unverified"})
    EXPECT_THAT(std::string(peak_words_meaning()), HasSubstr(word));
}

constexpr auto half = "FP32 accumulation at half rate";

// Figures of NVIDIA's Ada and RTX Blackwell whitepapers.
TEST(Rates, HalfRateIsSeenFromTheRatesOfThisRun) {
  const std::vector features{clocked("mma_sync.f16", 511.5), clocked("mma_sync.f16.acc_f16", 1024),
                             clocked("mma_sync.e4m3", 1023),
                             clocked("mma_sync.e4m3.acc_f16", 2046)};
  for (const auto& card :
       {gpu("NVIDIA GeForce RTX 4090", {8, 9}), gpu("NVIDIA GeForce RTX 5090", {12, 0})}) {
    const auto rates = rates_of(card, features);
    EXPECT_THAT(one(rates, "mma_sync.f16").notes,
                Contains(testing::AllOf(HasSubstr(half), HasSubstr("not emulation"),
                                        HasSubstr("say the same"))));
    EXPECT_THAT(one(rates, "mma_sync.e4m3").notes, Contains(HasSubstr(half)));
    EXPECT_THAT(one(rates, "mma_sync.f16.acc_f16").notes, IsEmpty());
  }
  // The name does not make it so, and does not keep it from being seen.
  const auto unknown = rates_of(gpu("NVIDIA Next", {13, 0}), features);
  EXPECT_THAT(one(unknown, "mma_sync.f16").notes, Contains(HasSubstr(half)));
  const auto card = rates_of(gpu("NVIDIA L40S", {8, 9}), features);
  EXPECT_THAT(one(card, "mma_sync.f16").notes, Contains(HasSubstr("say otherwise")));
}

TEST(Rates, FullRateIsNotHalf) {
  const std::vector features{clocked("mma_sync.f16", 1020), clocked("mma_sync.f16.acc_f16", 1024)};
  for (const auto& card : {gpu("NVIDIA L40S", {8, 9}), gpu("NVIDIA GeForce RTX 4090", {8, 9})})
    EXPECT_THAT(one(rates_of(card, features), "mma_sync.f16").notes, Each(Not(HasSubstr(half))));
  EXPECT_EQ(half_rate(512, 1024), true);
  EXPECT_EQ(half_rate(0.44, 1), std::nullopt);
  EXPECT_EQ(half_rate(0.7, 1), std::nullopt);
  EXPECT_EQ(half_rate(1, 0), std::nullopt);
}

TEST(Rates, AnEmulatedTwinTellsNothingOfAccumulation) {
  const auto rates = rates_of(gpu("NVIDIA B200", {10, 0}),
                              std::vector{clocked("mma_sync.e4m3", 500, Status::emulated),
                                          clocked("mma_sync.e4m3.acc_f16", 1000)});
  EXPECT_THAT(one(rates, "mma_sync.e4m3").notes, Each(Not(HasSubstr(half))));
}

TEST(Rates, StayValidOnAThrottledGpu) {
  Report report;
  report.gpus.emplace_back().rates = {{.feature = "wgmma.f16", .operations = 4080}};
  EXPECT_EQ(about_rates(report, report.gpus[0]).size(), 1u);
  SurveyResult power{.id = "fact.power", .gpus = {0}, .status = Status::measured};
  power.columns = {{"while", ""}, {"slowed_down_by", ""}};
  const auto cell = [](const char* text) { return Cell{std::string(text), {}}; };
  power.rows = {{cell("before"), cell("none")}, {cell("features and rates"), cell("sw_power_cap")}};
  report.surveys = {power};
  EXPECT_THAT(about_rates(report, report.gpus[0]),
              Contains(testing::AllOf(HasSubstr("sw_power_cap"), HasSubstr("stay valid"))));
  report.surveys[0].rows[1][1] = cell("none");
  EXPECT_EQ(about_rates(report, report.gpus[0]).size(), 1u);
  report.surveys[0].rows[1] = {};  // a damaged one is passed over
  EXPECT_EQ(about_rates(report, report.gpus[0]).size(), 1u);
}

}  // namespace
}  // namespace bp
