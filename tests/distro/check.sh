#!/bin/sh
# Proves the set-up of `make run` and `make test` in a fresh Debian root: only git and make are there before.
#
#   sudo tests/distro/check.sh bookworm|trixie [FOLDER]     (needs debootstrap; about 10 minutes)
set -eu
suite=${1:?usage: tests/distro/check.sh bookworm|trixie [FOLDER]}
root=${2:-/var/tmp/blackwell-probe-$suite}
source=$(cd "$(dirname "$0")/../.." && pwd)

[ -e "$root/usr/bin/apt-get" ] || debootstrap --variant=minbase "$suite" "$root" >/dev/null
cp /etc/resolv.conf "$root/etc/resolv.conf"
# Certificates and package mirrors of this machine, where it has its own.
for file in /etc/pip.conf /etc/ssl/certs/ca-certificates.crt; do
  [ -e "$file" ] && mkdir -p "$root$(dirname "$file")" && cp "$file" "$root$file"
done
mount --bind /proc "$root/proc" 2>/dev/null || true
mount --bind /dev "$root/dev" 2>/dev/null || true
trap 'umount "$root/proc" "$root/dev" 2>/dev/null || true' EXIT

chroot "$root" apt-get -qq update
chroot "$root" apt-get -qq install --no-install-recommends git make >/dev/null
rm -rf "$root/src"
git clone -q "$source" "$root/src"
for target in ${TARGETS:-run test}; do
  start=$(date +%s)
  chroot "$root" sh -c "cd /src && make $target"
  echo "$suite: make $target took $(($(date +%s) - start)) s"
done
