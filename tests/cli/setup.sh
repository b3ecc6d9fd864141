#!/bin/sh
# Installs what the tests of the completion scripts and the man page can use: without it those of a missing program say
# "skipped". Debian and Ubuntu, as root; elsewhere it names the packages.
set -eu

missing=""
for program in zsh fish mandoc; do
  command -v "$program" >/dev/null 2>&1 || missing="$missing $program"
done
command -v man >/dev/null 2>&1 || missing="$missing man-db"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "Please install these packages:$missing" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -o DPkg::Lock::Timeout=300 -qq update >&2
# shellcheck disable=SC2086  # a list of words
apt-get -o DPkg::Lock::Timeout=300 -qq install --no-install-recommends $missing >/dev/null
