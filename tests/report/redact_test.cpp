// What identifies a machine or person does not get into any format.
#include "report/redact/redact.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cctype>
#include <regex>

#include "report/backends/catalogue.h"
#include "report/disputed/claims.h"
#include "report/formats/format.h"
#include "report/formats/json.h"
#include "tests/report/everywhere.h"
#include "tests/report/planted.h"
#include "tests/report/sample_reports.h"
#include "tests/support/paths.h"

namespace bp {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

const Identity alice{
    {"node7.cluster.example.org", "k8s-worker-9"}, {"alice"}, {"/home/alice", "/data/alice"}};

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
      {"HF_TOKEN=abc123def, --api-key=k-1 x", "HF_TOKEN=[secret], --api-key=[secret] x"},
      {"hf_abcdefghijklmnopqrstuvwxyz and AKIAABCDEFGHIJKLMNOP", "[secret] and [secret]"},
      {"https://bob:s3cret@pypi.example/simple", "https://[secret]@pypi.example/simple"},
      {"node:10.1.2.3, eth0:10.1.2.3, state:10.1.2.3:8080, ::ffff:10.1.2.3",
       "node:[ip], eth0:[ip], state:[ip]:8080, ::ffff:[ip]"},
      {"device:0000:65:00.0, node:aa:bb:cc:dd:ee:ff, face:fe80::1ff:fe23:4567:890a",
       "device:[pci], node:[mac], [ip]"},
      {"Node7.example.org, NODE7 and Node7.cluster.corp.com.", "[host], [host] and [host]."},
      {"node7_gpu0, node7.log, k8s-worker-9.json", "[host]_gpu0, [host].log, [host].json"},
      {"user=Alice below /scratch/alice_lab and /tmp/pip-alice_1, alice2",
       "user=[user] below /scratch/[user]_lab and /tmp/pip-[user]_1, [user]2"},
      {"TOKEN=\"s3cr3t value\" x PASSWORD=12345678, password: hunter2",
       "TOKEN=\"[secret]\" x PASSWORD=[secret], password: [secret]"},
      {"{\"api_key\": \"hunter2\", \\\"token\\\":\\\"k1\\\"}",
       "{\"api_key\": \"[secret]\", \\\"token\\\":\\\"[secret]\\\"}"},
      {"pip --api-key hunter2 --token 'a b'", "pip --api-key [secret] --token '[secret]'"},
      {"Authorization: Bearer hunter2, bearer a.b-c1 and authorization: Basic dTpw=",
       "Authorization: Bearer [secret], bearer [secret] and authorization: Basic [secret]"},
      {"https://tok123456@host/simple", "https://[secret]@host/simple"},
      {"k8s-worker-9 below /data/alice/x", "[host] below ~/x"},
      {"/scratch/alice/run, user=alice", "/scratch/[user]/run, user=[user]"}};
  for (const Row& row : rows) EXPECT_EQ(redact_text(row.before, alice), row.after);
}

TEST(RedactText, KeepsWhatDoesNot) {
  for (const std::string text :
       {"driver 580.159.04, ptxas 13.0.88",
        "cuDNN 9.10.2.21",
        "/usr/lib/libcudnn.so.9.10.2.21",
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
        "bytes_per_token=576",
        "bytes_per_token: 576",
        "MASTER_PORT=12345678",
        "git+ssh://git@github.com/x/y",
        "the bearer of a token runs",
        "node71 and renode7",
        "12:34:56.7",
        "1.2.3.4.5",
        "sk-learn 1.5",
        "https://developer.nvidia.com:443/cuda@12",
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
  const Identity container{{"localhost"}, {"root"}, {"/root", "/"}};
  EXPECT_EQ(redact_text("the root cause at /root/x on localhost", container),
            "the root cause at ~/x on localhost");
}

TEST(RedactText, NorAreAccountsThatImagesAndCloudsSetUp) {
  const Identity runner{{"node", "worker-3"}, {"ubuntu", "runner"}, {"/home/runner"}};
  EXPECT_EQ(redact_text("/home/runner/x: driver 535.ubuntu on a node, worker-3", runner),
            "~/x: driver 535.ubuntu on a node, [host]");
}

TEST(RedactText, AHostThatIsCalledByItsAddressKeepsNumbers) {
  const Identity node{{"192.168.0.5"}, {}, {}};
  EXPECT_EQ(redact_text("192 threads on 192.168.0.5", node), "192 threads on [ip]");
}

TEST(RedactText, AMachineCalledLikeItsGpuLeavesTheGpuItsName) {
  const Identity spark{{"spark", "h200", "gb10"}, {"ubuntu"}, {}};
  for (const std::string text : {"NVIDIA GB10 of a DGX Spark", "NVIDIA H200", "Ubuntu 24.04"})
    EXPECT_EQ(redact_text(text, spark), text);
}

TEST(RedactText, NothingKnownChangesNothing) {
  EXPECT_EQ(redact_text("plain text", Identity{}), "plain text");
  EXPECT_EQ(redact_text("", Identity{}), "");
}

constexpr const char* uuid = "GPU-4d6f2a11-0000-4000-8000-123456789abc";
constexpr const char* serial = "1650923012345";

constexpr auto identifiers = std::to_array<const char*>(
    {uuid, "MIG-4d6f2a11-0000-4000-8000-123456789abc", "00000000:65:00.0", serial,
     "node7.cluster.example.org", "node7", "k8s-worker-9", "alice", "/home/alice/lib",
     "/home/bob/lib", "52:54:00:12:34:56", "10.11.12.13", "fe80::1ff:fe23:4567:890a",
     "hf_abcdefghijklmnopqrstuvwxyz", "hunter2secret"});

/// Joined by `joint` to each other, "text" at both ends.
std::string all_identifiers(const std::string& joint = " ") {
  std::string text = "text";
  for (const char* identifier : identifiers) {
    text += joint + "text" + joint;
    if (identifier == std::string_view("hunter2secret")) text += "API_KEY=";
    text += identifier;
  }
  return text + joint + "text";
}

std::string in_other_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::islower(c) ? std::toupper(c) : std::tolower(c));
  return text;
}

TEST(RedactText, WhateverStandsBesideAnIdentifier) {
  for (const std::string joint : {" ", ":", "=", "\"", "'", "/", "_", ".", "-", ",", "(", "\n"}) {
    const std::string text = redact_text(all_identifiers(joint), alice);
    for (const std::string identifier : identifiers) {
      if (identifier == serial) continue;  // known only by the report that holds it
      EXPECT_THAT(text, Not(HasSubstr(identifier))) << "beside " << joint;
    }
  }
}

TEST(RedactText, InEitherCase) {
  for (const std::string identifier : identifiers) {
    // A serial number has no case; a token in another is none.
    if (identifier == serial || identifier.starts_with("hf_")) continue;
    const std::string planted =
        in_other_case((identifier == "hunter2secret" ? "API_KEY=" : "") + identifier);
    const std::string text = redact_text("text " + planted + " text", alice);
    EXPECT_THAT(text, Not(HasSubstr(in_other_case(identifier))));
  }
}

/// In every string of a report in which nothing is left out.
const test::PlantedEverywhere& planted() {
  static const test::PlantedEverywhere only = [] {
    auto result = test::plant_everywhere(test::full_report_json(), all_identifiers());
    GpuFacts& facts = result.report.gpus.at(0).facts;
    facts.uuid = uuid;
    facts.pci = identifiers[2];
    // A serial number has no shape: it is found elsewhere only as its own fact tells it.
    facts.facts.push_back({"serial", std::string(serial), "NVML", ""});
    facts.facts.push_back({"pci_bus_id", std::int64_t{101}, "driver", ""});
    return result;
  }();
  return only;
}

bool shows(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(Redact, PlantedIdentifiersAppearInNoFormat) {
  BP_NEEDS("BP_TEST_ROOT");
  const Report redacted = redact(planted().report, alice);
  EXPECT_TRUE(redacted.redacted);
  for (const char* identifier : identifiers) {
    EXPECT_THAT(test::places_that_hold(serialise_json(redacted), identifier), IsEmpty())
        << identifier << ": a line in report/redact/texts.cpp is missing";
  }
  for (const Format& format : formats()) {
    // Wide enough that no identifier is broken over two lines.
    const std::string text = format.serialise(redacted, Style{.width = 100'000});
    for (const char* identifier : identifiers)
      EXPECT_FALSE(shows(text, identifier)) << format.name << ": " << identifier;
  }
}

// Otherwise the test above would prove nothing.
TEST(Redact, TheyArePlantedWhereTextsOfTheMachineAre) {
  BP_NEEDS("BP_TEST_ROOT");
  EXPECT_THAT(planted().places,
              IsSupersetOf({"/driver/library", "/driver/problem/sentence", "/environment/*/value",
                            "/environment/*/by", "/environment/*/absent", "/log/*", "/gpus/*/name",
                            "/driver/gpus/*/facts/*/value", "/gpus/*/features/*/evidence/*/text",
                            "/gpus/*/kernels/*/reason/remedy", "/gpus/*/rates/*/notes/*",
                            "/gpus/*/backends/*/reason", "/targets/*/selectors/*/note",
                            "/surveys/*/rows/*/*", "/disputed/*/sources/*/says"}));
  // Only where a word of a list is expected is no text taken.
  for (const std::string& place : planted().refused) {
    EXPECT_TRUE(std::regex_search(
        place, std::regex("(status|kind|verdict|outcome|basis|evidence|quality|matrix.*|version|"
                          "compute_capability|ptx)$")))
        << place;
  }
}

TEST(Redact, WithoutItTheyDoAppear) {
  BP_NEEDS("BP_TEST_ROOT");
  for (const char* name : {"text", "json", "html"}) {
    const std::string text =
        find_format(name)->serialise(planted().report, Style{.width = 100'000});
    for (const char* identifier : identifiers)
      EXPECT_TRUE(shows(text, identifier)) << name << ": " << identifier;
  }
  // These leave out much of a report: each shows some of them.
  for (const auto& [name, count] :
       {std::pair{"markdown", 4}, {"csv", 4}, {"junit", 4}, {"prom", 1}}) {
    const std::string text = find_format(name)->serialise(planted().report, {});
    EXPECT_GE(std::ranges::count_if(
                  identifiers, [&](const char* identifier) { return shows(text, identifier); }),
              count)
        << name;
  }
}

TEST(Redact, NamesOfOurOwnStayEvenIfAUserIsCalledLikeAPartOfThem) {
  const Report report = sample::h200();
  const Report redacted = redact(report, Identity{{"mla"}, {"fa3"}, {}});
  for (std::size_t i = 0; i < report.gpus[0].backends.size(); ++i) {
    EXPECT_EQ(redacted.gpus[0].backends[i].id, report.gpus[0].backends[i].id);
    EXPECT_EQ(redacted.gpus[0].backends[i].nearest, report.gpus[0].backends[i].nearest);
  }
  EXPECT_EQ(redacted.gpus[0].kernels[0].id, "mla.dense_decode.mma_sync");
}

TEST(Redact, LeavesOutFactsWithAReason) {
  const Report redacted = redact(planted().report, alice);
  for (const char* key : {"serial", "pci_bus_id"}) {
    const Fact* fact = find_fact(redacted.gpus[0].facts.facts, key);
    ASSERT_NE(fact, nullptr);
    EXPECT_TRUE(std::holds_alternative<std::monostate>(fact->value));
    EXPECT_THAT(fact->absent, HasSubstr("--identify"));
  }
}

TEST(Redact, AVersionOfFourPartsOfAPackageIsNoAddress) {
  Report report = sample::h200();
  report.environment = {{"package_nvidia_cublas", "13.1.0.3", "/opt/site-packages", {}},
                        {"package_x", "13.1.0.3 of 10.1.2.3", "10.1.2.3", {}},
                        {"x", "13.1.0.3", {}, {}}};
  const Report redacted = redact(report, alice);
  EXPECT_EQ(redacted.environment[0].value, FactValue("13.1.0.3"));
  EXPECT_EQ(redacted.environment[1].value, FactValue("[ip] of [ip]"));
  EXPECT_EQ(redacted.environment[1].by, "[ip]");
  EXPECT_EQ(redacted.environment[2].value, FactValue("[ip]"));
}

TEST(Redact, ChangesNothingElse) {
  Report report = sample::h200();
  EXPECT_TRUE(redact(report, alice) == report);
}

TEST(Redact, TwiceIsOnce) {
  Report report = sample::h200();
  test::plant(report, all_identifiers());
  const Report once = redact(report, alice);
  EXPECT_EQ(serialise_json(redact(once, alice)), serialise_json(once));
}

TEST(Redact, AToolkitBelowItsHomeAndAPackageAreNoIdentifiers) {
  Report report = sample::h200();
  for (const char* key : {"ptxas_cuda_home_2", "package_serial_of_nvidia"})
    report.environment.push_back({key, std::string("13.0.88"), "/usr/local/cuda", ""});
  EXPECT_EQ(serialise_json(redact(report, alice)), serialise_json(report));
}

}  // namespace
}  // namespace bp
