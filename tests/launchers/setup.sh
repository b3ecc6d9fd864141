#!/bin/sh
# Installs what the test under Slurm needs; without it that test says "skipped". Debian and Ubuntu, as root; elsewhere
# it names the packages. No service is started: the test starts daemons of its own, on ports of its own.
set -eu

missing=""
for package in slurmctld slurmd slurm-client munge; do
  state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "Please install these packages:$missing" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
export RUNLEVEL=1  # invoke-rc.d then starts nothing
apt-get -o DPkg::Lock::Timeout=300 -qq update >&2
# shellcheck disable=SC2086  # a list of words
apt-get -o DPkg::Lock::Timeout=300 -qq install --no-install-recommends $missing >/dev/null
