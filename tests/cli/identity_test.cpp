// The names that a machine and its user go by: those of launchers and clusters too.
#include "cli/environment/identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bp {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Identity, OfAShell) {
  const Identity who =
      identity_of({"HOME=/data/alice", "USER=alice", "LOGNAME=al", "PATH=/bin"}, "node7");
  EXPECT_THAT(who.hosts, ElementsAre("node7"));
  EXPECT_THAT(who.users, ElementsAre("alice", "al"));
  EXPECT_THAT(who.homes, ElementsAre("/data/alice"));
}

TEST(Identity, OfAPodWhoseNodeHasAnotherName) {
  EXPECT_THAT(identity_of({"NODE_NAME=gpu-worker-9", "K8S_POD_NAME=probe-x7k2p",
                           "HOSTNAME=probe-x7k2p", "KUBERNETES_SERVICE_HOST=10.0.0.1"},
                          "probe-x7k2p")
                  .hosts,
              ElementsAre("probe-x7k2p", "gpu-worker-9", "probe-x7k2p", "probe-x7k2p"));
}

TEST(Identity, OfASlurmJobInAContainer) {
  const Identity who = identity_of(
      {"SLURMD_NODENAME=dgx-03", "SLURM_SUBMIT_HOST=login2", "SLURM_JOB_USER=bob", "USER=root"},
      "c0ffee");
  EXPECT_THAT(who.hosts, ElementsAre("c0ffee", "dgx-03", "login2"));
  EXPECT_THAT(who.users, ElementsAre("bob", "root"));
}

TEST(Identity, ValuesThatAreNoNamesAreNotTaken) {
  const Identity who = identity_of({"HOST=", "HOSTNAME=a b", "NODE_NAME=tcp://x", "USER=/x",
                                    "HOME=relative", "HOSTNAME", "=x", "DOCKER_HOST=unix"},
                                   "");
  EXPECT_THAT(who.hosts, IsEmpty());
  EXPECT_THAT(who.users, IsEmpty());
  EXPECT_THAT(who.homes, IsEmpty());
}

}  // namespace
}  // namespace bp
