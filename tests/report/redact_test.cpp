// What identifies a machine or person does not get into any format.
#include "report/redact/redact.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "report/backends/catalogue.h"
#include "report/disputed/claims.h"
#include "report/formats/format.h"
#include "tests/report/planted.h"
#include "tests/report/sample_reports.h"

namespace bp {
namespace {

using ::testing::HasSubstr;

const Identity alice{"node7.cluster.example.org", "alice", "/home/alice"};

struct Row {
  std::string before;
  std::string after;
};

TEST(RedactText, TakesOutWhatIdentifies) {
  const std::vector<Row> rows{
      {"GPU-4d6f2a11-0000-4000-8000-123456789abc is busy", "[uuid] is busy"},
      {"CUDA_VISIBLE_DEVICES=GPU-4d6f2a11,MIG-4d6f2a11-0000-4000-8000-123456789abc",
       "CUDA_VISIBLE_DEVICES=[uuid],[uuid]"},
      {"MIG-GPU-4d6f2a11-0000-4000-8000-123456789abc/1/0", "[uuid]/1/0"},
      {"(4D6F2A11-0000-4000-8000-123456789ABC)", "([uuid])"},
      {"NVRM: GPU 0000:65:00.0: Xid 13", "NVRM: GPU [pci]: Xid 13"},
      {"GPU at 00000000:E1:00.0, 65:00.0 and PCI:0000:e1:00", "GPU at [pci], [pci] and PCI:[pci]"},
      {"eth0 52:54:00:12:34:56", "eth0 [mac]"},
      {"10.0.0.7 port 80, [fe80::1ff:fe23:4567:890a]", "[ip] port 80, [[ip]]"},
      {"2001:db8:0:1:1:1:1:1 and 2001:db8::1", "[ip] and [ip]"},
      {"/home/bob/lib/libcuda.so.1", "~/lib/libcuda.so.1"},
      {"LD_PRELOAD=/Users/bob/x.so:/root/y.so", "LD_PRELOAD=~/x.so:~/y.so"},
      {"/mnt/c/Users/bob/x and /nfs/home/bob/y", "/mnt/c/[home]/x and /nfs/[home]/y"},
      {"C:\\Users\\bob\\x", "C:~\\x"},
      {"alice@node7.cluster.example.org, node7", "[user]@[host], [host]"},
      {"/scratch/alice/run, user=alice", "/scratch/[user]/run, user=[user]"}};
  for (const Row& row : rows) EXPECT_EQ(redact_text(row.before, alice), row.after);
}

TEST(RedactText, KeepsWhatDoesNot) {
  for (const std::string text :
       {"driver 580.159.04, ptxas 13.0.88",
        "cuDNN 9.10.2.21",
        "version 12.8.93.1",
        "Hopper Tuning Guide, section 1.4.1.3; Blackwell Tuning Guide",
        "127.0.0.1",
        "cp.async.bulk.tensor.2d.shared::cluster.global.tile.multicast::cluster",
        "kind::f8f6f4.block_scale",
        "cta_group::2",
        "barrier.cluster::arrive",
        "Instruction 'tcgen05.alloc' not supported on .target 'sm_90a'",
        "ptxas application ptx input, line 12; error   : Feature '.kind::mxf4nvf4' not supported",
        "HGMMA.64x64x16.F32.BF16",
        "2026-11-22T12:34:56Z",
        "4096 of 4096 values",
        "ratio e4m3 : f16",
        "12:34",
        "/usr/lib/x86_64-linux-gnu/libcuda.so.1",
        "/rootfs/lib",
        "f16::bf16",
        "GPU-side",
        "MIG-enabled",
        "malice and aliced",
        "deadbeef",
        "a::b::c"}) {
    EXPECT_EQ(redact_text(text, alice), text);
  }
}

TEST(RedactText, ChangesNothingThatTheProgramCites) {
  for (const Claim& claim : embedded_claims()) {
    std::vector<std::string> texts{claim.text, claim.confirmed, claim.contradicted, claim.open};
    for (const DisputedSource& source : claim.sources)
      texts.insert(texts.end(), {source.who, source.says, source.reference});
    for (const std::string& text : texts) EXPECT_EQ(redact_text(text, alice), text) << claim.id;
  }
  for (const Backend& backend : embedded_catalogue().backends) {
    for (const std::string& text : {backend.name, backend.gate_message, backend.notes})
      EXPECT_EQ(redact_text(text, alice), text) << backend.id;
  }
}

TEST(RedactText, CommonNamesAreNotTakenOut) {
  const Identity container{"localhost", "root", "/root"};
  EXPECT_EQ(redact_text("the root cause at /root/x on localhost", container),
            "the root cause at ~/x on localhost");
}

TEST(RedactText, NothingKnownChangesNothing) {
  EXPECT_EQ(redact_text("plain text", Identity{}), "plain text");
  EXPECT_EQ(redact_text("", Identity{}), "");
}

constexpr std::array<const char*, 9> identifiers{"GPU-4d6f2a11-0000-4000-8000-123456789abc",
                                                 "00000000:65:00.0",
                                                 "1650923012345",
                                                 "node7.cluster.example.org",
                                                 "alice",
                                                 "/home/alice/lib",
                                                 "52:54:00:12:34:56",
                                                 "10.11.12.13",
                                                 "fe80::1ff:fe23:4567:890a"};

Report with_identifiers(Report report) {
  for (const char* text : identifiers) {
    // A serial number has no shape: it is found elsewhere only where its own fact tells it.
    if (text != identifiers[2] || !report.gpus.empty()) test::plant(report, text);
  }
  if (!report.gpus.empty()) {
    GpuFacts& facts = report.gpus[0].facts;
    facts.uuid = identifiers[0];
    facts.pci = identifiers[1];
    facts.facts.push_back({"serial", std::string(identifiers[2]), "NVML", ""});
    facts.facts.push_back({"pci_bus_id", std::int64_t{101}, "driver", ""});
  }
  report.environment.push_back({"host_name", std::string(identifiers[3]), "uname", ""});
  return report;
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(Redact, PlantedIdentifiersAppearInNoFormat) {
  for (const Report& sample : {sample::h200(), sample::offline(), sample::troubled()}) {
    const Report planted = with_identifiers(sample);
    const Report redacted = redact(planted, alice);
    EXPECT_TRUE(redacted.redacted);
    for (const Format& format : formats()) {
      // Wide enough that no identifier is broken over two lines.
      const std::string text = format.serialise(redacted, Style{.width = 100'000});
      for (const char* identifier : identifiers) {
        EXPECT_FALSE(holds(text, identifier)) << format.name << ": " << identifier;
      }
    }
  }
}

TEST(Redact, WithoutItTheyDoAppear) {
  // Otherwise the test above would prove nothing.
  const Report planted = with_identifiers(sample::h200());
  for (const char* name : {"text", "json", "html"}) {
    const std::string text = find_format(name)->serialise(planted, Style{.width = 100'000});
    for (const char* identifier : identifiers)
      EXPECT_TRUE(holds(text, identifier)) << name << ": " << identifier;
  }
  // These leave out much of a report: each shows some of them.
  for (const auto& [name, count] :
       {std::pair{"markdown", 4}, {"csv", 4}, {"junit", 4}, {"prom", 1}}) {
    const std::string text = find_format(name)->serialise(planted, {});
    EXPECT_GE(std::ranges::count_if(
                  identifiers, [&](const char* identifier) { return holds(text, identifier); }),
              count)
        << name;
  }
}

TEST(Redact, LeavesOutFactsWithAReason) {
  const Report redacted = redact(with_identifiers(sample::h200()), alice);
  for (const char* key : {"serial", "pci_bus_id"}) {
    const Fact* fact = find_fact(redacted.gpus[0].facts.facts, key);
    ASSERT_NE(fact, nullptr);
    EXPECT_TRUE(std::holds_alternative<std::monostate>(fact->value));
    EXPECT_THAT(fact->absent, HasSubstr("--identify"));
  }
}

TEST(Redact, ChangesNothingElse) {
  Report report = sample::h200();
  EXPECT_TRUE(redact(report, alice) == report);
}

TEST(Redact, TwiceIsOnce) {
  const Report once = redact(with_identifiers(sample::h200()), alice);
  EXPECT_TRUE(redact(once, alice) == once);
}

}  // namespace
}  // namespace bp
