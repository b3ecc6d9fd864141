#!/bin/sh
# Makes sure that what the build needs is installed: through apt where we are root on a Debian system, else one
# sentence that names it. Quick when nothing is missing. CUDA is not installed here: cmake/CudaToolkit.cmake.
#
#   sh cmake/setup.sh         what `make run` and `make test` need
#   sh cmake/setup.sh dist    also what building and testing the distribution needs (Debian only)
#   sh cmake/setup.sh fuzz    also what `make fuzz` needs
set -eu

mode=${1:-build}
case $mode in
  build | dist | fuzz) ;;
  *) echo "usage: sh cmake/setup.sh [dist|fuzz]" >&2; exit 2 ;;
esac

packages="cmake ninja-build g++ pkg-config git ca-certificates python3 python3-pip python3-jsonschema python3-pytest \
libcli11-dev nlohmann-json3-dev libtomlplusplus-dev libsimdjson-dev libzstd-dev libgtest-dev libgmock-dev libbenchmark-dev"
# Source packages and .deb files; the wheel; running the Arm build; the bare root; checking man page and package.
dist_packages="dpkg-dev googletest python3-venv qemu-user-static libc6-arm64-cross debootstrap lintian mandoc"
[ "$mode" != dist ] || packages="$packages $dist_packages"
[ "$mode" != fuzz ] || packages="$packages clang-19 libclang-rt-19-dev"

if command -v dpkg-query >/dev/null 2>&1; then
  missing=""
  for package in $packages; do
    state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing="$missing $package"
  done
  [ -n "$missing" ] || exit 0
  if [ "$(id -u)" != 0 ]; then
    echo "Please install these packages and call make again: sudo apt-get install$missing" >&2
    exit 1
  fi
  echo "Installing:$missing" >&2
  export DEBIAN_FRONTEND=noninteractive
  # Shared machines may hold the lock for a while.
  apt-get -o DPkg::Lock::Timeout=300 -qq update >&2
  # shellcheck disable=SC2086  # a list of words
  apt-get -o DPkg::Lock::Timeout=300 -qq install --no-install-recommends $missing >/dev/null
  exit 0
fi

if [ "$mode" = dist ]; then
  echo "The distribution is built on Debian 12 or newer: it takes sources and tools of Debian's packages." >&2
  exit 1
fi

# Not a Debian system: check for the programs and the headers, and name what is not there.
missing=""
for program in cmake ninja g++ pkg-config git python3; do
  command -v "$program" >/dev/null 2>&1 || missing="$missing $program"
done
for module in CLI11 nlohmann_json tomlplusplus simdjson libzstd gtest benchmark; do
  command -v pkg-config >/dev/null 2>&1 && pkg-config --exists "$module" || missing="$missing $module"
done
[ -z "$missing" ] && exit 0
echo "Please install these with your system's package manager and call make again:$missing" >&2
exit 1
