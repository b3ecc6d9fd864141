#!/bin/sh
# Fetches the programs and the schema by which the tests of this folder judge the formats: without them those tests say
# "skipped". Debian and Ubuntu; the packages as root.
#
#   promtool       out of Debian's package, which is not installed: it would start a server
#   junit-10.xsd   the schema of Jenkins' xUnit plugin, out of pytest's source archive
set -eu

here=$(cd "$(dirname "$0")" && pwd)
folder=${BP_FORMAT_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/blackwell-probe/format-tools}
mkdir -p "$folder"

missing=""
command -v xmllint >/dev/null 2>&1 || missing="$missing libxml2-utils"
command -v cmark-gfm >/dev/null 2>&1 || missing="$missing cmark-gfm"
if [ -n "$missing" ]; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Please install these packages:$missing" >&2
    exit 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get -o DPkg::Lock::Timeout=300 -qq update >&2
  # shellcheck disable=SC2086  # a list of words
  apt-get -o DPkg::Lock::Timeout=300 -qq install --no-install-recommends $missing >/dev/null
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"

if ! command -v promtool >/dev/null 2>&1 && [ ! -x "$folder/promtool" ]; then
  (cd "$scratch" && { apt-get -qq download prometheus || { apt-get -qq update >&2 && apt-get -qq download prometheus; }; })
  dpkg-deb -x "$scratch"/prometheus_*.deb "$scratch/prometheus"
  mv "$scratch/prometheus/usr/bin/promtool" "$folder/promtool"
fi

if [ ! -f "$folder/junit-10.xsd" ]; then
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --no-binary pytest --require-hashes \
    --requirement "$here/requirements.txt" --dest "$scratch"
  tar -xzf "$scratch"/pytest-*.tar.gz -C "$scratch" --wildcards '*/junit-10.xsd'
  mv "$scratch"/pytest-*/testing/example_scripts/junit-10.xsd "$folder/junit-10.xsd"
fi
